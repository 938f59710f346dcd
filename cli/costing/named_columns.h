// Rows of a small CSV file by the names of its columns. Single-threaded.
#ifndef SAFEHAVEN_CLI_COSTING_NAMED_COLUMNS_H_
#define SAFEHAVEN_CLI_COSTING_NAMED_COLUMNS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/ingest/csv_rows.h"

namespace safehaven::cli {

// INVALID_ARGUMENT with `reason`, line and column of the row that `rows` is at.
absl::Status RowInvalid(absl::string_view reason, const CsvRows& rows, absl::string_view column, absl::string_view why);

// Gets the fields of `columns`, in their order.
using ActOnRow = std::function<absl::Status(const CsvRows&, const std::vector<absl::string_view>&)>;

// Every row of a file with these columns; those after the first `required` may be missing,
// and read as empty. The failures of reading, of `act`, and INVALID_ARGUMENT with `reason`
// for a missing column or a row with another number of fields; all name the file.
absl::Status ForEachRow(const std::string& path, absl::string_view reason, const std::vector<std::string>& columns,
                        size_t required, const ActOnRow& act);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_NAMED_COLUMNS_H_
