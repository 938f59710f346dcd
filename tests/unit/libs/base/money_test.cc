// Money: exact text both ways, and sums that refuse instead of wrapping.
#include "libs/base/money.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>

#include "libs/base/status.h"

namespace safehaven {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

TEST(Money, ReadsDecimalTextToTheLastUnit) {
  EXPECT_EQ(Money::Parse("0").value(), Money(0));
  EXPECT_EQ(Money::Parse("1").value(), Money(kMoneyUnitsPerPound));
  EXPECT_EQ(Money::Parse("-12.3").value(), Money(-1'230'000'000));
  EXPECT_EQ(Money::Parse("0.00000001").value(), Money(1));
  EXPECT_EQ(Money::Parse("92233720368.54775807").value(), Money(kMax));
}

TEST(Money, RefusesWhatIsNotAnAmount) {
  for (const char* text : {"", "-", ".5", "5.", "1.2.3", "1,000", "1e3", " 1", "1 ", "+1", "--1",
                           "0.000000001", "£1", "1.-5"}) {
    EXPECT_EQ(ReasonOf(Money::Parse(text).status()), "MONEY_MALFORMED") << text;
  }
}

TEST(Money, RefusesAmountsBeyond64Bits) {
  for (const char* text : {"92233720368.54775808", "92233720369", "99999999999999999999999999999999",
                           "-92233720369"}) {
    const absl::Status status = Money::Parse(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange) << text;
    EXPECT_EQ(ReasonOf(status), "MONEY_OVERFLOW") << text;
  }
}

TEST(Money, WritesAllEightDecimals) {
  EXPECT_EQ(Money(0).ToString(), "0.00000000");
  EXPECT_EQ(Money(-1).ToString(), "-0.00000001");
  EXPECT_EQ(Money(123'456'789'012).ToString(), "1234.56789012");
  EXPECT_EQ(Money(kMin).ToString(), "-92233720368.54775808");
}

TEST(Money, ReadsWhatItWrote) {
  std::mt19937_64 prng(20240401);
  for (int round = 0; round < 10'000; ++round) {
    const Money money(static_cast<int64_t>(prng()) / 2);
    ASSERT_EQ(Money::Parse(money.ToString()).value(), money);
  }
}

TEST(Money, SumsAndDifferencesRefuseToWrap) {
  EXPECT_EQ(Add(Money(kMax - 1), Money(1)).value(), Money(kMax));
  EXPECT_EQ(ReasonOf(Add(Money(kMax), Money(1)).status()), "MONEY_OVERFLOW");
  EXPECT_EQ(ReasonOf(Add(Money(kMin), Money(-1)).status()), "MONEY_OVERFLOW");
  EXPECT_EQ(Subtract(Money(kMin + 1), Money(1)).value(), Money(kMin));
  EXPECT_EQ(ReasonOf(Subtract(Money(kMin), Money(1)).status()), "MONEY_OVERFLOW");
  EXPECT_EQ(ReasonOf(Subtract(Money(0), Money(kMin)).status()), "MONEY_OVERFLOW");
}

TEST(WideMoney, HoldsSumsThatDoNotFit64Bits) {
  WideMoney sum;
  for (int i = 0; i < 1000; ++i) sum += Money(kMax);
  EXPECT_EQ(sum.ToString(), "92233720368547.75807000");
  EXPECT_EQ(ReasonOf(sum.Narrow().status()), "MONEY_OVERFLOW");
  for (int i = 0; i < 999; ++i) sum = sum - WideMoney(Money(kMax));
  EXPECT_EQ(sum.Narrow().value(), Money(kMax));
}

}  // namespace
}  // namespace safehaven
