#include "cli/sample/bound.h"

#include <gtest/gtest.h>

#include "cli/sample/agreement.h"
#include "tests/unit/cli/sample/region.h"

namespace safehaven::sample {
namespace {

Comparable Entry(const Identity& identity) { return MakeComparable(identity); }

PersonFacts Facts() {
  PersonFacts facts;
  facts.nhs_number = "9990000018";
  facts.given_name = "william";
  facts.family_names = {"ashford", "smith"};
  facts.birth_date = "1950-03-09";
  facts.sex = "1";
  facts.postcodes = {"ZX1 2AB"};
  facts.addresses = {"12 Marine Parade"};
  return facts;
}

uint8_t ScoreOf(Field field, const Identity& identity) {
  const Names names;
  return Agree(Entry(identity), Facts(), names)[static_cast<size_t>(field)];
}

TEST(Agreement, NicknamesInitialsAndSlipsAreClose) {
  EXPECT_EQ(ScoreOf(Field::kGivenName, {.given_name = "William"}), kEqual);
  for (const char* close : {"Bill", "W", "Willian", "William John"}) {
    const uint8_t score = ScoreOf(Field::kGivenName, {.given_name = close});
    EXPECT_GT(score, 0) << close;
    EXPECT_LT(score, kEqual) << close;
  }
  EXPECT_EQ(ScoreOf(Field::kGivenName, {.given_name = "Robert"}), 0);
}

TEST(Agreement, FormerNamesAndExchangedNamesCount) {
  EXPECT_EQ(ScoreOf(Field::kFamilyName, {.family_name = "SMITH"}), kEqual);
  EXPECT_GT(ScoreOf(Field::kFamilyName, {.given_name = "Ashford", .family_name = "William"}), 0);
}

TEST(Agreement, DefaultsSayNothing) {
  EXPECT_EQ(ScoreOf(Field::kBirthDate, {.birth_date = "1900-01-01"}), 0);
  EXPECT_EQ(ScoreOf(Field::kPostcode, {.postcode = "ZZ99 3WZ"}), 0);
  EXPECT_EQ(ScoreOf(Field::kGivenName, {.given_name = "Baby"}), 0);
  EXPECT_EQ(ScoreOf(Field::kSex, {.sex = "9"}), 0);
}

TEST(Agreement, DayAndMonthExchangedIsClose) {
  const uint8_t exchanged = ScoreOf(Field::kBirthDate, {.birth_date = "1950-09-03"});
  EXPECT_GT(exchanged, 0);
  EXPECT_LT(exchanged, kEqual);
}

class BoundTest : public ::testing::Test {
 protected:
  BoundTest() : region_(MakeRegion(2'000, 5)), nobody_(2'000, false) {}
  LinkageBound Bound() { return ComputeBound(region_.population, region_.activity, nobody_); }
  SourceActivity& Of(Source source) { return region_.activity[static_cast<size_t>(source)]; }

  Region region_;
  std::vector<bool> nobody_;
};

TEST_F(BoundTest, AnonymousRowsAreNeverLinkable) {
  const LinkageBound bound = Bound();
  uint64_t anonymous = 0;
  for (const SourceActivity& source : region_.activity) {
    for (const Dataset& dataset : source.datasets) {
      for (const Event& event : dataset.events) {
        anonymous += source.recorded[event.recorded].Has(ErrorKind::kAnonymous) &&
                     StateOf(source, dataset, event, nobody_) == RowState::kEligible;
      }
    }
  }
  uint64_t counted = 0;
  for (const SourceBound& source : bound.sources) counted += source.anonymous_rows;
  EXPECT_GT(anonymous, 0u);
  EXPECT_EQ(counted, anonymous);
}

TEST_F(BoundTest, WithTrueNumbersEverythingCanBeFound) {
  for (SourceActivity& source : region_.activity) {
    for (Recorded& recorded : source.recorded) {
      recorded.identity.nhs_number =
          region_.population.people[recorded.person].nhs_number.ToDigits();
    }
  }
  const LinkageBound bound = Bound();
  EXPECT_GT(bound.true_pairs, 0u);
  EXPECT_EQ(bound.reachable_pairs, bound.true_pairs);
}

TEST_F(BoundTest, WithoutAnyFieldOnlyRowsOfOneEntryFindEachOther) {
  for (SourceActivity& source : region_.activity) {
    for (Recorded& recorded : source.recorded) recorded.identity = Identity();
  }
  const LinkageBound bound = Bound();
  EXPECT_LT(bound.reachable_pairs, bound.true_pairs);
  for (const SourceBound& source : bound.sources) {
    EXPECT_EQ(source.ambiguous_rows, source.eligible_rows);
  }
}

TEST_F(BoundTest, TwinsWithOneNameAreAmbiguousWithoutANumber) {
  // Arrange: two people of one entry each who are alike in every field.
  Population& population = region_.population;
  Person& first = population.people[0];
  Person& second = population.people[1];
  second.given_name = first.given_name;
  second.family_name = first.family_name;
  second.former_family_name = first.former_family_name;
  second.birth = first.birth;
  second.sex = first.sex;
  second.household = first.household;
  second.no_fixed_abode = first.no_fixed_abode;
  SourceActivity& gp = Of(Source::kGp);
  uint64_t before = Bound().sources[static_cast<size_t>(Source::kGp)].ambiguous_rows;
  for (Recorded& recorded : gp.recorded) {
    if (recorded.person > 1) continue;
    recorded.identity = TrueIdentity(population, recorded.person, population.period.last);
    recorded.identity.nhs_number.clear();
  }
  const uint64_t after = Bound().sources[static_cast<size_t>(Source::kGp)].ambiguous_rows;
  EXPECT_GE(after, before + 2);
}

TEST_F(BoundTest, ScreenedAndRestrictedRowsAreLeftOut) {
  std::vector<bool> everybody(region_.population.people.size(), true);
  const LinkageBound bound = ComputeBound(region_.population, region_.activity, everybody);
  EXPECT_EQ(bound.sources[static_cast<size_t>(Source::kGp)].eligible_rows, 0u);
  EXPECT_GT(bound.sources[static_cast<size_t>(Source::kAcute)].eligible_rows, 0u);
}

}  // namespace
}  // namespace safehaven::sample
