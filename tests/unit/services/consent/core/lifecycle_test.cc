// The life of an approval: every pair of state and event is a listed transition or a
// refusal, and the list in the documentation is the list in the code.
#include "services/consent/core/lifecycle.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

using S = ApprovalState;
using E = ApprovalEvent;

Lifecycle At(S state) {
  Lifecycle life;
  life.state = state;
  return life;
}

// The state with every overlay, so that whatever an event ends is there.
Lifecycle WithEverythingPending(S state) {
  Lifecycle life = At(state);
  if (life.IsInForce()) life.overlays = {true, true, true, true, true};
  return life;
}

TEST(Lifecycle, EveryPairIsAListedTransitionOrARefusal) {
  std::set<std::pair<S, E>> listed;
  for (const Transition& transition : Transitions()) {
    EXPECT_TRUE(listed.emplace(transition.from, transition.event).second) << "a pair is listed twice";
  }
  size_t allowed = 0;
  for (size_t state = 0; state < kApprovalStateNames.size(); ++state) {
    for (size_t event = 0; event < kApprovalEventNames.size(); ++event) {
      const auto next = Next(WithEverythingPending(static_cast<S>(state)), static_cast<E>(event));
      const bool is_listed = listed.contains({static_cast<S>(state), static_cast<E>(event)});
      EXPECT_EQ(next.ok(), is_listed) << kApprovalStateNames[state] << " + " << kApprovalEventNames[event];
      EXPECT_EQ(ReasonOf(next.status()), is_listed ? "" : "LIFECYCLE_TRANSITION_REFUSED");
      allowed += next.ok() ? 1 : 0;
    }
  }
  EXPECT_EQ(allowed, Transitions().size());
}

