// When a call is sent again, and after how long. The only retry policy there is: after
// UNAVAILABLE, on methods that declare themselves idempotent (AIP-194), within the
// call's deadline. gRPC's own retries are off. Values and pure functions.
#ifndef SAFEHAVEN_LIBS_CLIENT_RETRY_H_
#define SAFEHAVEN_LIBS_CLIENT_RETRY_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/client/cancellation.h"

namespace safehaven {

struct Backoff {
  absl::Duration delay_min = absl::Milliseconds(50);
  absl::Duration delay_max = absl::Seconds(5);
};

// How often a call is sent in all.
inline constexpr int kAttemptsMax = 5;

// Waiting, as an argument: tests do not sleep. Thread-safe.
class Sleeper {
 public:
  virtual ~Sleeper() = default;
  // Returns after `duration`, or when cancelled.
  virtual void Sleep(absl::Duration duration, Cancellation& cancellation) = 0;
};

// The real one.
class SystemSleeper final : public Sleeper {
 public:
  void Sleep(absl::Duration duration, Cancellation& cancellation) override {
    cancellation.WaitFor(duration);
  }
};

// The delay before attempt `failures` + 1: twice as long after each failure, between
// half of that and all of it, so that clients that failed together do not come back
// together. `failures` is at least 1.
absl::Duration DelayAfter(int failures, const Backoff& backoff, Randomness& jitter);

struct Attempt {
  int number = 1;  // the one that just failed, from 1
  bool idempotent = false;
  absl::Time now;
  absl::Time deadline;
};

// How long to wait before the next attempt, or nothing if there is to be none. A hint of
// the server (RetryInfo) is kept to if it is longer.
std::optional<absl::Duration> RetryDelay(const absl::Status& failure, const Attempt& attempt,
                                         const Backoff& backoff, Randomness& jitter);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_CLIENT_RETRY_H_
