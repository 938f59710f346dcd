// Officers' calls: admitted warrants of who keeps protected identities and pseudonyms.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_OFFICERS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_OFFICERS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/linkage/rpc/handlers.h"

namespace safehaven::linkage {

// Admits the link warrant of an officer and uses it up for `purpose`; the same purpose
// again is a retry. PERMISSION_DENIED with reason WARRANT_CROSSWALK or ROLE_NOT_ALLOWED;
// otherwise as ConsentGate::Admit and ConsentGate::Use.
absl::StatusOr<AdmittedCall> AdmitOfficer(LinkageWorld& world, const Call& call, const ConsentGate::Claim& claim,
                                          absl::string_view purpose);

// What the officer says now.
CustodyWord WordOf(const AdmittedCall& admitted, const Clock& clock);

// Parts of a domain of pseudonyms, "authority|controller|release series".
struct DomainParts {
  std::string authority;
  std::string controller;
};
// INVALID_ARGUMENT with reason FIELD_INVALID.
absl::StatusOr<DomainParts> PartsOf(const std::string& domain);

// PERMISSION_DENIED with reason DOMAIN_OF_ANOTHER unless the domain is of the warrant's
// authority and commissioner; as PartsOf().
absl::Status CheckDomain(const std::string& domain, const Warrant& warrant);

// Is the act one of the warrant's authority, and where it is about a domain (for a bridge
// about one of two) of its commissioner too? Another's reads like none.
bool IsOf(const CustodyAct& act, const Warrant& warrant);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_OFFICERS_H_
