// The commands of `safehaven`, each added to the parser by one function. A command
// prints to standard output what was asked for, to standard error how it goes, and
// returns its failure to main(), which gives it its exit code.
#ifndef SAFEHAVEN_CLI_COMMANDS_COMMANDS_H_
#define SAFEHAVEN_CLI_COMMANDS_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/output/table.h"
#include "cli/session/session.h"
#include "libs/base/civil_day.h"
#include "libs/warrant/question.h"

namespace safehaven::cli {

// Options of every command, and what they share. Lives as long as the program.
struct Globals {
  std::string context = "context.yaml";
  std::string person;  // --as
  std::string output = "table";
  const Clock* clock = nullptr;
  Randomness* randomness = nullptr;
  // Set by the command that was named on the command line.
  std::function<absl::Status()> run;

  absl::StatusOr<std::unique_ptr<Session>> OpenSession() const;
  absl::StatusOr<OutputFormat> Output() const { return ParseOutputFormat(output); }
};

// The day that the flag `--<flag>` holds. INVALID_ARGUMENT with reason DATE_INVALID, or
// FIELD_INVALID if the flag was not given; the message names it.
absl::StatusOr<CivilDay> DayOfFlag(absl::string_view flag, const std::string& text);

// A question as flags, or as a file with --question.
struct QuestionFlags {
  std::string file;
  std::string approval, purpose = "commissioning_planning", operation = "aggregate",
              identifiability = "aggregate_suppressed", commissioner, list_day, first_day, last_day;
  std::vector<std::string> datasets, measures, dimensions, items, filters;

  void AddTo(CLI::App& app);
  // The same without --question, for a command that has one already.
  void AddFieldsTo(CLI::App& app);
  // Throws CLI::RequiredError with every flag that is missing, as the parser does.
  void Require() const;
  // Normalised. INVALID_ARGUMENT with the field.
  absl::StatusOr<Question> Build() const;
};

void AddSampleCommands(CLI::App& app, Globals& globals);      // sample, demo-keys
void AddLoadCommand(CLI::App& app, Globals& globals);         // load
void AddRegisterCommands(CLI::App& app, Globals& globals);    // register plan|apply, objections load
void AddRunCommands(CLI::App& app, Globals& globals);         // link, cost
// Options and subcommands of `cost` for work on files alone; `with_services` is what
// `cost` does without them.
void AddCostOnFiles(CLI::App& cost, Globals& globals, std::function<absl::Status()> with_services);
void AddCostExplain(CLI::App& cost, Globals& globals);        // cost explain
void AddCostingCommands(CLI::App& app, Globals& globals);     // costing model check|diff, reference-costs
void AddCollectionCommands(CLI::App& app, Globals& globals);  // collection export|check|import
void AddRunsCommands(CLI::App& app, Globals& globals);        // runs list|compare|publish|explain
void AddWholePersonCommand(CLI::App& app, Globals& globals);  // whole-person
void AddQueryCommands(CLI::App& app, Globals& globals);       // query, explain, entitlements, open
void AddAuditCommands(CLI::App& app, Globals& globals);       // audit verify|reconcile, status
void AddOfficerCommands(CLI::App& app, Globals& globals);     // officer due|drift|impact|...
void AddWitnessCommand(CLI::App& app, Globals& globals);      // witness
void AddTourCommand(CLI::App& app, Globals& globals);         // tour
// Flags of `what-if` and `nearest-lawful` for the running service; what comes back sets
// globals.run to asking it. `command` is there already (cli/law) and outlives it.
std::function<void()> AddWhatIfAtService(CLI::App& command, Globals& globals);
std::function<void()> AddNearestAtService(CLI::App& command, Globals& globals);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COMMANDS_COMMANDS_H_
