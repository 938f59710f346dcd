// The life of an approval as a state machine (legal basis 1.7).
//
// An approval keeps its history: dated events, each by an actor. Its state on a day
// is never stored but follows from the events up to that day by one table; an event
// that the table does not list in a state is refused, so an impossible history
// cannot be registered. Advice and decision are different events by different
// actors. Review due, amendment pending, condition breached and succession pending
// go beside "in force" and never replace it: the old scope goes on ruling.
//
// Pure; values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_LIFECYCLE_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_LIFECYCLE_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consent/core/names.h"
#include "services/consent/core/period.h"

namespace safehaven::consent {

enum class ApprovalState {
  kDraft,
  kSubmitted,
  kValid,
  kFullReview,
  kPrecedentReview,
  kAdvised,  // advice given, not decided: nothing is in force by it
  kInForce,
  kInForceConditional,  // in force now, with dated conditions open
  kProvisional,         // answers owed; NOT in force
  kDeferred,            // must be resubmitted; NOT in force
  kNotSupported,
  kExpired,
  kClosed,
  kWithdrawn,
};
inline constexpr std::array<absl::string_view, 14> kApprovalStateNames = {"draft",
                                                                          "submitted",
                                                                          "valid",
                                                                          "full_review",
                                                                          "precedent_review",
                                                                          "advised",
                                                                          "in_force",
                                                                          "in_force_conditional",
                                                                          "provisional",
                                                                          "deferred",
                                                                          "not_supported",
                                                                          "expired",
                                                                          "closed",
                                                                          "withdrawn"};
template <>
struct EnumText<ApprovalState> : EnumTable<ApprovalState, kApprovalStateNames> {};

enum class ApprovalEvent {
  kSubmitted,
  kFoundInvalid,
  kValidated,
  kFullReviewBegan,
  kPrecedentReviewBegan,
  kEscalatedToFullReview,
  kAdvised,
  kDecidedSupported,
  kDecidedConditional,
  kDecidedProvisional,
  kDecidedDeferred,
  kDecidedNotSupported,
  kMade,  // an instrument that needs no application: notice, direction, agreement
  kCarriedOver,  // an earlier decision of which only the outcome is known, with its document
  kAnswersAccepted,
  kConditionsMet,
  kReviewFellDue,
  kReviewDatePassed,
  kReviewAdvised,  // advice on the annual review; its decision is still to come
  kReviewCompleted,
  kAmendmentSubmitted,
  kAmendmentAdvised,
  kAmendmentDecided,
  kConditionBreached,
  kConditionRestored,
  kSuccessionBegan,
  kSuccessionCompleted,
  kEnded,
  kClosed,
  kWithdrawn,
};
inline constexpr std::array<absl::string_view, 30> kApprovalEventNames = {"submitted",
                                                                          "found_invalid",
                                                                          "validated",
                                                                          "full_review_began",
                                                                          "precedent_review_began",
                                                                          "escalated_to_full_review",
                                                                          "advised",
                                                                          "decided_supported",
                                                                          "decided_conditional",
                                                                          "decided_provisional",
                                                                          "decided_deferred",
                                                                          "decided_not_supported",
                                                                          "made",
                                                                          "carried_over",
                                                                          "answers_accepted",
                                                                          "conditions_met",
                                                                          "review_fell_due",
                                                                          "review_date_passed",
                                                                          "review_advised",
                                                                          "review_completed",
                                                                          "amendment_submitted",
                                                                          "amendment_advised",
                                                                          "amendment_decided",
                                                                          "condition_breached",
                                                                          "condition_restored",
                                                                          "succession_began",
                                                                          "succession_completed",
                                                                          "ended",
                                                                          "closed",
                                                                          "withdrawn"};
template <>
struct EnumText<ApprovalEvent> : EnumTable<ApprovalEvent, kApprovalEventNames> {};

enum class Actor {
  kApplicant,
  kAdviceTeam,
  kAdvisoryGroup,  // PIAG, the Ethics and Confidentiality Committee, CAG
  kHealthResearchAuthority,
  kSecretaryOfState,  // or a senior official for them
  kDataController,
  kNationalBody,  // NHS Digital, NHS England
  kCourt,
};
inline constexpr std::array<absl::string_view, 8> kActorNames = {
    "applicant",          "advice_team",     "advisory_group", "health_research_authority",
    "secretary_of_state", "data_controller", "national_body",  "court"};
template <>
struct EnumText<Actor> : EnumTable<Actor, kActorNames> {};

// What goes beside the state.
struct Overlays {
  bool review_due = false;
  bool review_overdue = false;
  bool amendment_pending = false;
  bool condition_breached = false;
  bool succession_pending = false;
  bool review_advised = false;  // advised on, not decided: the support goes on
  friend bool operator==(const Overlays&, const Overlays&) = default;
};

struct Lifecycle {
  ApprovalState state = ApprovalState::kDraft;
  Overlays overlays;

  bool IsInForce() const { return state == ApprovalState::kInForce || state == ApprovalState::kInForceConditional; }
  friend bool operator==(const Lifecycle&, const Lifecycle&) = default;
};

// One line of the table. `raises` and `clears` name the overlay that the event sets
// or ends; an event that clears is refused when the overlay is not there.
enum class Overlay {
  kNone,
  kReviewDue,
  kReviewOverdue,
  kAmendmentPending,
  kConditionBreached,
  kSuccessionPending,
  kReviewAdvised,
};
struct Transition {
  ApprovalState from;
  ApprovalEvent event;
  ApprovalState to;
  Overlay raises = Overlay::kNone;
  Overlay clears = Overlay::kNone;
};

// The whole table, for documentation and tests.
std::span<const Transition> Transitions();

// The state after `event`. FAILED_PRECONDITION with reason
// LIFECYCLE_TRANSITION_REFUSED if the table has no such line, or
// LIFECYCLE_NOTHING_PENDING if the event ends what has not begun.
absl::StatusOr<Lifecycle> Next(const Lifecycle& now, ApprovalEvent event);

// May `actor` cause `event`? Advice is the advisory group's, decisions are not.
bool MayCause(Actor actor, ApprovalEvent event);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_LIFECYCLE_H_
