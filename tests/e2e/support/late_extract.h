// Extracts that come after the sample region's own: some rows, under the descriptor of
// one of its data sets. Single-threaded.
#ifndef SAFEHAVEN_TESTS_E2E_SUPPORT_LATE_EXTRACT_H_
#define SAFEHAVEN_TESTS_E2E_SUPPORT_LATE_EXTRACT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/session/session.h"

namespace safehaven::testing_support {

// Column -> value.
using CsvRow = std::map<std::string, std::string>;

// All rows of a CSV file.
absl::StatusOr<std::vector<CsvRow>> ReadRows(const std::string& path);

// Writes `rows` as an extract of `dataset` ("acute/apc") into `folder` and loads it.
// Columns that a row does not have are empty, drivers 1.
absl::Status LoadLate(cli::Session& session, const std::string& region, const std::string& dataset,
                      const std::vector<CsvRow>& rows, const std::string& folder);

// Objections of these NHS numbers to the pioneer's programme; acknowledged on return.
absl::Status Object(cli::Session& session, const std::vector<std::string>& numbers, const std::string& folder);

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_E2E_SUPPORT_LATE_EXTRACT_H_