TEST(Lifecycle, TheDocumentedTableIsTheTable) {
  std::string table =
      "# The life of an approval\n\n"
      "Written by `tests/unit/services/consent/core/lifecycle_test.cc` from the table in\n"
      "`services/consent/core/lifecycle.cc`; every pair that is not here is refused with\n"
      "LIFECYCLE_TRANSITION_REFUSED. Run the test with SAFEHAVEN_UPDATE_GOLDEN=1 to write it anew.\n\n"
      "| in state | event | state after | begins | ends |\n| --- | --- | --- | --- | --- |\n";
  const char* overlays[] = {
      "",          "review due", "review overdue", "amendment pending", "condition breached", "succession pending",
      "decision on the review"};
  for (const Transition& transition : Transitions()) {
    absl::StrAppend(&table, "| ", EnumText<S>::Of(transition.from), " | ", EnumText<E>::Of(transition.event), " | ",
                    EnumText<S>::Of(transition.to), " | ", overlays[static_cast<int>(transition.raises)], " | ",
                    overlays[static_cast<int>(transition.clears)], " |\n");
  }
  const std::string path = SAFEHAVEN_SOURCE_DIR "/docs/approval-lifecycle.md";
  if (std::getenv("SAFEHAVEN_UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << table;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream documented;
  documented << file.rdbuf();
  EXPECT_EQ(documented.str(), table);
}

TEST(Lifecycle, NothingIsInForceByAdviceOrProvisionally) {
  for (size_t state = 0; state < kApprovalStateNames.size(); ++state) {
    const bool in_force = At(static_cast<S>(state)).IsInForce();
    EXPECT_EQ(in_force, static_cast<S>(state) == S::kInForce || static_cast<S>(state) == S::kInForceConditional)
        << kApprovalStateNames[state];
  }
}

TEST(Lifecycle, OverlaysNeverEndTheForceOfAnApproval) {
  for (const E event :
       {E::kReviewFellDue, E::kReviewDatePassed, E::kAmendmentSubmitted, E::kConditionBreached, E::kSuccessionBegan}) {
    const auto next = Next(At(S::kInForceConditional), event);
    ASSERT_TRUE(next.ok());
    EXPECT_EQ(next->state, S::kInForceConditional) << EnumText<E>::Of(event);
  }
}

TEST(Lifecycle, WhatHasNotBegunCannotEnd) {
  for (const E event : {E::kAmendmentDecided, E::kConditionRestored, E::kSuccessionCompleted}) {
    EXPECT_EQ(ReasonOf(Next(At(S::kInForce), event).status()), "LIFECYCLE_NOTHING_PENDING");
  }
}

TEST(Lifecycle, AReviewReportBeforeItsReminderIsEarlyNotWrong) {
  EXPECT_TRUE(Next(At(S::kInForce), E::kReviewCompleted).ok());
}

TEST(Lifecycle, AdviceAndDecisionAreByDifferentActors) {
  for (size_t actor = 0; actor < kActorNames.size(); ++actor) {
    EXPECT_FALSE(MayCause(static_cast<Actor>(actor), E::kAdvised) &&
                 MayCause(static_cast<Actor>(actor), E::kDecidedSupported))
        << kActorNames[actor];
  }
  EXPECT_TRUE(MayCause(Actor::kAdvisoryGroup, E::kAdvised));
  EXPECT_TRUE(MayCause(Actor::kSecretaryOfState, E::kDecidedSupported));
}

TEST(Lifecycle, TheStateOfADayFollowsFromTheHistoryUpToIt) {
  std::vector<Entry> entries = SampleEntries();
  const Approval& approval = ApprovalIn(entries, "CAG 9-01(a)/2025");
  EXPECT_EQ(LifecycleOn(approval, Day("2024-12-01"))->state, S::kDraft);
  EXPECT_EQ(LifecycleOn(approval, Day("2025-02-12"))->state, S::kFullReview);
  EXPECT_EQ(LifecycleOn(approval, Day("2025-02-13"))->state, S::kAdvised);
  EXPECT_EQ(LifecycleOn(approval, Day("2025-03-10"))->state, S::kInForceConditional);
  EXPECT_EQ(LifecycleOn(approval, Day("2030-03-31"))->state, S::kInForceConditional);
  EXPECT_EQ(LifecycleOn(approval, Day("2030-04-01"))->state, S::kExpired);
}

TEST(Lifecycle, AReviewFallsDueFourWeeksAheadAndIsOverdueTheDayAfter) {
  std::vector<Entry> entries = SampleEntries();
  Approval& approval = ApprovalIn(entries, "CAG 9-01(a)/2025");
  approval.next_review = Day("2027-03-10");
  EXPECT_FALSE(LifecycleOn(approval, Day("2027-02-09"))->overlays.review_due);
  EXPECT_TRUE(LifecycleOn(approval, Day("2027-02-10"))->overlays.review_due);
  EXPECT_FALSE(LifecycleOn(approval, Day("2027-03-10"))->overlays.review_overdue);
  EXPECT_TRUE(LifecycleOn(approval, Day("2027-03-11"))->overlays.review_overdue);
}

TEST(Lifecycle, ResearchIsDecidedByTheAuthorityAndTheRestByTheSecretaryOfState) {
  Approval approval;
  EXPECT_TRUE(MayDecide(approval, Actor::kSecretaryOfState, Day("2020-01-01")));
  EXPECT_FALSE(MayDecide(approval, Actor::kHealthResearchAuthority, Day("2020-01-01")));
  approval.is_research = true;
  EXPECT_FALSE(MayDecide(approval, Actor::kSecretaryOfState, Day("2020-01-01")));
  EXPECT_TRUE(MayDecide(approval, Actor::kHealthResearchAuthority, Day("2020-01-01")));
  EXPECT_TRUE(MayDecide(approval, Actor::kSecretaryOfState, Day("2005-06-01"))) << "before the Authority";
  EXPECT_FALSE(MayDecide(approval, Actor::kAdvisoryGroup, Day("2020-01-01")));
}

}  // namespace
}  // namespace safehaven::consent
