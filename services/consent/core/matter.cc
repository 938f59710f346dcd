#include "services/consent/core/matter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/warrant/catalogue.h"
#include "services/consent/core/compiled_register.h"
#include "services/consent/core/opt_out_dates.h"
#include "services/consent/core/prefetch.h"

namespace safehaven::consent {
namespace {

absl::string_view ControllerOf(const Matter& matter) {
  const Question& question = *matter.question;
  switch (question.operation) {
    case Operation::kCollect:
      return matter.collected == nullptr ? absl::string_view() : matter.collected->value.provider;
    case Operation::kCost:
      return question.subject;
    default:
      break;
  }
  if (!question.commissioner.empty()) return question.commissioner;
  if (matter.approval == nullptr) return "";
  const Approval& approval = matter.approval->value;
  // A processor that does not say for whom serves the only controller; everybody else
  // asks for itself, also where it has no part in the approval.
  const bool serves = FindParticipant(matter.compiled->processors, matter.own, matter.day) != nullptr &&
                      FindParticipant(matter.compiled->controllers, matter.own, matter.day) == nullptr;
  if (!serves) return matter.caller->organisation;
  return approval.controllers.size() == 1 ? absl::string_view(approval.controllers.front().organisation) : "";
}

const CoveredDataset* FindCovered(const Matter& matter, DatasetNumber dataset) {
  const CoveredDataset* covering = nullptr;
  for (const CoveredDataset& covered : matter.compiled->covered) {
    if (covered.dataset != dataset || !covered.period.Contains(matter.day) ||
        !covered.purposes.IsFor(matter.question->purpose)) {
      continue;
    }
    if (covering == nullptr || (covered.linkage_allowed && !covering->linkage_allowed)) covering = &covered;
  }
  return covering;
}

void AddDatasets(Matter& matter) {
  for (const std::string& name : matter.question->datasets) {
    AskedDataset& asked = matter.datasets.emplace_back();
    asked.name = &name;
    const CompiledDataset* known = matter.snapshot->compiled()->FindDataset(name);
    if (known == nullptr) continue;
    asked.number = known->number;
    asked.source = known->source;
    asked.declared = known->declared;
    if (matter.compiled != nullptr) asked.covered = FindCovered(matter, known->number);
    if (!asked.source.empty()) matter.sources.push_back({known->source, known->source_number});
  }
  std::sort(matter.sources.begin(), matter.sources.end(),
            [](const AskedSource& a, const AskedSource& b) { return a.name < b.name; });
  const auto same = [](const AskedSource& a, const AskedSource& b) { return a.number == b.number; };
  matter.sources.erase(std::unique(matter.sources.begin(), matter.sources.end(), same), matter.sources.end());
}

// Does the agreement cover what a source hands in, or a provider costs, of its own? By
// that it passes data to nobody, so no controller need be named; and the agreement need
// not have been made for costing.
bool CoversOwn(const Matter& matter, const Flow& flow, const Versioned<Agreement>* agreement) {
  if (IsSuppliedByLaw(matter, flow)) return true;
  if (agreement == nullptr || !agreement->value.period.Contains(matter.day)) return false;
  const std::vector<Reference>& named = agreement->value.approvals;
  const Reference& reference = matter.approval->value.reference;
  return CoversSupply(agreement->value, flow) &&
         (matter.question->operation == Operation::kCost ||
          std::any_of(named.begin(), named.end(), [&](const Reference& one) { return reference.Shares(one); }));
}

// Flows of `dataset` that the source hands in, or from which the provider is costed.
std::span<const Versioned<Flow>* const> OwnFlows(const Matter& matter, const std::string& dataset) {
  if (matter.question->operation == Operation::kCost) return matter.snapshot->FlowsOf(dataset);
  if (matter.collected == nullptr || matter.collected->value.dataset != dataset) return {};
  return {&matter.collected, 1};
}

void AddOwnSupplies(Matter& matter) {
  for (const AskedDataset& dataset : matter.datasets) {
    if (dataset.covered == nullptr) continue;
    for (const Versioned<Flow>* flow : OwnFlows(matter, *dataset.name)) {
      if (flow->value.provider != matter.controller || !flow->value.activity.Overlaps(matter.activity())) continue;
      const Versioned<Agreement>* agreement = matter.snapshot->FindAgreement(flow->value.agreement);
      if (!CoversOwn(matter, flow->value, agreement)) continue;
      Supply supply = {.flow = flow, .agreement = agreement, .activity = flow->value.activity};
      if (agreement != nullptr) supply.in_force = agreement->value.period;
      supply.dataset = *dataset.number;
      matter.supplies.push_back(supply);
    }
  }
  std::sort(matter.supplies.begin(), matter.supplies.end(),
            [](const Supply& a, const Supply& b) { return a.flow->value.id < b.flow->value.id; });
}

void AddSupplies(Matter& matter) {
  for (const AskedDataset& dataset : matter.datasets) {
    if (dataset.covered == nullptr) continue;
    for (const auto& [supply, controller] : matter.compiled->supplies) {
      if (supply.dataset == dataset.covered->dataset && controller == matter.controlling &&
          supply.activity.Overlaps(matter.activity()) && supply.in_force.Contains(matter.day)) {
        matter.supplies.push_back(supply);
      }
    }
  }
  std::sort(matter.supplies.begin(), matter.supplies.end(),
            [](const Supply& a, const Supply& b) { return a.rank < b.rank; });
}

// The approval's policies on objections in records of `source` for the matter's purpose on
// its day: those for the source before those for all sources, those for the purpose before
// those for all purposes.
absl::InlinedVector<const CompiledPolicy*, 2> FindPolicies(const Matter& matter, SourceNumber source) {
  absl::InlinedVector<const CompiledPolicy*, 2> best;
  int best_rank = 1;
  for (const CompiledPolicy& policy : matter.compiled->dissent) {
    const bool applies = (policy.source == source || policy.source == kEverySource) &&
                         policy.purposes.IsFor(matter.question->purpose) && policy.period.Contains(matter.day);
    const int rank = !applies ? 0 : 1 + (policy.source == source ? 2 : 0) + (policy.purposes.IsForAll() ? 0 : 1);
    if (rank < best_rank) continue;
    if (rank > best_rank) best.clear();
    best.push_back(&policy);
    best_rank = rank;
  }
  return best;
}

void AddSourceRules(Matter& matter) {
  const CompiledApproval& compiled = *matter.compiled;
  const bool before = matter.day < kNationalOptOutBegan;
  const HonouredSets& every_objection = before ? compiled.every_objection_before : compiled.every_objection;
  for (const AskedSource& source : matter.sources) {
    SourceRule& rule = matter.source_rules.emplace_back();
    rule.source = source.name;
    rule.policies = FindPolicies(matter, source.number);
    if (rule.policies.empty()) {
      rule.honoured = &every_objection;
    } else if (rule.policies.size() == 1) {
      rule.honoured = before ? &rule.policies.front()->sets_before : &rule.policies.front()->sets;
    } else {
      matter.joined.push_back(std::make_shared<const HonouredSets>(JoinPolicies(rule.policies, every_objection)));
      rule.honoured = matter.joined.back().get();
    }
  }
}

// The domain of an organisation of which the register says `known`, or nothing.
Recipient RecipientOf(absl::string_view code, const CompiledOrganisation* known, CivilDay day) {
  if (known != nullptr) {
    for (const CompiledDomain& domain : known->domains) {
      if (domain.period.Contains(day)) return {code, domain.name, domain.entry};
    }
  }
  return {code, absl::StrCat("organisation:", code)};
}

// What the gates read of the approval and of the two bodies.
void PrefetchTerms(const Matter& matter) {
  for (const CompiledOrganisation* body : {matter.own, matter.controlling}) {
    if (body == nullptr) continue;
    PrefetchAll(body->security);
    PrefetchAll(body->bases);
    PrefetchAll(body->domains);
    if (body->entry != nullptr) Prefetch(*body->entry);
  }
  if (matter.compiled == nullptr) return;
  PrefetchAll(matter.compiled->covered);
  PrefetchAll(matter.compiled->dissent);
  PrefetchAll(matter.compiled->supplies);
  PrefetchAll(matter.compiled->lives);
  PrefetchAll(matter.compiled->controllers);
  PrefetchAll(matter.compiled->processors);
  Prefetch(*matter.approval);
}

void PrefetchLists(const Approval& approval) {
  PrefetchAll(approval.schedule_paragraphs);
  PrefetchAll(approval.roles);
  PrefetchAll(approval.purposes);
  PrefetchAll(approval.conditions);
}

void AddRecipients(Matter& matter) {
  matter.recipients.push_back(RecipientOf(matter.controller, matter.controlling, matter.day));
  const absl::string_view own = matter.caller->organisation;
  if (own != matter.controller) matter.recipients.push_back(RecipientOf(own, matter.own, matter.day));
}

GateVerdict Say(Gate gate, Verdict verdict, ReasonCode reason, Documents relied_on) {
  GateVerdict said;
  said.gate = gate;
  said.verdict = verdict;
  said.reason = reason;
  said.relied_on.assign(relied_on.begin(), relied_on.end());
  return said;
}

}  // namespace

Matter MakeMatter(const RegisterSnapshot& snapshot, const Question& question, const Caller& caller, CivilDay day,
                  std::span<const Holding> holdings) {
  Matter matter;
  matter.snapshot = &snapshot;
  matter.question = &question;
  matter.caller = &caller;
  matter.day = day;
  matter.holdings = holdings;
  matter.compiled = snapshot.compiled()->FindByText(question.approval);
  if (matter.compiled == nullptr) {  // not there, or written in another way
    matter.approval = snapshot.FindApproval(question.approval);
    matter.compiled = snapshot.compiled()->Find(matter.approval);
  }
  if (matter.compiled != nullptr) Prefetch(*matter.compiled);
  if (question.operation == Operation::kCollect) matter.collected = snapshot.FindFlow(question.subject);
  matter.own = snapshot.compiled()->FindOrganisation(caller.organisation);
  if (matter.compiled != nullptr) matter.approval = matter.compiled->entry;
  matter.controller = ControllerOf(matter);
  matter.controlling = matter.controller == caller.organisation
                           ? matter.own
                           : snapshot.compiled()->FindOrganisation(matter.controller);
  PrefetchTerms(matter);
  AddDatasets(matter);
  if (matter.approval == nullptr) return matter;
  PrefetchLists(matter.approval->value);
  AddSourceRules(matter);
  if (matter.IsAnswer()) AddRecipients(matter);
  if (matter.controller.empty()) return matter;
  const bool own_data = question.operation == Operation::kCollect || question.operation == Operation::kCost;
  own_data ? AddOwnSupplies(matter) : AddSupplies(matter);
  return matter;
}

bool IsSuppliedByLaw(const Matter& matter, const Flow& flow) {
  return flow.agreement.empty() && matter.approval != nullptr && Compels(matter.approval->value.legal_basis) &&
         matter.question->operation == Operation::kCollect;
}

bool IsAddressed(const Matter& matter) {
  if (matter.approval == nullptr) return false;
  const std::vector<Addressee>& addressees = matter.approval->value.addressees;
  const Versioned<Organisation>* own = matter.own == nullptr ? nullptr : matter.own->entry;
  return addressees.empty() ||
         (own != nullptr && std::any_of(addressees.begin(), addressees.end(),
                                        [&](const Addressee& one) { return one.Fits(own->value); }));
}

std::vector<ObjectionRule> ObjectionRulesOf(const Matter& matter) {
  std::vector<ObjectionRule> rules;
  for (const SourceRule& rule : matter.source_rules) {
    rules.push_back({std::string(rule.source), rule.honoured->names, rule.honoured->mode});
  }
  return rules;
}

std::vector<Holding> HoldingsOf(const Matter& matter) {
  std::vector<Holding> holdings;
  for (const Recipient& recipient : matter.recipients) {
    for (const AskedDataset& dataset : matter.datasets) {
      const SourceRule* rule = RuleOf(matter, dataset);
      if (rule == nullptr) continue;
      const HonouredSets& honoured = *rule->honoured;
      const bool ignored = honoured.IsIgnored();
      holdings.push_back({std::string(recipient.organisation), recipient.domain, *dataset.name,
                          matter.question->first_day, matter.question->last_day,
                          ignored ? std::vector<std::string>{} : honoured.names,
                          ignored ? ObjectionMode::kIgnore : honoured.mode,
                          matter.approval->value.reference.normalised()});
    }
  }
  return holdings;
}

const SourceRule* RuleOf(const Matter& matter, const AskedDataset& dataset) {
  for (const SourceRule& rule : matter.source_rules) {
    if (rule.source == dataset.source) return &rule;
  }
  return nullptr;
}

const CompiledParticipant* FindParticipant(std::span<const CompiledParticipant> participants,
                                           const CompiledOrganisation* organisation, CivilDay day) {
  for (const CompiledParticipant& participant : participants) {
    if (participant.organisation == organisation && participant.period.Contains(day)) return &participant;
  }
  return nullptr;
}

const Participant* FindParticipant(const std::vector<Participant>& participants, absl::string_view organisation,
                                   CivilDay day) {
  for (const Participant& participant : participants) {
    if (participant.organisation == organisation && participant.period.Contains(day)) return &participant;
  }
  return nullptr;
}

std::vector<std::string> SourcesOf(const Question& question) {
  std::vector<std::string> sources;
  for (const std::string& dataset : question.datasets) {
    const DatasetInfo* info = FindDataset(dataset);
    if (info != nullptr) sources.emplace_back(info->source);
  }
  std::sort(sources.begin(), sources.end());
  sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
  return sources;
}

std::string DisclosureDomainOf(const RegisterSnapshot& snapshot, absl::string_view organisation, CivilDay day) {
  return RecipientOf(organisation, snapshot.compiled()->FindOrganisation(organisation), day).domain;
}

GateVerdict Pass(Gate gate, ReasonCode reason, Documents relied_on) {
  return Say(gate, Verdict::kPass, reason, relied_on);
}

GateVerdict Fail(Gate gate, ReasonCode reason, Documents relied_on, std::string remedy) {
  GateVerdict said = Say(gate, Verdict::kFail, reason, relied_on);
  said.remedy = std::move(remedy);
  return said;
}

GateVerdict NeedsMore(Gate gate, ReasonCode reason, Documents relied_on, std::string remedy) {
  GateVerdict said = Say(gate, Verdict::kNeedsMore, reason, relied_on);
  said.remedy = std::move(remedy);
  return said;
}

GateVerdict FailUnknownApproval(Gate gate, const Matter& matter) {
  return Fail(gate, "APPROVAL_UNKNOWN", {},
              absl::StrCat("Name an approval that is on the register; '", matter.question->approval, "' is not."));
}

}  // namespace safehaven::consent
