#include <iostream>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/progress/progress.h"
#include "cli/operations/extract.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

std::vector<std::string> RowOf(const ExtractOutcome& outcome) {
  uint64_t stripped = 0;
  for (const auto& [restriction, count] : outcome.stripped_counts) stripped += count;
  const double seconds = absl::ToDoubleSeconds(outcome.duration);
  return {outcome.dataset,
          absl::StrCat(outcome.read_count),
          absl::StrCat(outcome.sent_count),
          absl::StrCat(outcome.rejected_count),
          absl::StrCat(outcome.withheld_count),
          absl::StrCat(stripped),
          absl::StrCat(static_cast<int64_t>(seconds > 0 ? static_cast<double>(outcome.read_count) / seconds : 0)),
          outcome.load,
          outcome.rejects_file};
}

absl::Status RunLoad(const Globals& globals, const std::vector<std::string>& descriptors, ExtractOptions options) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, globals.OpenSession());
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  TextTable table = {.columns = {"data set", "read", "sent", "rejected", "withheld", "stripped", "rows/s", "load", "rejects file"}};
  absl::Status failed;
  for (const std::string& descriptor : descriptors) {
    options.descriptor = descriptor;
    ProgressLine line(absl::StrCat("load ", descriptor));
    absl::StatusOr<ExtractOutcome> outcome =
        LoadExtract(*session, options, [&line](uint64_t sent, uint64_t total) {
          line.Show("rows", static_cast<int64_t>(sent), static_cast<int64_t>(total));
        });
    failed = outcome.status();
    if (!outcome.ok()) break;
    line.Done();
    table.rows.push_back(RowOf(*outcome));
  }
  // Those before the one that failed are loaded: say so.
  if (failed.ok() || !table.rows.empty()) std::cout << Format(table, format);
  return failed;
}

}  // namespace

void AddLoadCommand(CLI::App& app, Globals& globals) {
  auto options = std::make_shared<ExtractOptions>();
  auto descriptors = std::make_shared<std::vector<std::string>>();
  CLI::App* command = app.add_subcommand("load", "split extracts at the source and send their halves");
  command->footer("Example: safehaven load region/extracts/acute/apc.yaml --approval 'CAG 9-01(a)/2025'\n"
                  "A load that was cut off is resumed by the same command. A fault of the file refuses it\n"
                  "whole; rows with a fault go to the rejects file, and too many of them refuse it too.");
  command->add_option("descriptor", *descriptors, "load descriptors (docs/formats.md)")->required();
  command->add_option("--approval", options->approval, "approval relied on for collecting")->required();
  command->add_option("--source-key", options->source_key, "the source's key; else that of the keys folder");
  command->add_option("--withhold", options->withhold, "file of type 1 objections: these people's rows are not sent; required of practices' extracts (gp)");
  command->add_option("--rejects", options->rejects_dir, "folder for rejects files; else beside the descriptor");
  command->add_option("--fault-limit", options->fault_per_mille_max, "most rows with a fault, in a thousand")->capture_default_str();
  command->add_option("--replaces", options->replaces, "ids of earlier loads (column \"load\") that this one replaces whole");
  command->callback([&globals, options, descriptors] {
    globals.run = [&globals, options, descriptors] { return RunLoad(globals, *descriptors, *options); };
  });
}

}  // namespace safehaven::cli
