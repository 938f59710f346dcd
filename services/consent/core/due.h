// What falls due: reviews, conditions, ends of approvals, agreements and security
// returns, decisions that are waited for, successions without an act, data that have to
// go, objections that nobody put into effect. As a list, and as an iCalendar feed.
//
// Everything follows from the register and a day; nothing is remembered. Pure;
// thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_DUE_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_DUE_H_

#include <array>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/consent/core/people.h"
#include "services/consent/core/snapshot.h"

namespace safehaven::consent {

enum class DueKind {
  kReview,              // the annual review's date
  kReviewDecision,      // advised on, the decision is still to come
  kDecision,            // an application advised on or provisional
  kCondition,           // a condition's day
  kEndDisputed,         // sources state different ends
  kApprovalEnds,
  kAgreementEnds,
  kSecurityEnds,        // the last return of an organisation that processes
  kSuccession,          // a body has ended and is still named
  kDeleteOrMoveBasis,   // a basis has ended: what was held under it has to go
  kRegisterEntryKept,   // regulation 6 keeps an ended entry for a year, until then
  kEraseRegisterEntry,  // that year is over: nothing keeps the entry
  kObjectionNotActioned,
};
inline constexpr std::array<absl::string_view, 13> kDueKindNames = {"review",
                                                                    "review_decision",
                                                                    "decision",
                                                                    "condition",
                                                                    "end_disputed",
                                                                    "approval_ends",
                                                                    "agreement_ends",
                                                                    "security_ends",
                                                                    "succession",
                                                                    "delete_or_move_basis",
                                                                    "register_entry_kept",
                                                                    "erase_register_entry",
                                                                    "objection_not_actioned"};
template <>
struct EnumText<DueKind> : EnumTable<DueKind, kDueKindNames> {};

struct DueItem {
  CivilDay day;
  DueKind kind = DueKind::kReview;
  std::string subject;   // key of the entry, or "people" for objections
  std::string text;      // plain English
  bool overdue = false;  // its day has passed, or it stops access already
  friend bool operator==(const DueItem&, const DueItem&) = default;
};

// An objection not in effect this long after it was received is an alarm. Recalled, not
// sourced: 21 days is believed to be the longest that a check may be kept for reuse.
inline constexpr int kObjectionActionDaysMax = 21;

// Everything that is due up to `horizon_days` after `day`, what is overdue included, in
// order of day, kind and subject.
std::vector<DueItem> ListDue(const RegisterSnapshot& snapshot, const People& people, CivilDay day, int horizon_days);

// The list as an iCalendar stream (RFC 5545) of all-day events; `made` is its time stamp.
std::string DueCalendar(const std::vector<DueItem>& items, absl::Time made);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_DUE_H_
