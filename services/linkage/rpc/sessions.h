// Sessions for asking about single records and for clerical review. A warrant lives for
// seconds and is used once; a session is what it permitted, for one person at one program
// under one authority: a permit that is checked again at each call (consent_gate.h), held
// in memory only. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_SESSIONS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_SESSIONS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/base/revision.h"
#include "libs/server/call.h"
#include "services/linkage/core/pseudonym.h"
#include "services/linkage/rpc/consent_gate.h"

namespace safehaven::linkage {

inline constexpr absl::Duration kSessionLifeMax = absl::Minutes(15);
inline constexpr size_t kSessionsMax = 1'000;

struct LinkSession {
  std::string id;
  std::string authority;
  std::string caller;       // digest of the person, as in the warrant
  std::string role;         // likewise
  std::string thumbprint;   // of the presenting program's certificate
  std::string environment_key;
  std::vector<std::string> sources;
  Revision objection_revision;
  // Place of the warrant in consent's log, and when it was accepted.
  storage::v1::LinkageRunRecord permit;
  // Under which persons of answers are named.
  SecretKey reference_key;
};

class Sessions {
 public:
  // All are borrowed and outlive it.
  Sessions(ConsentGate& gate, const Clock& clock, Randomness& randomness)
      : gate_(gate), clock_(clock), randomness_(randomness) {}

  // A session for what was admitted; the same request of the same caller gets the same one
  // while it lasts. RESOURCE_EXHAUSTED with reason SESSIONS_TOO_MANY.
  absl::StatusOr<std::shared_ptr<const LinkSession>> Open(const Call& call, const AdmittedCall& admitted,
                                                          const std::string& request_id) ABSL_LOCKS_EXCLUDED(mutex_);

  // The session, if it is this caller's and its permit still holds: PERMISSION_DENIED with
  // reason SESSION_UNKNOWN (not there, over, or another's: it reads the same), or as
  // ConsentGate::CheckPermit.
  absl::StatusOr<std::shared_ptr<const LinkSession>> Find(const Call& call, const std::string& id) const
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void DropOver() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  ConsentGate& gate_;
  const Clock& clock_;
  Randomness& randomness_;
  mutable absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<const LinkSession>> sessions_ ABSL_GUARDED_BY(mutex_);
  // By request id and caller.
  std::map<std::string, std::string> requests_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_SESSIONS_H_
