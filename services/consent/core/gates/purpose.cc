// Is the purpose one that the approval names?
//
// Standard condition 1 of support: use only for the application's purposes (legal
// basis 1.4). Purposes that sound alike are kept apart where the law does: case
// finding is not planning (4.2). Research needs a research approval, because it is
// decided by another body after an ethics opinion (1.1), and an approval of research
// does not serve anything else.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/consent/core/gates/gates.h"

namespace safehaven::consent {

absl::StatusOr<GateVerdict> PurposeGate(const Matter& matter) {
  constexpr Gate kGate = Gate::kPurpose;
  if (matter.approval == nullptr) return FailUnknownApproval(kGate, matter);
  const Versioned<Approval>& approval = *matter.approval;
  const Purpose purpose = matter.question->purpose;
  const std::vector<Purpose>& purposes = approval.value.purposes;
  if (std::find(purposes.begin(), purposes.end(), purpose) == purposes.end()) {
    return Fail(kGate, "PURPOSE_NOT_APPROVED", {&approval},
                absl::StrCat("Ask under an approval that names the purpose ", Name(purpose), ", or for a purpose that ",
                             approval.value.reference.printed(), " names."));
  }
  if ((purpose == Purpose::kResearch) != approval.value.is_research) {
    return Fail(kGate, "RESEARCH_IS_APPROVED_APART", {&approval},
                "Research and other purposes are approved by different bodies; ask under the right one.");
  }
  return Pass(kGate, "PURPOSE_APPROVED", {&approval});
}

}  // namespace safehaven::consent
