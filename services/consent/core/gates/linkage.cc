// May data of more than one source be brought together under this approval?
//
// Permission to link is apart from permission to have the data: the Schedule to the
// 2002 Regulations has a paragraph of its own for it (4), and an approval that lacks
// it must refuse linkage even where it covers both data sets (legal basis 1.2).
// Every data set that takes part must itself allow it. A crosswalk is made only under
// the authority of the approval it is asked under.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/consent/core/gates/gates.h"

namespace safehaven::consent {

absl::StatusOr<GateVerdict> LinkageGate(const Matter& matter) {
  constexpr Gate kGate = Gate::kLinkage;
  if (matter.approval == nullptr) return FailUnknownApproval(kGate, matter);
  const Versioned<Approval>& approval = *matter.approval;
  const Question& question = *matter.question;
  const bool links = question.operation == Operation::kLink;
  const bool joins = matter.IsAnswer() && matter.sources.size() > 1;
  if (!links && !joins) return Pass(kGate, "NOTHING_IS_LINKED", {&approval});

  if (links && matter.snapshot->FindApproval(question.subject) != &approval) {
    return Fail(kGate, "AUTHORITY_OF_ANOTHER", {&approval},
                absl::StrCat("Name ", approval.value.reference.printed(), " as the linkage authority."));
  }
  const std::vector<int>& paragraphs = approval.value.schedule_paragraphs;
  if (approval.value.legal_basis == LegalBasis::kSection251Regulation5 &&
      std::find(paragraphs.begin(), paragraphs.end(), kScheduleLinkage) == paragraphs.end()) {
    return Fail(kGate, "SCHEDULE_PARAGRAPH_4_MISSING", {&approval},
                absl::StrCat("Ask about one source at a time, or have paragraph 4 of the Schedule added to ",
                             approval.value.reference.printed(), "."));
  }
  for (const AskedDataset& dataset : matter.datasets) {
    if (dataset.covered == nullptr || !dataset.covered->linkage_allowed) {
      return Fail(kGate, "LINKAGE_NOT_ALLOWED", {&approval},
                  absl::StrCat("Leave out ", *dataset.name, ": ", approval.value.reference.printed(),
                               " does not allow it to be linked."));
    }
  }
  return Pass(kGate, "LINKAGE_ALLOWED", {&approval});
}

}  // namespace safehaven::consent
