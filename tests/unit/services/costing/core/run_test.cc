#include "services/costing/core/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "libs/base/status.h"
#include "services/costing/core/model_yaml.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

using ::testing::ElementsAre;
using testing_support::Day;
using testing_support::KeyOf;
using testing_support::kModelYaml;
using testing_support::Pounds;
using testing_support::SmallEvents;
using testing_support::SmallLedger;

CostModel SmallModel() {
  const auto model = ParseCostModel(kModelYaml);
  SH_CHECK(model.ok());
  return *model;
}

absl::StatusOr<CostRun> Cost(const CostModel& model, const Ledger& ledger, const EventColumns& events) {
  const std::vector<const EventColumns*> batches = {&events};
  return RunCosting(model, ledger, batches);
}

TEST(RunCosting, BringsEveryPoundToAnEventOrAGroup) {
  const auto run = Cost(SmallModel(), SmallLedger(), SmallEvents());
  ASSERT_TRUE(run.ok()) << run.status();
  const Reconciliation& reconciliation = run->reconciliation;
  // Estates' 40,000 go 3 : 1 to the ward (86,000 + 30,000) and to education.
  EXPECT_THAT(reconciliation.group_total,
              ElementsAre(Pounds("116000"), Pounds("26250"), Money(0), Money(0), Money(0)));
  EXPECT_EQ(reconciliation.excluded, Pounds("9000"));
  EXPECT_EQ(reconciliation.ledger_total, Pounds("151250"));
  EXPECT_EQ(reconciliation.difference, Money(0));
  // 95 % of the ward is ward care, 5 % are rounds that no driver spreads.
  EXPECT_EQ(reconciliation.distributed, Pounds("110200"));
  EXPECT_EQ(reconciliation.undistributed, Pounds("5800"));
}

TEST(RunCosting, SharesAnActivityOverTheRowsOfAllItsDrivers) {
  const auto run = Cost(SmallModel(), SmallLedger(), SmallEvents());
  ASSERT_TRUE(run.ok()) << run.status();
  // Weights 1, 2, 4 bed days and 2, 1, 0 for attendances: 110,200 over 10.
  EXPECT_THAT(run->event_cost_e8,
              ElementsAre(Pounds("11020").e8_pounds(), Pounds("22040").e8_pounds(), Pounds("44080").e8_pounds(),
                          Pounds("22040").e8_pounds(), Pounds("11020").e8_pounds(), 0));
  ASSERT_EQ(run->lines.blocks.size(), 1u);
  EXPECT_EQ(run->lines.blocks[0].count, 5u);
}

TEST(RunCosting, ReconcilesEveryStage) {
  const auto run = Cost(SmallModel(), SmallLedger(), SmallEvents());
  ASSERT_TRUE(run.ok()) << run.status();
  std::vector<std::string> stages;
  for (const StageTotals& stage : run->reconciliation.stages) {
    EXPECT_EQ(stage.in, stage.out) << stage.stage;
    stages.push_back(stage.stage);
  }
  EXPECT_THAT(stages, ElementsAre("ledger_to_pools", "support_to_pools", "resources_to_activities",
                                  "activities_to_events", "ledger_to_cost_groups"));
}

TEST(RunCosting, ShowsActivityWithoutADriverAndNeverSpreadsIt) {
  const auto run = Cost(SmallModel(), SmallLedger(), SmallEvents());
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_EQ(run->undistributed.size(), 1u);
  EXPECT_EQ(run->undistributed[0].activity, 1u);
  EXPECT_EQ(run->undistributed[0].amount, Pounds("5800"));
}

TEST(RunCosting, KeepsTheCostOfAnActivityThatNoEventUses) {
  const EventColumns none = EventColumnsBuilder({"bed_days"}).Finish();
  const auto run = Cost(SmallModel(), SmallLedger(), none);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->reconciliation.undistributed, Pounds("116000"));
  EXPECT_EQ(run->reconciliation.distributed, Money(0));
}

TEST(RunCosting, CountsEventsOfEachFeedInAndCosted) {
  const auto run = Cost(SmallModel(), SmallLedger(), SmallEvents());
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_EQ(run->reconciliation.feeds.size(), 2u);
  const FeedCounts& attendances = run->reconciliation.feeds[1];
  EXPECT_EQ(attendances.feed, "op");
  EXPECT_EQ(attendances.events_in, 3);
  EXPECT_EQ(attendances.events_costed, 2);
}

TEST(RunCosting, DoesNotCostEventsThatEndedOutsideThePeriod) {
  CostModel model = SmallModel();
  model.period_end = Day("2025-06-02");
  const auto run = Cost(model, SmallLedger(), SmallEvents());
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->reconciliation.distributed, Money(0));
  EXPECT_EQ(run->reconciliation.feeds[0].events_outside_period, 3);
}

TEST(RunCosting, DividesNegativePools) {
  Ledger ledger = SmallLedger();
  ledger.lines[3].amount = Pounds("-999999.99");
  const auto run = Cost(SmallModel(), ledger, SmallEvents());
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->reconciliation.difference, Money(0));
  EXPECT_LT(run->reconciliation.distributed, Money(0));
  EXPECT_LT(run->event_cost_e8[0], 0);
}

