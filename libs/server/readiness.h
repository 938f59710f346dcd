// Is the service ready to take calls, and if not, why? A service is ready when every
// condition that it required holds: "register loaded", "follows consent". Conditions
// begin as not met, so that nothing is ready by omission.
//
// This is readiness only. Liveness says that the process answers at all, and must not
// look at stores or peers: a restart mends neither.
#ifndef SAFEHAVEN_LIBS_SERVER_READINESS_H_
#define SAFEHAVEN_LIBS_SERVER_READINESS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace safehaven {

// Thread-safe.
class Readiness {
 public:
  struct Condition {
    bool met = false;
    std::string reason = "NOT_YET";  // UPPER_SNAKE, why it is not met; "" when it is
    friend bool operator==(const Condition&, const Condition&) = default;
  };
  using Conditions = std::map<std::string, Condition>;
  // Told after each change, one at a time, last state last; never under the lock.
  using Listener = std::function<void(const Conditions& conditions)>;

  explicit Readiness(Listener listener) : listener_(std::move(listener)) {}

  // Makes a condition that is not met yet; does nothing if it is there.
  void Require(absl::string_view name) ABSL_LOCKS_EXCLUDED(mutex_);

  // The condition holds; it is made if it was not required before.
  void Met(absl::string_view name) ABSL_LOCKS_EXCLUDED(mutex_);

  // The condition does not hold, for `reason` (UPPER_SNAKE).
  void NotMet(absl::string_view name, absl::string_view reason) ABSL_LOCKS_EXCLUDED(mutex_);

  // Are all conditions met? True where none is required.
  bool IsReady() const ABSL_LOCKS_EXCLUDED(mutex_);

  Conditions Get() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Set(absl::string_view name, Condition condition, bool only_if_absent)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Publish() ABSL_LOCKS_EXCLUDED(mutex_);

  const Listener listener_;
  mutable absl::Mutex mutex_;
  Conditions conditions_ ABSL_GUARDED_BY(mutex_);
  uint64_t changes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t published_ ABSL_GUARDED_BY(mutex_) = 0;
  bool publishing_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_READINESS_H_
