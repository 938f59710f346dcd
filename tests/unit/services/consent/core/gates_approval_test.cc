// Gates that judge by the approval itself: confidence, statute, purpose, window,
// conditions. Every refusal has its permitted twin: the same world without the change.
#include <gtest/gtest.h>

#include "tests/unit/services/consent/core/gates_fixture.h"

namespace safehaven::consent {
namespace {

TEST(EveryGate, RefusesAnApprovalThatIsNotOnTheRegister) {
  World world;
  world.question.approval = "CAG 9-09(a)/2025";
  int refusing = 0;
  for (const GateFunction gate : kGates) {
    const GateVerdict verdict = world.Judge(gate);
    if (verdict.reason == "APPROVAL_UNKNOWN") ++refusing;
    EXPECT_TRUE(verdict.reason == "APPROVAL_UNKNOWN" || verdict.gate == Gate::kDataProtection ||
                verdict.gate == Gate::kSecurity)
        << verdict.reason;
  }
  EXPECT_EQ(refusing, 11) << "all but the two that judge by the controller alone";
}

TEST(ConfidenceGate, PassesSupportInForce) {
  World world;
  EXPECT_EQ(world.Says(ConfidenceGate), "PASS SUPPORT_IN_FORCE_CONDITIONAL");
  world.approval().history.push_back({ApprovalEvent::kConditionsMet, Day("2025-07-01"), Actor::kSecretaryOfState});
  EXPECT_EQ(world.Says(ConfidenceGate), "PASS SUPPORT_IN_FORCE");
}

TEST(ConfidenceGate, AdviceIsNotADecision) {
  World world;
  world.approval().history.pop_back();
  EXPECT_EQ(world.Says(ConfidenceGate), "NEEDS_MORE APPROVAL_NOT_DECIDED");
}

TEST(ConfidenceGate, ProvisionalIsNotInForce) {
  World world;
  world.approval().history.back().event = ApprovalEvent::kDecidedProvisional;
  EXPECT_EQ(world.Says(ConfidenceGate), "NEEDS_MORE APPROVAL_PROVISIONAL");
}

TEST(ConfidenceGate, RefusesWhatWasDeferredNotSupportedClosedOrWithdrawn) {
  World world;
  world.approval().history.back().event = ApprovalEvent::kDecidedDeferred;
  EXPECT_EQ(world.Says(ConfidenceGate), "FAIL APPROVAL_DEFERRED");
  world.approval().history.back().event = ApprovalEvent::kDecidedNotSupported;
  EXPECT_EQ(world.Says(ConfidenceGate), "FAIL APPROVAL_NOT_SUPPORTED");
  world.approval().history.back().event = ApprovalEvent::kDecidedSupported;
  world.approval().history.push_back({ApprovalEvent::kWithdrawn, Day("2026-06-01"), Actor::kSecretaryOfState});
  EXPECT_EQ(world.Says(ConfidenceGate), "FAIL APPROVAL_WITHDRAWN");
  world.day = Day("2026-05-31");
  EXPECT_EQ(world.Says(ConfidenceGate), "PASS SUPPORT_IN_FORCE") << "the day before";
}

TEST(ConfidenceGate, TheOldScopeRulesWhileAnAmendmentIsPending) {
  World world;
  world.approval().history.push_back({ApprovalEvent::kAmendmentSubmitted, Day("2026-05-01"), Actor::kApplicant});
  EXPECT_EQ(world.Says(ConfidenceGate), "PASS SUPPORT_IN_FORCE_CONDITIONAL +AMENDMENT_PENDING");
}

TEST(ConfidenceGate, SaysThatASuccessionIsPending) {
  World world;
  world.approval().history.push_back({ApprovalEvent::kSuccessionBegan, Day("2026-05-01"), Actor::kApplicant});
  EXPECT_EQ(world.Says(ConfidenceGate), "PASS SUPPORT_IN_FORCE_CONDITIONAL +SUCCESSION_PENDING");
}

TEST(ConfidenceGate, ADependencyThatIsNotOnTheRegisterIsNotInForce) {
  World world;
  world.approval().depends_on = {Reference::Parse("22/CAG/0129").value()};
  EXPECT_EQ(world.Says(ConfidenceGate), "FAIL DEPENDENCY_NOT_IN_FORCE");
}

TEST(ConfidenceGate, ADataSetThatIsNotCoveredIsTheItemsGates) {
  World world;
  world.approval().flows.pop_back();
  EXPECT_EQ(world.Says(ConfidenceGate), "PASS SUPPORT_IN_FORCE_CONDITIONAL");
  EXPECT_EQ(world.Says(ItemsGate), "FAIL DATASET_NOT_APPROVED");
}

TEST(ConfidenceGate, AnInputEndsWithTheApprovalUnderWhichItComes) {
  // Risk stratification had its hospital data under another support (legal basis 2.2).
  World world;
  world.question = RiskAggregate();
  world.caller = Ruth();
  world.approval("CAG 9-02(a)/2025").flows[1].depends_on = {Reference::Parse("CAG 9-01(a)/2025").value()};
  EXPECT_EQ(world.Says(ConfidenceGate), "PASS SUPPORT_IN_FORCE_CONDITIONAL");
  world.approval("CAG 9-01(a)/2025").period.last_day = Day("2026-05-31");
  EXPECT_EQ(world.Says(ConfidenceGate), "FAIL DEPENDENCY_NOT_IN_FORCE");
  world.question.datasets = {"gp/register"};
  EXPECT_EQ(world.Says(ConfidenceGate), "PASS SUPPORT_IN_FORCE_CONDITIONAL") << "the other input goes on";
}

TEST(ConfidenceGate, ADisseminationAloneDoesNotMakeIdentifiableDataFine) {
  World world;
  world.question = DisseminationRecords();
  EXPECT_EQ(world.Says(ConfidenceGate), "PASS SUPPORT_IN_FORCE");
  world.question.identifiability = Identifiability::kIdentifiable;
  EXPECT_EQ(world.Says(ConfidenceGate), "FAIL CONFIDENCE_NOT_LIFTED");
  world.approval("DARS-NIC-900001-A1B2C").depends_on = {Reference::Parse("CAG 9-03(a)/2025").value()};
  EXPECT_EQ(world.Says(ConfidenceGate), "PASS SUPPORT_IN_FORCE") << "beside section 251 support";
}

TEST(ConfidenceGate, DirectCareReachesNothingElse) {
  // The Royal Free case: testing technology is not direct care (legal basis 4.1).
  World world;
  world.approval().legal_basis = LegalBasis::kDirectCare;
  EXPECT_EQ(world.Says(ConfidenceGate), "FAIL CONFIDENCE_NOT_LIFTED");
  world.question.purpose = Purpose::kDirectCare;
  EXPECT_EQ(world.Says(ConfidenceGate), "PASS SUPPORT_IN_FORCE_CONDITIONAL");
}

TEST(StatuteGate, WantsTheParagraphThatTheUseNeeds) {
  World world;
  EXPECT_EQ(world.Says(StatuteGate), "PASS REGULATION_5_REACHES");
  world.approval().schedule_paragraphs = {1, 4, 6};
  EXPECT_EQ(world.Says(StatuteGate), "FAIL SCHEDULE_PARAGRAPH_5_MISSING");
  world.question = PioneerRecords();
  EXPECT_EQ(world.Says(StatuteGate), "PASS REGULATION_5_REACHES");
  world.approval().schedule_paragraphs = {4, 5, 6};
  EXPECT_EQ(world.Says(StatuteGate), "FAIL SCHEDULE_PARAGRAPH_1_MISSING");
  world.approval().schedule_paragraphs = {1, 4, 5};
  EXPECT_EQ(world.Says(StatuteGate), "FAIL SCHEDULE_PARAGRAPH_6_MISSING");
}

TEST(StatuteGate, Section251IsNotForDirectCare) {
  World world;
  world.question.purpose = Purpose::kDirectCare;
  EXPECT_EQ(world.Says(StatuteGate), "FAIL SECTION_251_NOT_FOR_DIRECT_CARE");
}

TEST(StatuteGate, ADisseminationNamesItsLimb) {
  World world;
  world.question = DisseminationRecords();
  EXPECT_EQ(world.Says(StatuteGate), "PASS SECTION_261_REACHES");
  world.approval("DARS-NIC-900001-A1B2C").provisions.clear();
  EXPECT_EQ(world.Says(StatuteGate), "FAIL STATUTORY_LIMB_MISSING");
}

TEST(PurposeGate, TakesOnlyWhatTheApprovalNames) {
  World world;
  EXPECT_EQ(world.Says(PurposeGate), "PASS PURPOSE_APPROVED");
  world.question.purpose = Purpose::kRiskStratificationCaseFinding;
  EXPECT_EQ(world.Says(PurposeGate), "FAIL PURPOSE_NOT_APPROVED");
}

TEST(PurposeGate, CaseFindingIsNotPlanning) {
  World world;
  world.question = RiskAggregate();
  EXPECT_EQ(world.Says(PurposeGate), "PASS PURPOSE_APPROVED");
  world.question.purpose = Purpose::kRiskStratificationCaseFinding;
  EXPECT_EQ(world.Says(PurposeGate), "FAIL PURPOSE_NOT_APPROVED");
}

TEST(PurposeGate, ResearchIsApprovedApart) {
  World world;
  world.approval().purposes.push_back(Purpose::kResearch);
  world.question.purpose = Purpose::kResearch;
  EXPECT_EQ(world.Says(PurposeGate), "FAIL RESEARCH_IS_APPROVED_APART");
  world.approval().is_research = true;
  EXPECT_EQ(world.Says(PurposeGate), "PASS PURPOSE_APPROVED");
  world.question.purpose = Purpose::kCommissioningPlanning;
  EXPECT_EQ(world.Says(PurposeGate), "FAIL RESEARCH_IS_APPROVED_APART");
}

TEST(WindowGate, CountsBothEnds) {
  World world;
  for (const auto& [day, says] :
       std::vector<std::pair<std::string, std::string>>{{"2025-03-31", "FAIL WINDOW_NOT_OPEN"},
                                                        {"2025-04-01", "PASS WINDOW_OPEN"},
                                                        {"2030-02-09", "PASS WINDOW_OPEN"},
                                                        {"2030-02-10", "PASS WINDOW_OPEN +REVIEW_DUE"},
                                                        {"2030-03-31", "PASS WINDOW_OPEN +REVIEW_OVERDUE"},
                                                        {"2030-04-01", "FAIL WINDOW_CLOSED"}}) {
    world.day = Day(day);
    EXPECT_EQ(world.Says(WindowGate), says) << day;
  }
}

TEST(WindowGate, APassedReviewEndsOnlyWhatSaysSo) {
  World world;
  world.approval().next_review = Day("2026-05-01");
  EXPECT_EQ(world.Says(WindowGate), "PASS WINDOW_OPEN +REVIEW_OVERDUE");
  world.approval().lapses_without_review = true;
  EXPECT_EQ(world.Says(WindowGate), "FAIL LAPSED_WITHOUT_REVIEW");
  world.day = Day("2026-05-01");
  EXPECT_EQ(world.Says(WindowGate), "PASS WINDOW_OPEN +REVIEW_DUE") << "the day itself counts";
  EXPECT_EQ(world.Judge(WindowGate).last_day, Day("2026-05-01"));
}

TEST(ConditionsGate, WhatIsMetIsNotMentionedAndWhatIsOverdueComesBeforeWhatIsOpen) {
  World world;
  std::vector<Condition>& conditions = world.approval().conditions;
  conditions[1].status = ConditionStatus::kMet;
  EXPECT_EQ(world.Says(ConditionsGate), "PASS CONDITIONS_KEPT");
  conditions[0].status = ConditionStatus::kBreached;
  conditions[1].status = ConditionStatus::kOpen;
  EXPECT_EQ(world.Says(ConditionsGate), "PASS CONDITIONS_KEPT +CONDITION_OVERDUE");
}

TEST(ConditionsGate, OnlyASuspendingBreachStops) {
  World world;
  EXPECT_EQ(world.Says(ConditionsGate), "PASS CONDITIONS_KEPT +CONDITION_OPEN");
  world.approval().conditions[1].due_day = Day("2026-05-31");
  EXPECT_EQ(world.Says(ConditionsGate), "PASS CONDITIONS_KEPT +CONDITION_OVERDUE");
  world.approval().conditions[1].suspends = true;
  EXPECT_EQ(world.Says(ConditionsGate), "FAIL CONDITION_BREACHED");
  world.day = Day("2026-05-31");
  EXPECT_EQ(world.Says(ConditionsGate), "PASS CONDITIONS_KEPT +CONDITION_OPEN") << "the day itself counts";
  EXPECT_EQ(world.Judge(ConditionsGate).last_day, Day("2026-05-31"));
  world.approval().conditions[1].status = ConditionStatus::kBreached;
  EXPECT_EQ(world.Says(ConditionsGate), "FAIL CONDITION_BREACHED");
}

}  // namespace
}  // namespace safehaven::consent
