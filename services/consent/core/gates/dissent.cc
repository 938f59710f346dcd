// Are objections honoured as they must be, and can nobody find out who objected?
//
// Whether objections apply is a property of a flow (legal basis 0.5). The national
// data opt-out, and at practices the type 1 objection, have to be honoured unless the
// discloser has seen evidence of an exemption (3.2); without evidence the gate asks
// for it. Where the approval says nothing, everything known removes the record. The
// type 2 objection stood in the national opt-out's place until 25 May 2018. Neither bears
// on some bases at all (legal_basis.h). A release that rests on a check against the
// national service says when the check was made, and the policy bounds its age.
//
// The overlap rule: one disclosure domain may not hold overlapping data of one data
// set with objections honoured in two ways, because the difference names the
// objectors; only a dated decision that names both sides allows it (legal basis 7,
// item 6). How the objections are honoured is compared whole: sets and mode.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/consent/core/compiled_register.h"
#include "services/consent/core/gates/gates.h"
#include "services/consent/core/opt_out_dates.h"

namespace safehaven::consent {
namespace {

constexpr Gate kGate = Gate::kDissent;

bool Honours(const ObjectionRule& rule, absl::string_view set) {
  return rule.mode != ObjectionMode::kIgnore && std::find(rule.sets.begin(), rule.sets.end(), set) != rule.sets.end();
}

bool HasEvidence(const Matter& matter, const std::string& source) {
  const DissentPolicy* policy = FindDissentPolicy(matter, source);
  return policy != nullptr && !policy->exemption_evidence.empty();
}

// Does `set` have to be honoured in records of `source` on this day, unless there is
// evidence of an exemption?
bool IsDue(const Matter& matter, absl::string_view source, absl::string_view set) {
  const LegalBasis basis = matter.approval->value.legal_basis;
  if (set == "type1") {
    return source == "gp" && matter.day >= kPracticeObjectionsBegan && basis != LegalBasis::kDirectCare &&
           basis != LegalBasis::kExplicitConsent && basis != LegalBasis::kCourtOrder;
  }
  if (!NationalOptOutBears(basis)) return false;
  if (set == "national") return matter.day >= kNationalOptOutBegan;
  // Type 2 was about identifiable data that leave the national body.
  return matter.day >= kPracticeObjectionsBegan && matter.day < kNationalOptOutBegan &&
         matter.question->identifiability > Identifiability::kPseudonymised;
}

// Does the release rest on a check that is fresh enough?
GateVerdict JudgeCheckAge(const Matter& matter, const ObjectionRule& rule) {
  const DissentPolicy* policy = FindDissentPolicy(matter, rule.source);
  if (policy == nullptr || !policy->check_age_days_max.has_value() || !Honours(rule, "national")) {
    return Pass(kGate, "OBJECTIONS_HONOURED", {});
  }
  const std::optional<CivilDay> checked = matter.particulars.opt_out_check_day;
  if (!checked.has_value() || *checked > matter.day) {
    return NeedsMore(kGate, "OPT_OUT_CHECK_MISSING", {RelyOn(*matter.approval)},
                     "Check the list against the national service and say on which day that was.");
  }
  const int age_days = matter.day.days_since_1970() - checked->days_since_1970();
  if (age_days > *policy->check_age_days_max) {
    return Fail(kGate, "OPT_OUT_CHECK_TOO_OLD", {RelyOn(*matter.approval)},
                absl::StrCat("Check again: the check is ", age_days, " days old, and at most ",
                             *policy->check_age_days_max, " are allowed."));
  }
  return Pass(kGate, "OBJECTIONS_HONOURED", {});
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
  for (const Versioned<WaiverDecision>* entry : matter.snapshot->compiled()->WaiversOf(added.disclosure_domain)) {
    const WaiverDecision& decision = entry->value;
    const bool names_dataset = std::any_of(decision.datasets.begin(), decision.datasets.end(),
                                           [&](const std::string& one) { return one == "*" || one == added.dataset; });
    if (decision.period.Contains(matter.day) && decision.domain == added.disclosure_domain && names_dataset &&
        decision.approvals.size() == sides && Names(matter, decision.approvals, held.approval) &&
        Names(matter, decision.approvals, added.approval)) {
      return entry;
    }
  }
  return nullptr;
}

// Everybody who may be of the domain `name` now, whatever the day.
std::vector<absl::string_view> OrganisationsOf(const Matter& matter, absl::string_view name) {
  constexpr absl::string_view kAlone = "organisation:";
  std::vector<absl::string_view> organisations;
  if (absl::StartsWith(name, kAlone)) organisations.push_back(name.substr(kAlone.size()));
  if (const Versioned<DisclosureDomain>* domain = matter.snapshot->compiled()->FindDomain(name)) {
    const std::vector<std::string>& members = domain->value.organisations;
    organisations.insert(organisations.end(), members.begin(), members.end());
  }
  return organisations;
}

// Places of the holdings among which all that overlap `added` are, ascending.
std::vector<size_t> PlacesToCompare(const Matter& matter, const Holding& added) {
  std::vector<size_t> places;
  const HoldingIndex* const index = matter.holding_index;
  if (index != nullptr) {
    const auto add = [&](std::span<const uint32_t> more) { places.insert(places.end(), more.begin(), more.end()); };
    add(index->HeldBy(added.dataset, added.organisation));
    add(index->DisclosedTo(added.dataset, added.disclosure_domain));
    for (const absl::string_view organisation : OrganisationsOf(matter, added.disclosure_domain)) {
      if (organisation != added.organisation) add(index->HeldBy(added.dataset, organisation));
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
  }
  // Those that came since the index was made.
  for (size_t i = index == nullptr ? 0 : index->size(); i < matter.holdings.size(); ++i) places.push_back(i);
  return places;
}

// The refusal for what the domain holds already, or `verdict` with the waivers relied on.
GateVerdict JudgeOverlap(const Matter& matter, GateVerdict verdict) {
  for (const Holding& added : HoldingsOf(matter)) {
    for (const size_t place : PlacesToCompare(matter, added)) {
      const Holding& held = matter.holdings[place];
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
  bool all_due_honoured = true;
  for (const ObjectionRule& rule : ObjectionRulesOf(matter)) {
    const bool honoured = Honours(rule, "national") && (rule.source != "gp" || Honours(rule, "type1"));
    bool due_honoured = true;
    for (const absl::string_view set : {"type1", "type2", "national"}) {
      due_honoured = due_honoured && (Honours(rule, set) || !IsDue(matter, rule.source, set));
    }
    if (!due_honoured && !HasEvidence(matter, rule.source)) {
      return NeedsMore(kGate, "EXEMPTION_EVIDENCE_MISSING", {RelyOn(approval)},
                       absl::StrCat("Honour objections in data of ", rule.source,
                                    ", or register the evidence that they do not apply."));
    }
    const GateVerdict fresh = JudgeCheckAge(matter, rule);
    if (fresh.verdict != Verdict::kPass) return fresh;
    all_honoured = all_honoured && honoured;
    all_due_honoured = all_due_honoured && due_honoured;
  }
  // A set that is honoured though it need not be is honoured; one that is not, and need
  // not be, does not bear on this use.
  const absl::string_view reason = !all_due_honoured ? "OBJECTIONS_WAIVED_ON_EVIDENCE"
                                   : all_honoured    ? "OBJECTIONS_HONOURED"
                                   : matter.day < kNationalOptOutBegan
                                       ? "OBJECTIONS_HONOURED"
                                       : "OBJECTIONS_DO_NOT_BEAR";
  return JudgeOverlap(matter, Pass(kGate, reason, {RelyOn(approval)}));
}

}  // namespace safehaven::consent
