#include "libs/client/retry.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "libs/transport/wire_status.h"

namespace safehaven {
namespace {

// 50 ms doubled twenty times is hours: beyond any delay_max.
constexpr int kDoublingsMax = 20;

// A number from 0 to 1.
double Fraction(Randomness& randomness) {
  const std::string bytes = randomness.Bytes(2);
  const auto high = static_cast<unsigned char>(bytes[0]);
  const auto low = static_cast<unsigned char>(bytes[1]);
  return (high * 256 + low) / 65535.0;
}

}  // namespace

absl::Duration DelayAfter(int failures, const Backoff& backoff, Randomness& jitter) {
  const int doublings = std::clamp(failures - 1, 0, kDoublingsMax);
  const absl::Duration full =
      std::min(backoff.delay_max, backoff.delay_min * (int64_t{1} << doublings));
  return full / 2 + full / 2 * Fraction(jitter);
}

std::optional<absl::Duration> RetryDelay(const absl::Status& failure, const Attempt& attempt,
                                         const Backoff& backoff, Randomness& jitter) {
  if (failure.code() != absl::StatusCode::kUnavailable || !attempt.idempotent) return std::nullopt;
  if (attempt.number >= kAttemptsMax) return std::nullopt;
  const absl::Duration delay = std::max(DelayAfter(attempt.number, backoff, jitter),
                                        RetryAfterOf(failure).value_or(absl::ZeroDuration()));
  if (attempt.now + delay >= attempt.deadline) return std::nullopt;
  return delay;
}

}  // namespace safehaven
