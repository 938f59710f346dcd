#include "services/gateway/core/rate_limit.h"

#include <algorithm>

namespace safehaven::gateway {

absl::Duration RateLimiter::Take(absl::string_view caller, absl::Time now) {
  absl::Time& full_time = BucketOf(caller, now);
  const absl::Time after = std::max(full_time, now) + limits_.interval;
  const absl::Time allowed = now + limits_.burst * limits_.interval;
  if (after > allowed) return after - allowed;
  full_time = after;
  return absl::ZeroDuration();
}

absl::Time& RateLimiter::BucketOf(absl::string_view caller, absl::Time now) {
  const auto found = full_times_.find(caller);
  if (found != full_times_.end()) return found->second;
  if (full_times_.size() >= limits_.callers_max) {
    // A full bucket says nothing that a missing one would not.
    absl::erase_if(full_times_, [now](const auto& item) { return item.second <= now; });
  }
  if (full_times_.size() >= limits_.callers_max) return shared_full_time_;
  return full_times_[std::string(caller)] = absl::InfinitePast();
}

}  // namespace safehaven::gateway
