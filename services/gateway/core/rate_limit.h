// How often one caller may ask. A bucket a caller, that holds `burst` requests and fills
// at a fixed rate; kept as the time at which it would be full again (the generic cell
// rate algorithm, ITU-T I.371), so that it is one comparison and nothing runs in the
// background.
//
// The table is bounded. Callers that find no place share one bucket, so that a flood of
// made-up callers slows the strangers among us and nobody who is known already.
// Thread-compatible; time is an argument.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_CORE_RATE_LIMIT_H_
#define SAFEHAVEN_SERVICES_GATEWAY_CORE_RATE_LIMIT_H_

#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace safehaven::gateway {

struct RateLimits {
  absl::Duration interval = absl::Milliseconds(500);  // one request more each
  int burst = 20;                                     // at once, after a rest; at least 1
  size_t callers_max = 10'000;
};

class RateLimiter {
 public:
  explicit RateLimiter(const RateLimits& limits) : limits_(limits) {}

  // Takes one request of `caller` if it may ask now: zero. Otherwise takes nothing and
  // returns how long it has to wait.
  absl::Duration Take(absl::string_view caller, absl::Time now);

  size_t size() const { return full_times_.size(); }

 private:
  absl::Time& BucketOf(absl::string_view caller, absl::Time now);

  const RateLimits limits_;
  absl::flat_hash_map<std::string, absl::Time> full_times_;
  absl::Time shared_full_time_ = absl::InfinitePast();
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_CORE_RATE_LIMIT_H_
