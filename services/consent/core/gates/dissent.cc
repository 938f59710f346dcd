// Are objections honoured as they must be, and can nobody find out who objected?
//
// Whether objections apply is a property of a flow (legal basis 0.5). The national
// data opt-out, and at practices the type 1 objection, have to be honoured unless the
// discloser has seen evidence of an exemption (3.2); without evidence the gate asks
// for it. A waiver that names sets waives no other. Where the approval says nothing,
// everything known removes the record. The
// type 2 objection stood in the national opt-out's place until 25 May 2018. Neither bears
// on some bases at all (legal_basis.h). A release that rests on a check against the
// national service says when the check was made, and the policy bounds its age.
//
// The overlap rule: one disclosure domain may not hold overlapping data of one data
// set with objections honoured in two ways, because the difference names the
// objectors; only a dated decision that names both sides allows it (legal basis 7,
// item 6). How the objections are honoured is compared whole: sets and mode.
#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "services/consent/core/compiled_register.h"
#include "services/consent/core/gates/gates.h"
#include "services/consent/core/opt_out_dates.h"

namespace safehaven::consent {
namespace {

constexpr Gate kGate = Gate::kDissent;

// The kinds of objection that a rule honours, or that have to be honoured.
struct Kinds {
  bool type1 = false;
  bool type2 = false;
  bool national = false;

