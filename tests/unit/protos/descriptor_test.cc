// The API's promises that no compiler checks, over every proto of the repository;
// and each rule once more on a planted breach, so that none passes by being blind.
#include <cstdlib>
#include <memory>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "safehaven/type/v1/evidence.pb.h"
#include "safehaven/type/v1/warrant.pb.h"
#include "tests/unit/protos/descriptor_rules.h"
#include "tests/unit/protos/proto_tree.h"

namespace safehaven {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const ProtoTree& ReadOrStop(const std::string& path, absl::string_view name_part) {
  absl::StatusOr<std::unique_ptr<ProtoTree>> tree = ProtoTree::Read(path, name_part);
  if (!tree.ok()) {
    ADD_FAILURE() << tree.status();
    std::abort();  // nothing below could mean anything
  }
  return *tree->release();  // lives as long as the program
}

const ProtoTree& Api() {
  static const ProtoTree& tree = ReadOrStop(SAFEHAVEN_API_DESCRIPTORS, "safehaven/");
  return tree;
}

// protos that break every rule on purpose: tests/unit/protos/planted.
const ProtoTree& Planted() {
  static const ProtoTree& tree = ReadOrStop(SAFEHAVEN_PLANTED_DESCRIPTORS, "planted");
  return tree;
}

// Days that bound what is asked, and the moment of a signature, which consent
// compares with its own clock. Nothing else in a live question is a date or a number.
std::set<std::string> TimesOfAQuestion() {
  return {"safehaven.type.v1.Question.list_day", "safehaven.type.v1.Question.first_day",
          "safehaven.type.v1.Question.last_day", "safehaven.type.v1.Date.year",
          "safehaven.type.v1.Date.month",        "safehaven.type.v1.Date.day",
          "safehaven.type.v1.SignedRequest.signed_unix_ms"};
}

// From which a warrant could be made or replayed.
std::set<std::string> MakingsOfAWarrant() {
  return {"safehaven.type.v1.ProvenLeaf", "safehaven.type.v1.Warrant",
          "safehaven.type.v1.PresentedWarrant", "safehaven.consent.v1.Decision"};
}

TEST(ApiDescriptors, EveryServiceOfTheSystemIsAmongTheFiles) {
  std::set<std::string> services;
  for (const google::protobuf::FileDescriptor* file : Api().files()) {
    for (int i = 0; i < file->service_count(); ++i) services.insert(file->service(i)->full_name());
  }
  EXPECT_THAT(services, testing::IsSupersetOf({"safehaven.consent.v1.ConsentService",
                                               "safehaven.costing.v1.CostingService",
                                               "safehaven.gateway.v1.GatewayService",
                                               "safehaven.linkage.v1.LinkageService",
                                               "safehaven.log.v1.LogService"}));
}

TEST(ApiDescriptors, EveryMethodDeclaresItsPolicy) {
  EXPECT_THAT(IncompletePolicies(Api()), IsEmpty());
}

TEST(ApiDescriptors, EveryFieldDeclaresItsSensitivity) {
  EXPECT_THAT(UndeclaredSensitivities(Api()), IsEmpty());
}

TEST(ApiDescriptors, TheGatewayCarriesNoIdentifierInClear) {
  EXPECT_THAT(IdentifiableFields(Api(), "safehaven.gateway.v1"), IsEmpty());
}

TEST(ApiDescriptors, CostingCarriesNoIdentifierAtAll) {
  EXPECT_THAT(IdentifiableFields(Api(), "safehaven.costing.v1"), IsEmpty());
}

TEST(ApiDescriptors, TheLogCarriesNoIdentifierInClear) {
  EXPECT_THAT(IdentifiableFields(Api(), "safehaven.log.v1"), IsEmpty());
}

TEST(ApiDescriptors, ALiveQuestionCannotNameTheTimeOfItsDecision) {
  EXPECT_THAT(TimesOfDecision(Api(), "safehaven.consent.v1.DecideRequest", TimesOfAQuestion()),
              IsEmpty());
  EXPECT_THAT(TimesOfDecision(Api(), "safehaven.gateway.v1.QueryRequest", TimesOfAQuestion()),
              IsEmpty());
  EXPECT_THAT(TimesOfDecision(Api(), "safehaven.gateway.v1.PreviewRequest", TimesOfAQuestion()),
              IsEmpty());
}

TEST(ApiDescriptors, AnEvaluationHoldsNothingThatCouldBecomeAWarrant) {
  EXPECT_THAT(
      ForbiddenContents(Api(), "safehaven.consent.v1.EvaluateResponse", MakingsOfAWarrant()),
      IsEmpty());
  EXPECT_THAT(
      ForbiddenContents(Api(), "safehaven.gateway.v1.ExplainResponse", MakingsOfAWarrant()),
      IsEmpty());
}

TEST(ApiDescriptors, WhatIsOnlySupposedHoldsNothingThatCouldBecomeAWarrant) {
  for (const char* response : {"safehaven.consent.v1.WhatIfResponse", "safehaven.consent.v1.NearestLawfulResponse",
                               "safehaven.consent.v1.PlanRegisterResponse", "safehaven.gateway.v1.WhatIfResponse",
                               "safehaven.gateway.v1.NearestLawfulResponse"}) {
    EXPECT_THAT(ForbiddenContents(Api(), response, MakingsOfAWarrant()), IsEmpty()) << response;
  }
}

TEST(ApiDescriptors, EverythingIsExplained) { EXPECT_THAT(MissingComments(Api()), IsEmpty()); }

TEST(ApiDescriptors, EnumsArePrefixedAndZeroIsUnspecified) {
  EXPECT_THAT(BadEnums(Api()), IsEmpty());
}

TEST(ApiDescriptors, PackagesFollowTheirFolders) {
  EXPECT_THAT(MisplacedPackages(Api()), IsEmpty());
}

TEST(ApiDescriptors, NoServiceImportsAnothers) { EXPECT_THAT(ForbiddenImports(Api()), IsEmpty()); }

TEST(DescriptorRules, AnEvaluationTimeIsFoundWhereThereIsOne) {
  // The real one that has a day, on purpose: the rule must see it.
  EXPECT_THAT(TimesOfDecision(Api(), "safehaven.consent.v1.EvaluateRequest", TimesOfAQuestion()),
              testing::AllOf(Contains(HasSubstr("EvaluateRequest.day")),
                             Contains(HasSubstr("known_at_size"))));
}

TEST(DescriptorRules, AWarrantIsFoundWhereThereIsOne) {
  EXPECT_THAT(ForbiddenContents(Api(), "safehaven.consent.v1.DecideResponse", MakingsOfAWarrant()),
              testing::AllOf(Contains(HasSubstr("ProvenLeaf")), Contains(HasSubstr("Decision"))));
}

TEST(DescriptorRules, AnIdentifierIsFoundWhereThereIsOne) {
  EXPECT_THAT(IdentifiableFields(Api(), "safehaven.linkage.v1"),
              Contains(HasSubstr("IdentityRow.nhs_number")));
}

TEST(DescriptorRules, AMisspeltNameIsABreach) {
  EXPECT_THAT(IdentifiableFields(Api(), "safehaven.nowhere.v1"), Contains(HasSubstr("no such")));
  EXPECT_THAT(TimesOfDecision(Api(), "safehaven.Nowhere", {}), Contains(HasSubstr("no such")));
  EXPECT_THAT(ForbiddenContents(Api(), "safehaven.consent.v1.EvaluateResponse", {"gone.Message"}),
              Contains(HasSubstr("no such")));
}

TEST(DescriptorRules, EachPartOfAPolicyIsLookedAt) {
  const Breaches breaches = IncompletePolicies(Planted());
  EXPECT_THAT(breaches, Contains(HasSubstr("Bare: no method_policy")));
  EXPECT_THAT(breaches, Contains(HasSubstr("Wrong: the permission does not begin")));
  EXPECT_THAT(breaches, Contains(HasSubstr("Wrong: unknown caller stranger")));
  EXPECT_THAT(breaches, Contains(HasSubstr("Wrong: deadline_ms_max")));
  EXPECT_THAT(breaches, Contains(HasSubstr("Wrong: needs_warrant")));
  EXPECT_THAT(breaches, Contains(HasSubstr("Mute: another rpc")));
  EXPECT_THAT(breaches, Contains(HasSubstr("Mute: nobody may call")));
  EXPECT_THAT(breaches, Contains(HasSubstr("Mute: deadline_ms_max")));
  EXPECT_THAT(breaches, Contains(HasSubstr("Mute: needs_warrant")));
}

TEST(DescriptorRules, AFieldWithoutSensitivityIsABreach) {
  const Breaches breaches = UndeclaredSensitivities(Planted());
  EXPECT_THAT(breaches, Contains(HasSubstr("PlantedFields.bare: no sensitivity")));
  EXPECT_THAT(breaches, Contains(HasSubstr("PlantedFields.box: sealed, but not bytes")));
  EXPECT_THAT(breaches, Contains(HasSubstr("Inner.deep: no sensitivity")));
}

TEST(DescriptorRules, AnIdentifierBehindAMapIsABreach) {
  EXPECT_THAT(IdentifiableFields(Planted(), "safehaven.gateway.v1"),
              Contains(HasSubstr("PlantedPerson.name")));
}

TEST(DescriptorRules, ATextNamedLikeATimeIsABreach) {
  const Breaches breaches = TimesOfDecision(Planted(), "safehaven.gateway.v1.PlantedTimes", {});
  EXPECT_THAT(breaches, Contains(HasSubstr("as_of")));
  EXPECT_THAT(breaches, Contains(HasSubstr("decision_time")));
}

TEST(DescriptorRules, WhatHasNoCommentIsABreach) {
  const Breaches breaches = MissingComments(Planted());
  EXPECT_THAT(breaches, Contains(HasSubstr("PlantedService.Bare")));
  EXPECT_THAT(breaches, Contains(HasSubstr("PlantedPlain")));
  EXPECT_THAT(breaches, Contains(HasSubstr("PlantedFields.bare")));
  EXPECT_THAT(breaches, Contains(HasSubstr("SHUT")));
  EXPECT_EQ(breaches.size(), 4u);
}

TEST(DescriptorRules, AnEnumWithoutUnspecifiedIsABreach) {
  const Breaches breaches = BadEnums(Planted());
  EXPECT_THAT(breaches, Contains(HasSubstr("zero is not")));
  EXPECT_THAT(breaches, Contains(HasSubstr("SHUT: does not begin with PLANTED_GATE_")));
}

TEST(DescriptorRules, AForeignImportAndAWrongFolderAreBreaches) {
  EXPECT_THAT(ForbiddenImports(Planted()), Contains(HasSubstr("imports safehaven/gateway/v1/")));
  EXPECT_THAT(MisplacedPackages(Planted()), Contains(HasSubstr("safehaven.costing.v2")));
}

}  // namespace
}  // namespace safehaven
