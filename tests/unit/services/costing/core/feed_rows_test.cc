// Goal: rows of auxiliary feeds find their events by rules, carry the weights that the
// model's drivers say, and nothing of an activity's cost is lost on the way; ledger rules
// hold on their days.
#include <gtest/gtest.h>

#include <limits>

#include "absl/strings/str_replace.h"
#include "libs/base/status.h"
#include "services/costing/core/matching.h"
#include "services/costing/core/model_diff.h"
#include "services/costing/core/model_yaml.h"
#include "services/costing/core/run.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

using testing_support::Day;
using testing_support::KeyOf;
using testing_support::kModelYaml;
using testing_support::Pounds;
using testing_support::SmallEvents;
using testing_support::SmallLedger;

// The small model with a feed of tests whose rows name their activity.
CostModel ModelWithRows() {
  const std::string yaml = absl::StrReplaceAll(
      kModelYaml, {{"  - {activity: WARDCR, feed: op, column: count, weight_by_point_of_delivery: {CL: 2, NCL: 1}}",
                    "  - {activity: '*', feed: tests, column: price, factor: 2, kind: relative_weight,\n"
                    "     weight_by: {column: kind, weights: {BLOOD: 1, SCAN: 3}, otherwise: 0}, where_not: {state: [void]}}"},
                   {"  - {id: op, dataset: acute/op}",
                    "  - {id: op, dataset: acute/op}\n  - {id: tests, dataset: tests, kind: auxiliary, activity_column: activity}\n"
                    "matching:\n  rules:\n"
                    "    - {id: by_event, feed: tests, key: event, targets: [apc, op]}\n"
                    "    - {id: by_patient, feed: tests, key: patient, targets: [apc, op], days_before: 3, days_after: 1}"}});
  const auto model = ParseCostModel(yaml);
  SH_CHECK(model.ok());
  return *model;
}

// Rows of activity ROUNDS: events 0 (twice), 3, and one without an event.
FeedRows SmallRows() {
  FeedRows rows = {.feed = 2, .event = {0, 3, 0, kNoEvent}, .rule = {0, 1, 1, 0}, .day = {}, .texts = {}, .numbers = {}};
  rows.texts = {{"activity", {"ROUNDS"}, {0, 0, 0, 0}},
                {"kind", {"BLOOD", "SCAN"}, {0, 1, 0, 0}},
                {"state", {"done", "void"}, {0, 0, 0, 0}}};
  rows.numbers = {{"price", {10, 20, 5, 25}}};
  return rows;
}

absl::StatusOr<CostRun> CostWith(const CostModel& model, const FeedRows& rows) {
  const EventColumns events = SmallEvents();
  const EventColumns* const batches[] = {&events};
  return RunCosting(model, SmallLedger(), batches, std::span(&rows, 1));
}

// Cost of an event in the activity, over all its resources.
int64_t CostIn(const CostRun& run, const CostModel& model, const std::string& activity, uint32_t event) {
  int64_t total = 0;
  for (const CostLineBlock& block : run.lines.blocks) {
    if (model.activities[block.activity].id != activity) continue;
    for (size_t i = 0; i < block.count; ++i) {
      if (run.lines.event[block.first_use + i] == event) total += run.lines.cost_e8[block.first + i];
    }
  }
  return total;
}

TEST(FeedRows, BearTheCostOfTheActivityThatTheyName) {
  const CostModel model = ModelWithRows();
  const auto run = CostWith(model, SmallRows());
  ASSERT_TRUE(run.ok()) << run.status();
  // Weights: event 0 has 2 x (10 + 5), event 3 has 2 x 20 x 3, the unmatched row 2 x 25.
  const int64_t one = CostIn(*run, model, "ROUNDS", 0);
  EXPECT_GT(one, 0);
  EXPECT_NEAR(static_cast<double>(CostIn(*run, model, "ROUNDS", 3)), 4.0 * static_cast<double>(one), 4);
  EXPECT_NEAR(static_cast<double>(run->reconciliation.unmatched.e8_pounds()), 5.0 / 3 * static_cast<double>(one), 4);
  EXPECT_EQ(run->reconciliation.undistributed, Money(0));
  EXPECT_EQ(run->reconciliation.difference, Money(0));
  ASSERT_EQ(run->unmatched.size(), 1u);
}

TEST(FeedRows, KeepTheWeakestRuleThatMatchedOnTheLine) {
  const CostModel model = ModelWithRows();
  const auto run = CostWith(model, SmallRows());
  ASSERT_TRUE(run.ok()) << run.status();
  for (const CostLineBlock& block : run->lines.blocks) {
    const bool is_rows = model.activities[block.activity].id == "ROUNDS";
    for (size_t i = 0; i < block.count; ++i) EXPECT_EQ(run->lines.rule[block.first_use + i], is_rows ? 2 : 0);
  }
}

TEST(FeedRows, AreOnlyCountedWhereTheModelSaysSo) {
  CostModel model = ModelWithRows();
  model.unmatched = UnmatchedPolicy::kCountedOnly;
  const auto run = CostWith(model, SmallRows());
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->reconciliation.unmatched, Money(0));
  EXPECT_EQ(run->reconciliation.matches.back().rows, 1);
}

