#include "services/consent/core/matter.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/warrant/catalogue.h"
#include "services/consent/core/compiled_register.h"
#include "services/consent/core/known_data.h"
#include "services/consent/core/opt_out_dates.h"

namespace safehaven::consent {
namespace {

std::vector<Reliance> TakeAll(RelianceArguments arguments) {
  std::vector<Reliance> taken;
  taken.reserve(arguments.size());
  for (const RelianceArgument& argument : arguments) taken.push_back(std::move(argument.value));
  return taken;
}

// Every kind of objection that could bear on an approval on `day`.
std::vector<std::string> AllObjectionSets(const Approval& approval, CivilDay day) {
  std::vector<std::string> sets = {"national", absl::StrCat("programme:", approval.reference.normalised()), "type1"};
  if (day < kNationalOptOutBegan) sets.push_back("type2");
  std::sort(sets.begin(), sets.end());
  return sets;
}

void SortDistinct(std::vector<std::string>& texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

// Is something that names `purposes` for `purpose`? None named: for all.
bool IsFor(const std::vector<Purpose>& purposes, Purpose purpose) {
  return purposes.empty() || std::find(purposes.begin(), purposes.end(), purpose) != purposes.end();
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
  // A processor that does not say for whom serves the only controller; everybody else
  // asks for itself, also where it has no part in the approval.
  const std::string& own = matter.caller->organisation;
  const bool serves = FindParticipant(approval.processors, own, matter.day) != nullptr &&
                      FindParticipant(approval.controllers, own, matter.day) == nullptr;
  if (!serves) return own;
  return approval.controllers.size() == 1 ? approval.controllers.front().organisation : "";
}

// Is the flow's agreement good for this approval, controller and data set on the day?
bool AgreementServes(const Matter& matter, const Flow& flow) {
  if (IsSuppliedByLaw(matter, flow)) return true;
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

// Flows of `dataset` among which all usable ones are.
std::span<const Versioned<Flow>* const> CandidateFlows(const Matter& matter, const std::string& dataset) {
  switch (matter.question->operation) {
    case Operation::kCollect:
      if (matter.collected == nullptr || matter.collected->value.dataset != dataset) return {};
      return {&matter.collected, 1};
    case Operation::kCost:
      return matter.snapshot->FlowsOf(dataset);  // the agreement need not name the approval
    default:
      return matter.compiled == nullptr ? std::span<const Versioned<Flow>* const>()
                                        : matter.compiled->SuppliesOf(dataset);
  }
}

std::vector<const Versioned<Flow>*> FindUsableFlows(const Matter& matter) {
  std::vector<const Versioned<Flow>*> usable;
  if (matter.approval == nullptr || matter.controller.empty()) return usable;
  for (const std::string& dataset : matter.question->datasets) {
    if (CoveringFlow(matter, dataset) == nullptr) continue;
    for (const Versioned<Flow>* flow : CandidateFlows(matter, dataset)) {
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

// The sets of a policy of the approval, written out.
std::vector<std::string> SetsOf(const Matter& matter, const DissentPolicy& policy) {
  const auto place = static_cast<size_t>(&policy - matter.approval->value.dissent.data());
  return matter.compiled->dissent_sets[place];
}

std::vector<ObjectionRule> FindObjectionRules(const Matter& matter) {
  std::vector<ObjectionRule> rules;
  if (matter.approval == nullptr) return rules;
  const Approval& approval = matter.approval->value;
  for (const std::string& source : SourcesOf(matter)) {
    const DissentPolicy* policy = FindDissentPolicy(matter, source);
    if (policy == nullptr) {
      rules.push_back({source, AllObjectionSets(approval, matter.day), ObjectionMode::kRemoveRecord});
    } else {
      rules.push_back({source, SetsOf(matter, *policy), policy->mode});
    }
  }
  return rules;
}

std::vector<Holding> FindAddedHoldings(const Matter& matter) {
  std::vector<Holding> holdings;
  if (!matter.IsAnswer() || matter.approval == nullptr) return holdings;
  std::vector<std::string> recipients = {matter.controller};
  if (matter.caller->organisation != matter.controller) recipients.push_back(matter.caller->organisation);
  for (const std::string& recipient : recipients) {
    const std::string domain = DisclosureDomainOf(*matter.snapshot, recipient, matter.day);
    for (const std::string& dataset : matter.question->datasets) {
      const std::string source = KnownSource(*matter.snapshot, dataset);
      for (const ObjectionRule& rule : matter.objection_rules) {
        if (rule.source != source) continue;
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
  if (matter.approval != nullptr) matter.compiled = snapshot.compiled()->Find(matter.approval);
  matter.controller = ControllerOf(matter);
  matter.usable_flows = FindUsableFlows(matter);
  matter.objection_rules = FindObjectionRules(matter);
  matter.added_holdings = FindAddedHoldings(matter);
  return matter;
}

bool IsSuppliedByLaw(const Matter& matter, const Flow& flow) {
  return flow.agreement.empty() && matter.approval != nullptr && Compels(matter.approval->value.legal_basis) &&
         matter.question->operation == Operation::kCollect;
}

bool IsAddressed(const Matter& matter) {
  if (matter.approval == nullptr) return false;
  const std::vector<Addressee>& addressees = matter.approval->value.addressees;
  const Versioned<Organisation>* own = matter.snapshot->FindOrganisation(matter.caller->organisation);
  return addressees.empty() ||
         (own != nullptr && std::any_of(addressees.begin(), addressees.end(),
                                        [&](const Addressee& one) { return one.Fits(own->value); }));
}

const ApprovedFlow* CoveringFlow(const Matter& matter, absl::string_view dataset) {
  const ApprovedFlow* covering = nullptr;
  for (const ApprovedFlow& flow : matter.approval->value.flows) {
    if (!flow.period.Contains(matter.day) || !IsFor(flow.purposes, matter.question->purpose) ||
        std::find(flow.datasets.begin(), flow.datasets.end(), dataset) == flow.datasets.end()) {
      continue;
    }
    if (covering == nullptr || (flow.linkage_allowed && !covering->linkage_allowed)) covering = &flow;
  }
  return covering;
}

const std::vector<const Versioned<Flow>*>& UsableFlows(const Matter& matter) { return matter.usable_flows; }
const std::vector<ObjectionRule>& ObjectionRulesOf(const Matter& matter) { return matter.objection_rules; }
const std::vector<Holding>& HoldingsOf(const Matter& matter) { return matter.added_holdings; }

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
  SortDistinct(sources);
  return sources;
}

std::vector<std::string> SourcesOf(const Matter& matter) {
  std::vector<std::string> sources;
  for (const std::string& dataset : matter.question->datasets) {
    std::string source = KnownSource(*matter.snapshot, dataset);
    if (!source.empty()) sources.push_back(std::move(source));
  }
  SortDistinct(sources);
  return sources;
}

const DissentPolicy* FindDissentPolicy(const Matter& matter, absl::string_view source) {
  const DissentPolicy* best = nullptr;
  int best_rank = 0;
  for (const DissentPolicy& policy : matter.approval->value.dissent) {
    const bool applies = policy.period.Contains(matter.day) && IsFor(policy.purposes, matter.question->purpose) &&
                         (policy.source == source || policy.source == "*");
    const int rank = !applies ? 0 : 1 + (policy.source == source ? 2 : 0) + (policy.purposes.empty() ? 0 : 1);
    if (rank > best_rank) {
      best = &policy;
      best_rank = rank;
    }
  }
  return best;
}

std::string DisclosureDomainOf(const RegisterSnapshot& snapshot, absl::string_view organisation, CivilDay day) {
  for (const Versioned<DisclosureDomain>* domain : snapshot.DomainsOf(organisation)) {
    if (domain->value.period.Contains(day)) return domain->value.name;
  }
  return absl::StrCat("organisation:", organisation);
}

GateVerdict Pass(Gate gate, absl::string_view reason, RelianceArguments relied_on) {
  return GateVerdict{gate, Verdict::kPass, std::string(reason), TakeAll(relied_on)};
}

GateVerdict Fail(Gate gate, absl::string_view reason, RelianceArguments relied_on, std::string remedy) {
  return GateVerdict{gate, Verdict::kFail, std::string(reason), TakeAll(relied_on), "", std::move(remedy)};
}

GateVerdict NeedsMore(Gate gate, absl::string_view reason, RelianceArguments relied_on, std::string remedy) {
  return GateVerdict{gate, Verdict::kNeedsMore, std::string(reason), TakeAll(relied_on), "", std::move(remedy)};
}

GateVerdict FailUnknownApproval(Gate gate, const Matter& matter) {
  return Fail(gate, "APPROVAL_UNKNOWN", {},
              absl::StrCat("Name an approval that is on the register; '", matter.question->approval, "' is not."));
}

}  // namespace safehaven::consent
