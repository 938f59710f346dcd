// The files from which TLS credentials are made, checked before they are used, so
// that a program with wrong keys refuses to start instead of failing each handshake.
// Thread-safe.
#ifndef SAFEHAVEN_LIBS_TRANSPORT_TLS_FILES_H_
#define SAFEHAVEN_LIBS_TRANSPORT_TLS_FILES_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/transport/certificate.h"

namespace safehaven {

// Paths of PEM files.
struct TlsFiles {
  std::string certificate;  // own certificate, then its intermediates
  std::string key;          // its private key, not encrypted
  std::string authorities;  // certificates of the authorities trusted for the peer
};

// Reads `files` and returns the own certificate. FAILED_PRECONDITION with reason
// TLS_KEYS_MISSING if a path is empty or cannot be read, TLS_KEY_MISMATCH if key and
// certificate do not belong together, TLS_CERTIFICATE_EXPIRED at or after the end of
// its validity; INVALID_ARGUMENT as ReadCertificate(). `authorities` may be empty only
// if `authorities_required` is false.
absl::StatusOr<Certificate> ReadTlsFiles(const TlsFiles& files, bool authorities_required,
                                         absl::Time now);

// The whole file, at most 1 MiB. FAILED_PRECONDITION with reason TLS_KEYS_MISSING.
absl::StatusOr<std::string> ReadTlsFile(const std::string& path);

// Is `address` ("127.0.0.1:0", "[::1]:443", "localhost:8443") on this machine's
// loopback, so that nothing sent there crosses a wire?
bool IsLoopback(absl::string_view address);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_TRANSPORT_TLS_FILES_H_
