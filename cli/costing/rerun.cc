#include "cli/costing/rerun.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cli/costing/csv_text.h"
#include "cli/costing/lines_file.h"
#include "cli/costing/reference_report.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

namespace fs = std::filesystem;
using costing::CostModel;
using costing::Feed;

// May the feeds that were loaded for `then` serve `now`? Only what drivers read of them,
// and which columns the files have for ours, decides.
bool CanServe(const ModelFolder& now, const ModelFolder& then) {
  const auto columns_of = [](const CostModel& model) {
    std::set<std::pair<std::string, std::string>> columns;
    for (const costing::Driver& driver : model.drivers) {
      const std::string& feed = model.feeds[driver.feed].id;
      columns.emplace(feed, driver.column);
      if (driver.weight_by) columns.emplace(feed, driver.weight_by->column);
      for (const costing::RowFilter& filter : driver.where) columns.emplace(feed, filter.column);
    }
    return columns;
  };
  const auto feed_text = [](const CostModel& model) {
    std::string text = absl::StrCat(model.period_start.ToString(), model.period_end.ToString(), static_cast<int>(model.year_edge));
    for (const Feed& feed : model.feeds) {
      absl::StrAppend(&text, "\n", feed.id, "\n", feed.dataset, "\n", feed.is_auxiliary ? "a " : "m ", feed.activity_column);
    }
    for (const costing::MatchingRule& rule : model.matching) {
      absl::StrAppend(&text, "\n", rule.id, " ", rule.feed, " ", static_cast<int>(rule.key), " ", rule.days_before, " ",
                      rule.days_after);
      for (const size_t target : rule.targets) absl::StrAppend(&text, " ", target);
    }
    return text;
  };
  const auto needed = columns_of(now.model), loaded = columns_of(then.model);
  return feed_text(now.model) == feed_text(then.model) && now.inputs.datasets == then.inputs.datasets &&
         std::includes(loaded.begin(), loaded.end(), needed.begin(), needed.end());
}

// Are the files of all feeds those that were read before?
absl::StatusOr<bool> HasSameFiles(const FileRun& before, const CostInputs& inputs, const std::string& input_dir) {
  for (const DatasetReport& dataset : before.feeds.datasets) {
    const auto at = inputs.datasets.find(dataset.dataset);
    if (at == inputs.datasets.end()) return false;
    SH_ASSIGN_OR_RETURN(const FileText file, FileText::Read((fs::path(input_dir) / at->second.file).string()));
    if (file.text().size() != dataset.byte_count || file.Sha256Hex() != dataset.sha256) return false;
  }
  return true;
}

// Everything but feeds and costs.
absl::StatusOr<FileRun> Open(const FileRun& before, const RerunOptions& options, const FileRunProgress& progress) {
  FileRun result;
  progress("model");
  if (options.model.empty()) {
    result.folder = before.folder;
  } else {
    SH_ASSIGN_OR_RETURN(result.folder, ReadModelFolder(options.model));
  }
  if (result.folder.model.provider != before.folder.model.provider) {
    return FailedPrecondition("RUN_OTHER_PROVIDER", "the run before is another provider's");
  }
  if (!options.feeds.input_dir.empty()) {
    SH_RETURN_IF_ERROR(OpenLedgers({.model = "", .feeds = options.feeds}, result, progress));
    return result;
  }
  result.ledger = before.ledger;
  result.ledger_digests = before.ledger_digests;
  result.income_ledger = before.income_ledger;
  if (result.income_ledger) {
    SH_ASSIGN_OR_RETURN(result.income, costing::MapIncome(*result.income_ledger, result.folder.model));
  }
  return result;
}

std::vector<Rerun::Total> TotalsOf(const costing::Reconciliation& before, const costing::Reconciliation& after) {
  std::vector<Rerun::Total> totals = {{"ledger", before.ledger_total, after.ledger_total}};
  for (size_t i = 0; i < costing::kCostGroupCount; ++i) {
    totals.push_back({std::string(costing::Name(static_cast<costing::CostGroup>(i))), before.group_total[i], after.group_total[i]});
  }
  totals.push_back({"excluded", before.excluded, after.excluded});
  totals.push_back({"reached events", before.distributed, after.distributed});
  totals.push_back({"rows without an event", before.unmatched, after.unmatched});
  totals.push_back({"no driver", before.undistributed, after.undistributed});
  return totals;
}

std::string DifferenceText(Money before, Money after) {
  return costing::FineMoney(costing::FineMoney(after) - costing::FineMoney(before)).ToString(8);
}

}  // namespace

