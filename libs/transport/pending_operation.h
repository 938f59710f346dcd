// One operation of a callback stream (a read, or a write) turned into a blocking call:
// a thread starts it, waits, and a reactor reports its end. At most one is in flight.
//
// This is what gives streams flow control for free: nothing is read before somebody
// wants it, and a writer waits until the transport has taken its message. It knows
// nothing of gRPC. Thread-safe: one waiting thread, any reporting thread.
#ifndef SAFEHAVEN_LIBS_TRANSPORT_PENDING_OPERATION_H_
#define SAFEHAVEN_LIBS_TRANSPORT_PENDING_OPERATION_H_

#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace safehaven {

class PendingOperation {
 public:
  // Before the operation is started.
  void Begin() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    outcome_.reset();
  }

  // From the reactor: did it succeed?
  void End(bool succeeded) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    outcome_ = succeeded;
    ended_.SignalAll();
  }

  // Whether it succeeded, or nothing if it has not ended by `deadline`; then the
  // operation is still in flight and must be waited for again, after a cancellation.
  std::optional<bool> Wait(absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    while (!outcome_.has_value()) {
      if (ended_.WaitWithDeadline(&mutex_, deadline)) break;
    }
    return outcome_;
  }

 private:
  absl::Mutex mutex_;
  absl::CondVar ended_;
  std::optional<bool> outcome_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_TRANSPORT_PENDING_OPERATION_H_
