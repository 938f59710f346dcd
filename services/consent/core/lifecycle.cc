#include "services/consent/core/lifecycle.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::consent {
namespace {

using S = ApprovalState;
using E = ApprovalEvent;

// Before the decision.
constexpr Transition kApplication[] = {
    {S::kDraft, E::kSubmitted, S::kSubmitted},
    {S::kDraft, E::kMade, S::kInForce},
    {S::kDraft, E::kCarriedOver, S::kInForce},
    {S::kDraft, E::kClosed, S::kClosed},
    {S::kSubmitted, E::kFoundInvalid, S::kDraft},
    {S::kSubmitted, E::kValidated, S::kValid},
    {S::kSubmitted, E::kClosed, S::kClosed},
    {S::kValid, E::kFullReviewBegan, S::kFullReview},
    {S::kValid, E::kPrecedentReviewBegan, S::kPrecedentReview},
    {S::kValid, E::kClosed, S::kClosed},
    {S::kPrecedentReview, E::kEscalatedToFullReview, S::kFullReview},
    {S::kPrecedentReview, E::kAdvised, S::kAdvised},
    {S::kPrecedentReview, E::kClosed, S::kClosed},
    {S::kFullReview, E::kAdvised, S::kAdvised},
    {S::kFullReview, E::kClosed, S::kClosed},
    {S::kAdvised, E::kDecidedSupported, S::kInForce},
    {S::kAdvised, E::kDecidedConditional, S::kInForceConditional},
    {S::kAdvised, E::kDecidedProvisional, S::kProvisional},
    {S::kAdvised, E::kDecidedDeferred, S::kDeferred},
    {S::kAdvised, E::kDecidedNotSupported, S::kNotSupported},
    {S::kAdvised, E::kClosed, S::kClosed},
    {S::kProvisional, E::kAnswersAccepted, S::kInForce},
    {S::kProvisional, E::kDecidedSupported, S::kInForce},
    {S::kProvisional, E::kDecidedConditional, S::kInForceConditional},
    {S::kProvisional, E::kDecidedNotSupported, S::kNotSupported},
    {S::kProvisional, E::kClosed, S::kClosed},
    {S::kProvisional, E::kWithdrawn, S::kWithdrawn},
    {S::kDeferred, E::kSubmitted, S::kSubmitted},
    {S::kDeferred, E::kClosed, S::kClosed},
};

// While in force. Each line holds for both in-force states: what stays, stays in its own.
constexpr Transition kWhileInForce[] = {
    {S::kInForce, E::kReviewFellDue, S::kInForce, Overlay::kReviewDue},
    {S::kInForce, E::kReviewDatePassed, S::kInForce, Overlay::kReviewOverdue},
    {S::kInForce, E::kReviewAdvised, S::kInForce, Overlay::kReviewAdvised},
    {S::kInForce, E::kReviewCompleted, S::kInForce, Overlay::kNone, Overlay::kReviewDue},
    {S::kInForce, E::kAmendmentSubmitted, S::kInForce, Overlay::kAmendmentPending},
    {S::kInForce, E::kAmendmentAdvised, S::kInForce, Overlay::kAmendmentPending},
    {S::kInForce, E::kAmendmentDecided, S::kInForce, Overlay::kNone, Overlay::kAmendmentPending},
    {S::kInForce, E::kConditionBreached, S::kInForce, Overlay::kConditionBreached},
    {S::kInForce, E::kConditionRestored, S::kInForce, Overlay::kNone, Overlay::kConditionBreached},
    {S::kInForce, E::kSuccessionBegan, S::kInForce, Overlay::kSuccessionPending},
    {S::kInForce, E::kSuccessionCompleted, S::kInForce, Overlay::kNone, Overlay::kSuccessionPending},
    {S::kInForce, E::kEnded, S::kExpired},
    {S::kInForce, E::kClosed, S::kClosed},
    {S::kInForce, E::kWithdrawn, S::kWithdrawn},
};

constexpr Transition kConditionsMet = {S::kInForceConditional, E::kConditionsMet, S::kInForce};

constexpr size_t kCount = std::size(kApplication) + 2 * std::size(kWhileInForce) + 1;
constexpr std::array<Transition, kCount> kTable = [] {
  std::array<Transition, kCount> table{};
  size_t at = 0;
  for (const Transition& transition : kApplication) table[at++] = transition;
  for (const Transition& transition : kWhileInForce) {
    table[at++] = transition;
    Transition conditional = transition;
    conditional.from = S::kInForceConditional;
    if (conditional.to == S::kInForce) conditional.to = S::kInForceConditional;
    table[at++] = conditional;
  }
  table[at++] = kConditionsMet;
  return table;
}();

// The place in kTable of what `event` does in `state`; kCount if that is refused.
using Places = std::array<std::array<uint8_t, kApprovalEventNames.size()>, kApprovalStateNames.size()>;
static_assert(kCount < 255);
constexpr Places kPlaces = [] {
  Places places{};
  for (auto& of_state : places) of_state.fill(kCount);
  // The first line for a pair is the one that holds.
  for (size_t i = kCount; i-- > 0;) {
    places[static_cast<size_t>(kTable[i].from)][static_cast<size_t>(kTable[i].event)] = static_cast<uint8_t>(i);
  }
  return places;
}();

bool* Find(Overlays& overlays, Overlay overlay) {
  switch (overlay) {
    case Overlay::kReviewDue:
      return &overlays.review_due;
    case Overlay::kReviewOverdue:
      return &overlays.review_overdue;
    case Overlay::kAmendmentPending:
      return &overlays.amendment_pending;
    case Overlay::kConditionBreached:
      return &overlays.condition_breached;
    case Overlay::kSuccessionPending:
      return &overlays.succession_pending;
    case Overlay::kReviewAdvised:
      return &overlays.review_advised;
    case Overlay::kNone:
      return nullptr;
  }
  return nullptr;
}

}  // namespace

