// Who may do what under a link warrant, by the role that consent found in its register.
// Engineers link, ask and review; officers keep protected identities and pseudonyms, and
// do neither of the other. Constant; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_ROLES_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_ROLES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/base/status.h"

namespace safehaven::linkage {

// consent lets a program link by this role alone, and no person by it (its recipient gate),
// so it tells a program's warrant from a person's.
inline constexpr absl::string_view kProgramRole = "csu_tool";

inline bool IsOfficer(absl::string_view role) {
  return role == "caldicott_guardian" || role == "information_governance";
}

// PERMISSION_DENIED with reason ROLE_NOT_ALLOWED: what links, asks or reviews.
inline absl::Status CheckNotOfficer(absl::string_view role) {
  if (!IsOfficer(role)) return absl::OkStatus();
  return PermissionDenied("ROLE_NOT_ALLOWED", "who keeps protected identities neither links, asks nor reviews");
}

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_ROLES_H_
