// Frozen versions as files, clerical review, and training from what is known.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/linkage/core/model_yaml.h"
#include "services/linkage/core/review.h"
#include "services/linkage/core/table/encode.h"
#include "services/linkage/core/table/link_tables.h"
#include "services/linkage/core/table/recognise.h"
#include "services/linkage/core/train/labels.h"
#include "tests/support/linkage_people.h"
#include "tests/support/linkage_tables.h"

namespace safehaven::linkage {
namespace {

// Two registers and a source with copies, trained so sparingly that keys are heavy.
class FrozenTables : public testing::Test {
 protected:
  FrozenTables() {
    tables_.push_back(MadeUpPeople("a", {.seed = 9, .people = 300}));
    tables_.push_back(MadeUpPeople("b", {.seed = 9, .people = 300, .slips = true}));
    tables_.push_back(MadeUpPeople("c", {.seed = 9, .people = 200, .copies = 100}));
    input_.tables = tables_;
    input_.schema = Recognise(tables_, std::vector<std::string>{"who"});
    input_.today = CivilDay::FromYmd(2026, 3, 31).value();
    Model model = DefaultModel(ExtraFieldsOf(input_.schema));
    model.pairs_min = 3'000;
    input_.model = model;
  }

  std::vector<Table> tables_;
  TableLinkInput input_;
};

TEST_F(FrozenTables, LinkUnderTheirVersionAsInTheTrainingThatMadeIt) {
  const TableLinkResult trained = LinkTables(input_).value();
  ASSERT_TRUE(trained.match.model.frozen.has_value());
  const Frozen& frozen = *trained.match.model.frozen;
  size_t heavy = 0;
  for (const HeavyKeys& keys : frozen.heavy) {
    for (const auto& round : keys.rounds) heavy += round.size();
  }
  EXPECT_GT(heavy, 0u);
  EXPECT_EQ(frozen.duplicate_free, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(frozen.left_over.empty());
  // Also after having been a file.
  const ModelFile file = {.schema = input_.schema, .model = trained.match.model, .trained = true};
  const ModelFile read = ParseModelFile(ModelFileText(file)).value();
  EXPECT_EQ(ModelIdentity(read.model), ModelIdentity(trained.match.model));
  input_.model = read.model;
  input_.train = false;
  const TableLinkResult again = LinkTables(input_).value();
  EXPECT_EQ(again.match.cluster_of_record, trained.match.cluster_of_record);
  EXPECT_EQ(again.match.scores.counts.pairs_compared, trained.match.scores.counts.pairs_compared);
}

TEST_F(FrozenTables, AnythingFrozenIsPartOfTheIdentity) {
  const Model model = LinkTables(input_)->match.model;
  const std::string identity = ModelIdentity(model);
  Model other = model;
  other.frozen->heavy.front().rounds.back().push_back(UINT32_MAX);
  EXPECT_NE(ModelIdentity(other), identity);
  other = model;
  other.frozen->standard.dates.defaults.insert(1);
  EXPECT_NE(ModelIdentity(other), identity);
  other = model;
  other.frozen->left_over.front().push_back({.first = "a", .second = "x", .rise = 1});
  EXPECT_NE(ModelIdentity(other), identity);
  other.frozen.reset();
  EXPECT_NE(ModelIdentity(other), identity);
}

TEST_F(FrozenTables, AVersionThatTheDataHaveOutgrownIsRefused) {
  Model model = LinkTables(input_)->match.model;
  for (HeavyKeys& keys : model.frozen->heavy) keys = {};
  model.frozen->pairs = 1;
  // All against all of twenty thousand people are 200 million pairs.
  std::vector<Table> large = Only(MadeUpPeople("a", {.seed = 3, .people = 20'000}));
  input_.tables = large;
  input_.model = model;
  input_.train = false;
  EXPECT_EQ(ReasonOf(LinkTables(input_).status()), "VERSION_OUTGROWN");
}

TEST_F(FrozenTables, LabelsMoveTheModelTowardsThem) {
  const Model without = LinkTables(input_)->match.model;
  // Everybody of a is one person with another one of a: nonsense that has to show.
  for (uint32_t row = 0; row + 1 < 300; ++row) input_.labels.emplace_back(row, row + 1);
  const Model with = LinkTables(input_)->match.model;
  const auto agreeing = [](const Model& model) {
    for (const FieldModel& field : model.fields) {
      if (field.comparator == Comparator::kBirthDate) return field.m.front();
    }
    return 0.0;
  };
  EXPECT_LT(agreeing(with), agreeing(without) - 0.3);
}

GivenVerdict Said(const std::string& reviewer, Verdict verdict) { return {.reviewer = reviewer, .verdict = verdict}; }

TEST(Review, TwoEqualVerdictsSettleAndAThirdSettlesADisagreement) {
  using enum Verdict;
  EXPECT_EQ(Settle({}).state, ReviewState::kOpen);
  EXPECT_EQ(Settle(std::vector{Said("a", kSame)}).state, ReviewState::kOpen);
  EXPECT_EQ(Settle(std::vector{Said("a", kSame), Said("b", kSame)}).outcome, kSame);
  const std::vector two = {Said("a", kSame), Said("b", kDifferent)};
  EXPECT_EQ(Settle(two).state, ReviewState::kDisagreed);
  EXPECT_EQ(Settle(two).outcome, kNone);
  EXPECT_EQ(Settle(std::vector{two[0], two[1], Said("c", kDifferent)}).outcome, kDifferent);
}

TEST(Review, OnlyWhatIsSettledDecides) {
  using enum Verdict;
  const auto review = [](uint64_t a, uint64_t b, std::vector<GivenVerdict> verdicts) {
    return Review{.a = TokenOf(a), .b = TokenOf(b), .verdicts = std::move(verdicts)};
  };
  const DecidedPairs decided = DecidedBy(std::vector{
      review(1, 2, {Said("a", kSame), Said("b", kSame)}), review(3, 4, {Said("a", kDifferent), Said("b", kDifferent)}),
      review(5, 6, {Said("a", kSame)}), review(7, 8, {Said("a", kCannotTell), Said("b", kCannotTell)})});
  EXPECT_EQ(decided.together, (std::vector<DecidedPair>{{TokenOf(1), TokenOf(2)}}));
  EXPECT_EQ(decided.apart, (std::vector<DecidedPair>{{TokenOf(3), TokenOf(4)}}));
}

TEST(Review, WhatTellsMostComesFirstAndNobodyHiddenAppears) {
  std::vector<RecordPlace> places;
  for (uint32_t i = 0; i < 8; ++i) places.push_back({.token = TokenOf(i), .person = i + 1, .profile = i});
  // A second record of person 3: more hangs on that pair.
  places.push_back({.token = TokenOf(8), .person = 3, .profile = 9});
  const auto pair = [](uint32_t a, uint32_t b, Weight weight) {
    return PairEvidence{.profile_a = a, .profile_b = b, .weight = weight, .decision = Decision::kReview};
  };
  const std::vector<PairEvidence> evidence = {pair(0, 1, 4'000), pair(2, 3, 0), pair(4, 5, 0), pair(6, 7, 0)};
  const std::vector<PersonNumber> hidden = {8};
  const std::vector<ReviewCandidate> queue = QueueReviews(places, evidence, hidden, 10);
  ASSERT_EQ(queue.size(), 3u);
  EXPECT_EQ(queue[0].a, TokenOf(2));
  EXPECT_EQ(queue[0].gain, 2'000u);
  EXPECT_EQ(queue[1].a, TokenOf(4));
  EXPECT_EQ(queue[2].a, TokenOf(0));
  EXPECT_EQ(QueueReviews(places, evidence, hidden, 1).size(), 1u);
}

}  // namespace
}  // namespace safehaven::linkage
