// Snapshots: versions, what was known when, look-ups, and whether entries fit together.
#include "services/consent/core/snapshot.h"

#include <gtest/gtest.h>

#include "services/consent/core/snapshot_check.h"
#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

template <typename Change>
absl::Status CheckAfter(const Change& change) {
  std::vector<Entry> entries = SampleEntries();
  change(entries);
  return CheckReferences(SnapshotOf(entries));
}

void ExpectFault(const absl::Status& status, absl::string_view reason, absl::string_view field) {
  EXPECT_EQ(ReasonOf(status), reason) << status;
  EXPECT_EQ(MetadataOf(status)["field"], field) << status;
  EXPECT_FALSE(MetadataOf(status)["entry"].empty());
}

TEST(Snapshot, TheEmptyRegisterKnowsNobody) {
  const RegisterSnapshot empty;
  EXPECT_EQ(empty.size(), 0u);
  EXPECT_EQ(empty.FindOrganisation("ZC1"), nullptr);
  EXPECT_EQ(empty.FindApproval("CAG 9-01(a)/2025"), nullptr);
  EXPECT_TRUE(empty.FlowsOf("acute/apc").empty());
}

TEST(Snapshot, FindsAnApprovalInEveryPrintedForm) {
  const RegisterSnapshot snapshot = SampleSnapshot();
  ASSERT_NE(snapshot.FindApproval("CAG 9-01(a)/2025"), nullptr);
  EXPECT_EQ(snapshot.FindApproval("CAG 9-01 (a)/2025"), snapshot.FindApproval("CAG 9-01(a)/2025"));
  EXPECT_EQ(snapshot.FindApproval("CAG 9-01(b)/2025"), nullptr);
  EXPECT_EQ(snapshot.FindApproval("nonsense"), nullptr);
}

TEST(Snapshot, FindsByAPartOfARange) {
  std::vector<Entry> entries = SampleEntries();
  ApprovalIn(entries, "CAG 9-03(a)/2025").reference = Reference::Parse("CAG 9-03(a-c)/2025").value();
  const RegisterSnapshot snapshot = SnapshotOf(entries);
  ASSERT_NE(snapshot.FindApproval("CAG 9-03(b)/2025"), nullptr);
  EXPECT_EQ(snapshot.FindApproval("CAG 9-03(b)/2025"), snapshot.FindApproval("CAG 9-03(a-c)/2025"));
  EXPECT_EQ(snapshot.FindApproval("CAG 9-03(b-d)/2025"), nullptr);
}

TEST(Snapshot, KeepsVersionsApartByWhatWasKnown) {
  std::vector<Entry> entries = SampleEntries();
  std::vector<RegisterEvent> events = EventsFor(entries);
  const uint64_t before = events.size();
  Approval changed = ApprovalIn(entries, "CAG 9-01(a)/2025");
  changed.title = "Another title";
  RegisterEvent event = events.back();
  event.index = before;
  event.recorded_time += absl::Hours(1);
  event.key = KeyOf(changed);
  event.entry = changed;
  events.push_back(event);

  const RegisterSnapshot now = RegisterSnapshot::Of(events);
  const RegisterSnapshot then = SnapshotAsKnown(events, before);
  EXPECT_EQ(now.FindApproval("CAG 9-01(a)/2025")->value.title, "Another title");
  EXPECT_EQ(now.FindApproval("CAG 9-01(a)/2025")->version, before);
  EXPECT_EQ(then.FindApproval("CAG 9-01(a)/2025")->value.title, "Seahaven integration pioneer");
  EXPECT_EQ(then.size(), before);
  const RegisterSnapshot by_time = SnapshotAsKnownAt(events, event.recorded_time - absl::Minutes(1));
  EXPECT_EQ(by_time.FindApproval("CAG 9-01(a)/2025")->value.title, "Seahaven integration pioneer");
}

TEST(Snapshot, AnEntryTakenOffIsGoneAndItsPastIsNot) {
  std::vector<RegisterEvent> events = EventsFor(SampleEntries());
  RegisterEvent off;
  off.index = events.size();
  off.key = "approvals/CAG 9-01(a)/2025";
  events.push_back(off);
  EXPECT_EQ(RegisterSnapshot::Of(events).FindApproval("CAG 9-01(a)/2025"), nullptr);
  EXPECT_NE(SnapshotAsKnown(events, off.index).FindApproval("CAG 9-01(a)/2025"), nullptr);
}

