// Recognises the program behind a connection from the certificate that TLS verified.
// Reading a certificate costs as much as a whole call, so what was read is kept.
#ifndef SAFEHAVEN_LIBS_SERVER_PEER_DIRECTORY_H_
#define SAFEHAVEN_LIBS_SERVER_PEER_DIRECTORY_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/server/call.h"
#include "libs/transport/certificate.h"

namespace safehaven {

// Thread-safe. Keeps at most kPeersMax certificates; beyond that it starts anew.
class PeerDirectory {
 public:
  static constexpr size_t kPeersMax = 4096;

  // `trust_domain`: the only one whose programs are known here.
  explicit PeerDirectory(absl::string_view trust_domain) : trust_domain_(trust_domain) {}

  // The program that holds the certificate. UNAUTHENTICATED with reason
  // IDENTITY_MISSING if the certificate is empty or names no program, IDENTITY_FOREIGN
  // if it is of another trust domain, CERTIFICATE_EXPIRED outside its validity (a
  // connection may outlive the certificate it was opened with).
  absl::StatusOr<Peer> Recognise(absl::string_view certificate_pem, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::StatusOr<Certificate> Find(absl::string_view certificate_pem) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::string trust_domain_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Certificate> certificates_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_PEER_DIRECTORY_H_
