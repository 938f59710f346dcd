// What widens access and what only narrows it, and the signatures that each needs.
#include "services/consent/core/widening.h"

#include <gtest/gtest.h>

#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

template <typename Change>
Widening PioneerAfter(const Change& change) {
  std::vector<Entry> entries = SampleEntries();
  const Approval before = ApprovalIn(entries, "CAG 9-01(a)/2025");
  Approval after = before;
  change(after);
  return Classify(Entry(before), Entry(after));
}

TEST(Widening, EveryNewEntryWidensButADisclosureDomain) {
  for (const Entry& entry : SampleEntries()) {
    const bool domain = std::holds_alternative<DisclosureDomain>(entry);
    EXPECT_EQ(Classify(std::nullopt, entry), domain ? Widening::kNarrows : Widening::kWidens) << KeyOf(entry);
    EXPECT_EQ(Classify(entry, std::nullopt), domain ? Widening::kWidens : Widening::kNarrows) << KeyOf(entry);
    EXPECT_EQ(Classify(entry, entry), Widening::kUnchanged);
  }
}

TEST(Widening, NarrowingAnApprovalIsSeenAsSuch) {
  using A = Approval;
  EXPECT_EQ(PioneerAfter([](A& a) { a.period.last_day = Day("2027-03-31"); }), Widening::kNarrows);
  EXPECT_EQ(PioneerAfter([](A& a) { a.flows.pop_back(); }), Widening::kNarrows);
  EXPECT_EQ(PioneerAfter([](A& a) { a.flows[0].items = {"cost"}; }), Widening::kNarrows);
  EXPECT_EQ(PioneerAfter([](A& a) { a.flows[0].linkage_allowed = false; }), Widening::kNarrows);
  EXPECT_EQ(PioneerAfter([](A& a) { a.flows[0].identifiability_out = Identifiability::kAggregateSuppressed; }),
            Widening::kNarrows);
  EXPECT_EQ(PioneerAfter([](A& a) { a.recipient_environments = {"safe_room"}; }), Widening::kNarrows);
  EXPECT_EQ(PioneerAfter([](A& a) { a.processors[0].period.last_day = Day("2026-01-01"); }), Widening::kNarrows);
  EXPECT_EQ(PioneerAfter([](A& a) {
              a.history.push_back({ApprovalEvent::kWithdrawn, Day("2026-06-01"), Actor::kSecretaryOfState});
            }),
            Widening::kNarrows);
  EXPECT_EQ(PioneerAfter([](A& a) { a.conditions[1].status = ConditionStatus::kBreached; }), Widening::kNarrows);
  EXPECT_EQ(PioneerAfter([](A& a) { a.conditions[1].suspends = true; }), Widening::kNarrows);
}

TEST(Widening, AnythingElseWidens) {
  using A = Approval;
  EXPECT_EQ(PioneerAfter([](A& a) { a.period.last_day = Day("2031-03-31"); }), Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.period.last_day.reset(); }), Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.purposes.push_back(Purpose::kResearch); }), Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.roles.push_back("risk_analyst"); }), Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.flows[0].identifiability_out = Identifiability::kIdentifiable; }),
            Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.flows[0].restrictions = {Restriction::kFertility}; }), Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.dissent[0].mode = ObjectionMode::kIgnore; }), Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.dissent.clear(); }), Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.conditions.pop_back(); }), Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.conditions[1].status = ConditionStatus::kMet; }), Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.conditions[1].due_day = Day("2031-01-01"); }), Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.history.pop_back(); }), Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.next_review.reset(); }), Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.release_series = "2"; }), Widening::kWidens);
  EXPECT_EQ(PioneerAfter([](A& a) { a.legal_basis = LegalBasis::kDirectionSection254; }), Widening::kWidens);
}

TEST(Widening, APlaceForAnyPlaceWidens) {
  std::vector<Entry> entries = SampleEntries();
  const Approval before = ApprovalIn(entries, "CAG 9-03(a)/2025");
  Approval after = before;
  after.recipient_environments.clear();
  EXPECT_EQ(Classify(Entry(before), Entry(after)), Widening::kWidens);
}

TEST(Widening, AnotherKeyWidens) {
  std::vector<Entry> entries = SampleEntries();
  const Program before = EntryIn<Program>(entries, [](const auto&) { return true; });
  Program after = before;
  after.public_key.bytes = TestKey('z');
  EXPECT_EQ(Classify(Entry(before), Entry(after)), Widening::kWidens);
  after = before;
  after.period.last_day = Day("2026-01-01");
  EXPECT_EQ(Classify(Entry(before), Entry(after)), Widening::kNarrows);
}

TEST(Widening, ALargerDomainNarrowsAndASmallerOneWidens) {
  const DisclosureDomain small{"d", {"ZC1"}, {Day("2025-04-01"), {}}};
  const DisclosureDomain large{"d", {"ZC1", "ZS1"}, {Day("2025-04-01"), {}}};
  EXPECT_EQ(Classify(Entry(small), Entry(large)), Widening::kNarrows);
  EXPECT_EQ(Classify(Entry(large), Entry(small)), Widening::kWidens);
}

TEST(Signatures, WideningNeedsTwoPeopleOfDifferentRoles) {
  const Signatory gwen{"i|gwen", "information_governance"};
  const Signatory carl{"i|carl", "caldicott_guardian"};
  EXPECT_TRUE(CheckSignatures(Widening::kWidens, gwen, carl).ok());
  EXPECT_TRUE(CheckSignatures(Widening::kWidens, carl, gwen).ok());
  EXPECT_EQ(ReasonOf(CheckSignatures(Widening::kWidens, gwen, std::nullopt)), "APPROVER_MISSING");
  EXPECT_EQ(ReasonOf(CheckSignatures(Widening::kWidens, gwen, gwen)), "APPROVER_IS_PROPOSER");
  EXPECT_EQ(ReasonOf(CheckSignatures(Widening::kWidens, gwen, Signatory{"i|gwen", "caldicott_guardian"})),
            "APPROVER_IS_PROPOSER");
  EXPECT_EQ(ReasonOf(CheckSignatures(Widening::kWidens, gwen, Signatory{"i|greta", "information_governance"})),
            "APPROVER_OF_SAME_ROLE");
  const Signatory program{"spiffe://demo.safehaven.invalid/p", "caldicott_guardian"};
  EXPECT_EQ(ReasonOf(CheckSignatures(Widening::kWidens, gwen, program)), "SIGNATORY_IS_PROGRAM");
  EXPECT_EQ(ReasonOf(CheckSignatures(Widening::kWidens, program, gwen)), "SIGNATORY_IS_PROGRAM");
  EXPECT_EQ(ReasonOf(CheckSignatures(Widening::kWidens, gwen, Signatory{"i|amira", "analyst"})),
            "APPROVER_ROLE_REFUSED");
}

TEST(Signatures, NarrowingTakesOne) {
  const Signatory gwen{"i|gwen", "information_governance"};
  EXPECT_TRUE(CheckSignatures(Widening::kNarrows, gwen, std::nullopt).ok());
  EXPECT_EQ(ReasonOf(CheckSignatures(Widening::kNarrows, Signatory{"i|amira", "analyst"}, std::nullopt)),
            "PROPOSER_ROLE_REFUSED");
}

}  // namespace
}  // namespace safehaven::consent
