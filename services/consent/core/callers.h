// Who a verified person or program is on a day, by the register alone.
//
// The evidence (a token, a signature) is verified elsewhere (libs/evidence) and says
// only which subject it is; organisation and role come from here. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_CALLERS_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_CALLERS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/warrant/caller.h"
#include "services/consent/core/snapshot.h"

namespace safehaven::consent {

// PERMISSION_DENIED with reason ISSUER_NOT_IN_FORCE, or MEMBERSHIP_MISSING if the
// register gives the person no organisation and role on the day. The environment is
// left empty.
absl::StatusOr<Caller> PersonCaller(const RegisterSnapshot& snapshot, absl::string_view issuer,
                                    absl::string_view subject, CivilDay day);

// PERMISSION_DENIED with reason PROGRAM_NOT_REGISTERED unless the program is on the day.
absl::StatusOr<Caller> ProgramCaller(const RegisterSnapshot& snapshot, absl::string_view spiffe_id, CivilDay day);

// The caller that a log names: "issuer|subject" or a SPIFFE id. As the two above.
absl::StatusOr<Caller> CallerOfSubject(const RegisterSnapshot& snapshot, absl::string_view subject, CivilDay day);

// The signing key of the environment `id` if it is registered on the day;
// PERMISSION_DENIED with reason ENVIRONMENT_NOT_REGISTERED otherwise.
absl::StatusOr<std::string> EnvironmentSigningKey(const RegisterSnapshot& snapshot, absl::string_view id, CivilDay day);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_CALLERS_H_
