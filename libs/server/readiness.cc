#include "libs/server/readiness.h"

#include <algorithm>
#include <utility>

namespace safehaven {

void Readiness::Require(absl::string_view name) { Set(name, Condition{}, true); }

void Readiness::Met(absl::string_view name) {
  Set(name, Condition{.met = true, .reason = ""}, false);
}

void Readiness::NotMet(absl::string_view name, absl::string_view reason) {
  Set(name, Condition{.met = false, .reason = std::string(reason)}, false);
}

bool Readiness::IsReady() const {
  absl::MutexLock lock(&mutex_);
  return std::all_of(conditions_.begin(), conditions_.end(),
                     [](const auto& named) { return named.second.met; });
}

Readiness::Conditions Readiness::Get() const {
  absl::MutexLock lock(&mutex_);
  return conditions_;
}

void Readiness::Set(absl::string_view name, Condition condition, bool only_if_absent) {
  {
    absl::MutexLock lock(&mutex_);
    const auto [found, made] = conditions_.try_emplace(std::string(name), condition);
    if (!made) {
      if (only_if_absent || found->second == condition) return;
      found->second = std::move(condition);
    }
    ++changes_;
  }
  Publish();
}

// The listener is called without the lock, and yet never with an older state after a
// newer one: one thread publishes, and goes on until it has published the last change.
void Readiness::Publish() {
  mutex_.Lock();
  if (publishing_) {
    mutex_.Unlock();
    return;
  }
  publishing_ = true;
  while (published_ != changes_) {
    published_ = changes_;
    const Conditions conditions = conditions_;
    mutex_.Unlock();
    listener_(conditions);
    mutex_.Lock();
  }
  publishing_ = false;
  mutex_.Unlock();
}

}  // namespace safehaven
