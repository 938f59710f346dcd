// Does a broken condition suspend the support?
//
// Conditional support is in force, with dated conditions; a condition has a day, a
// state and a flag whether its breach suspends (legal basis 1.4). One that does not
// suspend only warns. Its last day counts.
#include "absl/strings/str_cat.h"
#include "services/consent/core/gates/gates.h"

namespace safehaven::consent {

absl::StatusOr<GateVerdict> ConditionsGate(const Matter& matter) {
  constexpr Gate kGate = Gate::kConditions;
  if (matter.approval == nullptr) return FailUnknownApproval(kGate, matter);
  const Versioned<Approval>& approval = *matter.approval;
  GateVerdict verdict = Pass(kGate, "CONDITIONS_KEPT", {&approval});
  for (const Condition& condition : approval.value.conditions) {
    if (condition.IsBroken(matter.day)) {
      if (condition.suspends) {
        return Fail(kGate, "CONDITION_BREACHED", {&approval},
                    absl::StrCat("Meet the condition '", condition.id, "' of ", approval.value.reference.printed(),
                                 " and register the evidence: ", condition.text));
      }
      verdict.warning = "CONDITION_OVERDUE";
    } else if (condition.Stands(matter.day) && condition.StatusOn(matter.day) == ConditionStatus::kOpen) {
      if (verdict.warning.empty()) verdict.warning = "CONDITION_OPEN";
      if (condition.suspends) verdict.last_day = EarlierEnd(verdict.last_day, condition.due_day);
    }
  }
  // Recorded, and of no condition that is listed: nobody can tell whether it suspends.
  SH_ASSIGN_OR_RETURN(const Lifecycle life, matter.compiled->DocumentedLifecycleOn(matter.day));
  if (life.overlays.condition_breached && verdict.warning.empty()) verdict.warning = "BREACH_RECORDED";
  return verdict;
}

}  // namespace safehaven::consent
