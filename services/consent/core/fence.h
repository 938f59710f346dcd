// The fence around the demonstration.
//
// The demo runs with throw-away keys and an issuer that signs anybody in, so nothing
// of it may ever be believed elsewhere, and nothing real may get into it. A server in
// the demo profile takes only demo issuers on loopback, names below
// demo.safehaven.invalid and NHS numbers of the never-issued 999 range; any other
// server refuses all three, and issuers without TLS. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_FENCE_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_FENCE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/base/nhs_number.h"
#include "services/consent/core/entry.h"

namespace safehaven::consent {

enum class Profile { kProduction, kDemo };

// Names below this domain exist only in the demonstration (RFC 2606: .invalid).
inline constexpr absl::string_view kDemoDomain = "demo.safehaven.invalid";

// May a register of this profile hold the entry? FAILED_PRECONDITION with metadata
// "entry" and "field", and reason DEMO_NAME_REFUSED, DEMO_ISSUER_REFUSED or
// ISSUER_WITHOUT_TLS in production, NOT_A_DEMO_NAME or NOT_A_DEMO_ISSUER in the demo.
absl::Status CheckFence(Profile profile, const Entry& entry);

// FAILED_PRECONDITION with reason NHS_NUMBER_OF_DEMO in production and
// NHS_NUMBER_NOT_OF_DEMO in the demo. The message never holds the number.
absl::Status CheckFence(Profile profile, const NhsNumber& number);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_FENCE_H_
