// Goal: what `safehaven sample` writes is what the costing core reads: every
// provider's ledger goes through its own cost model to its own events, difference 0.
// The files are read here as the command line and the service read them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/sample/sample.h"
#include "libs/base/status.h"
#include "libs/ingest/csv.h"
#include "services/costing/core/model_yaml.h"
#include "services/costing/core/run.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  SH_CHECK(in.good());
  return text.str();
}

// Calls `visit(row, line)` with a look-up by column for every row of a CSV file.
template <typename Visit>
void ForEachRow(const std::string& text, Visit visit) {
  auto reader = CsvReader::Make(text, {});
  SH_CHECK(reader.ok());
  while (true) {
    const auto more = reader->Next();
    SH_CHECK(more.ok());
    if (!*more) return;
    if (reader->fault()) continue;
    visit([&reader](absl::string_view column) -> absl::string_view {
      const std::optional<size_t> index = reader->Find(column);
      return index ? reader->fields()[*index] : absl::string_view();
    }, reader->line());
  }
}

absl::StatusOr<Ledger> ReadLedger(const fs::path& path) {
  const std::string text = ReadAll(path);
  std::vector<LedgerRow> rows;
  ForEachRow(text, [&rows](const auto& field, uint64_t line) {
    // Fields without quotation marks are views into the text, which outlives them.
    rows.push_back({static_cast<int64_t>(line), field("provider"), field("cost_centre"), field("account"), "",
                    field("amount")});
  });
  return ParseLedger(rows);
}

// The events of the data sets that the model's feeds name, with the columns that its
// drivers use.
std::vector<EventColumns> ReadEvents(const fs::path& region, const CostModel& model) {
  std::set<std::string> datasets;
  for (const Feed& feed : model.feeds) datasets.insert(feed.dataset);
  std::vector<EventColumns> batches;
  uint64_t record = 0;
  for (const std::string& dataset : datasets) {
    const std::string text = ReadAll(region / "extracts" / (dataset + ".csv"));
    std::vector<std::string> drivers;
    const std::string header = text.substr(0, text.find('\n'));
    for (const Driver& driver : model.drivers) {
      const bool known = std::find(drivers.begin(), drivers.end(), driver.column) != drivers.end();
      if (!known && absl::StrCat(",", header, ",").find(absl::StrCat(",", driver.column, ",")) != std::string::npos) {
        drivers.push_back(driver.column);
      }
    }
    EventColumnsBuilder builder(drivers);
    ForEachRow(text, [&](const auto& field, uint64_t) {
      // The sample has a few rows with days that do not exist; loading rejects them.
      const auto start = CivilDay::Parse(field("start_date"));
      const auto end = CivilDay::Parse(field("end_date"));
      if (!start.ok() || !end.ok()) return;
      std::vector<int64_t> values(drivers.size());
      for (size_t i = 0; i < drivers.size(); ++i) SH_CHECK(absl::SimpleAtoi(field(drivers[i]), &values[i]));
      const absl::Status appended = builder.Append({.key = testing_support::KeyOf(++record),
                                                    .feed = field("feed"),
                                                    .point_of_delivery = field("point_of_delivery"),
                                                    .currency = field("currency"),
                                                    .treatment_function = field("treatment_function"),
                                                    .start = *start,
                                                    .end = *end,
                                                    .drivers = values});
      EXPECT_TRUE(appended.ok()) << appended;
      if (builder.row_count() == kSegmentRowsMax) batches.push_back(builder.Finish());
    });
    batches.push_back(builder.Finish());
  }
  return batches;
}

TEST(SampleRegion, EveryProvidersLedgerReachesItsEventsWithoutLoss) {
  const safehaven::testing_support::TempDir folder;
  const fs::path region = folder.path();
  const absl::Status written =
      sample::WriteSampleRegion({.persons = 1500, .seed = 7, .out_dir = region.string()}, nullptr);
  ASSERT_TRUE(written.ok()) << written;
  int provider_count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(region / "models")) {
    const std::string provider = entry.path().filename().string();
    SCOPED_TRACE(provider);
    const auto model = ParseCostModel(ReadAll(entry.path() / "model.yaml"));
    ASSERT_TRUE(model.ok()) << model.status();
    const auto ledger = ReadLedger(region / "ledgers" / (provider + ".csv"));
    ASSERT_TRUE(ledger.ok()) << ledger.status();
    const std::vector<EventColumns> batches = ReadEvents(region, *model);
    std::vector<const EventColumns*> pointers;
    for (const EventColumns& batch : batches) pointers.push_back(&batch);
    const auto run = RunCosting(*model, *ledger, pointers);
    ASSERT_TRUE(run.ok()) << run.status();
    EXPECT_EQ(run->reconciliation.ledger_total, ledger->total);
    EXPECT_EQ(run->reconciliation.difference, Money(0));
    EXPECT_GT(run->reconciliation.distributed, Money(0));
    EXPECT_EQ(run->reconciliation.undistributed, Money(0)) << "an activity of the sample has no driver";
    ++provider_count;
  }
  EXPECT_GE(provider_count, 5);
}

}  // namespace
}  // namespace safehaven::costing
