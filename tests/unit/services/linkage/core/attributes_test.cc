#include "services/linkage/core/attributes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/linkage_people.h"

namespace safehaven::linkage {
namespace {

using testing::ElementsAre;

CivilDay Day(int year, int month, int day) { return CivilDay::FromYmd(year, month, day).value(); }

const CivilDay kReference = Day(2026, 3, 31);

StandardRecord Registered(uint64_t token, const char* commissioner, CivilDay from,
                          std::optional<CivilDay> to) {
  StandardRecord record = Standard(token, 0, {.birth_date = {1980, 4, 1}, .sex = Sex::kFemale});
  record.registration = {.practice = std::string("P") + commissioner,
                         .commissioner = commissioner,
                         .small_area = std::string("E0100") + commissioner,
                         .registered_from = from,
                         .registered_to = to};
  return record;
}

// Attributes of one person with all these records.
PersonAttributes Of(std::vector<StandardRecord> records) {
  const std::vector<SourceRule> sources = {{.name = "gp", .is_register = true}, {.name = "acute"}};
  std::vector<RecordPerson> assignment;
  for (const StandardRecord& record : records) assignment.push_back({.token = record.token, .person = 5});
  std::sort(assignment.begin(), assignment.end());
  const auto all = DeriveAttributes(records, sources, assignment, kReference);
  EXPECT_EQ(all.size(), 1u);
  return all.at(0);
}

TEST(Attributes, TheRegisterComesBeforeAllOtherRecords) {
  const StandardRecord hospital = Standard(2, 1, {.birth_date = {1940, 4, 1}, .sex = Sex::kMale});
  const StandardRecord again = Standard(3, 1, {.birth_date = {1940, 4, 1}, .sex = Sex::kMale});
  const PersonAttributes attributes = Of({hospital, again, Registered(1, "ZC1", Day(2010, 1, 1), {})});
  EXPECT_EQ(attributes.age_band, 45);
  EXPECT_EQ(attributes.sex, Sex::kFemale);
  EXPECT_EQ(attributes.practice, "PZC1");
}

TEST(Attributes, WithoutARegisterMostRecordsDecideAndATieIsUnknown) {
  const auto record = [](uint64_t token, Sex sex) {
    return Standard(token, 1, {.birth_date = {1980, 4, 1}, .sex = sex});
  };
  EXPECT_EQ(Of({record(1, Sex::kMale), record(2, Sex::kFemale), record(3, Sex::kFemale)}).sex, Sex::kFemale);
  EXPECT_EQ(Of({record(1, Sex::kMale), record(2, Sex::kFemale)}).sex, Sex::kUnknown);
}

TEST(Attributes, TheAgeBandIsUnknownIfTheKnownPartsAllowTwo) {
  const auto band = [](PartialDate date) { return Of({Standard(1, 1, {.birth_date = date})}).age_band; };
  EXPECT_EQ(band({1981, 4, 1}), 40);   // turns 45 the day after the reference day
  EXPECT_EQ(band({1981, 3, 31}), 45);  // on it
  EXPECT_EQ(band({1981, 0, 0}), kAgeBandUnknown);
  EXPECT_EQ(band({1983, 0, 0}), 40);
  EXPECT_EQ(band({1981, 3, 0}), 45);
  EXPECT_EQ(band({0, 3, 1}), kAgeBandUnknown);
  EXPECT_EQ(band({1910, 3, 1}), kAgeBandMax);
}

TEST(Attributes, ALaterRegistrationEndsTheEarlierOne) {
  const PersonAttributes attributes =
      Of({Registered(1, "ZC1", Day(2010, 1, 1), {}), Registered(2, "ZC2", Day(2020, 7, 1), {})});
  EXPECT_THAT(attributes.memberships,
              ElementsAre(ListMembership{"ZC1", Day(2010, 1, 1), Day(2020, 6, 30)},
                          ListMembership{"ZC2", Day(2020, 7, 1), kOpenEnd}));
  EXPECT_EQ(attributes.practice, "PZC2");
}

TEST(Attributes, MovingBetweenPracticesOfOneCommissionerIsOneMembership) {
  const PersonAttributes attributes =
      Of({Registered(1, "ZC1", Day(2010, 1, 1), Day(2015, 5, 4)),
          Registered(2, "ZC1", Day(2015, 5, 5), Day(2021, 1, 1))});
  EXPECT_THAT(attributes.memberships, ElementsAre(ListMembership{"ZC1", Day(2010, 1, 1), Day(2021, 1, 1)}));
}

TEST(Attributes, AGapBetweenRegistrationsStays) {
  const PersonAttributes attributes =
      Of({Registered(1, "ZC1", Day(2010, 1, 1), Day(2012, 1, 1)), Registered(2, "ZC1", Day(2015, 5, 5), {})});
  EXPECT_EQ(attributes.memberships.size(), 2u);
}

TEST(Attributes, DeathEndsMembershipAndAge) {
  StandardRecord record = Registered(1, "ZC1", Day(2010, 1, 1), {});
  record.registration.death_date = Day(2024, 2, 29);
  const PersonAttributes attributes = Of({record});
  EXPECT_EQ(attributes.death_month, (2024 - 1970) * 12 + 1);
  EXPECT_EQ(attributes.age_band, 40);
  EXPECT_THAT(attributes.memberships, ElementsAre(ListMembership{"ZC1", Day(2010, 1, 1), Day(2024, 2, 29)}));
}

}  // namespace
}  // namespace safehaven::linkage
