// Sealed boxes (libsodium): only the holder of a recipient environment's key can read
// what linkage says of a person by name. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_SEAL_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_SEAL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven::linkage {

// Bytes of an environment's public key.
inline constexpr size_t kSealKeyBytes = 32;

// `text` for the holder of the other half of `public_key`. FAILED_PRECONDITION with reason
// ENVIRONMENT_KEY_UNUSABLE.
absl::StatusOr<std::string> SealText(absl::string_view text, const std::string& public_key);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_SEAL_H_
