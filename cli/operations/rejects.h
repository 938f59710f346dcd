// The rejects file: the rows of a file that were not taken, each with its line, column
// and reason and never a value, for whoever can mend them at the source.
#ifndef SAFEHAVEN_CLI_OPERATIONS_REJECTS_H_
#define SAFEHAVEN_CLI_OPERATIONS_REJECTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/ingest/csv.h"

namespace safehaven::cli {

// Most rows with a fault, of a thousand, unless a command is told otherwise.
inline constexpr uint64_t kFaultPerMilleMax = 20;

// Writes the faults to `path` and returns it. Without faults returns "" and takes away
// what an earlier try left there: a rejects file is always of the last try.
absl::StatusOr<std::string> WriteRejects(const std::string& path, const std::vector<RowFault>& faults);

// `status` with the place of the rejects file, if there is one, after its message.
absl::Status AndRejects(const absl::Status& status, const std::string& rejects_file);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_REJECTS_H_
