// Is there, for every data set, a registered supply under a data sharing agreement
// that is in force, names the data set, provider and controller, and was made for
// this approval?
//
// Support permits and compels nobody to share (legal basis 0.1): the agreement is
// the discloser's own act. Its last day counts. A provider that costs its own care
// passes data to nobody, so no agreement is asked of it, nor of one that a notice or
// direction compels to supply. Passing data on is a matter of the agreement too
// ("sublicensing allowed", 4.5), and never of confidential patient information: support
// and section 261(7) name who may have it (case 30, marked as inference there).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/consent/core/gates/gates.h"

namespace safehaven::consent {
namespace {

constexpr Gate kGate = Gate::kAgreement;

// Why none of the registered flows of `dataset` serves; the nearest miss speaks.
GateVerdict Explain(const Matter& matter, const std::string& dataset) {
  bool any_flow = false;
  absl::string_view ended;
  for (const Versioned<Flow>* flow : matter.snapshot->FlowsOf(dataset)) {
    if (!flow->value.activity.Overlaps(matter.activity())) continue;
    any_flow = true;
    const Versioned<Agreement>* agreement = matter.snapshot->FindAgreement(flow->value.agreement);
    if (agreement != nullptr && !agreement->value.period.Contains(matter.day)) ended = agreement->value.reference;
  }
  if (!any_flow) {
    return Fail(kGate, "FLOW_MISSING", {},
                absl::StrCat("Register a supply of ", dataset, " that holds activity of the asked period."));
  }
  if (!ended.empty()) {
    return Fail(kGate, "AGREEMENT_NOT_IN_FORCE", {},
                absl::StrCat("Renew the agreement ", ended, " for ", dataset, "; it is not in force on this day."));
  }
  return Fail(kGate, "AGREEMENT_MISSING", {},
              absl::StrCat("Make and register an agreement that gives ", dataset, " to ",
                           matter.controller.empty() ? absl::string_view("the controller") : matter.controller, " under ",
                           matter.question->approval, "."));
}

GateVerdict JudgeCollection(const Matter& matter) {
  if (matter.collected == nullptr) {
    return Fail(kGate, "FLOW_UNKNOWN", {},
                absl::StrCat("Register the flow '", matter.question->subject, "' and its agreement first."));
  }
  const Flow& flow = matter.collected->value;
  const std::vector<std::string>& datasets = matter.question->datasets;
  if (datasets.size() != 1 || datasets.front() != flow.dataset) {
    return Fail(kGate, "FLOW_HOLDS_OTHER_DATA", {matter.collected},
                absl::StrCat("Hand in ", flow.dataset, " and nothing else under the flow ", flow.id, "."));
  }
  if (!flow.activity.Covers(matter.activity())) {
    return Fail(kGate, "FLOW_PERIOD_EXCEEDED", {matter.collected},
                absl::StrCat("Hand in activity from ", flow.activity.first_day.ToString(), " to ",
                             flow.activity.last_day->ToString(), " only, or register another flow."));
  }
  return Pass(kGate, "AGREEMENT_IN_FORCE", {});
}

// Are the asked days all within the activity of the flows of one data set?
bool CoversPeriod(const Matter& matter, const AskedDataset& dataset) {
  CivilDay reached = matter.question->first_day;
  bool advanced = true;
  while (advanced && reached <= matter.question->last_day) {
    advanced = false;
    for (const Supply& supply : matter.supplies) {
      if (supply.dataset != dataset.number || !supply.activity.Contains(reached)) continue;
      if (!supply.activity.last_day.has_value()) return true;
      reached = supply.activity.last_day->AddDays(1);
      advanced = true;
    }
  }
  return reached > matter.question->last_day;
}

// May the data go on to another body under every agreement by which they came?
GateVerdict JudgeSublicence(const Matter& matter, GateVerdict verdict) {
  if (matter.question->identifiability > Identifiability::kPseudonymised ||
      IsSection251(matter.approval->value.legal_basis)) {
    return Fail(kGate, "SUBLICENCE_OF_CONFIDENTIAL_DATA", {matter.approval},
                absl::StrCat("Do not pass it on: ", matter.particulars.onward_to,
                             " needs an approval and an agreement of its own for confidential patient information."));
  }
  for (const Supply& supply : matter.supplies) {
    if (supply.agreement == nullptr) continue;
    const std::string& dataset = supply.flow->value.dataset;
    const Agreement& terms = supply.agreement->value;
    const bool named = terms.sublicence_datasets.empty() ||
                       std::find(terms.sublicence_datasets.begin(), terms.sublicence_datasets.end(),
                                 dataset) != terms.sublicence_datasets.end();
    if (!terms.sublicensing_allowed || !named) {
      return Fail(kGate,
                  terms.sublicensing_allowed ? ReasonCode("SUBLICENCE_OF_OTHER_DATA")
                                             : ReasonCode("SUBLICENSING_NOT_ALLOWED"),
                  {supply.agreement},
                  absl::StrCat("Do not pass ", dataset, " on to ", matter.particulars.onward_to,
                               ", or have ", terms.reference, " changed to allow it."));
    }
  }
  verdict.reason = "SUBLICENCE_ALLOWED";
  return verdict;
}

}  // namespace

absl::StatusOr<GateVerdict> AgreementGate(const Matter& matter) {
  if (matter.approval == nullptr) return FailUnknownApproval(kGate, matter);
  GateVerdict verdict = Pass(kGate, "AGREEMENT_IN_FORCE", {});
  if (matter.question->operation == Operation::kCost) verdict.reason = "OWN_RECORDS";
  if (matter.question->operation == Operation::kCollect) verdict = JudgeCollection(matter);
  if (verdict.verdict != Verdict::kPass) return verdict;

  for (const AskedDataset& dataset : matter.datasets) {
    const bool supplied = std::any_of(matter.supplies.begin(), matter.supplies.end(),
                                      [&](const Supply& supply) { return supply.dataset == dataset.number; });
    if (!supplied) return Explain(matter, *dataset.name);
    if (!CoversPeriod(matter, dataset)) verdict.warning = "PERIOD_PARTLY_SUPPLIED";
  }
  for (const Supply& supply : matter.supplies) {
    if (supply.agreement == nullptr) {
      verdict.reason = "SUPPLIED_BY_LAW";
      continue;
    }
    verdict.RelyOn(*supply.agreement);
    verdict.last_day = EarlierEnd(verdict.last_day, supply.in_force.last_day);
  }
  if (!matter.particulars.onward_to.empty()) return JudgeSublicence(matter, std::move(verdict));
  return verdict;
}

}  // namespace safehaven::consent
