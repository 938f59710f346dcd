// Is the approval's window open on the day?
//
// Letters give civil days in London and the last day counts (CAG letters: "to 31
// March" allows the 31st). A passed review date is not an end: it usually means that
// the review is being processed (HRA, legal basis 0.4), so it only warns, unless the
// letter itself says that support lapses. Where sources state different ends, nobody
// guesses: after the earliest, the right one has to be settled first (2.1).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/consent/core/gates/gates.h"

namespace safehaven::consent {

absl::StatusOr<GateVerdict> WindowGate(const Matter& matter) {
  constexpr Gate kGate = Gate::kWindow;
  if (matter.approval == nullptr) return FailUnknownApproval(kGate, matter);
  const Versioned<Approval>& approval = *matter.approval;
  const Period& period = approval.value.period;
  if (!period.HasBegun(matter.day)) {
    return Fail(kGate, "WINDOW_NOT_OPEN", {&approval},
                absl::StrCat("Ask from ", period.first_day.ToString(), " on."));
  }
  if (period.HasEnded(matter.day)) {
    return Fail(kGate, "WINDOW_CLOSED", {&approval},
                absl::StrCat(approval.value.reference.printed(), " ended on ", period.last_day->ToString(),
                             "; obtain an extension or a new approval, and delete what was held under it alone."));
  }
  GateVerdict verdict = Pass(kGate, "WINDOW_OPEN", {&approval});
  verdict.last_day = period.last_day;
  if (const AssertedEnd* end = EarliestUnsettledEnd(approval.value)) {
    if (end->last_day < matter.day) {
      return NeedsMore(kGate, "END_DATE_DISPUTED", {&approval},
                       absl::StrCat("Settle when ", approval.value.reference.printed(), " ended: ", end->source,
                                    " says ", end->last_day.ToString(), "; register the letter that decides it."));
    }
    verdict.last_day = EarlierEnd(verdict.last_day, end->last_day);
  }
  if (!approval.value.next_review.has_value()) return verdict;
  // The state says whether the review is due or late; its absence beside a review
  // that took place is the history's to tell.
  SH_ASSIGN_OR_RETURN(const Lifecycle life, matter.compiled->LifecycleOn(matter.day));
  if (life.overlays.review_overdue) {
    if (approval.value.lapses_without_review) {
      return Fail(kGate, "LAPSED_WITHOUT_REVIEW", {&approval},
                  "The letter ends the support without a review; complete the annual review.");
    }
    verdict.warning = "REVIEW_OVERDUE";
  } else if (life.overlays.review_due) {
    verdict.warning = "REVIEW_DUE";
  }
  if (approval.value.lapses_without_review) verdict.last_day = EarlierEnd(verdict.last_day, approval.value.next_review);
  return verdict;
}

}  // namespace safehaven::consent
