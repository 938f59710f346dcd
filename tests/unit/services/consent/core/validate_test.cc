// What refuses a register entry by itself. Each case changes one thing of a good entry.
#include "services/consent/core/validate.h"

#include <gtest/gtest.h>

#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

// The pioneer's approval after `change`, judged.
template <typename Change>
absl::Status PioneerAfter(const Change& change) {
  std::vector<Entry> entries = SampleEntries();
  Approval approval = ApprovalIn(entries, "CAG 9-01(a)/2025");
  change(approval);
  return ValidateEntry(approval);
}

void ExpectRefused(const absl::Status& status, absl::string_view reason, absl::string_view field) {
  EXPECT_EQ(ReasonOf(status), reason) << status;
  EXPECT_EQ(MetadataOf(status)["field"], field) << status;
}

TEST(Validate, AcceptsEverySampleEntry) {
  for (const Entry& entry : SampleEntries()) EXPECT_TRUE(ValidateEntry(entry).ok()) << KeyOf(entry);
}

TEST(Validate, RefusesDatesThatContradict) {
  ExpectRefused(PioneerAfter([](Approval& a) { a.period.last_day = a.period.first_day.AddDays(-1); }),
                "REGISTER_DATES_CONTRADICT", "to");
  ExpectRefused(PioneerAfter([](Approval& a) { a.flows[2].period.last_day = Day("2020-01-01"); }),
                "REGISTER_DATES_CONTRADICT", "flows[2].to");
  ExpectRefused(PioneerAfter([](Approval& a) { std::swap(a.history[0], a.history[1]); }),
                "LIFECYCLE_TRANSITION_REFUSED", "history[0].event");
  ExpectRefused(PioneerAfter([](Approval& a) { a.history[4].day = Day("2025-01-01"); }), "REGISTER_DATES_CONTRADICT",
                "history[4].day");
}

TEST(Validate, WantsTheParticularsOfRegulation6) {
  ExpectRefused(PioneerAfter([](Approval& a) { a.controllers[0].name.clear(); }), "REGULATION_6_INCOMPLETE",
                "controllers[0].name");
  ExpectRefused(PioneerAfter([](Approval& a) { a.controllers[0].address.clear(); }), "REGULATION_6_INCOMPLETE",
                "controllers[0].address");
  ExpectRefused(PioneerAfter([](Approval& a) { a.information.clear(); }), "REGULATION_6_INCOMPLETE", "information");
  ExpectRefused(PioneerAfter([](Approval& a) { a.medical_purposes.clear(); }), "REGULATION_6_INCOMPLETE",
                "medical_purposes");
  ExpectRefused(PioneerAfter([](Approval& a) { a.schedule_paragraphs.clear(); }), "REGULATION_6_INCOMPLETE",
                "schedule_paragraphs");
  ExpectRefused(PioneerAfter([](Approval& a) { a.justification = Justification::kUnspecified; }),
                "REGULATION_6_INCOMPLETE", "justification");
  ExpectRefused(PioneerAfter([](Approval& a) { a.why_not_consent.clear(); }), "REGULATION_6_INCOMPLETE",
                "why_not_consent");
}

TEST(Validate, AsksNoRegulation6OfOtherBases) {
  std::vector<Entry> entries = SampleEntries();
  Approval approval = ApprovalIn(entries, "DARS-NIC-900001-A1B2C");
  approval.controllers[0].address.clear();
  EXPECT_TRUE(ValidateEntry(approval).ok());
}

TEST(Validate, RefusesADecisionByTheWrongActor) {
  ExpectRefused(PioneerAfter([](Approval& a) { a.history[4].actor = Actor::kAdvisoryGroup; }),
                "LIFECYCLE_ACTOR_REFUSED", "history[4].actor");
  ExpectRefused(PioneerAfter([](Approval& a) { a.history[4].actor = Actor::kHealthResearchAuthority; }),
                "LIFECYCLE_ACTOR_REFUSED", "history[4].actor");
  ExpectRefused(PioneerAfter([](Approval& a) { a.history[3].actor = Actor::kSecretaryOfState; }),
                "LIFECYCLE_ACTOR_REFUSED", "history[3].actor");
}

