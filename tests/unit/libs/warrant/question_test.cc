#include "libs/warrant/question.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>

#include "libs/base/status.h"
#include "libs/warrant/wire.h"
#include "tests/support/seed.h"

namespace safehaven {
namespace {

Question CostPerHead() {
  return {.approval = "CAG 9-01(a)/2025",
          .purpose = Purpose::kCommissioningPlanning,
          .operation = Operation::kAggregate,
          .identifiability = Identifiability::kAggregateSuppressed,
          .subject = "",
          .commissioner = "ZC1",
          .list_day = *CivilDay::FromYmd(2025, 9, 30),
          .first_day = *CivilDay::FromYmd(2025, 4, 1),
          .last_day = *CivilDay::FromYmd(2026, 3, 31),
          .datasets = {"acute/apc", "social_care/services"},
          .measures = {"cost_per_head"},
          .dimensions = {"sector", "age_band"},
          .items = {},
          .filters = {{.dimension = "sex", .values = {"2", "1"}}}};
}

std::string FieldOf(const absl::Status& status) { return MetadataOf(status)["field"]; }

TEST(Question, OrderAndRepeatsDoNotChangeTheDigest) {
  Question shuffled = CostPerHead();
  std::reverse(shuffled.datasets.begin(), shuffled.datasets.end());
  std::reverse(shuffled.dimensions.begin(), shuffled.dimensions.end());
  shuffled.datasets.push_back(shuffled.datasets.front());
  std::reverse(shuffled.filters[0].values.begin(), shuffled.filters[0].values.end());
  EXPECT_EQ(QuestionDigest(*Normalise(shuffled)), QuestionDigest(*Normalise(CostPerHead())));
}

TEST(Question, EveryFieldChangesTheDigest) {
  const std::string digest = QuestionDigest(*Normalise(CostPerHead()));
  std::vector<Question> others(10, CostPerHead());
  others[0].approval = "CAG 9-02(a)/2025";
  others[1].purpose = Purpose::kContractMonitoring;
  others[2].identifiability = Identifiability::kAggregateWithSmallNumbers;
  others[3].commissioner = "ZC2";
  others[4].list_day = others[4].list_day.AddDays(1);
  others[5].first_day = others[5].first_day.AddDays(1);
  others[6].datasets.pop_back();
  others[7].measures.push_back("persons");
  others[8].dimensions.pop_back();
  others[9].filters[0].values.pop_back();
  for (const Question& other : others) EXPECT_NE(QuestionDigest(*Normalise(other)), digest);
}

TEST(Question, AValueCannotPassForTwo) {
  Question one = CostPerHead(), two = CostPerHead();
  one.filters = {{.dimension = "practice", .values = {"Z81001,Z81002"}}};
  two.filters = {{.dimension = "practice", .values = {"Z81001", "Z81002"}}};
  EXPECT_NE(QuestionDigest(*Normalise(one)), QuestionDigest(*Normalise(two)));
}

TEST(Question, TheCanonicalTextIsAsDocumented) {
  EXPECT_EQ(CanonicalQuestion(*Normalise(CostPerHead())),
            "safehaven-question/1\napproval=CAG%209-01%28a%29/2025\npurpose=commissioning_planning\n"
            "operation=aggregate\nidentifiability=aggregate_suppressed\nsubject=\ncommissioner=ZC1\n"
            "list_day=2025-09-30\nfirst_day=2025-04-01\nlast_day=2026-03-31\n"
            "datasets=acute/apc,social_care/services\nmeasures=cost_per_head\n"
            "dimensions=age_band,sector\nitems=\nfilter:sex=1,2\n");
}

TEST(Question, AMalformedQuestionNamesItsField) {
  struct Case {
    std::function<void(Question&)> change;
    std::string field;
  };
  const std::vector<Case> cases = {
      {[](Question& q) { q.approval = ""; }, "approval"},
      {[](Question& q) { q.datasets = {}; }, "datasets"},
      {[](Question& q) { q.datasets = {"acute/unheard_of"}; }, "datasets"},
      {[](Question& q) { q.measures = {}; }, "measures"},
      {[](Question& q) { q.measures = {"age_band"}; }, "measures"},
      {[](Question& q) { q.dimensions = {"age_band", "sex", "sector", "month"}; }, "dimensions"},
      {[](Question& q) { q.items = {"cost"}; }, "items"},
      {[](Question& q) { q.commissioner = ""; }, "commissioner"},
      {[](Question& q) { q.last_day = q.first_day.AddDays(-1); }, "last_day"},
      {[](Question& q) { q.filters[0].values = {}; }, "filters"},
      {[](Question& q) { q.filters.push_back(q.filters[0]); }, "filters"},
      {[](Question& q) { q.datasets.assign(kQuestionListMax + 1, "acute/apc"); }, "datasets"},
      {[](Question& q) { q.operation = Operation::kCollect; }, "subject"},
  };
  for (const Case& wrong : cases) {
    Question question = CostPerHead();
    wrong.change(question);
    const absl::Status status = Normalise(question).status();
    EXPECT_EQ(ReasonOf(status), "FIELD_INVALID") << status;
    EXPECT_EQ(FieldOf(status), wrong.field) << status;
  }
}

TEST(Question, AFilterOnAValueThatNobodyCanHaveIsRefusedAndNotAnsweredWithNought) {
  struct Case {
    std::string dimension, right, wrong, hint;
  };
  const std::vector<Case> cases = {{"age_band", "05-09", "5-9", "05-09"},
                                   {"age_band", "95+", "95-99", "95+"},
                                   {"sex", "2", "F", "0, 1, 2, 9"},
                                   {"month", "2025-04", "April", "YYYY-MM"},
                                   {"month", "2025-12", "2025-13", "YYYY-MM"},
                                   {"dataset", "acute/apc", "acute/op", "acute/apc"},
                                   {"sector", "acute", "community", "acute"},
                                   {"restriction", "fertility", "secret", "gender_recognition"}};
  for (const Case& one : cases) {
    Question question = CostPerHead();
    question.datasets = {"acute/apc"};
    question.filters = {{.dimension = one.dimension, .values = {one.right}}};
    EXPECT_TRUE(Normalise(question).ok()) << one.dimension << " " << Normalise(question).status();
    question.filters[0].values = {one.right, one.wrong};
    const absl::Status status = Normalise(question).status();
    EXPECT_EQ(ReasonOf(status), "FIELD_INVALID") << one.dimension;
    EXPECT_EQ(FieldOf(status), "filters");
    EXPECT_THAT(std::string(status.message()), testing::AllOf(testing::HasSubstr("'" + one.wrong + "'"), testing::HasSubstr(one.hint)));
  }
  Question open = CostPerHead();
  open.filters = {{.dimension = "practice", .values = {"any code that others keep"}}};
  EXPECT_TRUE(Normalise(open).ok());
}

TEST(Question, CrossesTheWireUnchanged) {
  const Question question = *Normalise(CostPerHead());
  const absl::StatusOr<Question> back = QuestionFromProto(QuestionToProto(question));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(*back, question);
}

TEST(Question, ACostingRunFiltersByNumberAndMakesNoRows) {
  Question question = CostPerHead();
  question.filters = {{.dimension = "costing_run", .values = {"3", "12"}}};
  EXPECT_TRUE(Normalise(question).ok()) << Normalise(question).status();
  for (const char* value : {"0", "03", "-1", "last", "99999999999999999999"}) {
    question.filters[0].values = {value};
    EXPECT_EQ(FieldOf(Normalise(question).status()), "filters") << value;
  }
  question.filters.clear();
  question.dimensions = {"costing_run"};
  EXPECT_EQ(FieldOf(Normalise(question).status()), "dimensions");
}

TEST(Question, AnUnknownNameOnTheWireSaysWhatWouldBeRight) {
  type::v1::Question wire = QuestionToProto(*Normalise(CostPerHead()));
  wire.set_purpose("marketing");
  const absl::Status status = QuestionFromProto(wire).status();
  EXPECT_EQ(FieldOf(status), "purpose");
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("commissioning_planning"));
}

// Goal: the canonical text is injective. Method: random questions over a small
// world; equal digests must mean equal questions.
TEST(QuestionProperty, DifferentQuestionsHaveDifferentDigests) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(testing::Message() << "SAFEHAVEN_SEED=" << seed);
  std::mt19937_64 prng(seed);
  const std::vector<std::string> texts = {"a", "b", "a,b", "a%2Cb", "a\nb", "=", "%"};
  std::map<std::string, Question> seen;
  for (int round = 0; round < 2000; ++round) {
    Question question = CostPerHead();
    question.approval = texts[prng() % texts.size()];
    question.filters.clear();
    for (const char* dimension : {"practice", "small_area"}) {
      if (prng() % 2 == 0) continue;
      Filter filter = {.dimension = dimension, .values = {texts[prng() % texts.size()]}};
      if (prng() % 2 == 0) filter.values.push_back(texts[prng() % texts.size()]);
      question.filters.push_back(filter);
    }
    question = *Normalise(question);
    const auto [it, fresh] = seen.emplace(QuestionDigest(question), question);
    EXPECT_TRUE(fresh || it->second == question);
  }
}

}  // namespace
}  // namespace safehaven
