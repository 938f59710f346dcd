// A strict reader of YAML maps into described types (describe.h).
//
// Used for register files and question files. It records the line of every field and
// stops at the first fault. Single-threaded; values only.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_STRICT_YAML_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_STRICT_YAML_H_

#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/consent/core/describe.h"
#include "services/consent/core/names.h"
#include "services/consent/core/party.h"
#include "services/consent/core/reference.h"

namespace safehaven::consent {

inline constexpr size_t kYamlListMax = 50'000;
inline constexpr int kYamlDepthMax = 12;

// What one reading shares: the file's name, where fields stand, the first fault.
struct YamlReading {
  std::string file;
  size_t text_max = 0;
  std::map<std::string, int> lines;  // path -> line from 1
  absl::Status status;
};

// The one document of `text`, a map. INVALID_ARGUMENT with reason
// REGISTER_FILE_MALFORMED if it is not YAML, holds an alias, an anchor, a tag of its
// own or several documents, or nests deeper than kYamlDepthMax.
absl::StatusOr<YAML::Node> LoadStrictYaml(absl::string_view file, absl::string_view text);

// The moment of a "recorded_at" field, or nothing if the file has none.
absl::StatusOr<std::optional<absl::Time>> ParseRecordedAt(absl::string_view text, const YamlReading& reading);

// A fault at `line` of `path`.
absl::Status YamlFault(const YamlReading& reading, absl::string_view reason, absl::string_view path, int line,
                       absl::string_view why);

namespace strict_yaml_internal {
// Scalars of every kind; each leaves `value` alone and sets the fault if it cannot.
absl::Status ReadScalar(const YAML::Node& node, size_t text_max, std::string& value);
absl::Status ReadScalar(const YAML::Node& node, size_t text_max, bool& value);
absl::Status ReadScalar(const YAML::Node& node, size_t text_max, int& value);
absl::Status ReadScalar(const YAML::Node& node, size_t text_max, CivilDay& value);
absl::Status ReadScalar(const YAML::Node& node, size_t text_max, Reference& value);
absl::Status ReadScalar(const YAML::Node& node, size_t text_max, PublicKey& value);

template <typename Enum>
requires std::is_enum_v<Enum> absl::Status ReadScalar(const YAML::Node& node, size_t text_max, Enum& value) {
  std::string name;
  SH_RETURN_IF_ERROR(ReadScalar(node, text_max, name));
  SH_ASSIGN_OR_RETURN(value, EnumText<Enum>::Parse(name));
  return absl::OkStatus();
}

template <typename T>
concept IsScalar = requires(const YAML::Node& node, T& value) {
  ReadScalar(node, size_t{0}, value);
};
}  // namespace strict_yaml_internal

// Visits the fields of one map.
class YamlMapReader {
 public:
  // `path` is "" or ends in "."; `reading` outlives this.
  YamlMapReader(const YAML::Node& map, std::string path, YamlReading& reading);

  template <typename T>
  void Required(absl::string_view name, T& value) {
    if (const YAML::Node* node = Find(name)) {
      Read(*node, absl::StrCat(path_, name), value);
    } else if (reading_.status.ok()) {
      reading_.status = YamlFault(reading_, "REGISTER_FIELD_MISSING", absl::StrCat(path_, name), line_, "is missing");
    }
  }

  template <typename T>
  void Optional(absl::string_view name, T& value) {
    if (const YAML::Node* node = Find(name)) Read(*node, absl::StrCat(path_, name), value);
  }

  // Call when all fields have been visited: a field nobody asked for is a fault.
  void RefuseUnknown();

 private:
  template <typename T>
  void Read(const YAML::Node& node, const std::string& path, T& value);
  template <typename T>
  void Read(const YAML::Node& node, const std::string& path, std::optional<T>& value) {
    T inner{};
    Read(node, path, inner);
    value = std::move(inner);
  }
  template <typename T>
  void Read(const YAML::Node& node, const std::string& path, std::vector<T>& value);

  // nullptr if absent or if there was a fault before.
  const YAML::Node* Find(absl::string_view name);

  std::string path_;
  int line_;
  YamlReading& reading_;
  std::map<std::string, YAML::Node> fields_;
  std::set<std::string> asked_;
};

// Reads one map whole. The fault, if any, is in `reading.status`.
template <typename T>
void ReadYamlMap(const YAML::Node& node, const std::string& path, T& value, YamlReading& reading) {
  YamlMapReader reader(node, path, reading);
  Describer<T>::Describe(value, reader);
  reader.RefuseUnknown();
}

template <typename T>
void YamlMapReader::Read(const YAML::Node& node, const std::string& path, T& value) {
  if constexpr (strict_yaml_internal::IsScalar<T>) {
    const absl::Status status = strict_yaml_internal::ReadScalar(node, reading_.text_max, value);
    if (!status.ok() && reading_.status.ok()) {
      reading_.status = YamlFault(reading_, "REGISTER_FIELD_TYPE", path, node.Mark().line + 1, status.message());
    }
  } else {
    ReadYamlMap(node, absl::StrCat(path, "."), value, reading_);
  }
}

template <typename T>
void YamlMapReader::Read(const YAML::Node& node, const std::string& path, std::vector<T>& value) {
  if (!node.IsSequence() || node.size() > kYamlListMax) {
    if (reading_.status.ok()) {
      reading_.status = YamlFault(reading_, "REGISTER_FIELD_TYPE", path, node.Mark().line + 1,
                                  node.IsSequence() ? "has too many entries" : "is not a list");
    }
    return;
  }
  value.clear();
  size_t index = 0;
  for (const YAML::Node& element : node) {
    const std::string element_path = absl::StrCat(path, "[", index++, "]");
    reading_.lines[element_path] = element.Mark().line + 1;
    T inner{};
    Read(element, element_path, inner);
    if (!reading_.status.ok()) return;
    value.push_back(std::move(inner));
  }
}

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_STRICT_YAML_H_
