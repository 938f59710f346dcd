#include "cli/sample/random.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace safehaven::sample {
namespace {

TEST(Random, GivesTheSameNumbersEveryTime) {
  Random random(0, "stream");
  Random again(0, "stream");
  for (int round = 0; round < 100; ++round) EXPECT_EQ(random.Next(), again.Next());
}

TEST(Random, StreamsOfOtherNamesAndSeedsDiffer) {
  EXPECT_NE(Random(1, "people").Next(), Random(1, "places").Next());
  EXPECT_NE(Random(1, "people").Next(), Random(2, "people").Next());
}

TEST(Random, BetweenReachesBothEndsAndNothingElse) {
  Random random(7, "between");
  std::array<int, 5> seen = {};
  for (int round = 0; round < 1'000; ++round) {
    const int64_t value = random.Between(-2, 2);
    ASSERT_GE(value, -2);
    ASSERT_LE(value, 2);
    ++seen[static_cast<size_t>(value + 2)];
  }
  for (const int count : seen) EXPECT_GT(count, 100);
}

TEST(Random, GeometricCountHasItsMeanAndMaximum) {
  Random random(7, "geometric");
  int64_t sum = 0;
  int most = 0;
  for (int round = 0; round < 100'000; ++round) {
    const int count = random.GeometricCount(1'500'000, 12);
    sum += count;
    most = std::max(most, count);
  }
  EXPECT_NEAR(static_cast<double>(sum) / 100'000, 1.5, 0.03);
  EXPECT_LE(most, 12);
}

TEST(Random, WeightedChoicesFollowTheirWeights) {
  Random random(7, "weights");
  constexpr std::array<uint32_t, 3> kWeights = {0, 1, 3};
  const WeightedChoice choice(kWeights);
  std::array<int, 3> by_list = {};
  std::array<int, 3> by_choice = {};
  for (int round = 0; round < 20'000; ++round) {
    ++by_list[random.PickIndex(kWeights)];
    ++by_choice[choice.Pick(random)];
  }
  for (const auto& counts : {by_list, by_choice}) {
    EXPECT_EQ(counts[0], 0);
    EXPECT_NEAR(counts[2] / 20'000.0, 0.75, 0.02);
  }
}

}  // namespace
}  // namespace safehaven::sample
