#include "services/consent/core/compiled_register.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace safehaven::consent {
namespace {

std::vector<std::vector<std::string>> DissentSetsOf(const Approval& approval) {
  std::vector<std::vector<std::string>> all;
  for (const DissentPolicy& policy : approval.dissent) {
    std::vector<std::string>& sets = all.emplace_back();
    for (const std::string& set : policy.sets) sets.push_back(ExpandObjectionSet(set, approval));
    std::sort(sets.begin(), sets.end());
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
  }
  return all;
}

void AddSupply(CompiledApproval& compiled, const Versioned<Flow>* flow) {
  auto found = std::find_if(compiled.supplies.begin(), compiled.supplies.end(),
                            [flow](const auto& supply) { return supply.first == flow->value.dataset; });
  if (found == compiled.supplies.end()) {
    compiled.supplies.push_back({flow->value.dataset, {}});
    found = std::prev(compiled.supplies.end());
  }
  // An agreement may name an approval by several of its parts.
  if (found->second.empty() || found->second.back() != flow) found->second.push_back(flow);
}

}  // namespace

std::string ExpandObjectionSet(const std::string& set, const Approval& approval) {
  if (set == "programme") return absl::StrCat("programme:", approval.reference.normalised());
  if (!absl::StartsWith(set, "programme:")) return set;
  const absl::StatusOr<Reference> reference = Reference::Parse(absl::string_view(set).substr(10));
  return reference.ok() ? absl::StrCat("programme:", reference->normalised()) : set;
}

std::span<const Versioned<Flow>* const> CompiledApproval::SuppliesOf(absl::string_view dataset) const {
  for (const auto& [name, flows] : supplies) {
    if (name == dataset) return flows;
  }
  return {};
}

CompiledRegister::CompiledRegister(const RegisterSnapshot& snapshot) {
  for (const auto& [key, approval] : snapshot.All<Approval>()) {
    approvals_[approval.get()].dissent_sets = DissentSetsOf(approval->value);
    for (const std::string& text : {approval->value.reference.printed(), approval->value.reference.normalised()}) {
      by_text_[text] = snapshot.FindApproval(approval->value.reference);
    }
  }
  for (const auto& [key, domain] : snapshot.All<DisclosureDomain>()) domains_[domain->value.name] = domain.get();
  for (const auto& [key, waiver] : snapshot.All<WaiverDecision>()) {
    waivers_[waiver->value.domain].push_back(waiver.get());
  }
  JoinSupplies(snapshot);
}

void CompiledRegister::JoinSupplies(const RegisterSnapshot& snapshot) {
  for (const auto& [key, flow] : snapshot.All<Flow>()) {
    const Versioned<Agreement>* agreement = snapshot.FindAgreement(flow->value.agreement);
    if (agreement == nullptr) continue;
    for (const Reference& named : agreement->value.approvals) {
      for (const std::string& part : named.keys()) {
        for (const Versioned<Approval>* approval : snapshot.ApprovalsOf(part)) {
          AddSupply(approvals_[approval], flow.get());
        }
      }
    }
  }
}

const CompiledApproval* CompiledRegister::Find(const Versioned<Approval>* approval) const {
  const auto found = approvals_.find(approval);
  return found == approvals_.end() ? nullptr : &found->second;
}

const Versioned<DisclosureDomain>* CompiledRegister::FindDomain(absl::string_view name) const {
  const auto found = domains_.find(name);
  return found == domains_.end() ? nullptr : found->second;
}

std::span<const Versioned<WaiverDecision>* const> CompiledRegister::WaiversOf(absl::string_view domain) const {
  const auto found = waivers_.find(domain);
  if (found == waivers_.end()) return {};
  return found->second;
}

const Versioned<Approval>* CompiledRegister::FindByText(absl::string_view text) const {
  const auto found = by_text_.find(text);
  return found == by_text_.end() ? nullptr : found->second;
}

}  // namespace safehaven::consent
