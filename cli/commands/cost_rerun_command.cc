// `safehaven cost --since RUN`: what a change would do, and then the run with it.
#include <iostream>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/commands/cost_file_flags.h"
#include "cli/costing/file_text.h"
#include "cli/costing/kept_run.h"
#include "cli/costing/reference_report.h"
#include "cli/costing/rerun.h"
#include "cli/costing/run_output.h"
#include "cli/costing/run_signer.h"
#include "cli/costing/schedule_file.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

// Currencies that the summary names; the files name all.
constexpr size_t kCurrenciesShown = 10;

std::string DifferenceText(Money before, Money after) {
  return costing::FineMoney(costing::FineMoney(after) - costing::FineMoney(before)).ToString(2);
}

TextTable Summary(const Rerun& rerun) {
  TextTable table = {.columns = {"what", "before", "after", "difference"}};
  for (const Rerun::Total& total : rerun.totals) {
    table.rows.push_back({total.name, total.before.ToString(), total.after.ToString(), DifferenceText(total.before, total.after)});
  }
  for (const costing::IndexDifference& line : rerun.difference.index) {
    table.rows.push_back({absl::StrCat("index ", line.department.empty() ? "of all" : line.department),
                          IndexText(line.before_e6), IndexText(line.after_e6), ""});
  }
  std::vector<costing::CurrencyDifference> currencies = rerun.difference.currencies;
  const auto size_of = [](const costing::CurrencyDifference& currency) {
    const int128 size = int128{currency.after.e8_pounds()} - currency.before.e8_pounds();
    return size < 0 ? -size : size;
  };
  std::stable_sort(currencies.begin(), currencies.end(),
                   [&size_of](const auto& a, const auto& b) { return size_of(a) > size_of(b); });
  for (size_t i = 0; i < std::min(currencies.size(), kCurrenciesShown); ++i) {
    const costing::CurrencyDifference& currency = currencies[i];
    table.rows.push_back({absl::StrCat("currency ", currency.point_of_delivery, " ", currency.currency),
                          currency.before.ToString(), currency.after.ToString(), DifferenceText(currency.before, currency.after)});
  }
  return table;
}

absl::Status WriteChangesFolder(const Rerun& rerun, const std::string& path) {
  SH_ASSIGN_OR_RETURN(OutputFolder folder, OutputFolder::Make(path));
  SH_RETURN_IF_ERROR(WriteChanges(rerun, folder));
  return folder.Commit();
}

}  // namespace

absl::Status RunCostSince(const Globals& globals, const CostFileFlags& flags) {
  SH_ASSIGN_OR_RETURN(const OutputFormat format, globals.Output());
  Parts parts(*globals.clock);
  const FileRunProgress progress = [&parts](absl::string_view part) { parts.Begin(part); };
  progress("run before");
  SH_ASSIGN_OR_RETURN(FileRun before, ReadKeptRun(flags.since, flags.public_key));
  costing::Schedule standard;
  if (!flags.standard.empty()) {
    SH_ASSIGN_OR_RETURN(const FileText file, FileText::Read(flags.standard));
    const absl::StatusOr<costing::Schedule> parsed = ParseSchedule(file.text());
    if (!parsed.ok()) return WithContext(parsed.status(), flags.standard);
    standard = *parsed;
  }
  SH_ASSIGN_OR_RETURN(const Rerun rerun,
                      RerunOnFiles(before, {.model = flags.run.model, .feeds = flags.run.feeds},
                                   flags.standard.empty() ? nullptr : &standard, progress));
  if (!flags.changes.empty()) SH_RETURN_IF_ERROR(WriteChangesFolder(rerun, flags.changes));
  if (!flags.out.empty()) {
    SH_ASSIGN_OR_RETURN(OutputFolder folder, OutputFolder::Make(flags.out));
    SH_ASSIGN_OR_RETURN(const NoteSigner signer, RunSigner(flags.key, rerun.run.run.provider, *globals.randomness));
    progress("writing");
    SH_RETURN_IF_ERROR(WriteChanges(rerun, folder));
    if (flags.keep) SH_RETURN_IF_ERROR(WriteBasis(rerun.run, folder));
    SH_RETURN_IF_ERROR(WriteRun(rerun.run, LinesFormatOf(flags.lines), signer, folder));
    SH_RETURN_IF_ERROR(folder.Commit());
  }
  parts.End();
  std::cout << Format(Summary(rerun), format);
  const costing::RunWork& work = rerun.run.run.work;
  std::cerr << rerun.difference.events.size() << " of " << rerun.difference.event_count << " events differ, "
            << rerun.difference.currencies.size() << " currencies; " << work.blocks_made << " costs of activities made anew, "
            << work.blocks_reused << " taken over\n"
            << (flags.out.empty() ? "nothing is committed: give --out to make it a run\n" : "");
  return absl::OkStatus();
}

}  // namespace safehaven::cli
