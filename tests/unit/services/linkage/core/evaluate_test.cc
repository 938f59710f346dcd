#include "services/linkage/core/evaluate.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "tests/support/seed.h"

namespace safehaven::linkage {
namespace {

TEST(Evaluate, CountsRightWrongAndMissedPairs) {
  // Cluster 1 holds two of person A and one of B; A's third record is alone.
  const std::vector<JudgedRecord> records = {{1, 100}, {1, 100}, {1, 200}, {2, 100}};
  const PairCounts counts = CountPairs(records);
  EXPECT_EQ(counts.true_links, 1u);
  EXPECT_EQ(counts.false_links, 2u);
  EXPECT_EQ(counts.missed_links, 2u);
  EXPECT_DOUBLE_EQ(counts.Precision(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(counts.Recall(), 1.0 / 3);
}

TEST(Evaluate, NothingToBeWrongAboutIsPerfect) {
  EXPECT_DOUBLE_EQ(CountPairs({}).F1(), 1);
  EXPECT_DOUBLE_EQ(ScoreBCubed({}).F1(), 1);
}

TEST(Evaluate, BCubedAveragesOverRecords) {
  const std::vector<JudgedRecord> records = {{1, 100}, {1, 100}, {1, 200}, {2, 100}};
  const BCubed score = ScoreBCubed(records);
  EXPECT_DOUBLE_EQ(score.precision, (2.0 / 3 + 2.0 / 3 + 1.0 / 3 + 1) / 4);
  EXPECT_DOUBLE_EQ(score.recall, (2.0 / 3 + 2.0 / 3 + 1 + 1.0 / 3) / 4);
}

TEST(Evaluate, GroupsAgreeWithCountingEveryPair) {
  // Goal: the counting by group sizes equals a look at every pair.
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(seed);
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 50; ++round) {
    std::vector<JudgedRecord> records(prng() % 60);
    for (JudgedRecord& record : records) {
      record = {.person = prng() % 8, .truth = prng() % 8, .in_first = prng() % 2 == 0, .in_second = prng() % 2 == 0};
    }
    PairCounts expected;
    for (size_t i = 0; i < records.size(); ++i) {
      for (size_t j = i + 1; j < records.size(); ++j) {
        const JudgedRecord& a = records[i];
        const JudgedRecord& b = records[j];
        if (!(a.in_first && b.in_second) && !(a.in_second && b.in_first)) continue;
        const bool linked = a.person == b.person;
        const bool same = a.truth == b.truth;
        expected.true_links += linked && same;
        expected.false_links += linked && !same;
        expected.missed_links += !linked && same;
      }
    }
    const PairCounts counts = CountPairs(records);
    EXPECT_EQ(counts.true_links, expected.true_links);
    EXPECT_EQ(counts.false_links, expected.false_links);
    EXPECT_EQ(counts.missed_links, expected.missed_links);
  }
}

}  // namespace
}  // namespace safehaven::linkage
