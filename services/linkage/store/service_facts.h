// Small facts that linkage keeps of itself and of consent: its own incarnation, how far
// it followed consent's log, and which warrants were used. Thread-safe; the store is
// borrowed and outlives them.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_STORE_SERVICE_FACTS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_STORE_SERVICE_FACTS_H_

#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/merkle/checkpoint_follower.h"
#include "libs/storage/store.h"

namespace safehaven::linkage {

// 32 lower-case hex digits, made at the first start, and anew if `renew`: after a
// restore, so that whoever follows linkage stops until it is reconciled.
absl::StatusOr<std::string> OpenIncarnation(Store& store, Randomness& randomness, bool renew);

// The last checkpoint of consent that was accepted, or nothing.
absl::StatusOr<std::optional<FollowedCheckpoint>> ReadFollowed(Store& store);
absl::Status SaveFollowed(Store& store, const FollowedCheckpoint& checkpoint);

// Warrants that were used, by id, until they have expired.
class UsedWarrants {
 public:
  explicit UsedWarrants(Store& store) : store_(store) {}

  struct Use {
    absl::string_view warrant;  // id
    absl::Time expire_time;
    absl::string_view purpose;  // what it is used for: the same again is a retry
    absl::Time now;
  };
  // Marks the warrant as used, durably, before anything is done under it.
  // PERMISSION_DENIED with reason WARRANT_USED if it was used for something else.
  absl::Status Take(const Use& use, absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Forgets what has expired, now and then.
  absl::Status Purge(absl::Time now, absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);

  Store& store_;
  absl::Mutex mutex_;
  absl::Time next_purge_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_STORE_SERVICE_FACTS_H_
