#include "services/costing/core/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "libs/base/status.h"
#include "tests/unit/services/costing/core/answer_fixtures.h"

namespace safehaven::costing {
namespace {

using ::testing::ElementsAre;
using testing_support::AggregateQuestion;
using testing_support::Day;
using testing_support::Pounds;
using testing_support::Region;
using testing_support::WarrantFor;

// Three people of ZC1 (two of 40-44, one of 45-49) and one of the neighbour, ZC2.
Region SmallRegion() {
  Region region;
  region.AddPerson({.person = 1, .age_band = 40})
      .AddPerson({.person = 2, .age_band = 40, .sex = 2})
      .AddPerson({.person = 3, .age_band = 45})
      .AddPerson({.person = 4, .age_band = 40, .commissioner = "ZC2"});
  region.AddEvent({.record = 11, .person = 1, .cost_pounds = 100})
      .AddEvent({.record = 12, .person = 1, .cost_pounds = 250})
      .AddEvent({.record = 13, .person = 2, .cost_pounds = 40})
      .AddEvent({.record = 14, .person = 4, .cost_pounds = 999})
      .AddEvent({.record = 15, .person = 0, .cost_pounds = 7777})
      .AddEvent({.record = 21, .person = 2, .dataset = "social_care/services", .cost_pounds = 500});
  return region;
}

absl::StatusOr<CostTable> Answer(const Region& region, const Question& question) {
  return Aggregate(region.MakeSnapshot(), question, WarrantFor(question));
}

TEST(Aggregate, CountsDistinctPeopleEventsAndCost) {
  const auto table = Answer(SmallRegion(), AggregateQuestion());
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_EQ(table->cells.size(), 1u);
  const CostCell& cell = table->cells[0];
  EXPECT_EQ(cell.persons, 2);
  EXPECT_EQ(cell.activity, 3);
  EXPECT_EQ(cell.cost, Pounds("390"));
  EXPECT_EQ(cell.largest, Pounds("350"));
  EXPECT_EQ(cell.second_largest, Pounds("40"));
  EXPECT_EQ(cell.population, 3);
  EXPECT_FALSE(table->total.has_value());
}

TEST(Aggregate, GroupsInOrderOfKeysWithEveryCombinationThatOccurs) {
  Question question = AggregateQuestion();
  question.datasets = {"acute/apc", "social_care/services"};
  question.dimensions = {"age_band", "sector"};
  const auto table = Answer(SmallRegion(), question);
  ASSERT_TRUE(table.ok()) << table.status();
  std::vector<std::string> keys;
  for (const CostCell& cell : table->cells) keys.push_back(cell.key[0] + " " + cell.key[1]);
  EXPECT_THAT(keys, ElementsAre("40-44 acute", "40-44 social_care", "45-49 acute", "45-49 social_care"));
  EXPECT_EQ(table->cells[1].cost, Pounds("500"));
  EXPECT_EQ(table->cells[2].persons, 0);
  // A population is that of the person dimensions.
  EXPECT_EQ(table->cells[0].population, 2);
  EXPECT_EQ(table->cells[1].population, 2);
  EXPECT_EQ(table->cells[3].population, 1);
  ASSERT_TRUE(table->total.has_value());
  EXPECT_EQ(table->total->persons, 2);
  EXPECT_EQ(table->total->cost, Pounds("890"));
  EXPECT_EQ(table->total->largest, Pounds("540"));
  EXPECT_EQ(table->total->population, 3);
}

TEST(Aggregate, ReadsOnlyFlowsOfTheWarrant) {
  Question question = AggregateQuestion();
  question.datasets = {"acute/apc", "social_care/services"};
  Warrant warrant = WarrantFor(question);
  warrant.flows = {"flow of acute/apc"};
  const auto table = Aggregate(SmallRegion().MakeSnapshot(), question, warrant);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->cells[0].cost, Pounds("390"));
}

TEST(Aggregate, ReadsOnlyDataSetsOfTheQuestion) {
  const Question question = AggregateQuestion();
  Warrant warrant = WarrantFor(question);
  warrant.flows.push_back("flow of social_care/services");
  const auto table = Aggregate(SmallRegion().MakeSnapshot(), question, warrant);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->cells[0].cost, Pounds("390"));
}

TEST(Aggregate, CountsRegisterRowsAsNoEvents) {
  Region region = SmallRegion();
  region.AddEvent({.record = 31, .person = 3, .dataset = "gp/register", .cost_pounds = 0});
  Question question = AggregateQuestion();
  question.datasets = {"acute/apc", "gp/register"};
  const auto table = Answer(region, question);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->cells[0].persons, 2);
}

