#include "libs/disclosure/rounding.h"

#include <gtest/gtest.h>

#include <limits>

namespace safehaven {
namespace {

constexpr int64_t kPound = kMoneyUnitsPerPound;

Contributions Pounds(int64_t total, int64_t largest, int64_t second) {
  return {Money(total * kPound), Money(largest * kPound), Money(second * kPound)};
}

TEST(RoundToMultiple, SendsHalvesAwayFromZero) {
  EXPECT_EQ(static_cast<int64_t>(RoundToMultiple(25, 10)), 30);
  EXPECT_EQ(static_cast<int64_t>(RoundToMultiple(-25, 10)), -30);
  EXPECT_EQ(static_cast<int64_t>(RoundToMultiple(24, 10)), 20);
  EXPECT_EQ(static_cast<int64_t>(RoundToMultiple(-24, 10)), -20);
  EXPECT_EQ(static_cast<int64_t>(RoundToMultiple(7, 5)), 5);
  EXPECT_EQ(static_cast<int64_t>(RoundToMultiple(8, 5)), 10);
}

TEST(RoundForLargest, TakesTheFinestBaseThatHidesTheLargest) {
  // Half of 200 is a tenth of 1,000; half of 100 is not.
  const auto rounded = RoundForLargest(Pounds(54'321, 1'000, 900), 10);
  ASSERT_TRUE(rounded.has_value());
  EXPECT_EQ(rounded->base, Money(200 * kPound));
  EXPECT_EQ(rounded->amount, Money(54'400 * kPound));
}

TEST(RoundForLargest, GoesCoarserWhereTheOthersContributeTooLittle) {
  // 10,000 and 2,000 are all there is: base 2,000 shows 12,000, so the second largest
  // knows at most 11,000 of the first, which is exactly the tenth more that p asks.
  const auto enough = RoundForLargest(Pounds(12'000, 10'000, 2'000), 10);
  ASSERT_TRUE(enough.has_value());
  EXPECT_EQ(enough->base, Money(2'000 * kPound));
  // With 12,900 in all base 2,000 shows 12,000 too, which would tell at most 10,900 of 10,000.
  const auto coarser = RoundForLargest(Pounds(12'900, 10'000, 2'900), 10);
  ASSERT_TRUE(coarser.has_value());
  EXPECT_GT(coarser->base, Money(2'000 * kPound));
}

TEST(RoundForLargest, IsNeverFinerThanAPound) {
  const auto rounded = RoundForLargest({Money(12'34567891), Money(1), Money(1)}, 10);
  ASSERT_TRUE(rounded.has_value());
  EXPECT_EQ(rounded->amount, Money(12 * kPound));
}

TEST(RoundForLargest, ShowsNothingRatherThanNought) {
  EXPECT_FALSE(RoundForLargest(Pounds(0, 0, 0), 10).has_value());
  EXPECT_FALSE(RoundForLargest(Pounds(0, 100, -100), 10).has_value());
}

TEST(RoundForLargest, TreatsNegativeCostsAsMirrorImages) {
  const auto positive = RoundForLargest(Pounds(54'321, 1'000, 900), 10);
  const auto negative = RoundForLargest(Pounds(-54'321, -1'000, -900), 10);
  ASSERT_TRUE(positive && negative);
  EXPECT_EQ(positive->amount.e8_pounds(), -negative->amount.e8_pounds());
  EXPECT_EQ(positive->base, negative->base);
}

TEST(RoundForLargest, DoesNotOverflowAtTheEnds) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_FALSE(RoundForLargest({Money(kMost), Money(kMost), Money(0)}, 100).has_value());
  EXPECT_TRUE(RoundForLargest({Money(kMost / 2), Money(1), Money(1)}, 10).has_value());
}

}  // namespace
}  // namespace safehaven
