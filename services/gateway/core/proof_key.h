// The secrets of one sign-in: state, nonce and the proof key for code exchange (PKCE,
// RFC 7636), and comparing secrets. Each stops another theft: the state a planted
// answer, the nonce a replayed token, the proof key a stolen code. Pure functions;
// thread-safe.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_CORE_PROOF_KEY_H_
#define SAFEHAVEN_SERVICES_GATEWAY_CORE_PROOF_KEY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "libs/base/environment.h"

namespace safehaven::gateway {

// Bytes of every secret that is made here: 256 bits (RFC 7636, 7.1).
inline constexpr size_t kSecretBytes = 32;

// A fresh secret of kSecretBytes as base64url without padding: 43 characters.
std::string NewSecret(Randomness& randomness);

// The S256 challenge of a verifier: base64url of its SHA-256 (RFC 7636, 4.2).
std::string CodeChallenge(absl::string_view verifier);

// May this be a verifier: 43 to 128 unreserved characters (RFC 7636, 4.1)?
bool IsCodeVerifier(absl::string_view text);

// Are two secrets the same? Takes as long for a wrong guess that is nearly right as for
// any other of the same length. An empty secret equals nothing, not even itself.
bool SameSecret(absl::string_view a, absl::string_view b);

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_CORE_PROOF_KEY_H_
