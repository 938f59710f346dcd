// TLS credentials of servers and clients: the only file that touches gRPC's
// experimental TLS interface.
//
// Files are watched, so a renewed certificate is used for new connections without a
// restart. Who the peer is, is read from its SPIFFE id: a client checks that the
// server is the program it wanted to reach, whatever name or address it was reached
// under; a server leaves that to the method policy. Thread-safe.
#ifndef SAFEHAVEN_LIBS_TRANSPORT_TLS_H_
#define SAFEHAVEN_LIBS_TRANSPORT_TLS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"
#include "libs/transport/certificate.h"
#include "libs/transport/tls_files.h"

namespace safehaven {

// How often the files are looked at.
inline constexpr unsigned int kCertificateRefreshSeconds = 1;

// Credentials of a server that requires a certificate from every client (`mutual`), or
// none. Fails as ReadTlsFiles() does.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerTls(const TlsFiles& files,
                                                                   bool mutual);

// Credentials of a client. `files.certificate` and `files.key` may be empty where the
// server asks for none. The server must show exactly the identity `expected`; otherwise
// the handshake fails and calls end with UNAVAILABLE.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ClientTls(const TlsFiles& files,
                                                                    const SpiffeId& expected);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_TRANSPORT_TLS_H_
