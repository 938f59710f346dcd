#include "services/consent/core/matter.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/warrant/catalogue.h"

namespace safehaven::consent {
namespace {

// Every kind of objection that could bear on an approval.
std::vector<std::string> AllObjectionSets(const Approval& approval) {
  std::vector<std::string> sets = {"national", absl::StrCat("programme:", approval.reference.normalised()), "type1"};
  std::sort(sets.begin(), sets.end());
  return sets;
}

// "programme" is the approval's own; another's is named by its normalised reference.
std::string ExpandSet(const std::string& set, const Approval& approval) {
  if (set == "programme") return absl::StrCat("programme:", approval.reference.normalised());
  if (!absl::StartsWith(set, "programme:")) return set;
  const absl::StatusOr<Reference> reference = Reference::Parse(absl::string_view(set).substr(10));
  return reference.ok() ? absl::StrCat("programme:", reference->normalised()) : set;
}

std::string ControllerOf(const Matter& matter) {
  const Question& question = *matter.question;
  switch (question.operation) {
    case Operation::kCollect:
      return matter.collected == nullptr ? "" : matter.collected->value.provider;
    case Operation::kCost:
      return question.subject;
    default:
      break;
  }
  if (!question.commissioner.empty()) return question.commissioner;
  if (matter.approval == nullptr) return "";
  const Approval& approval = matter.approval->value;
  if (FindParticipant(approval.controllers, matter.caller->organisation, matter.day) != nullptr) {
    return matter.caller->organisation;
  }
  return approval.controllers.size() == 1 ? approval.controllers.front().organisation : "";
}

// Is the flow's agreement good for this approval, controller and data set on the day?
bool AgreementServes(const Matter& matter, const Flow& flow) {
  const Versioned<Agreement>* agreement = matter.snapshot->FindAgreement(flow.agreement);
  if (agreement == nullptr || matter.approval == nullptr) return false;
  const Agreement& terms = agreement->value;
  const bool names_dataset =
      std::find(terms.datasets.begin(), terms.datasets.end(), flow.dataset) != terms.datasets.end();
  const bool names_provider =
      std::find(terms.providers.begin(), terms.providers.end(), flow.provider) != terms.providers.end();
  const bool names_controller =
      std::find(terms.controllers.begin(), terms.controllers.end(), matter.controller) != terms.controllers.end();
  const Reference& reference = matter.approval->value.reference;
  const bool names_approval = std::any_of(terms.approvals.begin(), terms.approvals.end(),
                                          [&](const Reference& named) { return reference.Shares(named); });
  // Who provides or costs its own data passes them to nobody by that.
  const bool own = matter.question->operation == Operation::kCollect || matter.question->operation == Operation::kCost;
  return terms.period.Contains(matter.day) && names_dataset && names_provider && (own || names_controller) &&
         (names_approval || matter.question->operation == Operation::kCost);
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
  matter.approval = snapshot.FindApproval(question.approval);
  if (question.operation == Operation::kCollect) matter.collected = snapshot.FindFlow(question.subject);
  matter.controller = ControllerOf(matter);
  return matter;
}

const ApprovedFlow* CoveringFlow(const Approval& approval, absl::string_view dataset, CivilDay day) {
  const ApprovedFlow* covering = nullptr;
  for (const ApprovedFlow& flow : approval.flows) {
    if (!flow.period.Contains(day) ||
        std::find(flow.datasets.begin(), flow.datasets.end(), dataset) == flow.datasets.end()) {
      continue;
    }
    if (covering == nullptr || (flow.linkage_allowed && !covering->linkage_allowed)) covering = &flow;
  }
  return covering;
}

std::vector<const Versioned<Flow>*> UsableFlows(const Matter& matter) {
  std::vector<const Versioned<Flow>*> usable;
  if (matter.approval == nullptr || matter.controller.empty()) return usable;
  for (const std::string& dataset : matter.question->datasets) {
    if (CoveringFlow(matter.approval->value, dataset, matter.day) == nullptr) continue;
    for (const Versioned<Flow>* flow : matter.snapshot->FlowsOf(dataset)) {
      const bool asked_for =
          matter.question->operation != Operation::kCollect || flow->value.id == matter.question->subject;
      const bool own = matter.question->operation != Operation::kCost || flow->value.provider == matter.controller;
      if (asked_for && own && flow->value.activity.Overlaps(matter.activity()) &&
          AgreementServes(matter, flow->value)) {
        usable.push_back(flow);
      }
    }
  }
  std::sort(usable.begin(), usable.end(), [](const auto* a, const auto* b) { return a->value.id < b->value.id; });
  return usable;
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

const DissentPolicy* FindDissentPolicy(const Approval& approval, absl::string_view source, CivilDay day) {
  const DissentPolicy* general = nullptr;
  for (const DissentPolicy& policy : approval.dissent) {
    if (!policy.period.Contains(day)) continue;
    if (policy.source == source) return &policy;
    if (policy.source == "*" && general == nullptr) general = &policy;
  }
  return general;
}

std::vector<ObjectionRule> ObjectionRulesOf(const Matter& matter) {
  std::vector<ObjectionRule> rules;
  if (matter.approval == nullptr) return rules;
  const Approval& approval = matter.approval->value;
  for (const std::string& source : SourcesOf(*matter.question)) {
    const DissentPolicy* policy = FindDissentPolicy(approval, source, matter.day);
    ObjectionRule rule{source, AllObjectionSets(approval), ObjectionMode::kRemoveRecord};
    if (policy != nullptr) {
      rule.mode = policy->mode;
      rule.sets.clear();
      for (const std::string& set : policy->sets) rule.sets.push_back(ExpandSet(set, approval));
      std::sort(rule.sets.begin(), rule.sets.end());
      rule.sets.erase(std::unique(rule.sets.begin(), rule.sets.end()), rule.sets.end());
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::string DisclosureDomainOf(const RegisterSnapshot& snapshot, absl::string_view organisation, CivilDay day) {
  for (const Versioned<DisclosureDomain>* domain : snapshot.DomainsOf(organisation)) {
    if (domain->value.period.Contains(day)) return domain->value.name;
  }
  return absl::StrCat("organisation:", organisation);
}

std::vector<Holding> HoldingsOf(const Matter& matter) {
  std::vector<Holding> holdings;
  if (!matter.IsAnswer() || matter.approval == nullptr) return holdings;
  std::vector<std::string> recipients = {matter.controller};
  if (matter.caller->organisation != matter.controller) recipients.push_back(matter.caller->organisation);
  const std::vector<ObjectionRule> rules = ObjectionRulesOf(matter);
  for (const std::string& recipient : recipients) {
    const std::string domain = DisclosureDomainOf(*matter.snapshot, recipient, matter.day);
    for (const std::string& dataset : matter.question->datasets) {
      const DatasetInfo* info = FindDataset(dataset);
      for (const ObjectionRule& rule : rules) {
        if (info == nullptr || rule.source != info->source) continue;
        const bool ignored = rule.mode == ObjectionMode::kIgnore || rule.sets.empty();
        holdings.push_back({recipient, domain, dataset, matter.question->first_day, matter.question->last_day,
                            ignored ? std::vector<std::string>{} : rule.sets,
                            ignored ? ObjectionMode::kIgnore : rule.mode,
                            matter.approval->value.reference.normalised()});
      }
    }
  }
  return holdings;
}

GateVerdict Pass(Gate gate, absl::string_view reason, std::vector<Reliance> relied_on) {
  return GateVerdict{gate, Verdict::kPass, std::string(reason), std::move(relied_on)};
}

GateVerdict Fail(Gate gate, absl::string_view reason, std::vector<Reliance> relied_on, std::string remedy) {
  return GateVerdict{gate, Verdict::kFail, std::string(reason), std::move(relied_on), "", std::move(remedy)};
}

GateVerdict NeedsMore(Gate gate, absl::string_view reason, std::vector<Reliance> relied_on, std::string remedy) {
  return GateVerdict{gate, Verdict::kNeedsMore, std::string(reason), std::move(relied_on), "", std::move(remedy)};
}

GateVerdict FailUnknownApproval(Gate gate, const Matter& matter) {
  return Fail(gate, "APPROVAL_UNKNOWN", {},
              absl::StrCat("Name an approval that is on the register; '", matter.question->approval, "' is not."));
}

}  // namespace safehaven::consent
