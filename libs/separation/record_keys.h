// The keys that hold a record's two halves apart and let their owner join them again.
//
// A source keeps one secret. From it and a record's own id come
//   the record key   P = HMAC-SHA-256(secret, "payload" || id), 16 bytes: costing's,
//   the join key     K = HMAC-SHA-256(secret, "join"), 32 bytes: costing's,
//   the token        T = AES-256_K(P), one block: linkage's.
// linkage has tokens and no key, so it cannot tell which payload is whose. costing
// has K and P, and learns from linkage only T -> person. Whoever sees both halves but
// not K can join them neither by order (each is sorted by its own pseudo-random key)
// nor by key. Against costing and linkage together it does not help, and nothing
// can: docs/threats.md.
//
// AES of one block is a pseudo-random permutation, which is all that is needed here:
// P is itself pseudo-random and each P occurs once. Pure; thread-safe.
#ifndef SAFEHAVEN_LIBS_SEPARATION_RECORD_KEYS_H_
#define SAFEHAVEN_LIBS_SEPARATION_RECORD_KEYS_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven {

inline constexpr size_t kSourceSecretBytes = 32;
inline constexpr size_t kRecordKeyBytes = 16;
inline constexpr size_t kJoinKeyBytes = 32;

// A source's side: makes record keys and tokens. Not thread-safe: one per thread.
class SourceKeys {
 public:
  // INVALID_ARGUMENT with reason SOURCE_SECRET_MALFORMED unless 32 bytes.
  static absl::StatusOr<SourceKeys> Make(absl::string_view secret);
  SourceKeys(SourceKeys&&) noexcept;
  ~SourceKeys();

  // 16 bytes for the payload half.
  std::string RecordKey(absl::string_view record_id) const;

  // 16 bytes for the identity half of the record with that key.
  std::string Token(absl::string_view record_key) const;

  // 32 bytes; for costing alone.
  const std::string& join_key() const { return join_key_; }

  // 16 bytes that name one load of one file, so that a repeated load is known again.
  std::string LoadId(absl::string_view file_digest) const;

 private:
  SourceKeys(std::string secret, std::string join_key);
  std::string secret_;
  std::string join_key_;
  struct Cipher;
  std::unique_ptr<Cipher> cipher_;
};

// costing's side: turns tokens into record keys. Not thread-safe: one per thread.
class TokenOpener {
 public:
  // INVALID_ARGUMENT with reason JOIN_KEY_MALFORMED unless 32 bytes.
  static absl::StatusOr<TokenOpener> Make(absl::string_view join_key);
  TokenOpener(TokenOpener&&) noexcept;
  ~TokenOpener();

  // `tokens`: any number of 16-byte tokens in a row; as many record keys in their
  // order. INVALID_ARGUMENT with reason TOKEN_MALFORMED for a broken last one.
  absl::StatusOr<std::string> RecordKeys(absl::string_view tokens) const;

 private:
  struct Cipher;
  explicit TokenOpener(std::unique_ptr<Cipher> cipher);
  std::unique_ptr<Cipher> cipher_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SEPARATION_RECORD_KEYS_H_
