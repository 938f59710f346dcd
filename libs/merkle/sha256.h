// SHA-256, as the logs use it: digests of short messages, made often.
//
// OpenSSL 3 looks an algorithm up on each EVP_sha256() call, which doubles the cost
// of a short message; here it is looked up once and each thread keeps one context
// (230 ns instead of 450 ns for 256 bytes). Not a keyed hash: a digest of something
// guessable, an NHS number say, hides nothing. Thread-safe.
#ifndef SAFEHAVEN_LIBS_MERKLE_SHA256_H_
#define SAFEHAVEN_LIBS_MERKLE_SHA256_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven {

inline constexpr size_t kDigestBytes = 32;
using Digest = std::array<uint8_t, kDigestBytes>;

// The digest of `bytes`.
Digest Sha256(absl::string_view bytes);

// The digest of all `parts` in order, as if they were one text. The caller sees to
// it that different lists cannot give the same text.
Digest Sha256Of(std::initializer_list<absl::string_view> parts);

// A view of the 32 bytes; lives as long as `digest`.
inline absl::string_view AsBytes(const Digest& digest) {
  return absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size());
}

// A copy of the 32 bytes, for messages and files.
inline std::string ToBytes(const Digest& digest) { return std::string(AsBytes(digest)); }

// 64 lower-case hex digits.
std::string ToHex(const Digest& digest);

// INVALID_ARGUMENT with reason DIGEST_MALFORMED unless `bytes` has exactly 32.
absl::StatusOr<Digest> DigestFromBytes(absl::string_view bytes);

// Every element as by DigestFromBytes; for proofs that came over the wire.
// `List` is a range of strings: std::vector<std::string>, a repeated bytes field.
template <typename List>
absl::StatusOr<std::vector<Digest>> DigestsFromBytes(const List& list) {
  std::vector<Digest> digests;
  for (const auto& bytes : list) {
    absl::StatusOr<Digest> digest = DigestFromBytes(bytes);
    if (!digest.ok()) return digest.status();
    digests.push_back(*digest);
  }
  return digests;
}

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_MERKLE_SHA256_H_
