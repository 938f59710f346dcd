#include "cli/costing/row_access.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::cli {

ColumnSource FindColumn(const CsvRows& rows, const InputFile& input, const std::string& name) {
  ColumnSource source = {.name = name};
  if (const auto constant = input.constants.find(name); constant != input.constants.end()) {
    source.constant = &constant->second;
  } else if (const std::optional<size_t> index = rows.Find(input.NameOf(name))) {
    source.index = *index;
  }
  if (const auto decimals = input.decimals.find(name); decimals != input.decimals.end()) {
    source.decimals = decimals->second;
  }
  return source;
}

absl::StatusOr<ColumnSource> RequireColumn(const CsvRows& rows, const InputFile& input, const std::string& name) {
  ColumnSource source = FindColumn(rows, input, name);
  if (source.exists()) return source;
  return Failure(absl::StatusCode::kInvalidArgument, "COLUMN_MISSING",
                 absl::StrCat("the file has no column ", input.NameOf(name), ", which the model needs as ", name),
                 {{"column", name}});
}

void Reject(const CsvRows& row, const std::string& column, absl::string_view reason, absl::string_view message,
            DatasetReport& report) {
  ++report.rejected_count;
  if (report.faults.size() == kFaultsKept) return;
  report.faults.push_back(
      {.line = row.line(), .column = column, .reason = std::string(reason), .message = std::string(message)});
}

}  // namespace safehaven::cli
