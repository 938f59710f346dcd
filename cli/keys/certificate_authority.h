// A certificate authority for demonstrations and tests, made of OpenSSL calls so that no
// shell is needed. It issues what Safehaven's TLS expects: one SPIFFE id in a URI SAN.
// Not for production: its key lies in memory and there is no revocation.
#ifndef SAFEHAVEN_CLI_KEYS_CERTIFICATE_AUTHORITY_H_
#define SAFEHAVEN_CLI_KEYS_CERTIFICATE_AUTHORITY_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace safehaven {

// A certificate with its private key, both PEM.
struct IssuedCertificate {
  std::string certificate_pem;
  std::string key_pem;  // ECDSA P-256, PKCS #8, not encrypted
};

struct CertificateRequest {
  std::string common_name;                // at most 64 bytes; means nothing to us
  std::vector<std::string> uris;          // one SPIFFE id, but tests ask for others
  std::vector<std::string> dns_names;     // "localhost"
  std::vector<std::string> ip_addresses;  // "127.0.0.1"
  absl::Time not_before;
  absl::Time not_after;
};

// Immutable; thread-compatible.
class CertificateAuthority {
 public:
  // A new one, self-signed. INTERNAL with reason CERTIFICATE_NOT_MADE if OpenSSL fails.
  static absl::StatusOr<CertificateAuthority> Make(absl::string_view name, absl::Time not_before,
                                                   absl::Time not_after);
  // One that was made before. INVALID_ARGUMENT with reason CERTIFICATE_MALFORMED.
  static absl::StatusOr<CertificateAuthority> FromPem(IssuedCertificate own);

  const IssuedCertificate& own() const { return own_; }

  // A certificate for both sides of TLS with a fresh key. INVALID_ARGUMENT with reason
  // CERTIFICATE_REQUEST_INVALID if a name cannot be written into a certificate.
  absl::StatusOr<IssuedCertificate> Issue(const CertificateRequest& request) const;

 private:
  explicit CertificateAuthority(IssuedCertificate own) : own_(std::move(own)) {}

  IssuedCertificate own_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_CLI_KEYS_CERTIFICATE_AUTHORITY_H_