absl::StatusOr<Rerun> RerunOnFiles(FileRun& before, const RerunOptions& options, const costing::Schedule* standard,
                                   const FileRunProgress& progress) {
  Rerun rerun;
  SH_ASSIGN_OR_RETURN(rerun.run, Open(before, options, progress));
  FileRun& run = rerun.run;
  const CostModel& model = run.folder.model;
  run.since = absl::BytesToHexString(before.run.certificate.digest);
  progress("feeds");
  const bool has_input = !options.feeds.input_dir.empty();
  bool can_serve = CanServe(run.folder, before.folder);
  if (can_serve && has_input) {
    SH_ASSIGN_OR_RETURN(can_serve, HasSameFiles(before, run.folder.inputs, options.feeds.input_dir));
  }
  if (!can_serve && !has_input) {
    return FailedPrecondition("INPUT_NEEDED", "the change needs more of the feeds than the run kept: give --input");
  }
  // Batches and rows do not move when their vectors do: the basis below stays where it is.
  const std::vector<const costing::EventColumns*> batches_before = BatchesOf(before.feeds);
  const costing::RunBasis basis = {&before.folder.model, &before.run, batches_before, before.feeds.rows};
  if (can_serve) {
    run.feeds = std::move(before.feeds);
  } else {
    SH_ASSIGN_OR_RETURN(run.feeds, LoadFeeds(model, run.folder.inputs, options.feeds));
  }
  progress("costing");
  const std::vector<const costing::EventColumns*> batches = BatchesOf(run.feeds);
  SH_ASSIGN_OR_RETURN(run.run, costing::RerunCosting(basis, model, run.ledger, batches, run.feeds.rows));
  progress("comparing");
  const std::vector<uint8_t> flags_before = costing::CostedFlags(before.run.lines.event, before.run.event_cost_e8.size()),
                             flags = costing::CostedFlags(run.run.lines.event, run.run.event_cost_e8.size());
  SH_ASSIGN_OR_RETURN(rerun.difference, costing::DiffRuns({batches_before, before.run.event_cost_e8, flags_before},
                                                          {batches, run.run.event_cost_e8, flags}, standard));
  rerun.totals = TotalsOf(before.run.reconciliation, run.run.reconciliation);
  return rerun;
}

absl::Status WriteChanges(const Rerun& rerun, OutputFolder& folder) {
  const FileRun& run = rerun.run;
  SH_ASSIGN_OR_RETURN(OutputFile events, folder.Create("changes_events.csv"));
  events.Write("event,feed,point_of_delivery,currency,before,after,difference\n");
  std::string row;
  for (const costing::EventDifference& event : rerun.difference.events) {
    const EventView view = event.index_after ? ViewOf(run, *event.index_after) : EventView{};
    row.clear();
    // One that is no longer there has its name in the run before.
    AppendCsvRow(&row, {event.index_after ? run.feeds.record_ids.at(*event.index_after) : "gone", view.feed,
                        view.point_of_delivery, view.currency, event.index_before ? event.before.ToString() : "",
                        event.index_after ? event.after.ToString() : "", DifferenceText(event.before, event.after)});
    events.Write(row);
  }
  SH_RETURN_IF_ERROR(folder.Close(std::move(events)));
  std::string currencies = "point_of_delivery,currency,activity_before,activity_after,before,after,difference\n";
  for (const costing::CurrencyDifference& currency : rerun.difference.currencies) {
    AppendCsvRow(&currencies, {currency.point_of_delivery, currency.currency, absl::StrCat(currency.activity_before),
                               absl::StrCat(currency.activity_after), currency.before.ToString(), currency.after.ToString(),
                               DifferenceText(currency.before, currency.after)});
  }
  SH_RETURN_IF_ERROR(folder.Put("changes_currencies.csv", currencies));
  std::string index = "department,index_before,index_after\n";
  for (const costing::IndexDifference& line : rerun.difference.index) {
    AppendCsvRow(&index, {line.department.empty() ? "all" : line.department, IndexText(line.before_e6), IndexText(line.after_e6)});
  }
  SH_RETURN_IF_ERROR(folder.Put("changes_index.csv", index));
  std::string totals = "total,before,after,difference\n";
  for (const Rerun::Total& total : rerun.totals) {
    AppendCsvRow(&totals, {total.name, total.before.ToString(), total.after.ToString(), DifferenceText(total.before, total.after)});
  }
  return folder.Put("changes_totals.csv", totals);
}

}  // namespace safehaven::cli
