// One entry of the register, of any kind, and its key.
//
// An entry is never overwritten: a change is a new version under the same key
// (snapshot.h). The key names what the entry is about and holds nothing about a
// patient. Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_ENTRY_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_ENTRY_H_

#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/consent/core/approval.h"
#include "services/consent/core/party.h"
#include "services/consent/core/supply.h"

namespace safehaven::consent {

using Entry = std::variant<Organisation, Member, Program, Environment, Issuer, SecurityStatus, Approval, Agreement,
                           DataProtectionBasis, Flow, DisclosureDomain, WaiverDecision, Dataset>;

// "organisations", "approvals", ...: the name of the kind in files and the first part
// of its keys.
template <typename T>
constexpr absl::string_view KindName();

template <>
constexpr absl::string_view KindName<Organisation>() {
  return "organisations";
}
template <>
constexpr absl::string_view KindName<Member>() {
  return "members";
}
template <>
constexpr absl::string_view KindName<Program>() {
  return "programs";
}
template <>
constexpr absl::string_view KindName<Environment>() {
  return "environments";
}
template <>
constexpr absl::string_view KindName<Issuer>() {
  return "issuers";
}
template <>
constexpr absl::string_view KindName<SecurityStatus>() {
  return "security_statuses";
}
template <>
constexpr absl::string_view KindName<Approval>() {
  return "approvals";
}
template <>
constexpr absl::string_view KindName<Agreement>() {
  return "agreements";
}
template <>
constexpr absl::string_view KindName<DataProtectionBasis>() {
  return "data_protection_bases";
}
template <>
constexpr absl::string_view KindName<Flow>() {
  return "flows";
}
template <>
constexpr absl::string_view KindName<DisclosureDomain>() {
  return "disclosure_domains";
}
template <>
constexpr absl::string_view KindName<WaiverDecision>() {
  return "waiver_decisions";
}
template <>
constexpr absl::string_view KindName<Dataset>() {
  return "datasets";
}

std::string KeyOf(const Organisation& organisation);
std::string KeyOf(const Member& member);
std::string KeyOf(const Program& program);
std::string KeyOf(const Environment& environment);
std::string KeyOf(const Issuer& issuer);
std::string KeyOf(const SecurityStatus& status);
std::string KeyOf(const Approval& approval);
std::string KeyOf(const Agreement& agreement);
std::string KeyOf(const DataProtectionBasis& basis);
std::string KeyOf(const Flow& flow);
std::string KeyOf(const DisclosureDomain& domain);
std::string KeyOf(const WaiverDecision& decision);
std::string KeyOf(const Dataset& dataset);
std::string KeyOf(const Entry& entry);

absl::string_view KindOf(const Entry& entry);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_ENTRY_H_
