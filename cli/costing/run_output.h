// What a run on files writes (docs/formats.md, "Results of a run on files").
#ifndef SAFEHAVEN_CLI_COSTING_RUN_OUTPUT_H_
#define SAFEHAVEN_CLI_COSTING_RUN_OUTPUT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/costing/file_run.h"
#include "cli/costing/output_folder.h"
#include "libs/merkle/note.h"
#include "services/costing/core/reference_costs.h"

namespace safehaven::cli {

// Cost lines as CSV, for people and spreadsheets; as columns (lines_file.h), for
// millions of lines; or none.
enum class LinesFormat { kCsv, kColumns, kNone };

// Writes everything into `folder` and the certificate last, with the hashes of the rest,
// signed. Does not commit the folder.
absl::Status WriteRun(const FileRun& run, LinesFormat format, const NoteSigner& signer, OutputFolder& folder);

// Cost and number of the run's events by point of delivery and currency: what reference
// costs are made from. Events without cost do not count.
std::vector<costing::ProviderCost> ProviderCostsOf(const FileRun& run);

// The certificate's text, before it is signed.
std::string CertificateText(const FileRun& run, const OutputFolder& folder);

// Schedule rows as CSV, with a header.
std::string ScheduleCsv(const costing::Schedule& schedule);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_RUN_OUTPUT_H_
