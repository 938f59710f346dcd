// What Safehaven reads in an X.509 certificate: whose it is, until when, and its
// thumbprint, to which a warrant is bound. Whether it was issued by an authority we
// trust is for TLS to check, not for this file. Pure functions; thread-safe.
#ifndef SAFEHAVEN_LIBS_TRANSPORT_CERTIFICATE_H_
#define SAFEHAVEN_LIBS_TRANSPORT_CERTIFICATE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/transport/spiffe_id.h"

namespace safehaven {

struct Certificate {
  SpiffeId id;
  std::string thumbprint;  // 32 bytes: SHA-256 of the DER encoding
  absl::Time not_before;
  absl::Time not_after;
};

// Reads the first certificate of PEM text (the leaf of a chain). INVALID_ARGUMENT with
// reason CERTIFICATE_MALFORMED, or CERTIFICATE_IDENTITY if it has not exactly one URI
// SAN or that is not a SPIFFE id.
absl::StatusOr<Certificate> ReadCertificate(absl::string_view pem);

// Does the private key belong to the first certificate? FAILED_PRECONDITION with reason
// TLS_KEY_MISMATCH if not, INVALID_ARGUMENT with CERTIFICATE_MALFORMED or
// TLS_KEY_MALFORMED if one of them cannot be read. The message holds no key material.
absl::Status CheckKeyMatches(absl::string_view certificate_pem, absl::string_view key_pem);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_TRANSPORT_CERTIFICATE_H_
