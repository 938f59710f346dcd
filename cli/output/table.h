// A table of texts, printed for people, as CSV, or as JSON. Values; pure.
#ifndef SAFEHAVEN_CLI_OUTPUT_TABLE_H_
#define SAFEHAVEN_CLI_OUTPUT_TABLE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven::cli {

enum class OutputFormat { kTable, kJson, kCsv };

// INVALID_ARGUMENT with reason NAME_UNKNOWN unless "table", "json" or "csv".
absl::StatusOr<OutputFormat> ParseOutputFormat(absl::string_view name);

struct TextTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // one text a column
};

// With a line end after the last row. JSON is a list of objects.
std::string Format(const TextTable& table, OutputFormat format);

// "Refused (ROLE_REFUSED): only ..." for people.
std::string Describe(const absl::Status& status);

// Exit code of a failure: 2 wrong use, 3 bad input, 4 refused, 5 not signed in, 6 a
// service not reachable or too slow or a file not writable, 7 damaged or contradictory records, 1 anything else. 0 for OK.
int ExitCode(const absl::Status& status);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OUTPUT_TABLE_H_
