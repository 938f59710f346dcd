// A run on files made on one before that kept its basis: what the change does not touch is
// taken over, and what differs is known before anything is committed.
#ifndef SAFEHAVEN_CLI_COSTING_RERUN_H_
#define SAFEHAVEN_CLI_COSTING_RERUN_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/costing/file_run.h"
#include "cli/costing/output_folder.h"
#include "services/costing/core/reference_costs.h"
#include "services/costing/core/run_diff.h"

namespace safehaven::cli {

struct RerunOptions {
  std::string model;  // folder or file; empty: that of the run before
  // Input folder; empty: ledger and feeds of the run before, which it kept. Files in it
  // that have the hash that the run before read are not read again.
  FeedOptions feeds;
};

struct Rerun {
  FileRun run;
  costing::RunDifference difference;
  // Cost groups and what went to named buckets, before and after.
  struct Total {
    std::string name;
    Money before, after;
  };
  std::vector<Total> totals;
};

// The run that RunOnFiles() would make of the same model and inputs, to the last bit. Feeds
// are taken out of `before`. `standard`: schedule for the index, or null. The failures of
// RunOnFiles() and DiffRuns(); FAILED_PRECONDITION with reason RUN_OTHER_PROVIDER, or
// INPUT_NEEDED if the change needs more of the feeds than the run before kept (other
// columns, feeds, matching or period) and there is no input folder.
absl::StatusOr<Rerun> RerunOnFiles(FileRun& before, const RerunOptions& options, const costing::Schedule* standard,
                                   const FileRunProgress& progress);

// changes_events.csv, changes_currencies.csv, changes_index.csv and changes_totals.csv.
absl::Status WriteChanges(const Rerun& rerun, OutputFolder& folder);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_RERUN_H_