  bool Covers(const Kinds& due) const {
    return (type1 || !due.type1) && (type2 || !due.type2) && (national || !due.national);
  }
};

Kinds HonouredBy(const SourceRule& rule) {
  const HonouredSets& honoured = *rule.honoured;
  if (honoured.mode == ObjectionMode::kIgnore) return {};
  return {honoured.type1, honoured.type2, honoured.national};
}

// Is what the policies leave out waived on evidence? Each that waives has its own.
bool HasEvidence(const SourceRule& rule) {
  bool any = false;
  for (const CompiledPolicy* one : rule.policies) {
    const bool has = !one->policy->exemption_evidence.empty();
    if (one->Waives() && !has) return false;
    any = any || has;
  }
  return any;
}

// The oldest check that every policy allows; absent: none asks for one.
std::optional<int> CheckAgeMax(const SourceRule& rule) {
  std::optional<int> youngest;
  for (const CompiledPolicy* one : rule.policies) {
    if (one->check_age_days_max.has_value()) {
      youngest = std::min(youngest.value_or(*one->check_age_days_max), *one->check_age_days_max);
    }
  }
  return youngest;
}

// What has to be honoured in records of `source` on this day, unless there is evidence
// of an exemption.
Kinds DueIn(const Matter& matter, absl::string_view source) {
  const LegalBasis basis = matter.approval->value.legal_basis;
  const bool practices = matter.day >= kPracticeObjectionsBegan;
  const bool national_began = matter.day >= kNationalOptOutBegan;
  const bool bears = NationalOptOutBears(basis);
  Kinds due;
  due.type1 = source == "gp" && practices && basis != LegalBasis::kDirectCare &&
              basis != LegalBasis::kExplicitConsent && basis != LegalBasis::kCourtOrder;
  // Type 2 was about identifiable data that leave the national body.
  due.type2 = bears && practices && !national_began &&
              matter.question->identifiability > Identifiability::kPseudonymised;
  due.national = bears && national_began;
  return due;
}

// The refusal where the release rests on a check that is not fresh enough.
std::optional<GateVerdict> RefuseOldCheck(const Matter& matter, const SourceRule& rule) {
  const std::optional<int> days_max = CheckAgeMax(rule);
  if (!days_max.has_value() || !HonouredBy(rule).national) return std::nullopt;
  const std::optional<CivilDay> checked = matter.particulars.opt_out_check_day;
  if (!checked.has_value() || *checked > matter.day) {
    return NeedsMore(kGate, "OPT_OUT_CHECK_MISSING", {matter.approval},
                     "Check the list against the national service and say on which day that was.");
  }
  const int age_days = matter.day.days_since_1970() - checked->days_since_1970();
  if (age_days > *days_max) {
    return Fail(kGate, "OPT_OUT_CHECK_TOO_OLD", {matter.approval},
                absl::StrCat("Check again: the check is ", age_days, " days old, and at most ",
                             *days_max, " are allowed."));
  }
  return std::nullopt;
}

// What a recipient would hold of one data set if the question were answered.
struct Added {
  const Recipient& recipient;
  const std::string& dataset;
  const SourceRule& rule;
};

// Did the recipient follow the organisation? It may have taken over what that one held.
bool Followed(const Matter& matter, const Recipient& recipient, const std::string& organisation) {
  const CompiledOrganisation* known = matter.snapshot->compiled()->FindOrganisation(recipient.organisation);
  return known != nullptr && std::find(known->predecessors.begin(), known->predecessors.end(), organisation) !=
                                 known->predecessors.end();
}

// Do the two meet in data and days, and in who sees them? Who was told then may have
// joined another domain since, so both its domain of then and that of today count.
bool Overlaps(const Matter& matter, const Holding& held, const Added& added) {
  const Question& question = *matter.question;
  if (held.dataset != added.dataset || held.first_day > question.last_day || question.first_day > held.last_day) {
    return false;
  }
  return held.organisation == added.recipient.organisation || held.disclosure_domain == added.recipient.domain ||
         Followed(matter, added.recipient, held.organisation) ||
         DisclosureDomainOf(*matter.snapshot, held.organisation, matter.day) == added.recipient.domain;
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
const Versioned<WaiverDecision>* FindWaiver(const Matter& matter, const Holding& held, const Added& added) {
  const std::string& approval = matter.approval->value.reference.normalised();
  const size_t sides = held.approval == approval ? 1 : 2;
  for (const Versioned<WaiverDecision>* entry : matter.snapshot->compiled()->WaiversOf(added.recipient.domain)) {
    const WaiverDecision& decision = entry->value;
    const bool names_dataset = std::any_of(decision.datasets.begin(), decision.datasets.end(),
                                           [&](const std::string& one) { return one == "*" || one == added.dataset; });
    if (decision.period.Contains(matter.day) && names_dataset && decision.approvals.size() == sides &&
        Names(matter, decision.approvals, held.approval) && Names(matter, decision.approvals, approval)) {
      return entry;
    }
  }
  return nullptr;
}

// Lists of what is held already, one an organisation or domain.
using HeldLists = absl::InlinedVector<std::span<const HeldData>, 8>;

// Everything indexed that could overlap what `recipient` would hold: its own and its
// predecessors', what was disclosed to its domain, and what anybody holds who may be of the
// domain now, whatever the day.
HeldLists HeldAround(const Matter& matter, const Recipient& recipient) {
  HeldLists lists;
  if (matter.holding_index == nullptr) return lists;
  const HoldingIndex& index = *matter.holding_index;
  lists.push_back(index.HeldBy(recipient.organisation));
  lists.push_back(index.DisclosedTo(recipient.domain));
  if (const CompiledOrganisation* known = matter.snapshot->compiled()->FindOrganisation(recipient.organisation)) {
    for (const std::string& predecessor : known->predecessors) lists.push_back(index.HeldBy(predecessor));
  }
  const Versioned<DisclosureDomain>* domain = recipient.registered;
  if (domain == nullptr) domain = matter.snapshot->compiled()->FindDomain(recipient.domain);
  if (domain == nullptr) return lists;
  for (const std::string& member : domain->value.organisations) {
    if (member != recipient.organisation) lists.push_back(index.HeldBy(member));
  }
  return lists;
}

using Places = absl::InlinedVector<size_t, 16>;

// Places of the holdings of the same data set, with objections honoured differently, among
// which all that could overlap are; ascending.
Places PlacesToCompare(const Matter& matter, const HeldLists& lists, const Added& added) {
  const std::string& manner = added.rule.honoured->manner;
  Places places;
  for (const std::span<const HeldData> list : lists) {
    for (const HeldData& held : OfDataset(list, added.dataset)) {
      if (held.manner != manner) places.push_back(held.place);
    }
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  // Those that came since the index was made.
  const size_t indexed = matter.holding_index == nullptr ? 0 : matter.holding_index->size();
  for (size_t i = indexed; i < matter.holdings.size(); ++i) {
    const Holding& held = matter.holdings[i];
    if (held.dataset == added.dataset && MannerOf(held.sets, held.mode) != manner) places.push_back(i);
  }
  return places;
}

// The refusal for what the domain holds already; else the waivers, relied on in `verdict`.
std::optional<GateVerdict> RefuseOverlap(const Matter& matter, const Added& added, const HeldLists& lists,
                                         GateVerdict& verdict) {
  for (const size_t place : PlacesToCompare(matter, lists, added)) {
    const Holding& held = matter.holdings[place];
    if (!Overlaps(matter, held, added)) continue;
    const Versioned<WaiverDecision>* waiver = FindWaiver(matter, held, added);
    if (waiver == nullptr) {
      return Fail(kGate, "OVERLAP_WITH_AND_WITHOUT_OBJECTIONS", {matter.approval},
                  absl::StrCat(added.recipient.domain, " already holds ", added.dataset, " of these days under ",
                               held.approval, ", with objections honoured differently; comparing the two would show ",
                               "who objected. Ask for other days, or have a dated decision name both."));
    }
    verdict.RelyOn(*waiver);
    verdict.warning = "OVERLAP_WAIVED";
    verdict.last_day = EarlierEnd(verdict.last_day, waiver->value.period.last_day);
  }
  return std::nullopt;
}

GateVerdict JudgeOverlap(const Matter& matter, GateVerdict verdict) {
  for (const Recipient& recipient : matter.recipients) {
    const HeldLists lists = HeldAround(matter, recipient);
    for (const AskedDataset& dataset : matter.datasets) {
      const SourceRule* rule = RuleOf(matter, dataset);
      if (rule == nullptr) continue;
      const Added added = {recipient, *dataset.name, *rule};
      if (auto refusal = RefuseOverlap(matter, added, lists, verdict)) return *std::move(refusal);
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
  for (const SourceRule& rule : matter.source_rules) {
    const Kinds honoured = HonouredBy(rule);
    const bool due_honoured = honoured.Covers(DueIn(matter, rule.source));
    if (!due_honoured && !HasEvidence(rule)) {
      return NeedsMore(kGate, "EXEMPTION_EVIDENCE_MISSING", {&approval},
                       absl::StrCat("Honour objections in data of ", rule.source,
                                    ", or register the evidence that they do not apply."));
    }
    if (auto refusal = RefuseOldCheck(matter, rule)) return *std::move(refusal);
    all_honoured = all_honoured && honoured.national && (rule.source != "gp" || honoured.type1);
    all_due_honoured = all_due_honoured && due_honoured;
  }
  // A set that is honoured though it need not be is honoured; one that is not, and need
  // not be, does not bear on this use.
  const ReasonCode reason = !all_due_honoured ? ReasonCode("OBJECTIONS_WAIVED_ON_EVIDENCE")
                            : all_honoured || matter.day < kNationalOptOutBegan ? ReasonCode("OBJECTIONS_HONOURED")
                                                                                : ReasonCode("OBJECTIONS_DO_NOT_BEAR");
  return JudgeOverlap(matter, Pass(kGate, reason, {&approval}));
}

}  // namespace safehaven::consent
