// Gates that judge by who takes part: recipient and security. Every refusal has its
// permitted twin.
#include <gtest/gtest.h>

#include "tests/unit/services/consent/core/gates_fixture.h"

namespace safehaven::consent {
namespace {

SecurityStatus& StatusIn(World& world, absl::string_view organisation) {
  return EntryIn<SecurityStatus>(world.entries,
                                 [&](const SecurityStatus& status) { return status.organisation == organisation; });
}

TEST(RecipientGate, TakesTheControllerAskingAboutItsOwnPeople) {
  World world;
  EXPECT_EQ(world.Says(RecipientGate), "PASS CONTROLLER");
  world.question.commissioner = "ZC2";
  EXPECT_EQ(world.Says(RecipientGate), "FAIL CONTROLLER_NOT_NAMED");
  world.caller = Nora();
  EXPECT_EQ(world.Says(RecipientGate), "FAIL RECIPIENT_NOT_NAMED");
}

TEST(RecipientGate, ControllersAskAboutEachOthersPeopleOnlyWhenJoint) {
  World world;
  Participant second = world.approval().controllers[0];
  second.organisation = "ZC2";
  world.approval().controllers.push_back(second);
  world.question.commissioner = "ZC2";
  EXPECT_EQ(world.Says(RecipientGate), "FAIL POPULATION_OF_ANOTHER");
  world.approval().joint_controllers = true;
  EXPECT_EQ(world.Says(RecipientGate), "PASS CONTROLLER");
}

TEST(RecipientGate, AMemberOfANationalSupportIsNamedFromItsDay) {
  // Roll-out to a further pioneer is a dated membership.
  World world;
  world.question.commissioner = "ZC2";
  world.caller = Nora();
  world.approval().members.push_back({"ZC2", "", "", {}, {Day("2026-06-01"), {}}});
  EXPECT_EQ(world.Says(RecipientGate), "PASS CONTROLLER");
  world.day = Day("2026-05-31");
  EXPECT_EQ(world.Says(RecipientGate), "FAIL RECIPIENT_NOT_NAMED");
}

TEST(RecipientGate, AProcessorActsOnlyForItsController) {
  World world;
  world.caller = PersonOf("dana.engineer", "ZS1", "analyst");
  EXPECT_EQ(world.Says(RecipientGate), "PASS PROCESSOR_OF_CONTROLLER");
  world.approval().processors[0].acts_for = {"ZC2"};
  EXPECT_EQ(world.Says(RecipientGate), "FAIL PROCESSOR_OF_ANOTHER");
}

TEST(RecipientGate, WantsARoleThatMayDoIt) {
  World world;
  world.caller.role = "risk_analyst";
  EXPECT_EQ(world.Says(RecipientGate), "FAIL ROLE_NOT_ALLOWED");
  world.question = LinkPioneer();
  world.caller = Tool();
  EXPECT_EQ(world.Says(RecipientGate), "PASS PROCESSOR_OF_CONTROLLER");
  world.caller.role = "analyst";
  EXPECT_EQ(world.Says(RecipientGate), "FAIL ROLE_NOT_ALLOWED");
}

TEST(RecipientGate, AProgramLinksByItsOwnRoleAndNoPersonDoes) {
  // linkage tells a program's warrant from a person's by the role.
  World world;
  world.question = LinkPioneer();
  world.caller = Tool();
  world.caller.role = "data_engineer";
  EXPECT_EQ(world.Says(RecipientGate), "FAIL ROLE_NOT_ALLOWED");
  world.caller = PersonOf("dana.engineer", "ZS1", "csu_tool");
  EXPECT_EQ(world.Says(RecipientGate), "FAIL ROLE_NOT_ALLOWED");
  world.caller.role = "data_engineer";
  EXPECT_EQ(world.Says(RecipientGate), "PASS PROCESSOR_OF_CONTROLLER");
  // The officers keep protected identities and pseudonyms there.
  for (const char* role : {"caldicott_guardian", "information_governance"}) {
    world.caller = PersonOf("officer", "ZC1", role);
    EXPECT_EQ(world.Says(RecipientGate), "PASS CONTROLLER") << role;
  }
}

TEST(RecipientGate, PointsToTheSuccessorOfABodyThatEnded) {
  // CCG codes ended on 30 June 2022 (legal basis 8, case 5).
  World world;
  Organisation& body = EntryIn<Organisation>(world.entries, [](const Organisation& one) { return one.code == "ZC1"; });
  body.period.last_day = Day("2026-05-31");
  body.successors = {"ZI1"};
  const GateVerdict verdict = world.Judge(RecipientGate);
  EXPECT_EQ(verdict.reason, "ORGANISATION_SUCCEEDED");
  EXPECT_NE(verdict.remedy.find("ZI1"), std::string::npos);
  world.day = Day("2026-05-31");
  EXPECT_EQ(world.Says(RecipientGate), "PASS CONTROLLER") << "its last day";
}

TEST(RecipientGate, TheSuccessorInheritsNothingWithoutAnAct) {
  World world;
  world.entries.push_back(
      Organisation{"ZI1", "Estuary ICB", OrganisationKind::kCommissioner, {Day("2026-06-01"), {}}, {}});
  world.caller.organisation = "ZI1";
  world.question.commissioner = "ZI1";
  EXPECT_EQ(world.Says(RecipientGate), "FAIL RECIPIENT_NOT_NAMED");
  world.approval().controllers.push_back({"ZI1", "Estuary ICB", "Estuary", {}, {Day("2026-06-01"), {}}});
  EXPECT_EQ(world.Says(RecipientGate), "PASS CONTROLLER");
}

TEST(RecipientGate, AControlledEnvironmentIsAPlace) {
  World world;
  world.question = InvoiceRecords();
  world.caller = Victor("cef-zc1");
  EXPECT_EQ(world.Says(RecipientGate), "PASS CONTROLLER");
  world.caller = Victor("");
  EXPECT_EQ(world.Says(RecipientGate), "FAIL ENVIRONMENT_REQUIRED");
  world.caller = Victor("cef-zc9");
  EXPECT_EQ(world.Says(RecipientGate), "FAIL ENVIRONMENT_NOT_REGISTERED");
  Environment& room = EntryIn<Environment>(world.entries, [](const auto&) { return true; });
  world.caller = Victor("cef-zc1");
  room.kind = "open_office";
  EXPECT_EQ(world.Says(RecipientGate), "FAIL ENVIRONMENT_OF_WRONG_KIND");
  room.kind = "controlled_environment_for_finance";
  room.organisation = "ZC2";
  EXPECT_EQ(world.Says(RecipientGate), "FAIL ENVIRONMENT_OF_ANOTHER");
  room.organisation = "ZC1";
  room.period.last_day = Day("2026-05-31");
  EXPECT_EQ(world.Says(RecipientGate), "FAIL ENVIRONMENT_NOT_REGISTERED");
}

TEST(RecipientGate, IdentifiableItemsAlwaysNeedAPlaceToBeSealedTo) {
  World world;
  world.question = InvoiceRecords();
  world.caller = Victor("");
  world.approval("CAG 9-03(a)/2025").recipient_environments.clear();
  EXPECT_EQ(world.Says(RecipientGate), "FAIL ENVIRONMENT_REQUIRED");
}

TEST(RecipientGate, ASourceHandsInItsOwn) {
  World world;
  world.question = CollectAcute();
  world.caller = SourceProgram("acute", "ZA1");
  EXPECT_EQ(world.Says(RecipientGate), "PASS OWN_DATA");
  world.caller = SourceProgram("ambulance", "ZB1");
  EXPECT_EQ(world.Says(RecipientGate), "FAIL NOT_THE_SOURCE");
  world.question = CostAcute();
  EXPECT_EQ(world.Says(RecipientGate), "FAIL NOT_THE_SOURCE");
  world.caller = SourceProgram("acute", "ZA1");
  EXPECT_EQ(world.Says(RecipientGate), "PASS OWN_DATA");
}

TEST(SecurityGate, LooksAtControllerCallerAndProcessors) {
  World world;
  EXPECT_EQ(world.Says(SecurityGate), "PASS STANDARDS_MET");
  StatusIn(world, "ZS1").level = SecurityLevel::kApproachingStandards;
  EXPECT_EQ(world.Says(SecurityGate), "FAIL SECURITY_STANDARDS_NOT_MET");
  world.approval().processors[0].period.last_day = Day("2026-05-31");
  EXPECT_EQ(world.Says(SecurityGate), "PASS STANDARDS_MET") << "no processor any more";
}

TEST(SecurityGate, IsOfItsYear) {
  World world;
  StatusIn(world, "ZC1").period.last_day = Day("2026-06-01");
  EXPECT_EQ(world.Says(SecurityGate), "PASS STANDARDS_MET");
  EXPECT_EQ(world.Judge(SecurityGate).last_day, Day("2026-06-01"));
  world.day = Day("2026-06-02");
  EXPECT_EQ(world.Says(SecurityGate), "FAIL SECURITY_STATUS_STALE");
  std::erase_if(world.entries, [](const Entry& entry) {
    const auto* status = std::get_if<SecurityStatus>(&entry);
    return status != nullptr && status->organisation == "ZC1";
  });
  EXPECT_EQ(world.Says(SecurityGate), "NEEDS_MORE SECURITY_STATUS_MISSING") << "there never was one";
}

TEST(SecurityGate, ASelfAssessmentIsNoEvidenceUnderSection251) {
  World world;
  StatusIn(world, "ZC1").evidence = SecurityEvidence::kSelfAssessed;
  EXPECT_EQ(world.Says(SecurityGate), "FAIL SECURITY_NOT_REVIEWED");
  world.question = DisseminationRecords();
  EXPECT_EQ(world.Says(SecurityGate), "PASS STANDARDS_MET") << "pseudonymised, under section 261";
}

}  // namespace
}  // namespace safehaven::consent
