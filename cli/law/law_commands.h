// Commands that run on files alone: no service, no keys, no clock. Each prints its answer
// to `out` and gives its failure, or an exit code of its own, to main().
#ifndef SAFEHAVEN_CLI_LAW_LAW_COMMANDS_H_
#define SAFEHAVEN_CLI_LAW_LAW_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace safehaven::cli {

// What the commands share with the program; borrowed, and outlives them.
struct LawContext {
  const std::string* output = nullptr;        // "table", "json", "csv"
  std::function<absl::Status()>* run = nullptr;  // set by the command that was named
  int* exit_code = nullptr;                   // of a command that did not fail
  std::ostream* out = nullptr;
  // What `what-if` and `nearest-lawful` do without a register of their own: set `run` to
  // ask the running service. Empty: a register is required.
  std::function<void()> what_if_at_service;
  std::function<void()> nearest_at_service;
};

// What a command has to say.
struct Printed {
  std::string text;
  int exit_code = 0;
};

void AddDecideCommands(CLI::App& app, LawContext& context);    // decide, what-if, nearest-lawful, reconstruct
void AddRegisterLawCommands(CLI::App& app, LawContext& context);  // register check|diff|show, due
void AddLookBackCommands(CLI::App& app, LawContext& context);  // impact, drift
void AddOptOutCommands(CLI::App& app, LawContext& context);    // opt-outs request|apply|screen, consent-records
void AddPatientCommand(CLI::App& app, LawContext& context);    // patient-answer

// All of them.
void AddLawCommands(CLI::App& app, LawContext& context);

// Runs `command` when its subcommand is named: prints what it gives, or with JSON its
// failure.
void OnCommand(CLI::App& subcommand, LawContext& context, std::function<absl::StatusOr<Printed>()> command);
// The same if `is_ours` says so after its flags are read.
void OnCommand(CLI::App& subcommand, LawContext& context, std::function<absl::StatusOr<Printed>()> command,
               std::function<bool()> is_ours);

// The subcommand `name` of `app`, made if it is not there yet.
CLI::App& Group(CLI::App& app, const std::string& name, const std::string& description);

// A text file of at most 64 MiB. NOT_FOUND with reason FILE_UNREADABLE.
absl::StatusOr<std::string> ReadTextFile(const std::string& path);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LAW_LAW_COMMANDS_H_
