// Reading a model's YAML strictly: what is missing, unknown or of another shape is refused
// with its line. Internal to the reading of models. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_YAML_READING_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_YAML_READING_H_

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <initializer_list>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace safehaven::linkage {

// Thrown while a model is read, and caught where reading began (model_yaml.cc).
struct Fault {
  int line;
  std::string message;
};

[[noreturn]] inline void Refuse(const YAML::Node& at, const std::string& message) {
  throw Fault{at.Mark().line + 1, message};
}

// A map whose keys are all known.
inline const YAML::Node& MapOf(const YAML::Node& node, std::initializer_list<absl::string_view> keys) {
  if (!node.IsMap()) Refuse(node, "want a map");
  for (const auto& entry : node) {
    const std::string key = entry.first.as<std::string>();
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) Refuse(entry.first, absl::StrCat("unknown key ", key));
  }
  return node;
}

inline YAML::Node Get(const YAML::Node& map, const char* key) {
  const YAML::Node value = map[key];
  if (!value) Refuse(map, absl::StrCat("missing key ", key));
  return value;
}

inline std::string TextOf(const YAML::Node& map, const char* key) {
  const YAML::Node value = Get(map, key);
  if (!value.IsScalar()) Refuse(value, absl::StrCat(key, ": want a text"));
  return value.as<std::string>();
}

inline double NumberOf(const YAML::Node& map, const char* key) {
  double number = 0;
  if (!absl::SimpleAtod(TextOf(map, key), &number)) Refuse(map[key], absl::StrCat(key, ": want a number"));
  return number;
}

inline bool FlagOf(const YAML::Node& map, const char* key) {
  const std::string text = TextOf(map, key);
  if (text != "true" && text != "false") Refuse(map[key], absl::StrCat(key, ": want true or false"));
  return text == "true";
}

inline YAML::Node ListOf(const YAML::Node& map, const char* key) {
  const YAML::Node value = Get(map, key);
  if (!value.IsSequence()) Refuse(value, absl::StrCat(key, ": want a list"));
  return value;
}

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_YAML_READING_H_