TEST(Snapshot, GrowsByEventsToTheSameAsAtOnce) {
  const std::vector<RegisterEvent> events = EventsFor(SampleEntries());
  RegisterSnapshot grown;
  for (const RegisterEvent& event : events) grown = grown.With(std::span(&event, 1));
  const RegisterSnapshot whole = RegisterSnapshot::Of(events);
  EXPECT_EQ(grown.size(), whole.size());
  EXPECT_TRUE(grown.Entries() == whole.Entries());
  EXPECT_EQ(grown.FlowsOf("acute/apc").size(), whole.FlowsOf("acute/apc").size());
}

TEST(SnapshotCheck, TheSampleFitsTogether) {
  EXPECT_TRUE(CheckReferences(SampleSnapshot()).ok()) << CheckReferences(SampleSnapshot());
}

TEST(SnapshotCheck, RefusesUnknownReferences) {
  ExpectFault(CheckAfter([](auto& entries) {
                EntryIn<Member>(entries, [](const Member& m) { return m.role == "analyst"; }).organisation = "ZX9";
              }),
              "REGISTER_REFERENCE_UNKNOWN", "organisation");
  ExpectFault(CheckAfter([](auto& entries) {
                EntryIn<Flow>(entries, [](const Flow& f) { return f.id == "acute-op-2025"; }).agreement = "DSA-NONE";
              }),
              "REGISTER_REFERENCE_UNKNOWN", "agreement");
  ExpectFault(CheckAfter([](auto& entries) {
                ApprovalIn(entries, "CAG 9-02(a)/2025").flows[1].depends_on = {Reference::Parse("22/CAG/0129").value()};
              }),
              "REGISTER_REFERENCE_UNKNOWN", "flows[1].depends_on[0]");
  ExpectFault(CheckAfter([](auto& entries) {
                EntryIn<WaiverDecision>(entries, [](const auto&) { return true; }).domain = "elsewhere";
              }),
              "REGISTER_REFERENCE_UNKNOWN", "domain");
}

TEST(SnapshotCheck, RefusesDataThatNeitherCatalogueNorRegisterKnows) {
  const auto pioneer = [](const auto& change) {
    return CheckAfter([&change](auto& entries) { change(ApprovalIn(entries, "CAG 9-01(a)/2025")); });
  };
  ExpectFault(pioneer([](Approval& a) { a.flows[1].datasets.push_back("acute/unknown"); }), "REGISTER_REFERENCE_UNKNOWN",
              "flows[1].datasets[3]");
  ExpectFault(pioneer([](Approval& a) { a.flows[1].datasets.push_back("gp/register"); }), "REGISTER_ENTRY_CONFLICT",
              "flows[1].datasets[3]");
  ExpectFault(pioneer([](Approval& a) { a.flows[0].items = {"shoe_size"}; }), "REGISTER_REFERENCE_UNKNOWN",
              "flows[0].items[0]");
}

TEST(SnapshotCheck, TakesDataThatTheRegisterDeclares) {
  EXPECT_TRUE(CheckAfter([](auto& entries) {
                entries.push_back(Dataset{"acute/feet", "acute", "Feet", false, {{"shoe_size"}}});
                Approval& approval = ApprovalIn(entries, "CAG 9-01(a)/2025");
                approval.flows[1].datasets = {"acute/feet"};
                approval.flows[1].items = {"shoe_size", "cost"};
              }).ok());
}

TEST(SnapshotCheck, RefusesTwoApprovalsOfOneReference) {
  ExpectFault(CheckAfter([](auto& entries) {
                Approval second = ApprovalIn(entries, "CAG 9-01(a)/2025");
                second.reference = Reference::Parse("CAG 9-01(a-b)/2025").value();
                entries.push_back(second);
              }),
              "REGISTER_ENTRY_CONFLICT", "reference");
}

TEST(SnapshotCheck, RefusesTwoRolesOnOneDay) {
  ExpectFault(CheckAfter([](auto& entries) {
                Member second = EntryIn<Member>(entries, [](const Member& m) { return m.role == "analyst"; });
                second.role = "invoice_validator";
                entries.push_back(second);
              }),
              "REGISTER_ENTRY_CONFLICT", "from");
}

TEST(SnapshotCheck, RefusesAnOrganisationInTwoDomains) {
  ExpectFault(CheckAfter([](auto& entries) {
                entries.push_back(DisclosureDomain{"other", {"ZS1"}, {Day("2026-01-01"), {}}});
              }),
              "REGISTER_ENTRY_CONFLICT", "organisations");
}

}  // namespace
}  // namespace safehaven::consent
