#include "services/costing/core/apportion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "libs/base/status.h"

namespace safehaven::costing {
namespace {

using ::testing::ElementsAre;

std::vector<int64_t> Units(int64_t pool, const std::vector<int64_t>& weights) {
  const absl::StatusOr<std::vector<Money>> shares = Apportion(Money(pool), weights);
  SH_CHECK(shares.ok());
  std::vector<int64_t> units;
  for (const Money share : *shares) units.push_back(share.e8_pounds());
  return units;
}

TEST(Apportion, GivesTheUnitsThatAreLeftToTheLargestRemainders) {
  // Goal: worked case C08 (percentages that should add up to 100).
  EXPECT_THAT(Units(100, {13'626'332, 47'989'636, 9'596'008, 28'788'024}), ElementsAre(14, 48, 9, 29));
}

TEST(Apportion, ServesEqualRemaindersInRowOrder) {
  // Goal: worked case C09: 3 : 2 : 2 of 100 leaves two units, the second of them tied.
  EXPECT_THAT(Units(100, {3, 2, 2}), ElementsAre(43, 29, 28));
}

TEST(Apportion, ServesEqualRemaindersOfDifferentWeightsInRowOrder) {
  // 7 over 1 and 3 of 4: remainders 3 and 1; 2 over 1 and 3: remainders 2 and 2.
  EXPECT_THAT(Units(2, {1, 3}), ElementsAre(1, 1));
  EXPECT_THAT(Units(2, {3, 1}), ElementsAre(2, 0));
}

TEST(Apportion, KeepsTheSumWhereRoundingEachShareWouldNot) {
  // Goal: worked case C10: 1.4 + 2.3 + 3.3 are 7, their rounded values 6.
  EXPECT_THAT(Units(7, {14, 23, 33}), ElementsAre(2, 2, 3));
}

TEST(Apportion, DividesANegativePoolAsItsMirrorImage) {
  EXPECT_THAT(Units(-100, {3, 2, 2}), ElementsAre(-43, -29, -28));
}

TEST(Apportion, GivesNothingToAWeightOfZero) {
  EXPECT_THAT(Units(10, {0, 3, 0}), ElementsAre(0, 10, 0));
}

TEST(Apportion, DividesTheLargestAndTheSmallestPool) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  EXPECT_THAT(Units(kMost, {1}), ElementsAre(kMost));
  EXPECT_THAT(Units(kLeast, {1}), ElementsAre(kLeast));
  EXPECT_THAT(Units(kLeast, {1, 1}), ElementsAre(kLeast / 2, kLeast / 2));
  EXPECT_THAT(Units(kMost, {kMost - 1, 1}), ElementsAre(kMost - 1, 1));
}

TEST(Apportion, SaysThatThereIsNoDriverWhenAllWeightsAreZero) {
  EXPECT_EQ(ReasonOf(Apportion(Money(1), std::vector<int64_t>{0, 0}).status()), "NO_DRIVER");
  EXPECT_EQ(ReasonOf(Apportion(Money(1), {}).status()), "NO_DRIVER");
  EXPECT_THAT(Units(0, {0, 0}), ElementsAre(0, 0));
}

TEST(Apportion, RefusesNegativeAndOverflowingWeights) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(ReasonOf(Apportion(Money(1), std::vector<int64_t>{2, -1}).status()), "WEIGHT_NEGATIVE");
  EXPECT_EQ(ReasonOf(Apportion(Money(1), std::vector<int64_t>{kMost, 1}).status()), "WEIGHT_OVERFLOW");
}

TEST(Apportion, IsTheSameForSparseWeightsAsForDenseOnes) {
  // Goal: both ways of numbering weight classes. Weights of 10^9 do not fit a table.
  constexpr int64_t kScale = 1'000'000'000;
  const std::vector<int64_t> small = {5, 1, 3, 3, 7, 0, 5};
  std::vector<int64_t> large;
  for (const int64_t weight : small) large.push_back(weight * kScale);
  EXPECT_EQ(Units(1'000'003, small), Units(1'000'003, large));
}

}  // namespace
}  // namespace safehaven::costing