TEST(Validate, RefusesSupportThatWasSimplyMade) {
  ExpectRefused(PioneerAfter([](Approval& a) {
                  a.history = {{ApprovalEvent::kMade, Day("2025-03-10"), Actor::kSecretaryOfState}};
                }),
                "LIFECYCLE_TRANSITION_REFUSED", "history[0].event");
}

TEST(Validate, RefusesResearchBeforeItsEthicsOpinion) {
  const auto as_research = [](Approval& a) {
    a.is_research = true;
    a.history[4].actor = Actor::kHealthResearchAuthority;
  };
  ExpectRefused(PioneerAfter(as_research), "ETHICS_OPINION_MISSING", "history[4].event");
  ExpectRefused(PioneerAfter([&](Approval& a) {
                  as_research(a);
                  a.ethics = {"25/LO/0001", Day("2025-03-11")};
                }),
                "ETHICS_OPINION_MISSING", "history[4].event");
  EXPECT_TRUE(PioneerAfter([&](Approval& a) {
                as_research(a);
                a.ethics = {"25/LO/0001", Day("2025-03-10")};
              }).ok());
}

TEST(Validate, RefusesNamesThatNothingHas) {
  ExpectRefused(PioneerAfter([](Approval& a) { a.dissent[0].sets = {"type3"}; }), "REGISTER_VALUE_INVALID",
                "dissent[0].sets[0]");
  ExpectRefused(PioneerAfter([](Approval& a) { a.schedule_paragraphs = {7}; }), "REGISTER_VALUE_INVALID",
                "schedule_paragraphs[0]");
  ExpectRefused(PioneerAfter([](Approval& a) { a.controllers[0].organisation = "zc1"; }), "REGISTER_VALUE_INVALID",
                "controllers[0].organisation");
}

TEST(Validate, AConditionIsMetOnlyWithEvidence) {
  ExpectRefused(PioneerAfter([](Approval& a) { a.conditions[0].evidence.clear(); }), "REGISTER_VALUE_INVALID",
                "conditions[0].evidence");
}

TEST(Validate, WantsBothArticlesInTheirForm) {
  DataProtectionBasis basis{"ZC1", Purpose::kResearch, {"gp"}, "6(1)(e)", "9(2)(h)", {}};
  EXPECT_TRUE(ValidateEntry(basis).ok());
  basis.article_6 = "6(1)(g)";
  ExpectRefused(ValidateEntry(basis), "REGISTER_VALUE_INVALID", "article_6");
  basis.article_6 = "6(1)(e)";
  basis.article_9 = "9(2)(k)";
  ExpectRefused(ValidateEntry(basis), "REGISTER_VALUE_INVALID", "article_9");
}

TEST(Validate, ASuccessorComesOnlyAfterAnEnd) {
  Organisation organisation{"ZC1", "Seahaven", OrganisationKind::kCommissioner, {Day("2013-04-01"), {}}, {"ZI1"}};
  ExpectRefused(ValidateEntry(organisation), "REGISTER_DATES_CONTRADICT", "to");
  organisation.period.last_day = Day("2022-06-30");
  EXPECT_TRUE(ValidateEntry(organisation).ok());
}

TEST(Validate, AWaiverIsNotInForceBeforeItsDecision) {
  WaiverDecision decision{"W",
                          "seahaven",
                          {Reference::Parse("18/CAG/0038").value()},
                          {"*"},
                          "Guardian",
                          Day("2025-03-20"),
                          "reason",
                          {Day("2025-03-19"), {}}};
  ExpectRefused(ValidateEntry(decision), "REGISTER_DATES_CONTRADICT", "from");
  decision.period.first_day = Day("2025-03-20");
  EXPECT_TRUE(ValidateEntry(decision).ok());
}

}  // namespace
}  // namespace safehaven::consent
