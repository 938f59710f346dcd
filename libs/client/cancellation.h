// A way to give up: one side cancels, the other stops waiting. It ends calls in flight
// and sleeps alike. Cancelled stays cancelled. Thread-safe.
#ifndef SAFEHAVEN_LIBS_CLIENT_CANCELLATION_H_
#define SAFEHAVEN_LIBS_CLIENT_CANCELLATION_H_

#include <cstdint>
#include <functional>
#include <map>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace safehaven {

class Cancellation {
 public:
  Cancellation() = default;
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  void Cancel() ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsCancelled() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits until cancelled, at most `duration`; says whether it was.
  bool WaitFor(absl::Duration duration) ABSL_LOCKS_EXCLUDED(mutex_);

  // Runs `action` on Cancel(), or at once if that was before; not after its end. For
  // something short that never blocks, such as cancelling a call.
  class Hook {
   public:
    Hook(Cancellation& cancellation, std::function<void()> action);
    ~Hook();
    Hook(const Hook&) = delete;
    Hook& operator=(const Hook&) = delete;

   private:
    Cancellation& cancellation_;
    uint64_t id_;
  };

 private:
  mutable absl::Mutex mutex_;
  absl::CondVar changed_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t hooks_made_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, std::function<void()>> hooks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_CLIENT_CANCELLATION_H_
