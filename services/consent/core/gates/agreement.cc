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
  std::string ended;
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
                           matter.controller.empty() ? "the controller" : matter.controller, " under ",
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
    return Fail(kGate, "FLOW_HOLDS_OTHER_DATA", {RelyOn(*matter.collected)},
                absl::StrCat("Hand in ", flow.dataset, " and nothing else under the flow ", flow.id, "."));
  }
  if (!flow.activity.Covers(matter.activity())) {
    return Fail(kGate, "FLOW_PERIOD_EXCEEDED", {RelyOn(*matter.collected)},
                absl::StrCat("Hand in activity from ", flow.activity.first_day.ToString(), " to ",
                             flow.activity.last_day->ToString(), " only, or register another flow."));
  }
  return Pass(kGate, "AGREEMENT_IN_FORCE", {});
}

// Are the asked days all within the activity of the flows of one data set?
bool CoversPeriod(const Matter& matter, const std::string& dataset, const std::vector<const Versioned<Flow>*>& flows) {
  CivilDay reached = matter.question->first_day;
  bool advanced = true;
  while (advanced && reached <= matter.question->last_day) {
    advanced = false;
    for (const Versioned<Flow>* flow : flows) {
      if (flow->value.dataset != dataset || !flow->value.activity.Contains(reached)) continue;
      if (!flow->value.activity.last_day.has_value()) return true;
      reached = flow->value.activity.last_day->AddDays(1);
      advanced = true;
    }
  }
  return reached > matter.question->last_day;
}

// May the data go on to another body under every agreement by which they came?
GateVerdict JudgeSublicence(const Matter& matter, const std::vector<const Versioned<Flow>*>& flows,
                            GateVerdict verdict) {
  if (matter.question->identifiability > Identifiability::kPseudonymised ||
      IsSection251(matter.approval->value.legal_basis)) {
    return Fail(kGate, "SUBLICENCE_OF_CONFIDENTIAL_DATA", {RelyOn(*matter.approval)},
                absl::StrCat("Do not pass it on: ", matter.particulars.onward_to,
                             " needs an approval and an agreement of its own for confidential patient information."));
  }
  for (const Versioned<Flow>* flow : flows) {
    const Versioned<Agreement>* agreement = matter.snapshot->FindAgreement(flow->value.agreement);
    if (agreement == nullptr) continue;
    const Agreement& terms = agreement->value;
    const bool named = terms.sublicence_datasets.empty() ||
                       std::find(terms.sublicence_datasets.begin(), terms.sublicence_datasets.end(),
                                 flow->value.dataset) != terms.sublicence_datasets.end();
    if (!terms.sublicensing_allowed || !named) {
      return Fail(kGate, terms.sublicensing_allowed ? "SUBLICENCE_OF_OTHER_DATA" : "SUBLICENSING_NOT_ALLOWED",
                  {RelyOn(*agreement)},
                  absl::StrCat("Do not pass ", flow->value.dataset, " on to ", matter.particulars.onward_to,
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

  const std::vector<const Versioned<Flow>*> flows = UsableFlows(matter);
  for (const std::string& dataset : matter.question->datasets) {
    const bool supplied = std::any_of(flows.begin(), flows.end(),
                                      [&](const Versioned<Flow>* flow) { return flow->value.dataset == dataset; });
    if (!supplied) return Explain(matter, dataset);
    if (!CoversPeriod(matter, dataset, flows)) verdict.warning = "PERIOD_PARTLY_SUPPLIED";
  }
  for (const Versioned<Flow>* flow : flows) {
    const Versioned<Agreement>* agreement = matter.snapshot->FindAgreement(flow->value.agreement);
    if (agreement == nullptr) {
      verdict.reason = "SUPPLIED_BY_LAW";
      continue;
    }
    const Reliance reliance = RelyOn(*agreement);
    if (std::find(verdict.relied_on.begin(), verdict.relied_on.end(), reliance) == verdict.relied_on.end()) {
      verdict.relied_on.push_back(reliance);
    }
    verdict.last_day = EarlierEnd(verdict.last_day, agreement->value.period.last_day);
  }
  return matter.particulars.onward_to.empty() ? verdict : JudgeSublicence(matter, flows, std::move(verdict));
}

}  // namespace safehaven::consent
