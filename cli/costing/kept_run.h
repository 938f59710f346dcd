// A run that kept what it was made of: `basis/` in its folder holds the model's files, the
// ledgers as read and one file of columns with feeds and lines (docs/formats.md, "What a
// run keeps"). From it a run is there again without its inputs: to be changed, compared
// and explained in a second.
#ifndef SAFEHAVEN_CLI_COSTING_KEPT_RUN_H_
#define SAFEHAVEN_CLI_COSTING_KEPT_RUN_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/costing/file_run.h"
#include "cli/costing/output_folder.h"

namespace safehaven::cli {

// Writes `basis/` into a run's folder, before its certificate. The failures of files.
absl::Status WriteBasis(const FileRun& run, OutputFolder& folder);

// The run of `folder`, as it was. Its certificate is checked first: signature (by
// `public_key`, or, if that is empty, the folder's own), then that it lists every file of the
// basis, by its hash, and that the run made of them is the certificate's. FAILED_PRECONDITION with reason RUN_NOT_KEPT if it kept nothing; DATA_LOSS with
// RUN_CHANGED; INVALID_ARGUMENT with BASIS_MALFORMED; the failures of CheckRunFolder().
absl::StatusOr<FileRun> ReadKeptRun(const std::string& folder, absl::string_view public_key);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_KEPT_RUN_H_