TEST(Aggregate, LeavesObjectorsOutOfFiguresAndPopulation) {
  Region region = SmallRegion();
  region.Object("national", {1, 4});
  const auto table = Answer(region, AggregateQuestion());
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->cells[0].persons, 1);
  EXPECT_EQ(table->cells[0].cost, Pounds("40"));
  EXPECT_EQ(table->cells[0].population, 2);
  // Person 4 is the neighbour's: not one who was left out of this answer.
  EXPECT_EQ(table->people_left_out, 1);
}

TEST(Aggregate, LeavesWholePeopleOutOfALinkedTable) {
  // Person 2 objects where social care honours it: no cost of theirs stands in the
  // table, not even that of the hospital.
  Region region = SmallRegion();
  region.Object("programme", {2});
  Question question = AggregateQuestion();
  question.datasets = {"acute/apc", "social_care/services"};
  Warrant warrant = WarrantFor(question);
  for (const ObjectionMode mode : {ObjectionMode::kRemoveRecord, ObjectionMode::kStripIdentifiers}) {
    warrant.objections = {{"acute", {"national"}, ObjectionMode::kRemoveRecord},
                          {"social_care", {"programme"}, mode}};
    const auto table = Aggregate(region.MakeSnapshot(), question, warrant);
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_EQ(table->cells[0].cost, Pounds("350"));
    EXPECT_EQ(table->people_left_out, 1);
  }
}

TEST(Aggregate, IgnoresObjectionsThatAreWaived) {
  Region region = SmallRegion();
  region.Object("national", {1});
  const Question question = AggregateQuestion();
  Warrant warrant = WarrantFor(question);
  warrant.objections = {{"acute", {"national"}, ObjectionMode::kIgnore}};
  const auto table = Aggregate(region.MakeSnapshot(), question, warrant);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->cells[0].persons, 2);
  EXPECT_EQ(table->people_left_out, 0);
}

TEST(Aggregate, ExcludesByEverySetWhereTheWarrantSaysNothingOfASource) {
  Region region = SmallRegion();
  region.Object("programme", {1});
  const Question question = AggregateQuestion();
  Warrant warrant = WarrantFor(question);
  warrant.objections = {{"social_care", {"national"}, ObjectionMode::kRemoveRecord}};
  const auto table = Aggregate(region.MakeSnapshot(), question, warrant);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->cells[0].persons, 1);
}

TEST(Aggregate, RefusesASetOfObjectionsThatIsNotLoaded) {
  const Question question = AggregateQuestion();
  Warrant warrant = WarrantFor(question);
  warrant.objections[0].sets.push_back("programme:another");
  const absl::Status status = Aggregate(SmallRegion().MakeSnapshot(), question, warrant).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), "EXCLUSION_SET_NOT_LOADED");
}

TEST(Aggregate, RefusesAWarrantThatDoesNotCoverTheQuestion) {
  const Snapshot snapshot = SmallRegion().MakeSnapshot();
  const Question question = AggregateQuestion();
  const auto reason = [&](Warrant warrant) { return ReasonOf(Aggregate(snapshot, question, warrant).status()); };
  const Warrant good = WarrantFor(question);
  EXPECT_EQ(reason(good), "");

  Question other = question;
  other.filters = {{"sex", {"1"}}};
  EXPECT_EQ(ReasonOf(Aggregate(snapshot, other, good).status()), "WARRANT_QUESTION");
  Warrant warrant = good;
  warrant.operation = Operation::kRecords;
  EXPECT_EQ(reason(warrant), "WARRANT_OPERATION");
  warrant = good;
  warrant.population.commissioner = "ZC2";
  EXPECT_EQ(reason(warrant), "WARRANT_POPULATION");
  warrant = good;
  warrant.population.list_day = Day("2025-10-02");
  EXPECT_EQ(reason(warrant), "WARRANT_POPULATION");
  warrant = good;
  warrant.crosswalk = "";
  EXPECT_EQ(reason(warrant), "WARRANT_CROSSWALK");
  warrant = good;
  warrant.crosswalk = "CAG 9-02(a)/2025";
  EXPECT_EQ(reason(warrant), "CROSSWALK_NOT_LOADED");
  warrant = good;
  warrant.flows.clear();
  EXPECT_EQ(reason(warrant), "WARRANT_DATASET");
}

TEST(Aggregate, RefusesASnapshotWithoutTheObjectionsOfTheWarrant) {
  const Question question = AggregateQuestion();
  Warrant warrant = WarrantFor(question);
  warrant.objection_revision.size = 4;
  const absl::Status newer = Aggregate(SmallRegion().MakeSnapshot(), question, warrant).status();
  EXPECT_EQ(newer.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(newer), "OBJECTIONS_NOT_APPLIED");
  warrant.objection_revision = {"another incarnation", 1};
  EXPECT_EQ(ReasonOf(Aggregate(SmallRegion().MakeSnapshot(), question, warrant).status()), "OBJECTIONS_NOT_APPLIED");
}

