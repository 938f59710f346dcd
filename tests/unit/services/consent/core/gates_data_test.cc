// Gates that judge by the data: data protection, agreement, items, identifiability,
// linkage. Every refusal has its permitted twin.
#include <gtest/gtest.h>

#include "tests/unit/services/consent/core/gates_fixture.h"

namespace safehaven::consent {
namespace {

DataProtectionBasis& BasisIn(World& world, absl::string_view controller, Purpose purpose) {
  return EntryIn<DataProtectionBasis>(world.entries, [&](const DataProtectionBasis& basis) {
    return basis.controller == controller && basis.purpose == purpose;
  });
}

Agreement& AgreementIn(World& world, absl::string_view reference) {
  return EntryIn<Agreement>(world.entries,
                            [&](const Agreement& agreement) { return agreement.reference == reference; });
}

TEST(DataProtectionGate, WantsThePairOfThisControllerPurposeAndSource) {
  World world;
  EXPECT_EQ(world.Says(DataProtectionGate), "PASS PAIR_HELD");
  BasisIn(world, "ZC1", Purpose::kCommissioningPlanning).sources = {"acute"};
  EXPECT_EQ(world.Says(DataProtectionGate), "NEEDS_MORE DATA_PROTECTION_BASIS_MISSING") << "social care has none";
  BasisIn(world, "ZC1", Purpose::kCommissioningPlanning).sources = {"acute", "social_care"};
  EXPECT_EQ(world.Says(DataProtectionGate), "PASS PAIR_HELD");
  BasisIn(world, "ZC1", Purpose::kCommissioningPlanning).period.last_day = Day("2026-05-31");
  EXPECT_EQ(world.Says(DataProtectionGate), "NEEDS_MORE DATA_PROTECTION_BASIS_MISSING");
}

TEST(DataProtectionGate, WantsToKnowForWhom) {
  World world;
  world.question = CollectAcute();
  world.caller = SourceProgram("acute", "ZA1");
  EXPECT_EQ(world.Says(DataProtectionGate), "PASS PAIR_HELD");
  world.question.subject = "no-such-flow";
  EXPECT_EQ(world.Says(DataProtectionGate), "FAIL CONTROLLER_UNKNOWN");
}

TEST(DataProtectionGate, WantsBothHalves) {
  World world;
  BasisIn(world, "ZC1", Purpose::kCommissioningPlanning).article_9.clear();
  EXPECT_EQ(world.Says(DataProtectionGate), "NEEDS_MORE ARTICLE_9_CONDITION_MISSING");
}

TEST(DataProtectionGate, AWholePairCountsBesideHalfOfOne) {
  World world;
  DataProtectionBasis half = BasisIn(world, "ZC1", Purpose::kCommissioningPlanning);
  half.article_9.clear();
  for (const char* sources : {"acute", "social_care"}) {
    // Before and after the whole one, in order of key.
    half.sources = {sources};
    world.entries.push_back(half);
  }
  EXPECT_EQ(world.Says(DataProtectionGate), "PASS PAIR_HELD");
}

TEST(DataProtectionGate, OnePurposesPairDoesNotServeAnother) {
  World world;
  world.question.purpose = Purpose::kClinicalAudit;
  EXPECT_EQ(world.Says(DataProtectionGate), "NEEDS_MORE DATA_PROTECTION_BASIS_MISSING");
}

TEST(AgreementGate, WantsOneForEveryDataSet) {
  World world;
  EXPECT_EQ(world.Says(AgreementGate), "PASS AGREEMENT_IN_FORCE");
  AgreementIn(world, "DSA-SEAHAVEN-social_care").datasets = {"gp/register"};
  EXPECT_EQ(world.Says(AgreementGate), "FAIL AGREEMENT_MISSING");
}

TEST(AgreementGate, CountsItsLastDay) {
  World world;
  AgreementIn(world, "DSA-SEAHAVEN-acute").period.last_day = Day("2026-06-01");
  EXPECT_EQ(world.Says(AgreementGate), "PASS AGREEMENT_IN_FORCE");
  EXPECT_EQ(world.Judge(AgreementGate).last_day, Day("2026-06-01"));
  world.day = Day("2026-06-02");
  EXPECT_EQ(world.Says(AgreementGate), "FAIL AGREEMENT_NOT_IN_FORCE");
}

TEST(AgreementGate, AnotherControllersOrApprovalsDoesNotServe) {
  // A neighbour's agreement does not serve (legal basis 8, case 25).
  World world;
  AgreementIn(world, "DSA-SEAHAVEN-acute").controllers = {"ZC2"};
  EXPECT_EQ(world.Says(AgreementGate), "FAIL AGREEMENT_MISSING");
  AgreementIn(world, "DSA-SEAHAVEN-acute").controllers = {"ZC2", "ZC1"};
  EXPECT_EQ(world.Says(AgreementGate), "PASS AGREEMENT_IN_FORCE");
  AgreementIn(world, "DSA-SEAHAVEN-acute").approvals = {Reference::Parse("CAG 9-02(a)/2025").value()};
  EXPECT_EQ(world.Says(AgreementGate), "FAIL AGREEMENT_MISSING");
}

TEST(AgreementGate, SaysWhenTheSupplyHoldsOnlyPartOfTheAskedDays) {
  World world;
  world.question.last_day = Day("2026-04-30");
  EXPECT_EQ(world.Says(AgreementGate), "PASS AGREEMENT_IN_FORCE +PERIOD_PARTLY_SUPPLIED");
  world.question.first_day = Day("2026-04-01");
  EXPECT_EQ(world.Says(AgreementGate), "FAIL FLOW_MISSING");
}

TEST(AgreementGate, ACollectionIsOneFlowWithinItsDays) {
  World world;
  world.question = CollectAcute();
  world.caller = SourceProgram("acute", "ZA1");
  EXPECT_EQ(world.Says(AgreementGate), "PASS AGREEMENT_IN_FORCE");
  world.question.datasets = {"acute/op"};
  EXPECT_EQ(world.Says(AgreementGate), "FAIL FLOW_HOLDS_OTHER_DATA");
  world.question = CollectAcute();
  world.question.last_day = Day("2026-04-01");
  EXPECT_EQ(world.Says(AgreementGate), "FAIL FLOW_PERIOD_EXCEEDED");
  world.question.subject = "acute-apc-2031";
  EXPECT_EQ(world.Says(AgreementGate), "FAIL FLOW_UNKNOWN");
}

TEST(AgreementGate, AProviderCostsItsOwnRecords) {
  World world;
  world.question = CostAcute();
  world.caller = SourceProgram("acute", "ZA1");
  EXPECT_EQ(world.Says(AgreementGate), "PASS OWN_RECORDS");
  world.question.datasets = {"ambulance/incidents"};
  EXPECT_EQ(world.Says(AgreementGate), "FAIL AGREEMENT_MISSING");
}

TEST(ItemsGate, DataSetsAreApprovedOneByOne) {
  World world;
  EXPECT_EQ(world.Says(ItemsGate), "PASS ITEMS_APPROVED");
  world.question = RiskAggregate();
  EXPECT_EQ(world.Says(ItemsGate), "PASS ITEMS_APPROVED");
  world.question.datasets = {"acute/apc", "social_care/services"};
  EXPECT_EQ(world.Says(ItemsGate), "FAIL DATASET_NOT_APPROVED");
  world.question.datasets = {"acute/unknown"};
  EXPECT_EQ(world.Says(ItemsGate), "FAIL DATASET_UNKNOWN");
  world.question.datasets.clear();
  EXPECT_EQ(world.Says(ItemsGate), "FAIL DATASET_UNKNOWN");
}

TEST(ItemsGate, ADataSetIsApprovedFromTheDayOfItsAmendment) {
  // MHSDS was added to risk stratification later (legal basis 8, case 4).
  World world;
  world.approval().flows[5].period.first_day = Day("2026-06-01");
  EXPECT_EQ(world.Says(ItemsGate), "PASS ITEMS_APPROVED");
  world.day = Day("2026-05-31");
  EXPECT_EQ(world.Says(ItemsGate), "FAIL DATASET_NOT_APPROVED");
}

TEST(ItemsGate, ItemsOutsideTheListAreRefused) {
  World world;
  world.approval().flows[1].items = {"cost_per_head", "age_band"};
  EXPECT_EQ(world.Says(ItemsGate), "FAIL ITEM_NOT_APPROVED");
  world.approval().flows[1].items = {"cost_per_head", "age_band", "sector"};
  EXPECT_EQ(world.Says(ItemsGate), "PASS ITEMS_APPROVED");
  world.question.filters = {{"practice", {"Z81001"}}};
  EXPECT_EQ(world.Says(ItemsGate), "FAIL ITEM_NOT_APPROVED") << "a filter shows what it filters by";
  world.question.filters.clear();
  world.question.measures = {"shoe_size"};
  EXPECT_EQ(world.Says(ItemsGate), "FAIL ITEM_UNKNOWN");
}

TEST(ItemsGate, AStarNeverIncludesWhatAStatuteRestricts) {
  World world;
  world.question.datasets = {"acute/apc"};
  world.question.dimensions = {"restriction"};
  EXPECT_EQ(world.Says(ItemsGate), "FAIL ITEM_RESTRICTED_BY_STATUTE");
  world.approval().flows[1].restrictions = {Restriction::kGenderRecognition};
  EXPECT_EQ(world.Says(ItemsGate), "FAIL ITEM_RESTRICTED_BY_STATUTE") << "another restriction";
  world.approval().flows[1].restrictions = {Restriction::kFertility};
  EXPECT_EQ(world.Says(ItemsGate), "PASS ITEMS_APPROVED");
}

TEST(IdentifiabilityGate, KeepsUnderTheCeilingOfEveryFlow) {
  World world;
  world.question = PioneerRecords();
  EXPECT_EQ(world.Says(IdentifiabilityGate), "PASS WITHIN_CEILING");
  world.approval().flows[5].identifiability_out = Identifiability::kAggregateSuppressed;
  EXPECT_EQ(world.Says(IdentifiabilityGate), "FAIL TOO_IDENTIFIABLE");
  world.question = PioneerAggregate();
  EXPECT_EQ(world.Says(IdentifiabilityGate), "PASS WITHIN_CEILING");
}

TEST(IdentifiabilityGate, AnItemIsAtHomeInAForm) {
  World world;
  world.question = PioneerRecords();
  world.question.items = {"nhs_number"};
  EXPECT_EQ(world.Says(IdentifiabilityGate), "FAIL ITEM_TOO_IDENTIFIABLE");
  world.question = InvoiceRecords();
  EXPECT_EQ(world.Says(IdentifiabilityGate), "PASS WITHIN_CEILING");
}

TEST(IdentifiabilityGate, UnsuppressedTablesNeverLeave) {
  World world;
  world.question.identifiability = Identifiability::kAggregateWithSmallNumbers;
  EXPECT_EQ(world.Says(IdentifiabilityGate), "FAIL SMALL_NUMBERS_NEVER_LEAVE");
  world.question.identifiability = Identifiability::kPseudonymised;
  EXPECT_EQ(world.Says(IdentifiabilityGate), "FAIL FORM_DOES_NOT_FIT");
  world.question = PioneerRecords();
  world.question.identifiability = Identifiability::kAggregateSuppressed;
  EXPECT_EQ(world.Says(IdentifiabilityGate), "FAIL FORM_DOES_NOT_FIT");
}

TEST(LinkageGate, PermissionToLinkIsApartFromPermissionToHave) {
  World world;
  EXPECT_EQ(world.Says(LinkageGate), "PASS LINKAGE_ALLOWED");
  world.approval().schedule_paragraphs = {1, 5, 6};
  EXPECT_EQ(world.Says(LinkageGate), "FAIL SCHEDULE_PARAGRAPH_4_MISSING");
  world.question.datasets = {"acute/apc", "acute/op"};
  EXPECT_EQ(world.Says(LinkageGate), "PASS NOTHING_IS_LINKED") << "one source";
}

TEST(LinkageGate, EveryDataSetAllowsIt) {
  World world;
  world.approval().flows[5].linkage_allowed = false;
  EXPECT_EQ(world.Says(LinkageGate), "FAIL LINKAGE_NOT_ALLOWED");
}

TEST(LinkageGate, ACrosswalkIsMadeUnderItsOwnAuthority) {
  World world;
  world.question = LinkPioneer();
  world.caller = Tool();
  EXPECT_EQ(world.Says(LinkageGate), "PASS LINKAGE_ALLOWED");
  world.question.subject = "CAG 9-02(a)/2025";
  EXPECT_EQ(world.Says(LinkageGate), "FAIL AUTHORITY_OF_ANOTHER");
  world.question.subject = "CAG 9-01 (a)/2025";
  EXPECT_EQ(world.Says(LinkageGate), "PASS LINKAGE_ALLOWED");
}

}  // namespace
}  // namespace safehaven::consent
