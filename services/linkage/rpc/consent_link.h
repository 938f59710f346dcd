// Keeps linkage in step with consent: its log and heartbeats on one thread, its
// objections on another, so that computing who is left out never makes us miss a
// heartbeat. Knows no transport: consent's three calls are given as functions.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_CONSENT_LINK_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_CONSENT_LINK_H_

#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/revision.h"
#include "libs/follow/consent_follower.h"
#include "libs/server/readiness.h"
#include "safehaven/consent/v1/consent_service.pb.h"
#include "services/linkage/rpc/objections.h"
#include "services/linkage/rpc/publications.h"

namespace safehaven::linkage {

// Consent's objections after a log size, as ConsentService.ReadObjections.
using ReadObjections = std::function<absl::StatusOr<consent::v1::ReadObjectionsResponse>(uint64_t after_size)>;

// Thread-safe, but each of the two polls is for one thread.
class ConsentLink {
 public:
  // All are borrowed and outlive it. Conditions: "consent" (its heartbeat is fresh) and
  // "objections" (all that it announced are published).
  ConsentLink(ConsentFollower& consent, Publications& publications, Readiness& readiness, ReadObjections read)
      : consent_(consent), publications_(publications), readiness_(readiness), read_(std::move(read)) {
    readiness_.Require("consent");
    readiness_.Require("objections");
  }

  // One exchange of heartbeats; wakes PollObjections() if there are new objections.
  absl::Status PollConsent() ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits at most `wait` until a heartbeat announces objections that were not read (or
  // none were read yet), reads and publishes them; first what else waits to be published.
  // Whatever fails is done again by the next call. FAILED_PRECONDITION with reason INCARNATION_CHANGED, for good.
  absl::Status PollObjections(absl::Duration wait) ABSL_LOCKS_EXCLUDED(mutex_);

  // Up to where objections are published.
  Revision followed() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Reads what there is; the book then covers `announced`.
  absl::Status ReadUpTo(const Revision& announced);
  absl::Status Follow(const Revision& announced) ABSL_LOCKS_EXCLUDED(mutex_);

  ConsentFollower& consent_;
  Publications& publications_;
  Readiness& readiness_;
  const ReadObjections read_;
  ObjectionBook book_;  // of the thread that calls PollObjections()

  mutable absl::Mutex mutex_;
  absl::CondVar announced_changed_;
  Revision announced_ ABSL_GUARDED_BY(mutex_);  // by the newest heartbeat; size: of objections
  Revision followed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_CONSENT_LINK_H_
