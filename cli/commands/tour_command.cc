#include <iostream>

#include "cli/commands/commands.h"
#include "cli/tour/tour.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

struct TourFlags {
  TourOptions options;
  std::string report;
};

absl::Status RunTourCommand(const Globals& globals, const TourFlags& flags) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  if (!session->context().demo) return FailedPrecondition("DEMO_ONLY", "the tour runs in the demo profile only");
  Report report;
  const absl::Status done = RunTour(*session, flags.options, report);
  if (!flags.report.empty()) SH_RETURN_IF_ERROR(WriteFile(flags.report, report.ToJson()));
  return done;
}

}  // namespace

void AddTourCommand(CLI::App& app, Globals& globals) {
  auto flags = std::make_shared<TourFlags>();
  CLI::App* tour = app.add_subcommand("tour", "the demonstration: nine points, each with the numbers of this run");
  tour->footer("scripts/demo prepares everything and runs it. Example:\n"
               "safehaven --context .state/demo/context.yaml tour --region .state/demo/region --state .state/demo");
  tour->add_option("--region", flags->options.region, "folder of `safehaven sample`")->required();
  tour->add_option("--state", flags->options.state, "folder for what the tour writes")->required();
  tour->add_option("--report", flags->report, "also write the report as JSON to this file");
  tour->callback([&globals, flags] { globals.run = [&globals, flags] { return RunTourCommand(globals, *flags); }; });
}

}  // namespace safehaven::cli
