#include "services/consent/rpc/followers.h"

#include <algorithm>

#include "libs/warrant/warrant.h"

namespace safehaven::consent {

void Followers::Heard(absl::string_view program, absl::string_view thumbprint, uint64_t applied_size) {
  absl::MutexLock lock(&mutex_);
  followers_[std::string(program)] = {
      .thumbprint = std::string(thumbprint), .applied_size = applied_size, .heard_time = clock_.Now()};
  changed_.SignalAll();
}

void Followers::Grown(uint64_t size) {
  absl::MutexLock lock(&mutex_);
  size_ = std::max(size_, size);
  changed_.SignalAll();
}

void Followers::Narrowed(uint64_t floor) {
  absl::MutexLock lock(&mutex_);
  floor_ = std::max(floor_, floor);
  changed_.SignalAll();
}

void Followers::WaitForNews(const Known& known, absl::Duration timeout) const {
  const absl::Time end = clock_.Now() + timeout;
  absl::MutexLock lock(&mutex_);
  while (size_ <= known.size && floor_ <= known.floor) {
    const absl::Duration rest = end - clock_.Now();
    if (rest <= absl::ZeroDuration() || changed_.WaitWithTimeout(&mutex_, rest)) return;
  }
}

bool Followers::AllApplied(uint64_t size, absl::Time& look_again) const {
  const absl::Time now = clock_.Now();
  look_again = absl::InfiniteFuture();
  // A follower that has not called since we started may still work on what it had.
  if (followers_.empty() && now < started_ + kWarrantLifeMax) look_again = started_ + kWarrantLifeMax;
  for (const auto& [program, follower] : followers_) {
    if (follower.applied_size >= size) continue;
    const absl::Time lease_end = follower.heard_time + kWarrantLifeMax;
    if (now < lease_end) look_again = std::min(look_again, lease_end);
  }
  return look_again == absl::InfiniteFuture();
}

bool Followers::AwaitApplied(uint64_t size, absl::Time deadline, std::vector<std::string>& confirmed) const {
  absl::MutexLock lock(&mutex_);
  absl::Time look_again;
  while (!AllApplied(size, look_again)) {
    const absl::Time now = clock_.Now();
    if (now >= deadline) return false;
    changed_.WaitWithTimeout(&mutex_, std::min(look_again, deadline) - now);
  }
  for (const auto& [program, follower] : followers_) {
    if (follower.applied_size >= size) confirmed.push_back(program);
  }
  return true;
}

std::optional<std::string> Followers::LiveThumbprint(absl::string_view program) const {
  absl::MutexLock lock(&mutex_);
  const auto found = followers_.find(std::string(program));
  if (found == followers_.end() || clock_.Now() - found->second.heard_time > kWarrantLifeMax) return std::nullopt;
  return found->second.thumbprint;
}

}  // namespace safehaven::consent