TEST(Aggregate, CountsEventsThatEndedOnTheDaysAskedFor) {
  Region region;
  region.AddPerson({.person = 1});
  for (const auto& [record, day] : std::map<uint64_t, std::string>{
           {1, "2025-03-31"}, {2, "2025-04-01"}, {3, "2026-03-31"}, {4, "2026-04-01"}}) {
    region.AddEvent({.record = record, .person = 1, .day = day});
  }
  const auto table = Answer(region, AggregateQuestion());
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->cells[0].activity, 2);
}

TEST(Aggregate, GroupsByMonthCurrencyPointOfDeliveryAndDataSet) {
  Region region;
  region.AddPerson({.person = 1});
  region.AddEvent({.record = 1, .person = 1, .day = "2025-04-30", .currency = "BB02B", .point_of_delivery = "DC"});
  region.AddEvent({.record = 2, .person = 1, .day = "2025-05-01", .currency = "AA01A", .point_of_delivery = "NEL"});
  const auto keys = [&region](const std::string& dimension) {
    Question question = AggregateQuestion();
    question.dimensions = {dimension};
    const auto table = Answer(region, question);
    SH_CHECK(table.ok());
    std::vector<std::string> found;
    for (const CostCell& cell : table->cells) found.push_back(cell.key[0]);
    return found;
  };
  EXPECT_THAT(keys("month"), ElementsAre("2025-04", "2025-05"));
  EXPECT_THAT(keys("currency"), ElementsAre("AA01A", "BB02B"));
  EXPECT_THAT(keys("point_of_delivery"), ElementsAre("DC", "NEL"));
  EXPECT_THAT(keys("dataset"), ElementsAre("acute/apc"));
  EXPECT_THAT(keys("small_area"), ElementsAre("E01000001"));
}

TEST(Aggregate, FiltersPeopleWithTheirPopulationAndEventsWithout) {
  Question question = AggregateQuestion();
  question.filters = {{"sex", {"2"}}};
  const auto women = Answer(SmallRegion(), question);
  ASSERT_TRUE(women.ok()) << women.status();
  EXPECT_EQ(women->cells[0].cost, Pounds("40"));
  EXPECT_EQ(women->cells[0].population, 1);
  question.filters = {{"currency", {"ZZ99Z"}}};
  const auto none = Answer(SmallRegion(), question);
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(none->cells[0].persons, 0);
  EXPECT_EQ(none->cells[0].population, 3);
}

TEST(Aggregate, LeavesRestrictedRowsOutUnlessTheyAreAskedForByName) {
  Region region = SmallRegion();
  region.AddEvent({.record = 41, .person = 3, .cost_pounds = 60, .restriction = Restriction::kFertility});
  Question question = AggregateQuestion();
  EXPECT_EQ(Answer(region, question)->cells[0].persons, 2);
  question.dimensions = {"restriction"};
  const auto table = Answer(region, question);
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_EQ(table->cells.size(), 2u);
  EXPECT_EQ(table->cells[1].key[0], "fertility");
  EXPECT_EQ(table->cells[1].persons, 1);
}

TEST(Aggregate, RefusesTablesBeyondTheLimit) {
  // 300 areas by 200 practices are 60,000 cells.
  Region region;
  for (uint64_t i = 0; i < 300; ++i) {
    region.AddPerson({.person = i + 1,
                .small_area = "E0100" + std::to_string(1000 + i),
                .practice = "Z8" + std::to_string(1000 + i % 200)});
  }
  Question question = AggregateQuestion();
  question.dimensions = {"practice", "small_area"};
  EXPECT_EQ(ReasonOf(Answer(region, question).status()), "TABLE_TOO_LARGE");
  question.filters = {{"practice", {"Z81000", "Z81001"}}};
  const auto table = Answer(region, question);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->cells.size(), 2u * 4u);
}

TEST(Aggregate, RefusesWhatItDoesNotKnow) {
  Question question = AggregateQuestion();
  question.dimensions = {"shoe_size"};
  EXPECT_EQ(ReasonOf(Answer(SmallRegion(), question).status()), "FIELD_INVALID");
  question = AggregateQuestion();
  question.measures = {"income"};
  EXPECT_EQ(ReasonOf(Answer(SmallRegion(), question).status()), "NAME_UNKNOWN");
}

TEST(Aggregate, AnswersForARegionWithoutEvents) {
  Region region;
  region.AddPerson({.person = 1});
  Question question = AggregateQuestion();
  question.dimensions = {"age_band", "month"};
  const auto table = Answer(region, question);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_TRUE(table->cells.empty());
  EXPECT_EQ(table->total->population, 1);
}

}  // namespace
}  // namespace safehaven::costing
