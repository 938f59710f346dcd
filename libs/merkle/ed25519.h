// Ed25519 keys (RFC 8032): the signatures of checkpoints, heartbeats and witnesses.
//
// Keys are made from bytes that the caller brings (a file, a source of randomness);
// nothing here reads files or makes randomness. Signing takes 40 us and verifying
// 110 us, so checkpoints are signed, not records. Immutable values; thread-safe.
#ifndef SAFEHAVEN_LIBS_MERKLE_ED25519_H_
#define SAFEHAVEN_LIBS_MERKLE_ED25519_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace safehaven {

inline constexpr size_t kEd25519KeyBytes = 32;
inline constexpr size_t kEd25519SignatureBytes = 64;
// Far above any PEM of one key; a larger text is refused unread.
inline constexpr size_t kPemBytesMax = 16 * 1024;

class Ed25519PublicKey {
 public:
  // INVALID_ARGUMENT with reason KEY_MALFORMED unless 32 bytes.
  static absl::StatusOr<Ed25519PublicKey> FromBytes(absl::string_view bytes);
  // Reads ToText(). INVALID_ARGUMENT with reason KEY_MALFORMED.
  static absl::StatusOr<Ed25519PublicKey> FromText(absl::string_view text);
  // Reads a "PUBLIC KEY" PEM. INVALID_ARGUMENT with reason KEY_MALFORMED, also for
  // a key of another algorithm.
  static absl::StatusOr<Ed25519PublicKey> FromPem(absl::string_view pem);

  // The 32 bytes of the key.
  const std::string& bytes() const { return bytes_; }
  // Standard base64 of the 32 bytes, with padding: 44 characters.
  std::string ToText() const;
  std::string ToPem() const;

  // Is `signature` (any length) this key's for `message`?
  [[nodiscard]] bool Verifies(absl::string_view message, absl::string_view signature) const;

  friend bool operator==(const Ed25519PublicKey& a, const Ed25519PublicKey& b) {
    return a.bytes_ == b.bytes_;
  }

 private:
  friend class Ed25519PrivateKey;
  explicit Ed25519PublicKey(std::shared_ptr<evp_pkey_st> key);

  // Shared by copies: OpenSSL's key is immutable once made and counts references.
  std::shared_ptr<evp_pkey_st> key_;
  std::string bytes_;
};

class Ed25519PrivateKey {
 public:
  // From 32 secret bytes (RFC 8032, 5.1.5). INVALID_ARGUMENT with reason
  // KEY_MALFORMED for another length. The caller wipes its copy.
  static absl::StatusOr<Ed25519PrivateKey> FromSeed(absl::string_view seed);
  // Reads an unencrypted "PRIVATE KEY" PEM (PKCS #8). INVALID_ARGUMENT with reason
  // KEY_MALFORMED, also for a key of another algorithm or one with a passphrase.
  static absl::StatusOr<Ed25519PrivateKey> FromPem(absl::string_view pem);

  // Secret: for the file that the key is kept in, and nothing else.
  std::string ToPem() const;

  const Ed25519PublicKey& public_key() const { return public_key_; }

  // 64 bytes; the same for the same message.
  std::string Sign(absl::string_view message) const;

 private:
  explicit Ed25519PrivateKey(std::shared_ptr<evp_pkey_st> key);

  // Shared by copies, as above; wiped by OpenSSL when the last one goes.
  std::shared_ptr<evp_pkey_st> key_;
  Ed25519PublicKey public_key_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_MERKLE_ED25519_H_
