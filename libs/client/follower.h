// Follows another service by long polls, on a thread of its own: poll, act on the news,
// poll again at once; after a failure wait, longer each time. What a poll means is its
// function's business; this class only keeps it going and stops it promptly.
#ifndef SAFEHAVEN_LIBS_CLIENT_FOLLOWER_H_
#define SAFEHAVEN_LIBS_CLIENT_FOLLOWER_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/client/cancellation.h"
#include "libs/client/retry.h"

namespace safehaven {

// How the following goes.
struct FollowerState {
  int failures = 0;                            // since the last success
  absl::Status last_outcome;                   // of the last poll; OK before the first
  absl::Time last_success = absl::InfinitePast();
};

// Thread-safe.
class Follower {
 public:
  // One poll and what follows from it. Hands `cancellation` to its call, and gives up
  // when it is cancelled. Runs on the follower's thread, never twice at once.
  using Poll = std::function<absl::Status(Cancellation& cancellation)>;

  // What the follower takes from the world; all must outlive it.
  struct World {
    const Clock& clock;
    Sleeper& sleeper;
    Randomness& jitter;
  };

  // Begins at once.
  Follower(Poll poll, Backoff backoff, const World& world);
  // Stops.
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  // Cancels the poll in flight and waits for its end. Not from inside a poll.
  void Stop();

  FollowerState state() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run();
  // How many polls have failed in a row, this one included.
  int Record(const absl::Status& outcome) ABSL_LOCKS_EXCLUDED(mutex_);

  const Poll poll_;
  const Backoff backoff_;
  const World world_;
  Cancellation cancellation_;
  mutable absl::Mutex mutex_;
  FollowerState state_ ABSL_GUARDED_BY(mutex_);
  // Last: it uses the others.
  std::thread thread_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_CLIENT_FOLLOWER_H_
