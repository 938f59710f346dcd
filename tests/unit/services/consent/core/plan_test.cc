// What a plan says would change.
#include "services/consent/core/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Plan, IsEmptyWhenTheFilesSayWhatTheRegisterSays) {
  const std::vector<Entry> entries = SampleEntries();
  EXPECT_TRUE(Plan(SnapshotOf(entries), entries, false).empty());
  EXPECT_EQ(PlanText({}), "No changes.\n");
}

TEST(Plan, AddsEverythingToAnEmptyRegister) {
  const std::vector<Entry> entries = SampleEntries();
  const auto plan = Plan(RegisterSnapshot(), entries, false);
  EXPECT_EQ(plan.size(), entries.size());
  for (const PlannedChange& change : plan) EXPECT_EQ(change.action, PlanAction::kAdd);
}

TEST(Plan, NamesFieldsThatChangeAndWhatThatMeans) {
  std::vector<Entry> entries = SampleEntries();
  const RegisterSnapshot snapshot = SnapshotOf(entries);
  Approval& approval = ApprovalIn(entries, "CAG 9-01(a)/2025");
  approval.purposes.push_back(Purpose::kClinicalAudit);
  approval.period.last_day = Day("2027-03-31");

  const auto plan = Plan(snapshot, entries, false);

  ASSERT_EQ(plan.size(), 1u);
  EXPECT_EQ(plan[0].action, PlanAction::kChange);
  EXPECT_EQ(plan[0].widening, Widening::kWidens);
  EXPECT_THAT(plan[0].lines, ElementsAre("to: 2030-03-31 -> 2027-03-31", "purposes[1]: + clinical_audit"));
  EXPECT_THAT(PlanText(plan), HasSubstr("~ approvals/CAG 9-01(a)/2025 (widens)"));
}

TEST(Plan, EndsWhatTheFilesNoLongerNameUnlessToldToKeepIt) {
  std::vector<Entry> entries = SampleEntries();
  const RegisterSnapshot snapshot = SnapshotOf(entries);
  entries.erase(std::remove_if(entries.begin(), entries.end(),
                               [](const Entry& entry) { return KindOf(entry) == "waiver_decisions"; }),
                entries.end());
  const auto plan = Plan(snapshot, entries, false);
  ASSERT_EQ(plan.size(), 2u);
  EXPECT_EQ(plan[0].action, PlanAction::kEnd);
  EXPECT_EQ(plan[0].widening, Widening::kNarrows);
  EXPECT_FALSE(plan[0].entry.has_value());
  EXPECT_TRUE(Plan(snapshot, entries, true).empty());
}

}  // namespace
}  // namespace safehaven::consent
