// One costing run on files: model folder and input folder in, a whole CostRun out. No
// service takes part, and nobody is asked: what a trust does with its own data on its
// own machine is its own affair.
#ifndef SAFEHAVEN_CLI_COSTING_FILE_RUN_H_
#define SAFEHAVEN_CLI_COSTING_FILE_RUN_H_

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/costing/feeds.h"
#include "cli/costing/file_text.h"
#include "cli/costing/model_folder.h"
#include "services/costing/core/ledger.h"
#include "services/costing/core/run.h"

namespace safehaven::cli {

struct FileRunOptions {
  std::string model;  // folder, or model.yaml
  FeedOptions feeds;
};

struct FileRun {
  ModelFolder folder;
  costing::Ledger ledger;
  // Income by cost group, where the inputs have an income ledger.
  std::optional<std::array<Money, costing::kCostGroupCount>> income;
  LoadedFeeds feeds;
  costing::CostRun run;
  std::vector<std::pair<std::string, std::string>> ledger_digests;  // file, hex digits of its SHA-256
  std::optional<costing::Ledger> income_ledger;
  std::string since;  // hex digits of the run that this one was made on; empty if of none
};

// Called as each part of the work begins.
using FileRunProgress = std::function<void(absl::string_view part)>;

// The lines of a ledger file. The failures of CsvRows and ParseLedger(), and COLUMN_MISSING.
absl::StatusOr<costing::Ledger> ReadLedgerFile(const FileText& file, const InputFile& input, const std::string& provider);

// Ledger and income of `run`, which has its model folder.
absl::Status OpenLedgers(const FileRunOptions& options, FileRun& run, const FileRunProgress& progress);

// Model, ledger and income of a run, without its feeds: the failures of their files.
absl::StatusOr<FileRun> OpenRun(const FileRunOptions& options, const FileRunProgress& progress);

// The failures of its parts; FAILED_PRECONDITION with reason AUDITED_TOTAL_DIFFERS if
// the ledger does not add to the inputs' audited total.
absl::StatusOr<FileRun> RunOnFiles(const FileRunOptions& options, const FileRunProgress& progress);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_FILE_RUN_H_
