// Is the common law duty of confidence met, lifted or overridden?
//
// Section 251 support lifts it (NHS Act 2006 s251(2)(c); regulation 4 of the 2002
// Regulations), but only when decided and in force: advice is not a decision and
// provisional is not in force (legal basis 1.4, 1.7). Section 261 of the Health and
// Social Care Act 2012 does not make identifiable data fine by itself; it stands
// beside section 251 support then (legal basis 4.1). An approval that reaches its
// data under another ends with it (legal basis 2.2, risk stratification and SUS), and with
// whatever brings those data to that one.
// Dates of the approval are the window gate's.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
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

// How an approval stands on a day to one that depends on it; the worst last.
enum class Standing { kInForce, kDisputed, kNotInForce };

// An approval that another depends on; with a data set, for that data set to come under.
struct Needed {
  const Reference* reference;
  const std::string* dataset;
};

// By its own documents and dates: in force, not suspended by a broken condition, not lapsed
// for want of a review.
absl::StatusOr<Standing> OwnStanding(const Matter& matter, const Versioned<Approval>& approval) {
  const Approval& value = approval.value;
  SH_ASSIGN_OR_RETURN(const Lifecycle life, matter.snapshot->compiled()->Find(&approval)->LifecycleOn(matter.day));
  const bool suspended = std::any_of(value.conditions.begin(), value.conditions.end(), [&](const Condition& one) {
    return one.suspends && one.IsBroken(matter.day);
  });
  const bool lapsed = value.lapses_without_review && life.overlays.review_overdue;
  if (!life.IsInForce() || suspended || lapsed || !value.period.Contains(matter.day)) return Standing::kNotInForce;
  const AssertedEnd* end = EarliestUnsettledEnd(value);
  return end != nullptr && end->last_day < matter.day ? Standing::kDisputed : Standing::kInForce;
}

// What was found of approvals so far, each for one data set or for none; one that is being
// looked at does not stand, so a circle is broken.
using Known = absl::flat_hash_map<std::pair<const Versioned<Approval>*, const std::string*>, Standing>;

absl::StatusOr<Standing> StandingOf(const Matter& matter, const Needed& needed, int depth, Known& known);

absl::StatusOr<Standing> WorstOf(const Matter& matter, const std::vector<Reference>& needed, const std::string* dataset,
                                 int depth, Known& known) {
  Standing worst = Standing::kInForce;
  for (const Reference& one : needed) {
    SH_ASSIGN_OR_RETURN(const Standing standing, StandingOf(matter, {&one, dataset}, depth, known));
    worst = std::max(worst, standing);
  }
  return worst;
}

// The best of the flows by which the approval brings the data set on the day.
absl::StatusOr<Standing> StandingThroughFlows(const Matter& matter, const Approval& approval, const std::string& dataset,
                                              int depth, Known& known) {
  Standing best = Standing::kNotInForce;
  for (const ApprovedFlow& flow : approval.flows) {
    const bool brings = std::find(flow.datasets.begin(), flow.datasets.end(), dataset) != flow.datasets.end();
    if (!brings || !flow.period.Contains(matter.day)) continue;
    SH_ASSIGN_OR_RETURN(const Standing through, WorstOf(matter, flow.depends_on, &dataset, depth - 1, known));
    best = std::min(best, through);
  }
  return best;
}

// With all that it itself depends on, and where a data set comes under it with what brings
// that.
absl::StatusOr<Standing> StandingOf(const Matter& matter, const Needed& needed, int depth, Known& known) {
  const Versioned<Approval>* approval = matter.snapshot->FindApproval(*needed.reference);
  if (approval == nullptr || depth == 0) return Standing::kNotInForce;
  const auto [found, is_new] = known.emplace(std::pair(approval, needed.dataset), Standing::kNotInForce);
  if (!is_new) return found->second;
  SH_ASSIGN_OR_RETURN(Standing standing, OwnStanding(matter, *approval));
  SH_ASSIGN_OR_RETURN(const Standing further, WorstOf(matter, approval->value.depends_on, nullptr, depth - 1, known));
  standing = std::max(standing, further);
  if (needed.dataset != nullptr && standing != Standing::kNotInForce) {
    SH_ASSIGN_OR_RETURN(const Standing through, StandingThroughFlows(matter, approval->value, *needed.dataset, depth, known));
    standing = std::max(standing, through);
  }
  known[{approval, needed.dataset}] = standing;
  return standing;
}

// Everything that must be in force for the matter's data to reach this approval.
absl::InlinedVector<Needed, 8> DependenciesOf(const Matter& matter) {
  absl::InlinedVector<Needed, 8> needed;
  for (const Reference& one : matter.approval->value.depends_on) needed.push_back({&one, nullptr});
  for (const AskedDataset& dataset : matter.datasets) {
    if (dataset.covered == nullptr || !dataset.covered->has_dependencies) continue;
    for (const Reference& one : dataset.covered->flow->depends_on) needed.push_back({&one, dataset.name});
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
  Known known;
  for (const Needed& needed : DependenciesOf(matter)) {
    SH_ASSIGN_OR_RETURN(const Standing standing, StandingOf(matter, needed, kDependencyDepthMax, known));
    const std::string under = absl::StrCat("Data reach ", approval.value.reference.printed(), " under ",
                                           needed.reference->printed());
    if (standing == Standing::kNotInForce) {
      const std::string what = needed.dataset == nullptr ? "" : absl::StrCat(" for ", *needed.dataset);
      return Fail(kGate, "DEPENDENCY_NOT_IN_FORCE", {&approval},
                  absl::StrCat(under, ", which is not in force", what, " on this day, or depends on what is not; ",
                               "restore it or replace it."));
    }
    if (standing == Standing::kDisputed) {
      return NeedsMore(kGate, "DEPENDENCY_END_DISPUTED", {&approval},
                       absl::StrCat(under, ", whose end, or that of what it depends on, is disputed; register the letter ",
                                    "that settles it."));
    }
    const Versioned<Approval>* other = matter.snapshot->FindApproval(*needed.reference);
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
