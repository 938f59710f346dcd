// Builds JSON texts of answers: objects and lists of parts that are JSON already. Values;
// single-threaded.
#ifndef SAFEHAVEN_CLI_LAW_JSON_H_
#define SAFEHAVEN_CLI_LAW_JSON_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"
#include "libs/http/json_text.h"

namespace safehaven::cli {

class JsonObject {
 public:
  // `json` is a JSON value already.
  JsonObject& Raw(absl::string_view name, absl::string_view json) {
    fields_.push_back(absl::StrCat(JsonQuote(name), ": ", json));
    return *this;
  }
  JsonObject& Text(absl::string_view name, absl::string_view text) { return Raw(name, JsonQuote(text)); }
  JsonObject& Number(absl::string_view name, int64_t number) { return Raw(name, absl::StrCat(number)); }
  JsonObject& Bool(absl::string_view name, bool value) { return Raw(name, value ? "true" : "false"); }
  JsonObject& Day(absl::string_view name, const std::optional<CivilDay>& day) {
    return Raw(name, day.has_value() ? JsonQuote(day->ToString()) : "null");
  }

  std::string OnOneLine() const { return absl::StrCat("{", absl::StrJoin(fields_, ", "), "}"); }
  // One field a line, for the outermost object.
  std::string OnLines() const { return absl::StrCat("{\n  ", absl::StrJoin(fields_, ",\n  "), "\n}\n"); }

 private:
  std::vector<std::string> fields_;
};

// A list of values that are JSON already.
inline std::string JsonList(const std::vector<std::string>& values) {
  return absl::StrCat("[", absl::StrJoin(values, ", "), "]");
}
inline std::string JsonListOnLines(const std::vector<std::string>& values) {
  if (values.empty()) return "[]";
  return absl::StrCat("[\n    ", absl::StrJoin(values, ",\n    "), "\n  ]");
}
inline std::string JsonTexts(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(JsonQuote(text));
  return JsonList(quoted);
}

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LAW_JSON_H_