TEST(FeedRows, OutsideThePeriodOrFilteredOutBearNothing) {
  FeedRows rows = SmallRows();
  rows.day = {Day("2025-06-01").days_since_1970(), Day("2026-04-01").days_since_1970(),
              Day("2025-03-31").days_since_1970(), Day("2025-06-01").days_since_1970()};
  rows.texts[2].codes[3] = 1;
  const CostModel model = ModelWithRows();
  const auto run = CostWith(model, rows);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(CostIn(*run, model, "ROUNDS", 3), 0);
  EXPECT_EQ(run->reconciliation.unmatched, Money(0));
  EXPECT_EQ(CostIn(*run, model, "ROUNDS", 0) + CostIn(*run, model, "WARDCR", 0) + CostIn(*run, model, "WARDCR", 1) +
                CostIn(*run, model, "WARDCR", 2),
            run->reconciliation.distributed.e8_pounds());
}

TEST(FeedRows, RefuseWhatTheModelDoesNotKnowOrCannotHold) {
  const CostModel model = ModelWithRows();
  FeedRows unknown = SmallRows();
  unknown.texts[0].values = {"OTHER"};
  EXPECT_EQ(ReasonOf(CostWith(model, unknown).status()), "ACTIVITY_UNKNOWN");
  FeedRows missing = SmallRows();
  missing.numbers.clear();
  EXPECT_EQ(ReasonOf(CostWith(model, missing).status()), "DRIVER_COLUMN_MISSING");
  FeedRows without_text = SmallRows();
  without_text.texts.pop_back();
  EXPECT_EQ(ReasonOf(CostWith(model, without_text).status()), "DRIVER_COLUMN_MISSING");
  FeedRows negative = SmallRows();
  negative.numbers[0].values[0] = -1;
  EXPECT_EQ(ReasonOf(CostWith(model, negative).status()), "DRIVER_NEGATIVE");
  FeedRows large = SmallRows();
  large.numbers[0].values[1] = std::numeric_limits<int64_t>::max() / 2;
  EXPECT_EQ(ReasonOf(CostWith(model, large).status()), "DRIVER_OVERFLOW");
}

TEST(PatientIndex, FindsTheNearestEventThatTheRuleAllows) {
  const auto event = [](uint32_t number, size_t feed, const char* start, const char* end) {
    return MatchableEvent{number, feed, KeyOf(number), 7, Day(start).days_since_1970(), Day(end).days_since_1970()};
  };
  const PatientIndex index({event(1, 0, "2025-05-10", "2025-05-12"), event(2, 0, "2025-05-20", "2025-05-20"),
                            event(3, 1, "2025-05-15", "2025-05-15"), event(4, 0, "2025-05-20", "2025-05-20")});
  const MatchingRule rule = {.id = "r", .feed = 2, .key = MatchKey::kPatient, .targets = {0, 1}, .days_before = 5, .days_after = 2};
  const auto find = [&index](const MatchingRule& by, const char* day) {
    return index.Find(7, Day(day).days_since_1970(), by);
  };
  EXPECT_EQ(find(rule, "2025-05-11"), 1u);       // inside
  EXPECT_EQ(find(rule, "2025-05-14"), 3u);       // a day before 3 is nearer than two after 1
  EXPECT_EQ(find(rule, "2025-05-18"), 2u);       // of two alike the smaller key
  EXPECT_EQ(find(rule, "2025-05-23"), kNoEvent); // three days after the last
  EXPECT_EQ(index.Find(8, Day("2025-05-11").days_since_1970(), rule), kNoEvent);
  EXPECT_EQ(index.Find(0, Day("2025-05-11").days_since_1970(), rule), kNoEvent);
  MatchingRule only_second = rule;
  only_second.targets = {1};
  EXPECT_EQ(find(only_second, "2025-05-11"), 3u);
}

TEST(LedgerRules, HoldOnTheirDays) {
  const std::string yaml = absl::StrReplaceAll(
      kModelYaml, {{"  - {cost_centre: E100, account: \"*\", to: estates, fraction: \"1\"}",
                    "  - {cost_centre: E100, account: \"*\", to: estates, fraction: \"1\", last_day: 2025-09-30}\n"
                    "  - {cost_centre: E100, account: \"*\", to: education, fraction: \"1\", first_day: 2025-10-01}"}});
  const auto model = ParseCostModel(yaml);
  ASSERT_TRUE(model.ok()) << model.status();
  Ledger ledger = SmallLedger();
  ledger.lines[0].amount = Pounds("30000.00");
  ledger.lines[0].day = Day("2025-09-30");
  ledger.lines.push_back({"E100", "1000", "Rent, later", Pounds("10000.00"), Day("2025-10-01")});
  const auto mapping = MapLedger(ledger, *model);
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  EXPECT_EQ(mapping->postings[0].amount, Pounds("30000.00"));
  EXPECT_EQ(mapping->postings[1].amount, Pounds("10000.00"));
  // A line without a day counts as of the period's last day, so the first rule has none.
  EXPECT_EQ(ReasonOf(MapLedger(SmallLedger(), *model).status()), "LEDGER_RULE_UNUSED");
}

TEST(ModelDiff, SaysWhatDiffers) {
  const auto before = ParseCostModel(kModelYaml);
  const auto after = ParseCostModel(absl::StrReplaceAll(kModelYaml, {{"share: 95", "share: 90"}, {"version: 3", "version: 4"}}));
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_TRUE(DiffModels(*before, *before).empty());
  const std::vector<ModelChange> changes = DiffModels(*before, *after);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].what, "links.NURWRD.WARDCR");
  EXPECT_EQ(changes[0].before, "95");
  EXPECT_EQ(changes[0].after, "90");
}

}  // namespace
}  // namespace safehaven::costing
