#include "cli/sample/worked_models.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/sample/writer.h"
#include "libs/base/status.h"

namespace safehaven::sample {
namespace {

// What a trust measures row by row instead of once an event.
struct RowFeed {
  absl::string_view provider;
  absl::string_view id;        // of the feed
  absl::string_view activity;  // that its rows drive
  absl::string_view column;    // of events, that its rows add up to
  absl::string_view kind;      // of the driver
  absl::string_view common, rare;  // kinds of rows; a rare one weighs three times as much
};
constexpr std::array<RowFeed, 4> kRowFeeds = {{
    {"ZA1", "pathology", "PTHTST", "pathology_tests", "count", "routine", "genetic"},
    {"ZB1", "vehicles", "VEHRUN", "vehicle_minutes", "time", "ambulance", "air"},
    {"ZM1", "journeys", "TRAVEL", "travel_minutes", "time", "car", "escorted"},
    {"ZH1", "consumables", "CONSUM", "consumable_pence", "actual_cost", "dressing", "pump"},
}};
constexpr size_t kRareEach = 11, kCancelledEach = 17, kNobodysEach = 40;  // of rows

// Income: a little more than cost for care, less for the rest.
struct Income {
  absl::string_view account, cost_group;
  int64_t per_mille;  // of the ledger
};
constexpr std::array<Income, 4> kIncome = {{{"TARIFF", "own_patient_care", 940},
                                            {"LEVY", "education_training", 35},
                                            {"GRANTS", "research_development", 12},
                                            {"TRADE", "commercial_other", 16}}};

const RowFeed* FeedOf(const Provider& provider) {
  const auto at = std::find_if(kRowFeeds.begin(), kRowFeeds.end(),
                               [&provider](const RowFeed& feed) { return feed.provider == provider.code; });
  return at == kRowFeeds.end() ? nullptr : &*at;
}

// One row an event that has any of the column; every so many are rare, cancelled or name
// no event. Returns how many rows there are.
absl::StatusOr<size_t> WriteRows(const std::string& path, const RowFeed& feed, const SourceActivity& activity) {
  SH_ASSIGN_OR_RETURN(FileWriter file, FileWriter::Open(path));
  file.Write("event_id,day,kind,state,quantity\n");
  size_t count = 0;
  for (const Dataset& dataset : activity.datasets) {
    const auto column = std::find_if(dataset.drivers.begin(), dataset.drivers.end(),
                                     [&feed](const DriverColumn& driver) { return driver.name == feed.column; });
    if (column == dataset.drivers.end()) continue;
    const auto index = static_cast<size_t>(column - dataset.drivers.begin());
    for (size_t row = 0; row < dataset.events.size(); ++row) {
      const Event& event = dataset.events[row];
      if (event.drivers[index] == 0) continue;
      ++count;
      file.Field(count % kNobodysEach == 0 ? "" : dataset.RecordId(row));
      file.Field(event.start.ToString());
      file.Field(count % kRareEach == 0 ? feed.rare : feed.common);
      file.Field(count % kCancelledEach == 0 ? "cancelled" : "done");
      file.Field(absl::StrCat(event.drivers[index]));
      file.EndRow();
    }
  }
  SH_RETURN_IF_ERROR(file.Close());
  return count;
}

// The plain model with the row feed in place of the drivers that it replaces, its links in
// a table, and kinds of drivers said.
std::string ModelText(const std::string& plain, const Provider& provider, const RowFeed& feed) {
  std::string text;
  bool is_in_links = false;
  const std::vector<absl::string_view> lines = absl::StrSplit(plain, '\n');
  for (const absl::string_view line : lines) {
    if (line == "links:") {
      is_in_links = true;
      absl::StrAppend(&text, "links: {file: links.csv}\n");
      continue;
    }
    if (line == "drivers:") is_in_links = false;
    if (is_in_links || absl::StartsWith(line, absl::StrCat("  - {activity: ", feed.activity, ","))) continue;
    if (line == "feeds:") {
      absl::StrAppend(&text, "  - {activity: ", feed.activity, ", feed: ", feed.id, ", column: quantity, kind: ", feed.kind,
                      ", weight_by: {column: kind, weights: {", feed.rare, ": 3}, otherwise: 1}, where_not: {state: [cancelled]}}\n");
    }
    if (!line.empty()) absl::StrAppend(&text, line, "\n");
  }
  std::string targets;
  for (const Named& master : provider.feeds) absl::StrAppend(&targets, targets.empty() ? "" : ", ", master.id);
  absl::StrAppend(&text, "  - {id: ", feed.id, ", dataset: ", feed.id, ", kind: auxiliary}\nmatching:\n  unmatched: costed\n",
                  "  rules:\n    - {id: by_event, feed: ", feed.id, ", key: event, targets: [", targets, "]}\nincome_map:\n");
  for (const Income& income : kIncome) {
    absl::StrAppend(&text, "  - {cost_centre: INCOME, account: ", income.account, ", cost_group: ", income.cost_group, "}\n");
  }
  return absl::StrReplaceAll(text, {{"version: 1\n", "version: 2\n"}});
}

std::string LinksCsv(const Provider& provider) {
  std::string csv = "resource,activity,share\n";
  for (const Link& link : provider.links) absl::StrAppend(&csv, link.resource, ",", link.activity, ",", link.share, "\n");
  return csv;
}

}  // namespace

absl::Status WriteWorkedModel(const std::string& out_dir, const Provider& provider, const std::vector<LedgerLine>& ledger,
                              const SourceActivity& activity, const Period& period) {
  const RowFeed* const feed = FeedOf(provider);
  if (feed == nullptr) return absl::OkStatus();
  const std::string rows = absl::StrCat("feeds/", provider.code, "/", feed->id, ".csv");
  SH_ASSIGN_OR_RETURN(const size_t row_count, WriteRows(absl::StrCat(out_dir, "/", rows), *feed, activity));
  int64_t total_pence = 0;
  for (const LedgerLine& line : ledger) total_pence += line.amount_pence;
  std::string income = "cost_centre,account,amount\n";
  for (const Income& line : kIncome) {
    absl::StrAppend(&income, "INCOME,", line.account, ",", PoundsText(total_pence / 1'000 * line.per_mille), "\n");
  }
  SH_RETURN_IF_ERROR(WriteFile(absl::StrCat(out_dir, "/ledgers/", provider.code, "-income.csv"), income));
  const std::string folder = absl::StrCat(out_dir, "/models/", provider.code, "/worked/");
  std::string inputs = absl::StrCat("format: safehaven-cost-inputs/1\naudited_total: \"", PoundsText(total_pence),
                                    "\"\nledger: {file: ledgers/", provider.code, ".csv}\nincome: {file: ledgers/",
                                    provider.code, "-income.csv}\ndatasets:\n  ", feed->id, ": {file: ", rows, ", rows: ",
                                    row_count, "}\n");
  SH_RETURN_IF_ERROR(WriteFile(absl::StrCat(folder, "inputs.yaml"), inputs));
  SH_RETURN_IF_ERROR(WriteFile(absl::StrCat(folder, "links.csv"), LinksCsv(provider)));
  return WriteFile(absl::StrCat(folder, "model.yaml"), ModelText(CostModelText(provider, ledger, period), provider, *feed));
}

}  // namespace safehaven::sample
