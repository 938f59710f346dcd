// safehaven: the command line. A client like any other.

#include <CLI/CLI.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/law/law_commands.h"
#include "libs/server/build_info.h"
#include "libs/server/system.h"

int main(int argc, char** argv) {
  safehaven::SystemClock clock;
  safehaven::SystemRandomness randomness;
  safehaven::cli::Globals globals;
  globals.clock = &clock;
  globals.randomness = &randomness;

  CLI::App app("Safehaven: questions of linked health and care data, answered as far as the approvals allow.");
  app.footer("Every command takes --context, --as and --output, before its name or after it, and explains itself:\n"
             "safehaven COMMAND --help.\n\n"
             "Exit codes: 0 done, 2 wrong use, 3 bad input, 4 refused, 5 not signed in, 6 a service not\n"
             "reachable or a file not writable, 7 damaged or contradictory records, 8 needs more, 1 anything else.");
  app.add_option("--context", globals.context, "file that says where the services and keys are (docs/formats.md)")
      ->envname("SAFEHAVEN_CONTEXT")
      ->capture_default_str();
  app.add_option("--as", globals.person, "who asks (a persona of the demo); or set SAFEHAVEN_TOKEN");
  app.add_option("--output", globals.output, "table, json or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}))
      ->capture_default_str();
  app.set_version_flag("--version", absl::StrCat("safehaven ", safehaven::BuildVersion(), " (", safehaven::BuildRevision(), ")"));
  app.require_subcommand(1);
  app.fallthrough();
  safehaven::cli::AddSampleCommands(app, globals);
  safehaven::cli::AddRegisterCommands(app, globals);
  safehaven::cli::AddLoadCommand(app, globals);
  safehaven::cli::AddRunCommands(app, globals);
  safehaven::cli::AddRunsCommands(app, globals);
  safehaven::cli::AddCostingCommands(app, globals);
  safehaven::cli::AddWholePersonCommand(app, globals);
  safehaven::cli::AddCollectionCommands(app, globals);
  safehaven::cli::AddQueryCommands(app, globals);
  safehaven::cli::AddAuditCommands(app, globals);
  safehaven::cli::AddOfficerCommands(app, globals);
  safehaven::cli::AddWitnessCommand(app, globals);
  safehaven::cli::AddTourCommand(app, globals);
  int exit_code = 0;
  safehaven::cli::LawContext law = {
      .output = &globals.output, .run = &globals.run, .exit_code = &exit_code, .out = &std::cout};
  safehaven::cli::AddLawCommands(app, law);
  law.what_if_at_service = safehaven::cli::AddWhatIfAtService(*app.get_subcommand("what-if"), globals);
  law.nearest_at_service = safehaven::cli::AddNearestAtService(*app.get_subcommand("nearest-lawful"), globals);
  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& e) {
    // CLI11 says that a command is required, and not which word is none.
    const std::vector<std::string> words = app.remaining();
    if (app.get_subcommands().empty() && !words.empty()) std::cerr << "'" << words.front() << "' is no command. ";
    app.exit(e);
    return 2;
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? 0 : 2;
  }
  const absl::Status status = globals.run();
  if (!status.ok()) std::cerr << "safehaven: " << safehaven::cli::Describe(status) << "\n";
  return status.ok() ? exit_code : safehaven::cli::ExitCode(status);
}
