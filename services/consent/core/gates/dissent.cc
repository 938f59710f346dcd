// Are objections honoured as they must be, and can nobody find out who objected?
//
// Whether objections apply is a property of a flow (legal basis 0.5). The national
// data opt-out, and at practices the type 1 objection, have to be honoured unless the
// discloser has seen evidence of an exemption (3.2); without evidence the gate asks
// for it. Where the approval says nothing, everything known removes the record.
//
// The overlap rule: one disclosure domain may not hold overlapping data of one data
// set with objections honoured in two ways, because the difference names the
// objectors; only a dated decision that names both sides allows it (legal basis 7,
// item 6). How the objections are honoured is compared whole: sets and mode.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/consent/core/gates/gates.h"

namespace safehaven::consent {
namespace {

constexpr Gate kGate = Gate::kDissent;

bool Honours(const ObjectionRule& rule, absl::string_view set) {
  return rule.mode != ObjectionMode::kIgnore && std::find(rule.sets.begin(), rule.sets.end(), set) != rule.sets.end();
}

bool HasEvidence(const Matter& matter, const std::string& source) {
  const DissentPolicy* policy = FindDissentPolicy(matter.approval->value, source, matter.day);
  return policy != nullptr && !policy->exemption_evidence.empty();
}

// Do the two meet in data and days, and in who sees them? Who was told then may have
// joined another domain since, so both its domain of then and that of today count.
bool Overlaps(const Matter& matter, const Holding& held, const Holding& added) {
  if (held.dataset != added.dataset || held.first_day > added.last_day || added.first_day > held.last_day) return false;
  return held.organisation == added.organisation || held.disclosure_domain == added.disclosure_domain ||
         DisclosureDomainOf(*matter.snapshot, held.organisation, matter.day) == added.disclosure_domain;
}

// Does one of `references` stand for the approval of that normalised reference?
bool Names(const Matter& matter, const std::vector<Reference>& references, const std::string& normalised) {
  return std::any_of(references.begin(), references.end(), [&](const Reference& reference) {
    const Versioned<Approval>* named = matter.snapshot->FindApproval(reference);
    return named != nullptr && named->value.reference.normalised() == normalised;
  });
}

// A decision in force that accepts the two beside each other, or nullptr. One that is
// about two approvals says nothing of two versions of the same.
const Versioned<WaiverDecision>* FindWaiver(const Matter& matter, const Holding& held, const Holding& added) {
  const size_t sides = held.approval == added.approval ? 1 : 2;
  for (const auto& [key, entry] : matter.snapshot->All<WaiverDecision>()) {
    const WaiverDecision& decision = entry->value;
    const bool names_dataset = std::any_of(decision.datasets.begin(), decision.datasets.end(),
                                           [&](const std::string& one) { return one == "*" || one == added.dataset; });
    if (decision.period.Contains(matter.day) && decision.domain == added.disclosure_domain && names_dataset &&
        decision.approvals.size() == sides && Names(matter, decision.approvals, held.approval) &&
        Names(matter, decision.approvals, added.approval)) {
      return entry.get();
    }
  }
  return nullptr;
}

// The refusal for what the domain holds already, or `verdict` with the waivers relied on.
GateVerdict JudgeOverlap(const Matter& matter, GateVerdict verdict) {
  for (const Holding& added : HoldingsOf(matter)) {
    for (const Holding& held : matter.holdings) {
      if (!Overlaps(matter, held, added) || (held.sets == added.sets && held.mode == added.mode)) continue;
      const Versioned<WaiverDecision>* waiver = FindWaiver(matter, held, added);
      if (waiver == nullptr) {
        return Fail(kGate, "OVERLAP_WITH_AND_WITHOUT_OBJECTIONS", {RelyOn(*matter.approval)},
                    absl::StrCat(added.disclosure_domain, " already holds ", added.dataset, " of these days under ",
                                 held.approval, ", with objections honoured differently; comparing the two would show ",
                                 "who objected. Ask for other days, or have a dated decision name both."));
      }
      const Reliance reliance = RelyOn(*waiver);
      if (std::find(verdict.relied_on.begin(), verdict.relied_on.end(), reliance) == verdict.relied_on.end()) {
        verdict.relied_on.push_back(reliance);
      }
      verdict.warning = "OVERLAP_WAIVED";
      verdict.last_day = EarlierEnd(verdict.last_day, waiver->value.period.last_day);
    }
  }
  return verdict;
}

}  // namespace

absl::StatusOr<GateVerdict> DissentGate(const Matter& matter) {
  if (matter.approval == nullptr) return FailUnknownApproval(kGate, matter);
  const Versioned<Approval>& approval = *matter.approval;
  bool all_honoured = true;
  for (const ObjectionRule& rule : ObjectionRulesOf(matter)) {
    const bool honoured = Honours(rule, "national") && (rule.source != "gp" || Honours(rule, "type1"));
    if (!honoured && !HasEvidence(matter, rule.source)) {
      return NeedsMore(kGate, "EXEMPTION_EVIDENCE_MISSING", {RelyOn(approval)},
                       absl::StrCat("Honour objections in data of ", rule.source,
                                    ", or register the evidence that they do not apply."));
    }
    all_honoured = all_honoured && honoured;
  }
  return JudgeOverlap(
      matter, Pass(kGate, all_honoured ? "OBJECTIONS_HONOURED" : "OBJECTIONS_WAIVED_ON_EVIDENCE", {RelyOn(approval)}));
}

}  // namespace safehaven::consent
