// Is the common law duty of confidence met, lifted or overridden?
//
// Section 251 support lifts it (NHS Act 2006 s251(2)(c); regulation 4 of the 2002
// Regulations), but only when decided and in force: advice is not a decision and
// provisional is not in force (legal basis 1.4, 1.7). Section 261 of the Health and
// Social Care Act 2012 does not make identifiable data fine by itself; it stands
// beside section 251 support then (legal basis 4.1). An approval that reaches its
// data under another ends with it (legal basis 2.2, risk stratification and SUS).
// Dates of the approval are the window gate's.
#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/consent/core/compiled_register.h"
#include "services/consent/core/gates/gates.h"

namespace safehaven::consent {
namespace {

constexpr Gate kGate = Gate::kConfidence;

GateVerdict FailOver(const Versioned<Approval>& approval, ApprovalState state, ReasonCode reason) {
  return Fail(kGate, reason, {&approval},
              absl::StrCat("Obtain a new approval: ", approval.value.reference.printed(), " is ",
                           EnumText<ApprovalState>::Of(state), "."));
}

// The verdict for an approval that its documents do not put in force; else a pass.
GateVerdict JudgeState(const Versioned<Approval>& approval, ApprovalState state) {
  const std::string& printed = approval.value.reference.printed();
  switch (state) {
    case ApprovalState::kInForce:
      return Pass(kGate, "SUPPORT_IN_FORCE", {&approval});
    case ApprovalState::kInForceConditional:
      return Pass(kGate, "SUPPORT_IN_FORCE_CONDITIONAL", {&approval});
    case ApprovalState::kProvisional:
      return NeedsMore(kGate, "APPROVAL_PROVISIONAL", {&approval},
                       absl::StrCat("Answer what the decision on ", printed,
                                    " still asks for; provisional support is not in force."));
    case ApprovalState::kAdvised:
      return NeedsMore(kGate, "APPROVAL_NOT_DECIDED", {&approval},
                       absl::StrCat("Wait for the decision on ", printed, "; advice is not a decision."));
    case ApprovalState::kDraft:
    case ApprovalState::kSubmitted:
    case ApprovalState::kValid:
    case ApprovalState::kFullReview:
    case ApprovalState::kPrecedentReview:
      return NeedsMore(kGate, "APPROVAL_NOT_DECIDED", {&approval},
                       absl::StrCat("Wait for advice and decision on ", printed, "."));
    case ApprovalState::kDeferred:
      return FailOver(approval, state, "APPROVAL_DEFERRED");
    case ApprovalState::kNotSupported:
      return FailOver(approval, state, "APPROVAL_NOT_SUPPORTED");
    case ApprovalState::kExpired:
      return FailOver(approval, state, "APPROVAL_EXPIRED");
    case ApprovalState::kClosed:
      return FailOver(approval, state, "APPROVAL_CLOSED");
    case ApprovalState::kWithdrawn:
      break;
  }
  return FailOver(approval, state, "APPROVAL_WITHDRAWN");
}

// Longer chains of approvals, and circles, count as broken.
constexpr int kDependencyDepthMax = 8;

// In force on the day, not suspended by a broken condition, and so is all that it itself
// depends on.
absl::StatusOr<bool> IsInForce(const Matter& matter, const Versioned<Approval>& approval, int depth) {
  SH_ASSIGN_OR_RETURN(const Lifecycle life, matter.snapshot->compiled()->Find(&approval)->LifecycleOn(matter.day));
  const bool suspended =
      std::any_of(approval.value.conditions.begin(), approval.value.conditions.end(),
                  [&](const Condition& one) { return one.suspends && one.IsBroken(matter.day); });
  if (!life.IsInForce() || suspended || !approval.value.period.Contains(matter.day)) return false;
  if (depth == 0) return approval.value.depends_on.empty();
  for (const Reference& needed : approval.value.depends_on) {
    const Versioned<Approval>* other = matter.snapshot->FindApproval(needed);
    if (other == nullptr) return false;
    SH_ASSIGN_OR_RETURN(const bool in_force, IsInForce(matter, *other, depth - 1));
    if (!in_force) return false;
  }
  return true;
}

// Everything that must be in force for the matter's data to reach this approval.
absl::InlinedVector<const Reference*, 8> DependenciesOf(const Matter& matter) {
  absl::InlinedVector<const Reference*, 8> needed;
  for (const Reference& one : matter.approval->value.depends_on) needed.push_back(&one);
  for (const AskedDataset& dataset : matter.datasets) {
    if (dataset.covered == nullptr || !dataset.covered->has_dependencies) continue;
    for (const Reference& one : dataset.covered->flow->depends_on) needed.push_back(&one);
  }
  return needed;
}

// Does the kind of basis reach what is asked?
bool BasisFits(const Matter& matter, bool stands_beside_section_251) {
  const Question& question = *matter.question;
  switch (matter.approval->value.legal_basis) {
    case LegalBasis::kDisseminationSection261:
      return question.identifiability <= Identifiability::kPseudonymised || stands_beside_section_251 ||
             !matter.IsAnswer();
    case LegalBasis::kStandingProviderCosting:
      return matter.caller->organisation == matter.controller &&
             (question.operation == Operation::kCost || question.operation == Operation::kCollect);
    case LegalBasis::kDirectCare:
      return question.purpose == Purpose::kDirectCare;
    case LegalBasis::kUnspecified:
      return false;
    default:
      return true;
  }
}

}  // namespace

absl::StatusOr<GateVerdict> ConfidenceGate(const Matter& matter) {
  if (matter.approval == nullptr) return FailUnknownApproval(kGate, matter);
  const Versioned<Approval>& approval = *matter.approval;
  SH_ASSIGN_OR_RETURN(const Lifecycle life, matter.compiled->DocumentedLifecycleOn(matter.day));
  GateVerdict verdict = JudgeState(approval, life.state);
  if (verdict.verdict != Verdict::kPass) return verdict;

  bool stands_beside_section_251 = false;
  for (const Reference* needed : DependenciesOf(matter)) {
    const Versioned<Approval>* other = matter.snapshot->FindApproval(*needed);
    bool in_force = false;
    if (other != nullptr) {
      SH_ASSIGN_OR_RETURN(in_force, IsInForce(matter, *other, kDependencyDepthMax));
    }
    if (!in_force) {
      return Fail(kGate, "DEPENDENCY_NOT_IN_FORCE", {&approval},
                  absl::StrCat("Data reach ", approval.value.reference.printed(), " under ", needed->printed(),
                               ", which is not in force on this day; restore it or replace it."));
    }
    verdict.relied_on.push_back(other);  // once for each flow that needs it
    verdict.last_day = EarlierEnd(verdict.last_day, other->value.period.last_day);
    stands_beside_section_251 = stands_beside_section_251 || IsSection251(other->value.legal_basis);
  }
  if (!BasisFits(matter, stands_beside_section_251)) {
    return Fail(kGate, "CONFIDENCE_NOT_LIFTED", {&approval},
                "Rely on a basis that lifts the duty of confidence for this use, such as section 251 support or "
                "explicit consent, or ask for less identifiable data.");
  }
  if (approval.value.legal_basis == LegalBasis::kOverridingPublicInterest &&
      approval.value.public_interest_test.empty()) {
    return NeedsMore(kGate, "PUBLIC_INTEREST_TEST_MISSING", {&approval},
                     "Record the test by which the public interest overrides confidence in this case.");
  }
  if (life.overlays.review_advised) verdict.warning = "REVIEW_ADVISED_NOT_DECIDED";
  if (life.overlays.amendment_pending) verdict.warning = "AMENDMENT_PENDING";
  if (life.overlays.succession_pending) verdict.warning = "SUCCESSION_PENDING";
  return verdict;
}

}  // namespace safehaven::consent
