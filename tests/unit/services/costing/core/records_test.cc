#include "services/costing/core/records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "tests/unit/services/costing/core/answer_fixtures.h"

namespace safehaven::costing {
namespace {

using ::testing::ElementsAre;
using testing_support::RecordsQuestion;
using testing_support::Region;
using testing_support::WarrantFor;

Region SmallRegion() {
  Region region;
  region.AddPerson({.person = 5, .age_band = 40}).AddPerson({.person = 6, .age_band = 80}).AddPerson({.person = 7, .commissioner = "ZC2"});
  region.AddEvent({.record = 1, .person = 6, .currency = "BB02B", .cost_pounds = 20})
      .AddEvent({.record = 2, .person = 5, .currency = "AA01A", .cost_pounds = 10})
      .AddEvent({.record = 3, .person = 7, .cost_pounds = 30})
      .AddEvent({.record = 4, .person = 0, .cost_pounds = 40})
      .AddEvent({.record = 5, .person = 5, .dataset = "social_care/services", .currency = "HOME", .cost_pounds = 50});
  return region;
}

std::vector<std::optional<uint64_t>> PersonsOf(const RecordTable& table) {
  std::vector<std::optional<uint64_t>> persons;
  for (const Record& record : table.records) persons.push_back(record.person);
  return persons;
}

TEST(SelectRecords, GivesRowsOfTheListWithTheirPersons) {
  const Question question = RecordsQuestion();
  const auto table = SelectRecords(SmallRegion().MakeSnapshot(), question, WarrantFor(question));
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->columns, question.items);
  ASSERT_EQ(table->records.size(), 2u);
  EXPECT_THAT(PersonsOf(*table), ElementsAre(5u, 6u));
  EXPECT_THAT(table->records[0].values, ElementsAre("40-44", "10.00000000", "AA01A", ""));
  EXPECT_THAT(table->records[1].values, ElementsAre("80-84", "20.00000000", "BB02B", ""));
}

TEST(SelectRecords, AppliesObjectionsSourceBySource) {
  // Person 5 is removed from social care and stays in hospital data, where the
  // objection is waived.
  Region region = SmallRegion();
  region.Object("national", {5});
  Question question = RecordsQuestion();
  question.datasets = {"acute/apc", "social_care/services"};
  Warrant warrant = WarrantFor(question);
  warrant.objections = {{"acute", {"national"}, ObjectionMode::kIgnore},
                        {"social_care", {"national"}, ObjectionMode::kRemoveRecord}};
  const auto table = SelectRecords(region.MakeSnapshot(), question, warrant);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_THAT(PersonsOf(*table), ElementsAre(5u, 6u));
  EXPECT_EQ(table->people_left_out, 1);
}

TEST(SelectRecords, StripsEverythingThatIsKnownOfThePerson) {
  Region region = SmallRegion();
  region.Object("national", {5});
  const Question question = RecordsQuestion();
  Warrant warrant = WarrantFor(question);
  warrant.objections[0].mode = ObjectionMode::kStripIdentifiers;
  const auto table = SelectRecords(region.MakeSnapshot(), question, warrant);
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_EQ(table->records.size(), 2u);
  EXPECT_EQ(table->records[0].person, std::nullopt);
  EXPECT_THAT(table->records[0].values, ElementsAre("", "10.00000000", "AA01A", ""));
}

TEST(SelectRecords, DoesNotTellAStrippedPersonsAttributeByAFilter) {
  Region region = SmallRegion();
  region.Object("national", {5});
  Question question = RecordsQuestion();
  question.filters = {{"age_band", {"40-44"}}};
  Warrant warrant = WarrantFor(question);
  EXPECT_EQ(SelectRecords(SmallRegion().MakeSnapshot(), question, warrant)->records.size(), 1u);
  warrant.objections[0].mode = ObjectionMode::kStripIdentifiers;
  EXPECT_EQ(SelectRecords(region.MakeSnapshot(), question, warrant)->records.size(), 0u);
}

TEST(SelectRecords, RefusesMoreThanItsLimit) {
  Region region;
  region.AddPerson({.person = 1}).AddEvent({.record = 1, .person = 1, .dataset = "acute/op"});
  for (uint64_t i = 0; i < kRecordsMax; ++i) region.AddEvent({.record = 100 + i, .person = 1});
  Question question = RecordsQuestion();
  const Snapshot snapshot = region.MakeSnapshot();
  const auto most = SelectRecords(snapshot, question, WarrantFor(question));
  ASSERT_TRUE(most.ok()) << most.status();
  EXPECT_EQ(most->records.size(), kRecordsMax);
  question.datasets = {"acute/apc", "acute/op"};
  const absl::Status status = SelectRecords(snapshot, question, WarrantFor(question)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(status), "TOO_MANY_RECORDS");
}

TEST(SelectRecords, RefusesQuestionsForTables) {
  const Question question = testing_support::AggregateQuestion();
  EXPECT_EQ(ReasonOf(SelectRecords(SmallRegion().MakeSnapshot(), question, WarrantFor(question)).status()),
            "FIELD_INVALID");
}

}  // namespace
}  // namespace safehaven::costing
