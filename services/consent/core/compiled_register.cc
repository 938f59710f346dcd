#include "services/consent/core/compiled_register.h"

#include <algorithm>
#include <set>
#include <utility>

#include "libs/warrant/catalogue.h"

namespace safehaven::consent {
namespace {

template <typename Map>
auto FindPlace(const Map& map, absl::string_view key) -> const typename Map::mapped_type* {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

const std::shared_ptr<const CompiledRegister>& CompiledRegister::Empty() {
  static const auto* const empty =
      new std::shared_ptr<const CompiledRegister>(std::shared_ptr<const CompiledRegister>(new CompiledRegister()));
  return *empty;
}

CompiledRegister::CompiledRegister() : sources_{{"*", kEverySource}} {
  for (const DatasetInfo& dataset : Datasets()) {
    const std::string name(dataset.id);
    NumberOf(name);
    CompiledDataset& known = datasets_[name];
    known.source = std::string(dataset.source);
    known.source_number = SourceNumberOf(known.source);
  }
}

CompiledRegister::CompiledRegister(const RegisterSnapshot& snapshot) : CompiledRegister() {
  ShareEntries(snapshot);
  AddDatasets(snapshot);
  AddOrganisations(snapshot);
  AddApprovals(snapshot);
  JoinSupplies(snapshot);
  for (const auto& [key, domain] : snapshot.All<DisclosureDomain>()) domains_[domain->value.name] = domain.get();
  for (const auto& [key, waiver] : snapshot.All<WaiverDecision>()) {
    waivers_[waiver->value.domain].push_back(waiver.get());
  }
}

DatasetNumber CompiledRegister::NumberOf(const std::string& dataset) {
  const auto next = static_cast<DatasetNumber>(datasets_.size());
  return datasets_.try_emplace(dataset, CompiledDataset{.number = next}).first->second.number;
}

SourceNumber CompiledRegister::SourceNumberOf(const std::string& source) {
  return sources_.try_emplace(source, static_cast<SourceNumber>(sources_.size())).first->second;
}

CompiledOrganisation& CompiledRegister::OrganisationOf(const std::string& code) {
  return organisations_.try_emplace(code, CompiledOrganisation{.code = code}).first->second;
}

void CompiledRegister::ShareEntries(const RegisterSnapshot& snapshot) {
  const auto share = [this](const auto& table) {
    for (const auto& [key, entry] : table) entries_.push_back(entry);
  };
  // Those that verdicts cite, and that other entries here point at.
  share(snapshot.All<Organisation>());
  share(snapshot.All<Environment>());
  share(snapshot.All<SecurityStatus>());
  share(snapshot.All<Approval>());
  share(snapshot.All<Agreement>());
  share(snapshot.All<DataProtectionBasis>());
  share(snapshot.All<Flow>());
  share(snapshot.All<DisclosureDomain>());
  share(snapshot.All<WaiverDecision>());
  share(snapshot.All<Dataset>());
}

void CompiledRegister::AddDatasets(const RegisterSnapshot& snapshot) {
  for (const auto& [key, dataset] : snapshot.All<Dataset>()) {
    NumberOf(dataset->value.id);
    CompiledDataset& known = datasets_[dataset->value.id];
    known.declared = dataset.get();
    if (!known.source.empty()) continue;
    known.source = dataset->value.source;
    known.source_number = SourceNumberOf(known.source);
  }
}

void CompiledRegister::AddOrganisations(const RegisterSnapshot& snapshot) {
  for (const auto& [key, organisation] : snapshot.All<Organisation>()) {
    CompiledOrganisation& compiled = OrganisationOf(organisation->value.code);
    if (compiled.entry == nullptr) compiled.entry = organisation.get();
  }
  AddPredecessors(snapshot);
  for (const auto& [key, entry] : snapshot.All<SecurityStatus>()) {
    const SecurityStatus& status = entry->value;
    OrganisationOf(status.organisation)
        .security.push_back(
            {status.period, status.level, status.evidence, !status.improvement_plan.empty(), entry.get()});
  }
  for (const auto& [key, entry] : snapshot.All<DataProtectionBasis>()) {
    const DataProtectionBasis& basis = entry->value;
    std::vector<SourceNumber> sources;
    for (const std::string& source : basis.sources) sources.push_back(SourceNumberOf(source));
    OrganisationOf(basis.controller)
        .bases.push_back({basis.purpose, basis.period, !basis.article_9.empty(), std::move(sources), entry.get()});
  }
  for (const auto& [key, domain] : snapshot.All<DisclosureDomain>()) {
    for (const std::string& code : domain->value.organisations) {
      OrganisationOf(code).domains.push_back({domain->value.period, domain->value.name, domain.get()});
    }
  }
}

void CompiledRegister::AddPredecessors(const RegisterSnapshot& snapshot) {
  for (const auto& [key, first] : snapshot.All<Organisation>()) {
    // Everybody after this one, by however many steps; a circle ends where it began.
    std::vector<std::string> next = first->value.successors;
    std::set<std::string> seen;
    while (!next.empty()) {
      const std::string code = std::move(next.back());
      next.pop_back();
      if (code == first->value.code || !seen.insert(code).second) continue;
      CompiledOrganisation& after = OrganisationOf(code);
      after.predecessors.push_back(first->value.code);
      if (after.entry == nullptr) continue;
      const std::vector<std::string>& further = after.entry->value.successors;
      next.insert(next.end(), further.begin(), further.end());
    }
  }
}

std::vector<CompiledParticipant> CompiledRegister::ParticipantsOf(const std::vector<Participant>& participants) {
  std::vector<CompiledParticipant> compiled;
  for (const Participant& one : participants) {
    compiled.push_back({&OrganisationOf(one.organisation), one.period, &one});
  }
  return compiled;
}

CompiledApproval CompiledRegister::Compile(const Versioned<Approval>& entry) {
  const Approval& approval = entry.value;
  CompiledApproval compiled = {.entry = &entry};
  compiled.controllers = ParticipantsOf(approval.controllers);
  compiled.members = ParticipantsOf(approval.members);
  compiled.processors = ParticipantsOf(approval.processors);
  for (const ApprovedFlow& flow : approval.flows) {
    for (const std::string& dataset : flow.datasets) {
      compiled.covered.push_back({.dataset = NumberOf(dataset),
                                  .linkage_allowed = flow.linkage_allowed,
                                  .all_items = std::find(flow.items.begin(), flow.items.end(), "*") != flow.items.end(),
                                  .for_answers = !flow.items.empty(),
                                  .has_dependencies = !flow.depends_on.empty(),
                                  .identifiability_in = flow.identifiability_in,
                                  .identifiability_out = flow.identifiability_out,
                                  .purposes = PurposeSet(flow.purposes),
                                  .period = flow.period,
                                  .flow = &flow});
    }
  }
  for (const DissentPolicy& policy : approval.dissent) {
    std::vector<std::string> names;
    for (const std::string& set : policy.sets) names.push_back(ExpandObjectionSet(set, approval));
    compiled.dissent.push_back({.source = SourceNumberOf(policy.source),
                                .check_age_days_max = policy.check_age_days_max,
                                .purposes = PurposeSet(policy.purposes),
                                .period = policy.period,
                                .policy = &policy,
                                .named = std::move(names)});
  }
  CompileTerms(approval, compiled);
  return compiled;
}

void CompiledRegister::AddApprovals(const RegisterSnapshot& snapshot) {
  for (const auto& [key, approval] : snapshot.All<Approval>()) {
    const CompiledApproval& compiled = approvals_[approval.get()] = Compile(*approval);
    // Of two that go by one reference neither may be relied on.
    if (snapshot.FindApproval(approval->value.reference) != approval.get()) continue;
    by_text_[approval->value.reference.printed()] = &compiled;
    by_text_[approval->value.reference.normalised()] = &compiled;
  }
}

void CompiledRegister::JoinSupplies(const RegisterSnapshot& snapshot) {
  std::vector<const Versioned<Flow>*> flows;
  for (const auto& [key, flow] : snapshot.All<Flow>()) flows.push_back(flow.get());
  std::sort(flows.begin(), flows.end(), [](const auto* a, const auto* b) { return a->value.id < b->value.id; });
  for (uint32_t rank = 0; rank < flows.size(); ++rank) {
    const Versioned<Flow>* const flow = flows[rank];
    const Versioned<Agreement>* const agreement = snapshot.FindAgreement(flow->value.agreement);
    if (agreement == nullptr || !CoversSupply(agreement->value, flow->value)) continue;
    const Supply supply = {.flow = flow,
                           .agreement = agreement,
                           .activity = flow->value.activity,
                           .in_force = agreement->value.period,
                           .dataset = NumberOf(flow->value.dataset),
                           .rank = rank};
    // An agreement may name an approval by several of its parts, and a controller twice.
    std::set<std::pair<const Versioned<Approval>*, const CompiledOrganisation*>> joined;
    for (const Reference& named : agreement->value.approvals) {
      for (const std::string& part : named.keys()) {
        for (const Versioned<Approval>* approval : snapshot.ApprovalsOf(part)) {
          for (const std::string& controller : agreement->value.controllers) {
            joined.emplace(approval, &OrganisationOf(controller));
          }
        }
      }
    }
    for (const auto& [approval, controller] : joined) approvals_[approval].supplies.push_back({supply, controller});
  }
}

const CompiledApproval* CompiledRegister::Find(const Versioned<Approval>* approval) const {
  const auto found = approvals_.find(approval);
  return found == approvals_.end() ? nullptr : &found->second;
}

const CompiledDataset* CompiledRegister::FindDataset(absl::string_view name) const { return FindPlace(datasets_, name); }

const CompiledOrganisation* CompiledRegister::FindOrganisation(absl::string_view code) const {
  return FindPlace(organisations_, code);
}

const Versioned<DisclosureDomain>* CompiledRegister::FindDomain(absl::string_view name) const {
  const auto* found = FindPlace(domains_, name);
  return found == nullptr ? nullptr : *found;
}

const CompiledApproval* CompiledRegister::FindByText(absl::string_view text) const {
  const auto* found = FindPlace(by_text_, text);
  return found == nullptr ? nullptr : *found;
}

std::span<const Versioned<WaiverDecision>* const> CompiledRegister::WaiversOf(absl::string_view domain) const {
  const auto* found = FindPlace(waivers_, domain);
  if (found == nullptr) return {};
  return *found;
}

}  // namespace safehaven::consent
