// Who asks: the caller that the evidence proves, as the register of the day knows it.
//
// A token or a signature says who signed; organisation, role and environment come
// from the register alone. Pure but for the replay window and the tokens; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_IDENTIFY_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_IDENTIFY_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/evidence/evidence.h"
#include "libs/evidence/verified_tokens.h"
#include "libs/warrant/caller.h"
#include "services/consent/core/snapshot.h"

namespace safehaven::consent {

// As it came; exactly one of token and program.
struct CallerEvidence {
  std::string token;
  std::optional<SignedRequest> program;
  std::optional<SignedRequest> environment;
};

// `act` is what signed requests are bound to. UNAUTHENTICATED with reason
// EVIDENCE_MISSING (not exactly one of the two), EVIDENCE_ENVIRONMENT_FOREIGN, or those
// of libs/evidence; PERMISSION_DENIED with those of callers.h, for somebody who signed
// but has no place in the register today.
absl::StatusOr<Caller> Identify(const RegisterSnapshot& snapshot, const CallerEvidence& evidence,
                                const SignedAct& act, absl::Time now, ReplayWindow& replays);

// The same, with the tokens that were verified lately.
absl::StatusOr<Caller> Identify(const RegisterSnapshot& snapshot, const CallerEvidence& evidence,
                                const SignedAct& act, absl::Time now, ReplayWindow& replays, VerifiedTokens& tokens);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_IDENTIFY_H_