TEST(RunCosting, RefusesLedgersBeyondWhatSixtyFourBitsHold) {
  Ledger ledger = SmallLedger();
  ledger.lines[0].amount = Money(std::numeric_limits<int64_t>::max());
  const absl::Status status = Cost(SmallModel(), ledger, SmallEvents()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(status), "MONEY_OVERFLOW");
  // Its permitted twin: the largest total that fits.
  int64_t others = 0;
  for (size_t i = 1; i < ledger.lines.size(); ++i) others += ledger.lines[i].amount.e8_pounds();
  ledger.lines[0].amount = Money(std::numeric_limits<int64_t>::max() - others);
  const auto run = Cost(SmallModel(), ledger, SmallEvents());
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->reconciliation.difference, Money(0));
}

TEST(RunCosting, RefusesADriverColumnThatTheEventsLack) {
  EventColumns events = SmallEvents();
  events.drivers[0].name = "hours";
  const absl::Status status = Cost(SmallModel(), SmallLedger(), events).status();
  EXPECT_EQ(ReasonOf(status), "DRIVER_COLUMN_MISSING");
  EXPECT_EQ(MetadataOf(status)["column"], "bed_days");
}

TEST(RunCosting, RefusesNegativeAndOverflowingDrivers) {
  EventColumns events = SmallEvents();
  events.drivers[0].values[0] = -1;
  EXPECT_EQ(ReasonOf(Cost(SmallModel(), SmallLedger(), events).status()), "DRIVER_NEGATIVE");
  events.drivers[0].values[0] = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(ReasonOf(Cost(SmallModel(), SmallLedger(), events).status()), "WEIGHT_OVERFLOW");
  CostModel model = SmallModel();
  model.drivers[0].weight_by_point_of_delivery = {{"EL", 2}};
  EXPECT_EQ(ReasonOf(Cost(model, SmallLedger(), events).status()), "DRIVER_OVERFLOW");
}

TEST(RunCosting, RefusesTwoEventsWithOneRecordKey) {
  EventColumns events = SmallEvents();
  events.keys[5] = events.keys[0];
  EXPECT_EQ(ReasonOf(Cost(SmallModel(), SmallLedger(), events).status()), "EVENT_DUPLICATE");
}

TEST(RunCosting, RefusesAModelThatContradictsItself) {
  CostModel model = SmallModel();
  model.links[0].share = 0;
  EXPECT_EQ(ReasonOf(Cost(model, SmallLedger(), SmallEvents()).status()), "COST_MODEL_INVALID");
}

TEST(RunCertificate, IsTheSameHoweverEventsAreCutIntoBatches) {
  const EventColumns whole = SmallEvents();
  EventColumnsBuilder first({"bed_days"}), second({"bed_days"});
  for (size_t row = whole.row_count(); row-- > 0;) {
    const std::vector<int64_t> drivers = {whole.drivers[0].values[row]};
    ASSERT_TRUE((row % 2 == 0 ? first : second)
                    .Append({.key = whole.keys[row],
                             .feed = whole.feed.at(row),
                             .point_of_delivery = whole.point_of_delivery.at(row),
                             .currency = whole.currency.at(row),
                             .treatment_function = whole.treatment_function.at(row),
                             .start = CivilDay(whole.start_day[row]),
                             .end = CivilDay(whole.end_day[row]),
                             .drivers = drivers})
                    .ok());
  }
  const EventColumns none = EventColumnsBuilder({}).Finish();
  const EventColumns a = first.Finish(), b = second.Finish();
  const std::vector<const EventColumns*> batches = {&none, &b, &none, &a, &none};
  const auto one = Cost(SmallModel(), SmallLedger(), whole);
  const auto many = RunCosting(SmallModel(), SmallLedger(), batches);
  ASSERT_TRUE(one.ok() && many.ok());
  EXPECT_EQ(one->certificate.digest, many->certificate.digest);
}

TEST(RunCertificate, ChangesWithEveryInput) {
  const auto run = Cost(SmallModel(), SmallLedger(), SmallEvents());
  ASSERT_TRUE(run.ok());
  CostModel model = SmallModel();
  model.version = 4;
  EventColumns events = SmallEvents();
  events.drivers[0].values[0] = 2;
  Ledger ledger = SmallLedger();
  ledger.lines[0].amount = Pounds("40000.01");
  EXPECT_NE(Cost(model, SmallLedger(), SmallEvents())->certificate.model_digest, run->certificate.model_digest);
  EXPECT_NE(Cost(SmallModel(), SmallLedger(), events)->certificate.events_digest, run->certificate.events_digest);
  EXPECT_NE(Cost(SmallModel(), ledger, SmallEvents())->certificate.ledger_digest, run->certificate.ledger_digest);
  EXPECT_NE(Cost(SmallModel(), ledger, SmallEvents())->certificate.digest, run->certificate.digest);
}

}  // namespace
}  // namespace safehaven::costing
