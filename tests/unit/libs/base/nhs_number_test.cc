// The NHS number: check digits by an independent calculation, and the ranges that
// nobody is issued. Every number here is of the 999 range or does not hold.
#include "libs/base/nhs_number.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

#include "libs/base/status.h"

namespace safehaven {
namespace {

// The check digit as the Data Dictionary words it, digit by digit from the left.
int CheckDigitByHand(const std::string& nine_digits) {
  constexpr std::array<int, 9> kWeights = {10, 9, 8, 7, 6, 5, 4, 3, 2};
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) sum += (nine_digits[i] - '0') * kWeights[i];
  const int digit = 11 - sum % 11;
  return digit == 11 ? 0 : digit;  // 10 means that there is no such number
}

TEST(NhsNumber, AgreesWithTheDictionarysCalculationOnEveryTenthBaseOfTheDemoRange) {
  int without_digit = 0;
  for (uint32_t base = 999'000'000; base <= 999'999'999; base += 10) {
    const int expected = CheckDigitByHand(std::to_string(base));
    const absl::StatusOr<NhsNumber> number = NhsNumber::FromBase(base);
    if (expected == 10) {
      ++without_digit;
      EXPECT_EQ(ReasonOf(number.status()), "NHS_NUMBER_CHECK_DIGIT");
      continue;
    }
    ASSERT_TRUE(number.ok());
    EXPECT_EQ(number->base(), base);
    EXPECT_EQ(static_cast<int>(number->value() % 10), expected);
  }
  EXPECT_NEAR(without_digit, 100'000 / 11, 100);
}

TEST(NhsNumber, ReadsWhatItWrote) {
  const NhsNumber number = NhsNumber::FromBase(999'000'001).value();
  EXPECT_EQ(number.ToDigits().size(), 10u);
  EXPECT_EQ(NhsNumber::Parse(number.ToDigits()).value(), number);
}

TEST(NhsNumber, AllowsBlanksAndHyphensBetweenDigits) {
  const std::string digits = NhsNumber::FromBase(999'123'455).value().ToDigits();
  const std::string spaced = digits.substr(0, 3) + " " + digits.substr(3, 3) + "-" + digits.substr(6);
  EXPECT_EQ(NhsNumber::Parse(spaced).value().ToDigits(), digits);
}

TEST(NhsNumber, KeepsLeadingZeroes) {
  // Bases from zero are not issued either, and the text must not lose a digit.
  absl::StatusOr<NhsNumber> number = NhsNumber::FromBase(12);
  ASSERT_TRUE(number.ok());
  EXPECT_EQ(number->ToDigits().substr(0, 9), "000000012");
}

TEST(NhsNumber, RefusesEveryOtherCheckDigit) {
  const std::string digits = NhsNumber::FromBase(999'000'002).value().ToDigits();
  int accepted = 0;
  for (char last = '0'; last <= '9'; ++last) {
    const absl::StatusOr<NhsNumber> number = NhsNumber::Parse(digits.substr(0, 9) + last);
    if (number.ok()) {
      ++accepted;
    } else {
      EXPECT_EQ(ReasonOf(number.status()), "NHS_NUMBER_CHECK_DIGIT");
    }
  }
  EXPECT_EQ(accepted, 1);
}

TEST(NhsNumber, FindsEverySwapOfTwoDifferentNeighbours) {
  const std::string digits = NhsNumber::FromBase(999'481'027).value().ToDigits();
  for (size_t i = 0; i + 1 < digits.size(); ++i) {
    std::string swapped = digits;
    std::swap(swapped[i], swapped[i + 1]);
    if (swapped != digits) {
      EXPECT_FALSE(NhsNumber::Parse(swapped).ok());
    }
  }
}

TEST(NhsNumber, RefusesWhatIsNotTenDigits) {
  for (const char* text : {"", "999", "99900000112", "99900000O1", "999000000\t", "          "}) {
    EXPECT_EQ(ReasonOf(NhsNumber::Parse(text).status()), "NHS_NUMBER_MALFORMED");
  }
  EXPECT_EQ(ReasonOf(NhsNumber::FromBase(1'000'000'000).status()), "NHS_NUMBER_MALFORMED");
}

TEST(NhsNumber, RefusesPlaceholdersOfOneDigit) {
  for (char digit = '0'; digit <= '9'; ++digit) {
    EXPECT_EQ(ReasonOf(NhsNumber::Parse(std::string(10, digit)).status()), "NHS_NUMBER_PLACEHOLDER");
  }
}

TEST(NhsNumber, NeverRepeatsTheNumberInAMessage) {
  const absl::Status status = NhsNumber::Parse("9990000019x").status();
  EXPECT_EQ(status.message().find("999"), absl::string_view::npos);
}

TEST(NhsNumber, KnowsTheRangesThatAreNotIssued) {
  EXPECT_TRUE(NhsNumber::FromBase(999'000'001).value().IsNeverIssued());
  EXPECT_TRUE(NhsNumber::FromBase(999'000'001).value().IsTest());
  EXPECT_FALSE(NhsNumber::FromBase(998'000'001).value().IsNeverIssued());
  EXPECT_TRUE(NhsNumber::FromBase(998'000'001).value().IsTest());
}

}  // namespace
}  // namespace safehaven
