// Decisions in plain English.
#include "services/consent/core/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Evaluation EvaluateFor(const Question& question, const Caller& caller) {
  return EvaluateAsOf(SampleSnapshot(), question, caller, Day("2026-06-01"), {}).evaluation;
}

TEST(Explain, SaysWhatWasAskedAndThatItMayBeDone) {
  const Evaluation evaluation = EvaluateFor(PioneerAggregate(), Amira());
  const std::string text = Explain(evaluation, PioneerAggregate());
  EXPECT_THAT(text, HasSubstr("under CAG 9-01(a)/2025"));
  EXPECT_THAT(text, HasSubstr("This may be done."));
  EXPECT_THAT(text, HasSubstr("approvals/CAG 9-01(a)/2025 (version "));
  EXPECT_THAT(text, Not(HasSubstr("What would make it lawful")));
  EXPECT_THAT(Remedies(evaluation), IsEmpty());
}

TEST(Explain, SaysWhatWouldMakeARefusedQuestionLawful) {
  const Evaluation evaluation = EvaluateFor(PioneerAggregate(), Nora());
  const std::string text = Explain(evaluation, PioneerAggregate());
  EXPECT_THAT(text, HasSubstr("This is refused."));
  EXPECT_THAT(text, HasSubstr("No: recipient not named"));
  EXPECT_THAT(text, HasSubstr("What would make it lawful"));
  EXPECT_EQ(Remedies(evaluation).size(), 1u);
}

TEST(Explain, NamesNoPerson) {
  const Evaluation evaluation = EvaluateFor(PioneerAggregate(), Nora());
  EXPECT_THAT(Explain(evaluation, PioneerAggregate()), Not(HasSubstr("nora")));
  EXPECT_THAT(DecisionLines(evaluation), Not(HasSubstr("nora")));
}

TEST(Explain, EveryGateThatDoesNotPassHasARemedy) {
  Question question = PioneerAggregate();
  question.commissioner = "ZC2";
  for (const Caller& caller : {Nora(), Ruth(), Caller{}}) {
    for (const GateVerdict& verdict : EvaluateFor(question, caller).verdicts) {
      EXPECT_EQ(verdict.remedy.empty(), verdict.verdict == Verdict::kPass) << verdict.reason;
    }
  }
}

}  // namespace
}  // namespace safehaven::consent
