#include "cli/sample/people.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/cli/sample/region.h"

namespace safehaven::sample {
namespace {

class PeopleTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    population_ = new Population(MakePopulation(20'000, 5, YearFrom(2025)));
  }
  static void TearDownTestSuite() {
    delete population_;
    population_ = nullptr;
  }
  static double Share(bool (*holds)(const Person&, const Period&)) {
    int count = 0;
    for (const Person& person : population_->people) count += holds(person, population_->period);
    return count / static_cast<double>(population_->people.size());
  }
  static Population* population_;
};
Population* PeopleTest::population_ = nullptr;

TEST_F(PeopleTest, EveryNumberIsValidNeverIssuedAndGivenOnce) {
  std::set<NhsNumber> numbers;
  for (const Person& person : population_->people) {
    EXPECT_TRUE(person.nhs_number.IsNeverIssued());
    EXPECT_TRUE(NhsNumber::Parse(person.nhs_number.ToDigits()).ok());
    EXPECT_TRUE(numbers.insert(person.nhs_number).second);
  }
}

TEST_F(PeopleTest, TheAgePyramidIsNearEnglands) {
  // ONS mid-year estimates for England: 20.8 % under 18, 18.7 % from 65, 2.5 % from 85,
  // about 1 % under one.
  EXPECT_NEAR(Share([](const Person& p, const Period& y) { return AgeAtEnd(p, y) < 18; }), 0.208, 0.02);
  EXPECT_NEAR(Share([](const Person& p, const Period& y) { return AgeAtEnd(p, y) >= 65; }), 0.187, 0.025);
  EXPECT_NEAR(Share([](const Person& p, const Period& y) { return AgeAtEnd(p, y) >= 85; }), 0.025, 0.01);
  EXPECT_NEAR(Share([](const Person& p, const Period& y) { return AgeAtEnd(p, y) < 1; }), 0.010, 0.004);
}

TEST_F(PeopleTest, AboutOneInHundredDiesWithinTheYear) {
  EXPECT_NEAR(Share([](const Person& p, const Period&) { return p.death.has_value(); }), 0.0095, 0.004);
  for (const Person& person : population_->people) {
    if (!person.death.has_value()) continue;
    EXPECT_GE(*person.death, population_->period.first);
    EXPECT_GE(*person.death, person.birth);
    EXPECT_LE(*person.death, population_->period.last);
  }
}

TEST_F(PeopleTest, OneInFiveBelongsToTheNeighbourAndSomeMoveAcross) {
  int neighbours = 0;
  int across = 0;
  for (const Person& person : population_->people) {
    if (person.memberships.empty()) continue;
    const auto commissioner = [&](const Membership& membership) {
      return population_->places.practices()[membership.practice].commissioner;
    };
    neighbours += commissioner(person.memberships.back());
    across += person.memberships.size() == 2 &&
              commissioner(person.memberships[0]) != commissioner(person.memberships[1]);
  }
  EXPECT_NEAR(neighbours / 20'000.0, 0.20, 0.03);
  EXPECT_NEAR(across / 20'000.0, 0.009, 0.005);
}

TEST_F(PeopleTest, TimesOnAListAreInOrderAndEndWithDeath) {
  for (const Person& person : population_->people) {
    std::optional<CivilDay> before;
    for (const Membership& membership : person.memberships) {
      EXPECT_GE(membership.from, person.birth);
      if (membership.to.has_value()) {
        EXPECT_LE(membership.from, *membership.to);
        EXPECT_GE(*membership.to, population_->period.first);
      }
      if (before.has_value()) {
        EXPECT_EQ(membership.from, before->AddDays(1));
      }
      before = membership.to;
    }
    if (person.death.has_value() && !person.memberships.empty()) {
      EXPECT_EQ(person.memberships.back().to, person.death);
    }
  }
}

TEST_F(PeopleTest, TwinsShareBirthFamilyNameAndHome) {
  int twins = 0;
  for (size_t index = 0; index < population_->people.size(); ++index) {
    const Person& person = population_->people[index];
    if (!person.twin.has_value()) continue;
    const Person& twin = population_->people[*person.twin];
    ++twins;
    EXPECT_EQ(twin.twin, index);
    EXPECT_EQ(twin.birth, person.birth);
    EXPECT_EQ(twin.family_name, person.family_name);
    EXPECT_EQ(twin.household, person.household);
  }
  EXPECT_GT(twins, 20);
}

TEST_F(PeopleTest, PostcodesCanExistButAreNobodys) {
  for (const Postcode& postcode : population_->places.postcodes()) {
    EXPECT_EQ(postcode.text.substr(0, 2), postcode.commissioner == 0 ? "ZX" : "ZY");
    EXPECT_EQ(postcode.text.substr(postcode.text.size() - 2).find_first_of("CIKMOV"),
              std::string::npos);
    EXPECT_EQ(postcode.text[postcode.text.size() - 4], ' ');
  }
}

TEST_F(PeopleTest, NoFamilyNameIsCommonerThanInEngland) {
  // Smith, the commonest, has about 1.2 %.
  std::map<std::string, int> counts;
  for (const Person& person : population_->people) ++counts[person.family_name];
  for (const auto& [name, count] : counts) EXPECT_LT(count, 20'000 * 0.02) << name;
  EXPECT_GT(counts.size(), 1'500u);
}

TEST(Population, OfOnePersonIsPossible) {
  EXPECT_EQ(MakePopulation(1, 3, YearFrom(2025)).people.size(), 1u);
}

TEST(NhsNumberSource, GivesEveryValidNumberOfTheRangeOnce) {
  // 10/11 of 10^6 bases have a check digit: 909,091, less one that looks like a
  // placeholder. Asking for kPersonsMax and some must not run out.
  NhsNumberSource numbers(9);
  std::vector<bool> seen(1'000'000, false);
  for (int count = 0; count < 909'000; ++count) {
    const uint32_t at = numbers.Next().base() - 999'000'000;
    ASSERT_FALSE(seen[at]);
    seen[at] = true;
  }
}

}  // namespace
}  // namespace safehaven::sample
