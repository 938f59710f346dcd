#include "services/linkage/rpc/match_limits.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "libs/base/status.h"
#include "libs/server/log_line.h"

namespace safehaven::linkage {
namespace {

int64_t DayOf(absl::Time time) { return absl::ToUnixSeconds(time) / 86'400; }

absl::Status Reached(const std::string& caller, const char* reason, const char* message) {
  LogLine(Severity::kWarning, "match_limit_reached",
          {{"caller", absl::BytesToHexString(caller).substr(0, 16)}, {"reason", reason}});
  return Failure(absl::StatusCode::kResourceExhausted, reason, message);
}

}  // namespace

MatchLimits::Use* MatchLimits::UseOf(const std::string& caller, absl::Time now) {
  auto found = uses_.find(caller);
  if (found == uses_.end()) {
    if (uses_.size() >= kLimitedCallersMax) {
      std::erase_if(uses_, [now](const auto& entry) { return entry.second.day != DayOf(now); });
    }
    if (uses_.size() >= kLimitedCallersMax) return nullptr;
    const Use fresh = {.day = DayOf(now), .allowance = static_cast<double>(options_.records_per_second_max), .time = now};
    found = uses_.emplace(caller, fresh).first;
  }
  Use& use = found->second;
  if (use.day != DayOf(now)) use = {.day = DayOf(now), .allowance = use.allowance, .time = use.time};
  const double rate = static_cast<double>(options_.records_per_second_max);
  use.allowance = std::min(rate, use.allowance + rate * std::max(0.0, absl::ToDoubleSeconds(now - use.time)));
  use.time = now;
  return &use;
}

absl::StatusOr<uint64_t> MatchLimits::Take(const std::string& caller, uint64_t records) {
  uint64_t left = 0;
  const char* reason = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    Use* use = UseOf(caller, clock_.Now());
    if (use == nullptr || use->allowance < static_cast<double>(records)) {
      reason = "MATCH_RATE_LIMITED";
    } else if (use->records + records > options_.records_per_day_max) {
      reason = "MATCH_VOLUME_SPENT";
    } else {
      use->allowance -= static_cast<double>(records);
      use->records += records;
      left = options_.records_per_day_max - use->records;
    }
  }
  if (reason != nullptr) return Reached(caller, reason, "that is more than one person may ask about single records");
  return left;
}

uint64_t MatchLimits::Left(const std::string& caller) {
  absl::MutexLock lock(&mutex_);
  const Use* use = UseOf(caller, clock_.Now());
  return use == nullptr ? 0 : options_.records_per_day_max - use->records;
}

}  // namespace safehaven::linkage
