#include "services/linkage/rpc/officers.h"

#include <vector>

#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "services/linkage/rpc/roles.h"

namespace safehaven::linkage {

absl::StatusOr<AdmittedCall> AdmitOfficer(LinkageWorld& world, const Call& call, const ConsentGate::Claim& claim,
                                          absl::string_view purpose) {
  SH_ASSIGN_OR_RETURN(AdmittedCall admitted, world.gate.Admit(call, claim));
  if (admitted.warrant.crosswalk.empty()) {
    return PermissionDenied("WARRANT_CROSSWALK", "nothing may be linked under the warrant");
  }
  if (!IsOfficer(admitted.warrant.role)) {
    return PermissionDenied("ROLE_NOT_ALLOWED", "only a Caldicott Guardian or information governance officer may do this");
  }
  SH_RETURN_IF_ERROR(world.gate.Use(admitted, purpose, call.deadline()));
  return admitted;
}

CustodyWord WordOf(const AdmittedCall& admitted, const Clock& clock) {
  return {.officer = admitted.warrant.caller_digest,
          .role = admitted.warrant.role,
          .authority = admitted.warrant.crosswalk,
          .time_unix_ms = absl::ToUnixMillis(clock.Now())};
}

absl::StatusOr<DomainParts> PartsOf(const std::string& domain) {
  const std::vector<std::string> parts = absl::StrSplit(domain, '|');
  if (parts.size() != 3 || parts[0].empty() || parts[1].empty()) {
    return InvalidArgument("FIELD_INVALID", "domain: approval|controller|release series");
  }
  return DomainParts{.authority = parts[0], .controller = parts[1]};
}

absl::Status CheckDomain(const std::string& domain, const Warrant& warrant) {
  SH_ASSIGN_OR_RETURN(const DomainParts parts, PartsOf(domain));
  if (parts.authority == warrant.crosswalk && parts.controller == warrant.population.commissioner) {
    return absl::OkStatus();
  }
  return PermissionDenied("DOMAIN_OF_ANOTHER", "the domain is not of the warrant's authority and commissioner");
}

bool IsOf(const CustodyAct& act, const Warrant& warrant) {
  if (act.domain.empty()) return act.proposed.authority == warrant.crosswalk;
  return CheckDomain(act.domain, warrant).ok() ||
         (act.kind == CustodyKind::kBridge && CheckDomain(act.other_domain, warrant).ok());
}

}  // namespace safehaven::linkage
