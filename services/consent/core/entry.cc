#include "services/consent/core/entry.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace safehaven::consent {
namespace {

template <typename T, typename... Parts>
std::string Key(const T&, const Parts&... parts) {
  std::string key(KindName<T>());
  ((absl::StrAppend(&key, "/", parts)), ...);
  return key;
}

}  // namespace

std::string KeyOf(const Organisation& organisation) { return Key(organisation, organisation.code); }
std::string KeyOf(const Member& member) {
  return Key(member, member.issuer, member.subject, member.organisation, member.role);
}
std::string KeyOf(const Program& program) { return Key(program, program.spiffe_id); }
std::string KeyOf(const Environment& environment) { return Key(environment, environment.id); }
std::string KeyOf(const Issuer& issuer) { return Key(issuer, issuer.url); }
std::string KeyOf(const SecurityStatus& status) { return Key(status, status.organisation, status.year); }
std::string KeyOf(const Approval& approval) { return Key(approval, approval.reference.normalised()); }
std::string KeyOf(const Agreement& agreement) { return Key(agreement, agreement.reference); }
std::string KeyOf(const DataProtectionBasis& basis) {
  return Key(basis, basis.controller, EnumText<Purpose>::Of(basis.purpose), absl::StrJoin(basis.sources, "+"));
}
std::string KeyOf(const Flow& flow) { return Key(flow, flow.id); }
std::string KeyOf(const DisclosureDomain& domain) { return Key(domain, domain.name); }
std::string KeyOf(const WaiverDecision& decision) { return Key(decision, decision.reference); }
std::string KeyOf(const Dataset& dataset) { return Key(dataset, dataset.id); }

std::string KeyOf(const Entry& entry) {
  return std::visit([](const auto& value) { return KeyOf(value); }, entry);
}

absl::string_view KindOf(const Entry& entry) {
  return std::visit([](const auto& value) { return KindName<std::decay_t<decltype(value)>>(); }, entry);
}

}  // namespace safehaven::consent
