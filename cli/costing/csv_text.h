// Writes CSV as docs/formats.md has it. Pure; thread-safe.
#ifndef SAFEHAVEN_CLI_COSTING_CSV_TEXT_H_
#define SAFEHAVEN_CLI_COSTING_CSV_TEXT_H_

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"

namespace safehaven::cli {

// `text` as a field: in quotation marks if it needs them.
inline void AppendCsvField(std::string* out, absl::string_view text) {
  if (text.find_first_of(",\"\n\r") == absl::string_view::npos) {
    out->append(text.data(), text.size());
    return;
  }
  out->push_back('"');
  for (const char c : text) {
    if (c == '"') out->push_back('"');
    out->push_back(c);
  }
  out->push_back('"');
}

inline void AppendCsvRow(std::string* out, std::initializer_list<absl::string_view> fields) {
  bool is_first = true;
  for (const absl::string_view field : fields) {
    if (!is_first) out->push_back(',');
    is_first = false;
    AppendCsvField(out, field);
  }
  out->push_back('\n');
}

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_CSV_TEXT_H_
