// The dissent gate: objections per flow, evidence for every waiver, and nobody able to
// find out by comparison who objected.
#include <gtest/gtest.h>

#include "tests/unit/services/consent/core/gates_fixture.h"

namespace safehaven::consent {
namespace {

// What the world's own question would leave with its domain.
std::vector<Holding> HoldingsOfQuestion(const World& world) {
  const RegisterSnapshot snapshot = SnapshotOf(world.entries);
  return HoldingsOf(MakeMatter(snapshot, world.question, world.caller, world.day, {}));
}

// A world that holds the pioneer's view and asks for the dissemination.
World WithOverlap() {
  World world;
  world.holdings = HoldingsOfQuestion(world);
  world.question = DisseminationRecords();
  return world;
}

std::vector<ObjectionRule> RulesOf(const World& world) {
  const RegisterSnapshot snapshot = SnapshotOf(world.entries);
  return ObjectionRulesOf(MakeMatter(snapshot, world.question, world.caller, world.day, {}));
}

TEST(DissentGate, HonoursWhatThePolicySays) {
  World world;
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_HONOURED");
  const std::vector<ObjectionRule> rules = RulesOf(world);
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_EQ(rules[0].source, "acute");
  EXPECT_EQ(rules[0].sets, (std::vector<std::string>{"national", "programme:CAG 9-01(a)/2025", "type1"}));
}

TEST(DissentGate, WithoutAPolicyEverythingKnownRemovesTheRecord) {
  World world;
  const std::vector<ObjectionRule> by_policy = RulesOf(world);
  world.approval().dissent.clear();
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_HONOURED");
  EXPECT_EQ(RulesOf(world), by_policy);
}

TEST(DissentGate, ASourcesOwnPolicyComesBeforeTheGeneralOne) {
  World world;
  world.approval().dissent.push_back(
      {"acute", {"national"}, ObjectionMode::kStripIdentifiers, "", {Day("2025-04-01"), {}}});
  const std::vector<ObjectionRule> rules = RulesOf(world);
  EXPECT_EQ(rules[0].mode, ObjectionMode::kStripIdentifiers);
  EXPECT_EQ(rules[1].mode, ObjectionMode::kRemoveRecord);
}

TEST(DissentGate, AWaiverNeedsItsEvidence) {
  World world;
  world.question = InvoiceRecords();
  world.caller = Victor("cef-zc1");
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_WAIVED_ON_EVIDENCE");
  world.approval("CAG 9-03(a)/2025").dissent[0].exemption_evidence.clear();
  EXPECT_EQ(world.Says(DissentGate), "NEEDS_MORE EXEMPTION_EVIDENCE_MISSING");
  // Removing nobody is ignoring by another name.
  world.approval("CAG 9-03(a)/2025").dissent[0].mode = ObjectionMode::kRemoveRecord;
  EXPECT_EQ(world.Says(DissentGate), "NEEDS_MORE EXEMPTION_EVIDENCE_MISSING");
}

TEST(DissentGate, AnApprovalMayBeExemptFromOneKindAndKeepItsOwn) {
  // NNAP: exempt from the national opt-out, own opt-out kept (legal basis 8, case 14).
  World world;
  world.approval().dissent[0].sets = {"programme", "type1"};
  EXPECT_EQ(world.Says(DissentGate), "NEEDS_MORE EXEMPTION_EVIDENCE_MISSING");
  world.approval().dissent[0].exemption_evidence = "letter";
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_WAIVED_ON_EVIDENCE");
}

TEST(DissentGate, PracticeDataNeedType1Too) {
  World world;
  world.question.datasets = {"gp/register"};
  world.approval().dissent[0].sets = {"national"};
  EXPECT_EQ(world.Says(DissentGate), "NEEDS_MORE EXEMPTION_EVIDENCE_MISSING");
  world.question.datasets = {"acute/apc"};
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_HONOURED");
}

TEST(DissentGate, ThePolicyIsTheOneOfItsDay) {
  // Upheld at first, then waived (legal basis 8, case 9).
  World world;
  world.question = InvoiceRecords();
  Approval& approval = world.approval("CAG 9-03(a)/2025");
  approval.dissent[0].period.first_day = Day("2026-06-01");
  approval.dissent.push_back(
      {"*", {"national", "type1"}, ObjectionMode::kRemoveRecord, "", {Day("2025-04-01"), Day("2026-05-31")}});
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_WAIVED_ON_EVIDENCE");
  world.day = Day("2026-05-31");
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_HONOURED");
}

TEST(DissentGate, RefusesTheSecondOfTwoViewsThatDifferByTheObjectors) {
  World world = WithOverlap();
  EXPECT_EQ(world.Says(DissentGate), "FAIL OVERLAP_WITH_AND_WITHOUT_OBJECTIONS");
  world.holdings.clear();
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_WAIVED_ON_EVIDENCE");
}

TEST(DissentGate, OtherDaysOtherDataAndOtherDomainsDoNotMeet) {
  World world = WithOverlap();
  for (Holding& held : world.holdings) held.last_day = Day("2025-03-31");
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_WAIVED_ON_EVIDENCE") << "other days";
  world = WithOverlap();
  for (Holding& held : world.holdings) held.dataset = "acute/op";
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_WAIVED_ON_EVIDENCE") << "other data";
  world = WithOverlap();
  for (Holding& held : world.holdings) {
    held.organisation = "ZC2";
    held.disclosure_domain = "marshland";
  }
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_WAIVED_ON_EVIDENCE") << "another domain";
}

TEST(DissentGate, OneSharedDayIsEnough) {
  World world = WithOverlap();
  for (Holding& held : world.holdings) held.last_day = Day("2025-04-01");
  EXPECT_EQ(world.Says(DissentGate), "FAIL OVERLAP_WITH_AND_WITHOUT_OBJECTIONS");
}

TEST(DissentGate, WhoJoinsADomainBringsWhatItHolds) {
  World world = WithOverlap();
  for (Holding& held : world.holdings) {
    held.organisation = "ZS1";
    held.disclosure_domain = "organisation:ZS1";  // before it joined
  }
  EXPECT_EQ(world.Says(DissentGate), "FAIL OVERLAP_WITH_AND_WITHOUT_OBJECTIONS");
}

TEST(DissentGate, WhoFollowsABodyMayHaveTakenOverWhatItHeld) {
  World world = WithOverlap();
  for (Holding& held : world.holdings) {
    held.organisation = "ZC2";
    held.disclosure_domain = "marshland";
  }
  Organisation between;
  between.code = "ZX9";
  between.successors = {"ZC1", "ZC2"};  // and a circle, which must end
  world.entries.push_back(between);
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_WAIVED_ON_EVIDENCE") << "nobody followed ZC2";
  for (Entry& entry : world.entries) {
    auto* organisation = std::get_if<Organisation>(&entry);
    if (organisation != nullptr && organisation->code == "ZC2") organisation->successors = {"ZX9"};
  }
  EXPECT_EQ(world.Says(DissentGate), "FAIL OVERLAP_WITH_AND_WITHOUT_OBJECTIONS") << "ZC1 did, after ZX9";
}

TEST(DissentGate, TheSameViewTwiceIsNoOverlap) {
  World world;
  world.holdings = HoldingsOfQuestion(world);
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_HONOURED");
}

TEST(DissentGate, ViewsThatHonourDifferentObjectionsDifferByObjectorsToo) {
  World world;
  world.holdings = HoldingsOfQuestion(world);
  world.approval().dissent[0].sets = {"national", "type1"};
  EXPECT_EQ(world.Says(DissentGate), "FAIL OVERLAP_WITH_AND_WITHOUT_OBJECTIONS");
}

TEST(DissentGate, ADatedDecisionThatNamesBothSidesAllowsIt) {
  World world = WithOverlap();
  WaiverDecision& decision = EntryIn<WaiverDecision>(world.entries, [](const auto&) { return true; });
  decision.approvals = {Reference::Parse("CAG 9-01(a)/2025").value(),
                        Reference::Parse("DARS-NIC-900001-A1B2C").value()};
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_WAIVED_ON_EVIDENCE +OVERLAP_WAIVED");
  EXPECT_EQ(world.Judge(DissentGate).last_day, Day("2030-03-31"));

  world.day = Day("2030-04-01");
  EXPECT_NE(world.Judge(DissentGate).verdict, Verdict::kPass) << "after its last day";
  world.day = Day("2026-06-01");
  decision.datasets = {"acute/op"};
  EXPECT_EQ(world.Says(DissentGate), "FAIL OVERLAP_WITH_AND_WITHOUT_OBJECTIONS") << "other data";
  decision.datasets = {"*"};
  decision.domain = "marshland";
  EXPECT_EQ(world.Says(DissentGate), "FAIL OVERLAP_WITH_AND_WITHOUT_OBJECTIONS") << "another domain";
  decision.domain = "seahaven";
  decision.approvals.pop_back();
  EXPECT_EQ(world.Says(DissentGate), "FAIL OVERLAP_WITH_AND_WITHOUT_OBJECTIONS") << "names one side";
}

TEST(DissentGate, ADecisionOnTwoApprovalsSaysNothingOfTwoVersionsOfOne) {
  World world;
  world.holdings = HoldingsOfQuestion(world);
  world.approval().dissent[0].sets = {"national", "type1"};
  WaiverDecision& decision = EntryIn<WaiverDecision>(world.entries, [](const auto&) { return true; });
  EXPECT_EQ(world.Says(DissentGate), "FAIL OVERLAP_WITH_AND_WITHOUT_OBJECTIONS");
  decision.approvals = {Reference::Parse("CAG 9-01(a)/2025").value()};
  decision.datasets = {"*"};
  EXPECT_EQ(world.Says(DissentGate), "PASS OBJECTIONS_HONOURED +OVERLAP_WAIVED");
}

}  // namespace
}  // namespace safehaven::consent
