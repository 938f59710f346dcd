// A group of appends behaves as if they had been applied one after the other.
#include "libs/log/commit_plan.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace safehaven {
namespace {

PendingAppend With(Batch batch) {
  PendingAppend pending;
  pending.request.batch = std::move(batch);
  return pending;
}

Batch PutIf(const std::string& key, std::optional<Version> version) {
  return {.preconditions = {{key, version}}, .puts = {{key, "new"}}, .deletes = {}};
}

TEST(CommitPlan, AcceptsWhatHoldsInTheStore) {
  const std::vector<PendingAppend> group = {With(PutIf("a", std::nullopt)),
                                            With(PutIf("b", Version{7}))};
  EXPECT_EQ(PreconditionKeys(group), (std::vector<std::string>{"a", "b"}));
  const CommitPlan plan = PlanCommit(group, {{"a", std::nullopt}, {"b", Version{7}}});
  EXPECT_EQ(plan.accepted, (std::vector<size_t>{0, 1}));
  EXPECT_EQ(plan.batch.puts.size(), 2u);
  // Judged by the store, so the store is asked again when it is written.
  EXPECT_EQ(plan.batch.preconditions.size(), 2u);
}

TEST(CommitPlan, RefusesOneWithoutItsNeighbours) {
  const std::vector<PendingAppend> group = {With(PutIf("a", std::nullopt)),
                                            With(PutIf("b", Version{7})),
                                            With(PutIf("c", std::nullopt))};
  const CommitPlan plan =
      PlanCommit(group, {{"a", std::nullopt}, {"b", Version{8}}, {"c", std::nullopt}});
  EXPECT_EQ(plan.accepted, (std::vector<size_t>{0, 2}));
  EXPECT_EQ(plan.refused, (std::vector<size_t>{1}));
  EXPECT_EQ(plan.batch.preconditions.size(), 2u);
}

TEST(CommitPlan, OfTwoThatWantTheSameOnlyTheFirstWins) {
  const std::vector<PendingAppend> group = {With(PutIf("a", std::nullopt)),
                                            With(PutIf("a", std::nullopt))};
  const CommitPlan plan = PlanCommit(group, {{"a", std::nullopt}});
  EXPECT_EQ(plan.accepted, (std::vector<size_t>{0}));
  EXPECT_EQ(plan.refused, (std::vector<size_t>{1}));
}

TEST(CommitPlan, AbsentHoldsAfterADeleteInTheSameGroup) {
  const std::vector<PendingAppend> group = {
      With({.preconditions = {{"a", Version{3}}}, .puts = {}, .deletes = {"a"}}),
      With(PutIf("a", std::nullopt)), With(PutIf("a", Version{3}))};
  const CommitPlan plan = PlanCommit(group, {{"a", Version{3}}});
  EXPECT_EQ(plan.accepted, (std::vector<size_t>{0, 1}));
  EXPECT_EQ(plan.refused, (std::vector<size_t>{2}));
  ASSERT_EQ(plan.batch.puts.size(), 1u);
  EXPECT_TRUE(plan.batch.deletes.empty());
  ASSERT_EQ(plan.batch.preconditions.size(), 1u);
  EXPECT_EQ(plan.batch.preconditions[0].version, Version{3});
}

TEST(CommitPlan, TheLastWriterOfAKeyWins) {
  const std::vector<PendingAppend> group = {
      With({.preconditions = {}, .puts = {{"a", "1"}, {"b", "1"}}, .deletes = {}}),
      With({.preconditions = {}, .puts = {{"a", "2"}}, .deletes = {"b"}})};
  const CommitPlan plan = PlanCommit(group, {});
  ASSERT_EQ(plan.batch.puts.size(), 1u);
  EXPECT_EQ(plan.batch.puts[0].value, "2");
  EXPECT_EQ(plan.batch.deletes, (std::vector<std::string>{"b"}));
}

TEST(CommitPlan, ARefusedAppendWritesNothing) {
  const std::vector<PendingAppend> group = {
      With({.preconditions = {{"a", Version{1}}}, .puts = {{"b", "1"}}, .deletes = {}})};
  const CommitPlan plan = PlanCommit(group, {{"a", std::nullopt}});
  EXPECT_TRUE(plan.accepted.empty());
  EXPECT_TRUE(plan.batch.puts.empty());
}

}  // namespace
}  // namespace safehaven
