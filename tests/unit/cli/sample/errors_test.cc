#include "cli/sample/errors.h"

#include <array>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/cli/sample/region.h"

namespace safehaven::sample {
namespace {

class ErrorsTest : public ::testing::Test {
 protected:
  ErrorsTest() : population_(MakePopulation(20'000, 5, YearFrom(2025))) {}

  // How many of 10,000 entries of everybody have each kind of mistake.
  std::array<double, kErrorKindCount> RatesIn(Source source) {
    std::array<double, kErrorKindCount> rates = {};
    Random random(3, "test");
    for (uint32_t person = 0; person < population_.people.size(); ++person) {
      const Recorded recorded = Record(population_, names_, source, person,
                                       population_.people[person].present.last, random);
      for (int kind = 0; kind < kErrorKindCount; ++kind) {
        rates[static_cast<size_t>(kind)] += recorded.Has(static_cast<ErrorKind>(kind)) ? 0.5 : 0;
      }
    }
    return rates;
  }

  const Names names_;
  const Population population_;
};

TEST_F(ErrorsTest, MistakesComeAsOftenAsStated) {
  // Goal: the table in the documents is what the data have. Kinds that can happen to
  // everybody are compared; the tolerance is four standard deviations or 5.
  for (int at = 0; at < kSourceCount; ++at) {
    const Source source = static_cast<Source>(at);
    const ErrorRates& stated = RatesOf(source);
    const auto found = RatesIn(source);
    const auto compare = [&](ErrorKind kind, uint32_t rate) {
      const double tolerance = 5 + 4 * std::sqrt(rate * 0.5);
      EXPECT_NEAR(found[static_cast<size_t>(kind)], rate, tolerance)
          << SourceName(source) << " " << ErrorKindName(kind);
    };
    compare(ErrorKind::kNhsNumberMissing, stated.nhs_number_missing);
    compare(ErrorKind::kAnonymous, stated.anonymous);
    compare(ErrorKind::kFamilyNameTypo, stated.family_name_typo);
    compare(ErrorKind::kNamesSwapped, stated.names_swapped);
    compare(ErrorKind::kBirthDateTypo, stated.birth_date_typo);
    compare(ErrorKind::kBirthDateDefault, stated.birth_date_default);
    compare(ErrorKind::kSexMissing, stated.sex_missing);
    compare(ErrorKind::kSexWrong, stated.sex_wrong);
    compare(ErrorKind::kPostcodeMissing, stated.postcode_missing);
    compare(ErrorKind::kAddressMissing, stated.address_missing);
  }
}

TEST_F(ErrorsTest, AnEntryWithoutMistakesIsTrue) {
  Random random(4, "test");
  for (uint32_t person = 0; person < 500; ++person) {
    const CivilDay day = population_.people[person].present.last;
    const Recorded recorded = Record(population_, names_, Source::kAcute, person, day, random);
    if (recorded.errors != 0) continue;
    const Identity truth = TrueIdentity(population_, person, day);
    EXPECT_EQ(recorded.identity.nhs_number, truth.nhs_number);
    EXPECT_EQ(recorded.identity.given_name, truth.given_name);
    EXPECT_EQ(recorded.identity.family_name, truth.family_name);
    EXPECT_EQ(recorded.identity.birth_date, truth.birth_date);
    EXPECT_EQ(recorded.identity.postcode, truth.postcode);
    EXPECT_EQ(recorded.identity.address_line, truth.address_line);
  }
}

TEST_F(ErrorsTest, DatesAreEmptyOrExist) {
  Random random(4, "test");
  for (uint32_t person = 0; person < population_.people.size(); ++person) {
    const CivilDay day = population_.people[person].present.last;
    const Recorded recorded = Record(population_, names_, Source::kAmbulance, person, day, random);
    const std::string& date = recorded.identity.birth_date;
    EXPECT_TRUE(date.empty() || CivilDay::Parse(date).ok());
    if (recorded.Has(ErrorKind::kBirthDateTypo) && !recorded.Has(ErrorKind::kBirthDateDefault)) {
      EXPECT_NE(date, population_.people[person].birth.ToString());
    }
  }
}

TEST_F(ErrorsTest, AnAnonymousEntryHoldsNothingOfThePerson) {
  Random random(4, "test");
  int anonymous = 0;
  for (uint32_t person = 0; person < 5'000; ++person) {
    const CivilDay day = population_.people[person].present.last;
    const Recorded recorded = Record(population_, names_, Source::kAmbulance, person, day, random);
    if (!recorded.Has(ErrorKind::kAnonymous)) continue;
    ++anonymous;
    EXPECT_EQ(recorded.identity.nhs_number, "");
    EXPECT_EQ(recorded.identity.family_name, "UNKNOWN");
    EXPECT_EQ(recorded.identity.birth_date, "");
    EXPECT_EQ(recorded.identity.address_line, "");
    EXPECT_EQ(recorded.identity.postcode, "ZZ99 3WZ");
  }
  EXPECT_GT(anonymous, 200);
}

TEST(WithTypo, AlwaysChangesAWordOfTwoLettersOrMore) {
  Random random(4, "test");
  for (const char* word : {"Jo", "Anna", "O'Brien", "Smith", "Lee", "aa"}) {
    for (int round = 0; round < 300; ++round) EXPECT_NE(WithTypo(word, random), word);
  }
  EXPECT_EQ(WithTypo("X", random), "X");
}

TEST(Nicknames, AreKnownBothWays) {
  const Names names;
  Random random(4, "test");
  const std::string nickname = names.Nickname("William", random);
  EXPECT_FALSE(nickname.empty());
  EXPECT_TRUE(names.IsNickname("bill", "william"));
  EXPECT_FALSE(names.IsNickname("bill", "robert"));
  EXPECT_EQ(names.Nickname("Zebedee", random), "");
}

}  // namespace
}  // namespace safehaven::sample
