// Who follows consent's log, how far each has applied it, and a place to wait for
// either side: followers for the log to grow, a narrowing change for the followers.
// Thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_RPC_FOLLOWERS_H_
#define SAFEHAVEN_SERVICES_CONSENT_RPC_FOLLOWERS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"

namespace safehaven::consent {

class Followers {
 public:
  // `clock` outlives it. `started`: followers of the life before may still hold a lease
  // until then plus one.
  Followers(const Clock& clock, absl::Time started) : clock_(clock), started_(started) {}

  // A follower called: it has applied the log up to `applied_size`.
  void Heard(absl::string_view program, absl::string_view thumbprint, uint64_t applied_size)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The log has grown to `size`. Never blocks; for the log's own thread.
  void Grown(uint64_t size) ABSL_LOCKS_EXCLUDED(mutex_);

  // Heartbeats name `floor` from now on: a narrowing change has been folded into the
  // state. Apart from Grown(), because the log grows first, and a follower that is woken
  // by that may be answered with the floor of before.
  void Narrowed(uint64_t floor) ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits until there is news for a follower that has `known`, at most `timeout`: the log
  // is larger, or a higher floor is in force.
  struct Known {
    uint64_t size = 0;
    uint64_t floor = 0;
  };
  void WaitForNews(const Known& known, absl::Duration timeout) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits until every follower has applied `size`, or has been silent for a lease (one
  // warrant's life) and so holds nothing any more. Returns those that confirmed; after
  // `deadline` nothing, and false.
  bool AwaitApplied(uint64_t size, absl::Time deadline, std::vector<std::string>& confirmed) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Certificate thumbprint of the live follower `program`, or nothing.
  std::optional<std::string> LiveThumbprint(absl::string_view program) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Follower {
    std::string thumbprint;
    uint64_t applied_size = 0;
    absl::Time heard_time;
  };
  // Has everybody applied `size` or lost its lease? If not, when to look again.
  bool AllApplied(uint64_t size, absl::Time& look_again) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  const absl::Time started_;
  mutable absl::Mutex mutex_;
  mutable absl::CondVar changed_;
  std::map<std::string, Follower> followers_ ABSL_GUARDED_BY(mutex_);
  uint64_t size_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t floor_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_RPC_FOLLOWERS_H_
