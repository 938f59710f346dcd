#include "services/costing/core/people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

using testing_support::Day;

int32_t DayNumber(absl::string_view text) { return Day(text).days_since_1970(); }

// Person 30 moves from ZC1 to ZC2 in July 2025; 10 dies in May 2025; 20 is unknown
// in most ways.
PeopleSegment SmallPeople() {
  PeopleSegmentBuilder builder("authority", 4);
  const std::vector<ListMembership> moved = {{"ZC1", DayNumber("2020-01-01"), DayNumber("2025-06-30")},
                                             {"ZC2", DayNumber("2025-07-01"), kOpenEnd}};
  const std::vector<ListMembership> stayed = {{"ZC1", DayNumber("2020-01-01"), kOpenEnd}};
  SH_CHECK(builder
               .Append({.person = 30, .cell_key = 3, .age_band = 95, .sex = 2, .small_area = "E01000002",
                        .practice = "Z81002", .memberships = moved})
               .ok());
  SH_CHECK(builder.Append({.person = 20, .cell_key = 2, .memberships = {}}).ok());
  SH_CHECK(builder
               .Append({.person = 10, .cell_key = 1, .age_band = 5, .sex = 1, .small_area = "E01000001",
                        .practice = "Z81001", .memberships = stayed, .death_month = (2025 - 1970) * 12 + 4})
               .ok());
  return builder.Finish();
}

People MakePeople(const PeopleSegment& segment) {
  const std::vector<const PeopleSegment*> segments = {&segment};
  auto people = People::Make(segments);
  SH_CHECK(people.ok());
  return std::move(*people);
}

TEST(PeopleSegment, IsReadBackAsItWasWritten) {
  const PeopleSegment segment = SmallPeople();
  const auto parsed = ParsePeople(SerialisePeople(segment));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(*parsed, segment);
}

TEST(PeopleSegment, RefusesEveryFlippedBit) {
  const std::string bytes = SerialisePeople(SmallPeople());
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    ASSERT_EQ(ReasonOf(ParsePeople(damaged).status()), "SEGMENT_DAMAGED") << "byte " << i;
  }
}

TEST(PeopleSegment, RefusesAttributesOutOfRange) {
  PeopleSegmentBuilder builder("authority", 1);
  const auto field = [&builder](const PersonAttributes& bad) { return MetadataOf(builder.Append(bad))["field"]; };
  const std::vector<ListMembership> backwards = {{"ZC1", 10, 9}};
  EXPECT_EQ(field({.person = 1, .age_band = 41}), "age_band");
  EXPECT_EQ(field({.person = 1, .age_band = 100}), "age_band");
  EXPECT_EQ(field({.person = 1, .sex = 3}), "sex");
  EXPECT_EQ(field({.person = 1, .memberships = backwards}), "memberships");
  EXPECT_EQ(field({.person = 1, .death_month = -1}), "death_month");
  EXPECT_EQ(builder.row_count(), 0u);
}

TEST(People, StandInOrderOfTheirNumbers) {
  const PeopleSegment segment = SmallPeople();
  const People people = MakePeople(segment);
  ASSERT_EQ(people.count(), 3u);
  EXPECT_EQ(people.person(0), 10u);
  EXPECT_EQ(people.PlaceOf(30), 2u);
  EXPECT_EQ(people.PlaceOf(40), std::nullopt);
  const auto label = [&people](PersonColumn column, size_t place) {
    return people.Labels(column)[people.Column(column)[place]];
  };
  EXPECT_EQ(label(PersonColumn::kAgeBand, 0), "05-09");
  EXPECT_EQ(label(PersonColumn::kAgeBand, 1), "unknown");
  EXPECT_EQ(label(PersonColumn::kAgeBand, 2), "95+");
  EXPECT_EQ(label(PersonColumn::kSex, 2), "2");
  EXPECT_EQ(label(PersonColumn::kPractice, 0), "Z81001");
}

TEST(People, AreOnAListFromItsFirstToItsLastDay) {
  const PeopleSegment segment = SmallPeople();
  const People people = MakePeople(segment);
  EXPECT_TRUE(people.OnList("ZC1", Day("2025-06-30")).Contains(2));
  EXPECT_FALSE(people.OnList("ZC1", Day("2025-07-01")).Contains(2));
  EXPECT_TRUE(people.OnList("ZC2", Day("2025-07-01")).Contains(2));
  EXPECT_FALSE(people.OnList("ZC1", Day("2019-12-31")).Contains(0));
  EXPECT_EQ(people.OnList("ZC9", Day("2025-07-01")).Count(), 0);
}

TEST(People, WhoDiedInAMonthBeforeAreOnNoList) {
  const PeopleSegment segment = SmallPeople();
  const People people = MakePeople(segment);
  EXPECT_TRUE(people.OnList("ZC1", Day("2025-05-31")).Contains(0));
  EXPECT_FALSE(people.OnList("ZC1", Day("2025-06-01")).Contains(0));
}

TEST(People, AreRefusedIfTwoSegmentsContradictEachOther) {
  const PeopleSegment segment = SmallPeople();
  PeopleSegment other = segment;
  const std::vector<const PeopleSegment*> twice = {&segment, &other};
  EXPECT_EQ(ReasonOf(People::Make(twice).status()), "PEOPLE_INCONSISTENT");
  other.persons = {31, 21, 11};
  EXPECT_TRUE(People::Make(twice).ok());
  other.crosswalk_revision = 5;
  EXPECT_EQ(ReasonOf(People::Make(twice).status()), "PEOPLE_INCONSISTENT");
}

}  // namespace
}  // namespace safehaven::costing
