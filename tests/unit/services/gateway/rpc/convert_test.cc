#include "services/gateway/rpc/convert.h"

#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "tests/unit/services/gateway/rpc/fake_backends.h"

namespace safehaven::gateway {
namespace {

TEST(ViewOfDecision, TheCallerSeesEveryGateWithItsReasonAndRemedy) {
  const auto view = ViewOf(Refused().decision());
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(view->effect(), "refused");
  ASSERT_EQ(view->verdicts_size(), 1);
  EXPECT_EQ(view->verdicts(0).gate(), "recipient");
  EXPECT_EQ(view->verdicts(0).outcome(), "fail");
  EXPECT_EQ(view->verdicts(0).reason(), "NOT_A_RECIPIENT");
  EXPECT_FALSE(view->verdicts(0).remedy().empty());
}

TEST(ViewOfDecision, AnEffectThatWeDoNotKnowIsNoPermission) {
  consent::v1::Decision decision = Permitted().decision();
  decision.set_effect(static_cast<consent::v1::Effect>(17));
  EXPECT_EQ(ReasonOf(ViewOf(decision).status()), "DECISION_MALFORMED");
  decision.set_effect(consent::v1::EFFECT_UNSPECIFIED);
  EXPECT_EQ(ReasonOf(ViewOf(decision).status()), "DECISION_MALFORMED");
  EXPECT_FALSE(IsPermitted(static_cast<consent::v1::Effect>(17)));
}

TEST(ViewOfDecision, APermissionBesideAFailedGateIsNotBelieved) {
  consent::v1::Decision decision = Permitted().decision();
  decision.mutable_verdicts(0)->set_outcome(consent::v1::GATE_OUTCOME_NEEDS_MORE);
  EXPECT_EQ(ReasonOf(ViewOf(decision).status()), "DECISION_MALFORMED");
}

TEST(ViewOfDecision, AnUnknownOutcomeOfAGateIsMalformed) {
  consent::v1::Decision decision = Refused().decision();
  decision.mutable_verdicts(0)->set_outcome(consent::v1::GATE_OUTCOME_UNSPECIFIED);
  EXPECT_EQ(ReasonOf(ViewOf(decision).status()), "DECISION_MALFORMED");
}

TEST(TableOfAnswer, TheAnswerIsPassedOnAsItIs) {
  const auto table = TableOf(Answered().answer());
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->columns(1), "cost_per_head");
  EXPECT_EQ(table->rows(1).values(1), "suppressed");
  EXPECT_EQ(table->left_out(), "15");
  EXPECT_TRUE(table->complete());
}

TEST(TableOfAnswer, ARowThatDoesNotFitItsColumnsIsMalformed) {
  costing::v1::ProtectedAnswer answer = Answered().answer();
  answer.mutable_rows(0)->add_values("one too many");
  EXPECT_EQ(ReasonOf(TableOf(answer).status()), "ANSWER_MALFORMED");
  answer = Answered().answer();
  answer.set_key_column_count(3);
  EXPECT_EQ(ReasonOf(TableOf(answer).status()), "ANSWER_MALFORMED");
}

TEST(EntitlementsOf, AnApprovalWithoutAnEndHasNone) {
  consent::v1::ListEntitlementsResponse listed;
  consent::v1::Entitlement* entitlement = listed.add_entitlements();
  entitlement->mutable_valid_from()->set_year(2025);
  entitlement->mutable_valid_from()->set_month(4);
  entitlement->mutable_valid_from()->set_day(1);
  const v1::GetEntitlementsResponse view = EntitlementsOf(listed);
  EXPECT_EQ(view.entitlements(0).valid_from(), "2025-04-01");
  EXPECT_EQ(view.entitlements(0).valid_to(), "");
}

TEST(CheckIsForAnswers, LoadingLinkingAndCostingHaveOtherDoors) {
  type::v1::Question question;
  for (const char* operation : {"aggregate", "records"}) {
    question.set_operation(operation);
    EXPECT_TRUE(CheckIsForAnswers(question).ok());
  }
  for (const char* operation : {"", "collect", "link", "cost"}) {
    question.set_operation(operation);
    EXPECT_EQ(ReasonOf(CheckIsForAnswers(question)), "FIELD_INVALID") << operation;
  }
}

}  // namespace
}  // namespace safehaven::gateway
