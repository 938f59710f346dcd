// How much one person may ask about single records, so that the answers are no oracle:
// a rate, and a volume a day, across all sessions. Reaching a limit is logged. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_MATCH_LIMITS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_MATCH_LIMITS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"

namespace safehaven::linkage {

struct MatchLimitOptions {
  uint64_t records_per_second_max = 2'500;
  uint64_t records_per_day_max = 10'000;
};

// At most so many persons are counted at once; beyond, who is new has to wait.
inline constexpr size_t kLimitedCallersMax = 10'000;

class MatchLimits {
 public:
  // `clock` is borrowed and outlives it.
  MatchLimits(const MatchLimitOptions& options, const Clock& clock) : options_(options), clock_(clock) {}

  // Counts `records` for `caller`, all or none; returns how many are left today.
  // RESOURCE_EXHAUSTED with reason MATCH_RATE_LIMITED or MATCH_VOLUME_SPENT.
  absl::StatusOr<uint64_t> Take(const std::string& caller, uint64_t records) ABSL_LOCKS_EXCLUDED(mutex_);

  // How many are left today.
  uint64_t Left(const std::string& caller) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Use {
    int64_t day = 0;       // since 1970, UTC
    uint64_t records = 0;  // of that day
    double allowance = 0;  // of the rate
    absl::Time time;       // when the allowance was counted
  };
  // Brings what is known of `caller` up to now; null if too many are counted.
  Use* UseOf(const std::string& caller, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const MatchLimitOptions options_;
  const Clock& clock_;
  absl::Mutex mutex_;
  std::map<std::string, Use> uses_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_MATCH_LIMITS_H_