std::span<const Transition> Transitions() { return kTable; }

absl::StatusOr<Lifecycle> Next(const Lifecycle& now, ApprovalEvent event) {
  const size_t place = kPlaces[static_cast<size_t>(now.state)][static_cast<size_t>(event)];
  if (place == kCount) {
    return FailedPrecondition("LIFECYCLE_TRANSITION_REFUSED",
                              absl::StrCat("'", EnumText<ApprovalEvent>::Of(event),
                                           "' cannot happen to an approval in state '",
                                           EnumText<ApprovalState>::Of(now.state), "'"));
  }
  const Transition& transition = kTable[place];
  Lifecycle next = now;
  next.state = transition.to;
  if (bool* raised = Find(next.overlays, transition.raises)) *raised = true;
  if (bool* cleared = Find(next.overlays, transition.clears)) {
    // A report that comes in before its reminder is early, not wrong.
    if (!*cleared && event != ApprovalEvent::kReviewCompleted) {
      return FailedPrecondition("LIFECYCLE_NOTHING_PENDING",
                                absl::StrCat("'", EnumText<ApprovalEvent>::Of(event), "' ends what has not begun"));
    }
    *cleared = false;
  }
  // A completed review ends its reminder, its delay and the wait for its decision.
  if (event == ApprovalEvent::kReviewCompleted) {
    next.overlays.review_overdue = false;
    next.overlays.review_advised = false;
  }
  if (!next.IsInForce()) next.overlays = Overlays{};
  return next;
}

bool MayCause(Actor actor, ApprovalEvent event) {
  switch (event) {
    case E::kSubmitted:
    case E::kAmendmentSubmitted:
    case E::kClosed:
      return actor == Actor::kApplicant || actor == Actor::kDataController || actor == Actor::kNationalBody;
    case E::kFoundInvalid:
    case E::kValidated:
    case E::kFullReviewBegan:
    case E::kPrecedentReviewBegan:
    case E::kEscalatedToFullReview:
    case E::kReviewFellDue:
    case E::kReviewDatePassed:
    case E::kReviewCompleted:
    case E::kEnded:
      return actor == Actor::kAdviceTeam || actor == Actor::kHealthResearchAuthority || actor == Actor::kNationalBody ||
             actor == Actor::kSecretaryOfState;
    case E::kAdvised:
    case E::kReviewAdvised:
    case E::kAmendmentAdvised:
      return actor == Actor::kAdvisoryGroup;
    case E::kDecidedSupported:
    case E::kDecidedConditional:
    case E::kDecidedProvisional:
    case E::kDecidedDeferred:
    case E::kDecidedNotSupported:
    case E::kAnswersAccepted:
    case E::kAmendmentDecided:
    case E::kCarriedOver:
      return actor == Actor::kHealthResearchAuthority || actor == Actor::kSecretaryOfState ||
             (event == E::kAmendmentDecided && actor == Actor::kNationalBody);
    case E::kConditionsMet:
    case E::kConditionBreached:
    case E::kConditionRestored:
    case E::kSuccessionBegan:
    case E::kSuccessionCompleted:
    case E::kWithdrawn:
    case E::kMade:
      return actor != Actor::kAdvisoryGroup;
  }
  return false;
}

}  // namespace safehaven::consent
