// Pseudonyms of persons, one kind for every pseudonym domain (approval x controller x
// release series), and the wrapping of the domain's key. The key is random and is
// kept only wrapped by a key from outside the store: once the wrapped key is deleted,
// nobody can make or undo a pseudonym of that domain again.
//
// Pure: randomness comes in. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_PSEUDONYM_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_PSEUDONYM_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/environment.h"
#include "libs/base/sensitive.h"
#include "services/linkage/core/record.h"

namespace safehaven::linkage {

inline constexpr size_t kKeyBytes = 32;
using SecretKey = Sensitive<std::array<uint8_t, kKeyBytes>>;

// Characters of a pseudonym: 160 bits in base 32, so that two persons of England have
// the same with a probability below 1e-32.
inline constexpr size_t kPseudonymLength = 32;

// A key of 32 random bytes.
SecretKey MakeKey(Randomness& randomness);

// A key from exactly 32 bytes; INVALID_ARGUMENT with reason KEY_LENGTH otherwise.
absl::StatusOr<SecretKey> KeyFromBytes(absl::string_view bytes);

// The pseudonym of `person` under a domain's key: the first 160 bits of HMAC-SHA-256
// (RFC 2104) over "safehaven-person" and the number in 8 bytes, most significant
// first, in lower-case base 32 (RFC 4648 section 6) without padding.
std::string Pseudonym(const SecretKey& domain_key, PersonNumber person);

// `key` encrypted by AES-256-GCM (NIST SP 800-38D) under `wrapping_key`, bound to
// `domain` (a name, as additional data): format byte 1, 12 bytes of nonce, 32 of
// ciphertext, 16 of tag. INTERNAL with reason WRAP_FAILED if the library fails.
absl::StatusOr<std::string> WrapKey(const SecretKey& key, const SecretKey& wrapping_key,
                                    absl::string_view domain, Randomness& randomness);

// The key in `wrapped`. DATA_LOSS with reason WRAPPED_KEY_MALFORMED, or
// PERMISSION_DENIED with reason WRAPPING_KEY_OTHER if the bytes do not open: another
// wrapping key, another domain, or altered bytes.
absl::StatusOr<SecretKey> UnwrapKey(absl::string_view wrapped, const SecretKey& wrapping_key,
                                    absl::string_view domain);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_PSEUDONYM_H_
