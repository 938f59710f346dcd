#include "services/linkage/core/quality.h"

#include <gtest/gtest.h>

#include <vector>

namespace safehaven::linkage {
namespace {

// Four profiles of one record each: 0 and 1 linked with probability 3/4, 2 and 3 kept apart
// with 1/3, 1 and 2 forbidden.
MatchResult FourRecords() {
  MatchResult match;
  match.profiles.rows.resize(4);
  match.profiles.record_begin = {0, 1, 2, 3, 4};
  match.profiles.record_indexes = {0, 1, 2, 3};
  match.cluster_of_record = {0, 0, 1, 2};
  match.cluster_count = 3;
  match.scores.pairs = {{.a = 0, .b = 1, .weight = WeightOfPrior(0.75), .decision = Decision::kWeight},
                        {.a = 1, .b = 2, .weight = WeightOfPrior(0.9), .decision = Decision::kForbidden},
                        {.a = 2, .b = 3, .weight = WeightOfPrior(1.0 / 3), .decision = Decision::kReview}};
  return match;
}

TEST(ExpectErrors, FalseAndMissedLinksAreSharedBetweenTheGroupsOfBothSides) {
  const std::vector<uint32_t> group_of = {0, 0, 0, 1};
  const std::vector<ExpectedErrors> errors = ExpectErrors(FourRecords(), group_of, 2);
  EXPECT_EQ(errors[0].records, 3u);
  EXPECT_DOUBLE_EQ(errors[0].links, 1);
  EXPECT_NEAR(errors[0].false_links, 0.25, 1e-3);
  EXPECT_NEAR(errors[0].missed_links, 1.0 / 6, 1e-3);
  EXPECT_NEAR(errors[1].missed_links, 1.0 / 6, 1e-3);
  EXPECT_DOUBLE_EQ(errors[1].links, 0);
  EXPECT_DOUBLE_EQ(errors[1].FalseShare(), 0);
  EXPECT_DOUBLE_EQ(errors[1].MissedShare(), 1);
}

TEST(ExpectErrors, ALinkThatAClusterDoesNotNeedCountsNothing) {
  // Goal: three identities of one cluster, the third pair much weaker than the two that hold it.
  MatchResult match = FourRecords();
  match.cluster_of_record = {0, 0, 0, 1};
  match.scores.pairs = {{.a = 0, .b = 1, .weight = WeightOfPrior(0.75), .decision = Decision::kWeight},
                        {.a = 0, .b = 2, .weight = WeightOfPrior(0.01), .decision = Decision::kPossible},
                        {.a = 1, .b = 2, .weight = WeightOfPrior(0.9), .decision = Decision::kWeight},
                        {.a = 1, .b = 3, .weight = WeightOfPrior(0.2), .decision = Decision::kPossible},
                        {.a = 2, .b = 3, .weight = WeightOfPrior(0.3), .decision = Decision::kPossible}};
  const std::vector<ExpectedErrors> errors = ExpectErrors(match, std::vector<uint32_t>(4, 0), 1);
  EXPECT_DOUBLE_EQ(errors[0].links, 2);
  EXPECT_NEAR(errors[0].false_links, 0.35, 1e-3);
  EXPECT_NEAR(errors[0].missed_links, 0.3, 1e-3);
}

TEST(ExpectErrors, ACrossCheckIsCertain) {
  MatchResult match = FourRecords();
  match.scores.pairs[0].decision = Decision::kCrossCheck;
  EXPECT_DOUBLE_EQ(ExpectErrors(match, std::vector<uint32_t>(4, 0), 1)[0].false_links, 0);
}

}  // namespace
}  // namespace safehaven::linkage
