#include "libs/transport/tls.h"

#include <functional>
#include <utility>

#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_certificate_verifier.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

using ::grpc::experimental::CertificateVerifier;
using ::grpc::experimental::ExternalCertificateVerifier;
using ::grpc::experimental::FileWatcherCertificateProvider;
using ::grpc::experimental::NoOpCertificateVerifier;
using ::grpc::experimental::TlsChannelCredentialsOptions;
using ::grpc::experimental::TlsCustomVerificationCheckRequest;
using ::grpc::experimental::TlsServerCredentialsOptions;

// Accepts a peer, already verified against our authorities, if its one URI name is the
// program we meant to reach. Host names are not compared: which address a program has
// is not a secret, whose key it holds is.
class ExpectedPeer final : public ExternalCertificateVerifier {
 public:
  explicit ExpectedPeer(std::string expected) : expected_(std::move(expected)) {}

  bool Verify(TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* sync_status) override {
    const auto names = request->uri_names();
    const bool expected = names.size() == 1 &&
                          absl::string_view(names[0].data(), names[0].size()) == expected_;
    *sync_status = expected ? grpc::Status::OK
                            : grpc::Status(grpc::StatusCode::UNAUTHENTICATED,
                                           "the server is not the program it should be");
    return true;
  }

  void Cancel(TlsCustomVerificationCheckRequest*) override {}

 private:
  const std::string expected_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerTls(const TlsFiles& files,
                                                                   bool mutual) {
  auto provider = std::make_shared<FileWatcherCertificateProvider>(
      files.key, files.certificate, mutual ? files.authorities : "", kCertificateRefreshSeconds);
  TlsServerCredentialsOptions options(std::move(provider));
  options.watch_identity_key_cert_pairs();
  if (mutual) {
    options.watch_root_certs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    // The chain is verified by TLS; the identity in it by each method's policy.
    options.set_certificate_verifier(std::make_shared<NoOpCertificateVerifier>());
  } else {
    options.set_cert_request_type(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  }
  options.set_check_call_host(false);
  auto credentials = grpc::experimental::TlsServerCredentials(options);
  if (credentials == nullptr) return Internal("TLS_FAILED", "gRPC made no server credentials");
  return credentials;
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ClientTls(const TlsFiles& files,
                                                                    const SpiffeId& expected) {
  // A client without authorities would trust the system's, which know nothing of ours.
  SH_RETURN_IF_ERROR(ReadTlsFile(files.authorities));
  TlsChannelCredentialsOptions options;
  options.set_certificate_provider(std::make_shared<FileWatcherCertificateProvider>(
      files.key, files.certificate, files.authorities, kCertificateRefreshSeconds));
  options.watch_root_certs();
  if (!files.certificate.empty()) options.watch_identity_key_cert_pairs();
  options.set_verify_server_certs(true);
  options.set_certificate_verifier(
      ExternalCertificateVerifier::Create<ExpectedPeer>(expected.ToString()));
  options.set_check_call_host(false);
  auto credentials = grpc::experimental::TlsCredentials(options);
  if (credentials == nullptr) return Internal("TLS_FAILED", "gRPC made no channel credentials");
  return credentials;
}

}  // namespace safehaven
