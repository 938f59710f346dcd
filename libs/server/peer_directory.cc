#include "libs/server/peer_directory.h"

#include "libs/base/status.h"

namespace safehaven {
namespace {

absl::Status Unauthenticated(absl::string_view reason, absl::string_view message) {
  return Failure(absl::StatusCode::kUnauthenticated, reason, message);
}

}  // namespace

absl::StatusOr<Peer> PeerDirectory::Recognise(absl::string_view certificate_pem, absl::Time now) {
  if (certificate_pem.empty()) {
    return Unauthenticated("IDENTITY_MISSING", "the connection has no client certificate");
  }
  const absl::StatusOr<Certificate> certificate = Find(certificate_pem);
  if (!certificate.ok()) {
    return Unauthenticated("IDENTITY_MISSING", "the client certificate names no program");
  }
  if (certificate->id.trust_domain != trust_domain_) {
    return Unauthenticated("IDENTITY_FOREIGN", "the client is of another trust domain");
  }
  if (now >= certificate->not_after || now < certificate->not_before) {
    return Unauthenticated("CERTIFICATE_EXPIRED", "the client certificate is not valid now");
  }
  return Peer{.spiffe_path = certificate->id.path, .thumbprint = certificate->thumbprint};
}

absl::StatusOr<Certificate> PeerDirectory::Find(absl::string_view certificate_pem) {
  {
    absl::MutexLock lock(&mutex_);
    const auto found = certificates_.find(certificate_pem);
    if (found != certificates_.end()) return found->second;
  }
  SH_ASSIGN_OR_RETURN(Certificate certificate, ReadCertificate(certificate_pem));
  absl::MutexLock lock(&mutex_);
  if (certificates_.size() >= kPeersMax) certificates_.clear();
  certificates_.emplace(certificate_pem, certificate);
  return certificate;
}

}  // namespace safehaven
