#include "libs/client/cancellation.h"

#include <utility>

#include "absl/time/clock.h"

namespace safehaven {

// The hooks run under the lock, against the habit: only so can the end of a Hook be the
// end of its action. They are our own, short, and take no lock that is held here.
void Cancellation::Cancel() {
  absl::MutexLock lock(&mutex_);
  if (cancelled_) return;
  cancelled_ = true;
  changed_.SignalAll();
  for (const auto& [id, action] : hooks_) action();
}

bool Cancellation::IsCancelled() const {
  absl::MutexLock lock(&mutex_);
  return cancelled_;
}

bool Cancellation::WaitFor(absl::Duration duration) {
  const absl::Time deadline = absl::Now() + duration;
  absl::MutexLock lock(&mutex_);
  while (!cancelled_) {
    if (changed_.WaitWithDeadline(&mutex_, deadline)) break;
  }
  return cancelled_;
}

Cancellation::Hook::Hook(Cancellation& cancellation, std::function<void()> action)
    : cancellation_(cancellation) {
  absl::MutexLock lock(&cancellation_.mutex_);
  id_ = cancellation_.hooks_made_++;
  if (cancellation_.cancelled_) action();
  cancellation_.hooks_.emplace(id_, std::move(action));
}

Cancellation::Hook::~Hook() {
  absl::MutexLock lock(&cancellation_.mutex_);
  cancellation_.hooks_.erase(id_);
}

}  // namespace safehaven
