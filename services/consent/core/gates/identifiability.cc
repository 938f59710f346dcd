// Is what comes out no more identifiable than the approval allows, and is every item
// at home in that form?
//
// The ceiling belongs to a flow, not to a data set (legal basis 5). For collecting,
// linking and costing it is what may come in. The names of the levels are our own:
// "anonymised" is used of row-level data, so nothing is mapped on it (4.3).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/warrant/catalogue.h"
#include "services/consent/core/gates/gates.h"
#include "services/consent/core/known_data.h"

namespace safehaven::consent {
namespace {

constexpr Gate kGate = Gate::kIdentifiability;

// Does the form of answer go with the operation?
GateVerdict JudgeForm(const Question& question) {
  const bool rows = question.identifiability >= Identifiability::kPseudonymised;
  if (question.operation == Operation::kAggregate &&
      question.identifiability != Identifiability::kAggregateSuppressed) {
    return Fail(kGate, rows ? ReasonCode("FORM_DOES_NOT_FIT") : ReasonCode("SMALL_NUMBERS_NEVER_LEAVE"), {},
                "Ask for suppressed aggregates: no other table leaves the system.");
  }
  if (question.operation == Operation::kRecords && !rows) {
    return Fail(kGate, "FORM_DOES_NOT_FIT", {}, "Ask for pseudonymised records, or for an aggregate.");
  }
  if (question.operation == Operation::kRecords && question.identifiability == Identifiability::kWeaklyPseudonymised) {
    return Fail(
        kGate, "FORM_NOT_OFFERED", {},
        "Ask for pseudonymised or for identifiable (sealed) records: the NHS number is never a pseudonym here.");
  }
  return Pass(kGate, "WITHIN_CEILING", {});
}

// Judges a column by the strictest of the data sets that have it.
GateVerdict JudgeItem(const Matter& matter, const std::string& id) {
  std::optional<Identifiability> least;
  for (const AskedDataset& dataset : matter.datasets) {
    const auto known = FindKnownItem(dataset.declared, ItemKind::kColumn, id);
    if (known.has_value()) least = std::max(known->identifiability_min, least.value_or(known->identifiability_min));
  }
  if (!least.has_value()) {
    return Fail(kGate, "ITEM_UNKNOWN", {}, absl::StrCat("Ask for an item of the catalogue; '", id, "' is none."));
  }
  if (*least > matter.question->identifiability) {
    return Fail(kGate, "ITEM_TOO_IDENTIFIABLE", {},
                absl::StrCat("Leave out '", id, "', which can stand only in ", Name(*least), " data."));
  }
  return Pass(kGate, "WITHIN_CEILING", {});
}

}  // namespace

absl::StatusOr<GateVerdict> IdentifiabilityGate(const Matter& matter) {
  if (matter.approval == nullptr) return FailUnknownApproval(kGate, matter);
  const Versioned<Approval>& approval = *matter.approval;
  const Question& question = *matter.question;
  GateVerdict verdict = JudgeForm(question);
  if (verdict.verdict != Verdict::kPass) return verdict;
  if (matter.particulars.reidentifies && !approval.value.reidentification_allowed) {
    return Fail(kGate, "REIDENTIFICATION_NOT_ALLOWED", {&approval},
                absl::StrCat("Do not identify anybody: ", approval.value.reference.printed(), " does not allow it."));
  }
  for (const std::string& id : question.items) {
    GateVerdict judged = JudgeItem(matter, id);
    if (judged.verdict != Verdict::kPass) return judged;
  }
  for (const AskedDataset& dataset : matter.datasets) {
    const CoveredDataset* covered = dataset.covered;
    // Without an approved flow there is no ceiling to be under.
    const Identifiability ceiling = covered == nullptr  ? Identifiability::kUnspecified
                                    : matter.IsAnswer() ? covered->identifiability_out
                                                        : covered->identifiability_in;
    if (question.identifiability > ceiling) {
      return Fail(kGate, "TOO_IDENTIFIABLE", {&approval},
                  ceiling == Identifiability::kUnspecified
                      ? absl::StrCat("Have ", *dataset.name, " added to ", approval.value.reference.printed(), ".")
                      : absl::StrCat("Ask for ", *dataset.name, " in a form no more identifiable than ", Name(ceiling), "."));
    }
  }
  verdict.RelyOn(approval);
  return verdict;
}

}  // namespace safehaven::consent
