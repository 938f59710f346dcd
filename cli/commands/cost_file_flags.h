// Flags of costing on files, and the part that its commands share. Single-threaded.
#ifndef SAFEHAVEN_CLI_COMMANDS_COST_FILE_FLAGS_H_
#define SAFEHAVEN_CLI_COMMANDS_COST_FILE_FLAGS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/commands/commands.h"
#include "cli/costing/file_run.h"
#include "cli/costing/run_output.h"
#include "libs/base/environment.h"

namespace safehaven::cli {

struct CostFileFlags {
  FileRunOptions run;
  std::string out, lines = "csv", key = "cost-run.key", public_key;
  std::string since, changes, standard;  // of a rerun
  std::string book;
  bool keep = false;
};

LinesFormat LinesFormatOf(const std::string& name);

// Says on standard error what is being done and how long the part before took.
class Parts {
 public:
  // `clock` outlives it.
  explicit Parts(const Clock& clock) : clock_(clock) {}
  void Begin(absl::string_view part);
  void End();

 private:
  const Clock& clock_;
  std::string name_;
  absl::Time begin_;
};

// `cost publish` and `cost published`. (cost_publish_command.cc)
void AddCostPublish(CLI::App& cost, Globals& globals, const std::shared_ptr<CostFileFlags>& flags);

// `cost --since`. (cost_rerun_command.cc)
absl::Status RunCostSince(const Globals& globals, const CostFileFlags& flags);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COMMANDS_COST_FILE_FLAGS_H_
