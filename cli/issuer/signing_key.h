// The demo issuer's ES256 key (RFC 7518, 3.4): made once, kept as a private JWK in the
// demo's state, published as a JWKS. cjose appears in the .cc only. Thread-safe once
// made.
#ifndef SAFEHAVEN_CLI_ISSUER_SIGNING_KEY_H_
#define SAFEHAVEN_CLI_ISSUER_SIGNING_KEY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven::cli {

class SigningKey {
 public:
  // A fresh key on P-256, from OpenSSL's generator. INTERNAL with reason KEY_NOT_MADE.
  static absl::StatusOr<SigningKey> Generate();

  // From PrivateJson(). INVALID_ARGUMENT with reason KEY_MALFORMED.
  static absl::StatusOr<SigningKey> FromPrivateJson(const std::string& json);

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  // The private key as a JWK: secret.
  std::string PrivateJson() const;

  // The public key as a JWKS of one key with kid, alg and use. The kid is the key's
  // thumbprint (RFC 7638), so another key never has it.
  const std::string& Jwks() const { return jwks_; }

  // `claims`, a JSON object, as a signed JWT. INTERNAL with reason TOKEN_NOT_MADE.
  absl::StatusOr<std::string> Sign(absl::string_view claims) const;

 private:
  struct Handle;
  explicit SigningKey(std::unique_ptr<Handle> handle);
  static absl::StatusOr<SigningKey> Adopt(std::unique_ptr<Handle> handle, absl::string_view reason);

  std::unique_ptr<Handle> handle_;
  std::string kid_;
  std::string jwks_;
};

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_ISSUER_SIGNING_KEY_H_
