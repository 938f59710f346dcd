#include "services/gateway/core/rate_limit.h"

#include <string>

#include "gtest/gtest.h"

namespace safehaven::gateway {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);
constexpr absl::Duration kNoWait = absl::ZeroDuration();

TEST(RateLimiter, ABurstIsAllowedAndThenOneRequestAnInterval) {
  RateLimiter limiter({.interval = absl::Seconds(1), .burst = 3, .callers_max = 10});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.Take("a", kStart), kNoWait);
  EXPECT_EQ(limiter.Take("a", kStart), absl::Seconds(1));
  EXPECT_EQ(limiter.Take("a", kStart + absl::Seconds(1)), kNoWait);
  EXPECT_EQ(limiter.Take("a", kStart + absl::Seconds(1)), absl::Seconds(1));
}

TEST(RateLimiter, ARefusedRequestCostsNothing) {
  RateLimiter limiter({.interval = absl::Seconds(1), .burst = 1, .callers_max = 10});
  EXPECT_EQ(limiter.Take("a", kStart), kNoWait);
  for (int i = 0; i < 100; ++i) EXPECT_GT(limiter.Take("a", kStart), kNoWait);
  EXPECT_EQ(limiter.Take("a", kStart + absl::Seconds(1)), kNoWait);
}

TEST(RateLimiter, OneCallerDoesNotSlowAnother) {
  RateLimiter limiter({.interval = absl::Seconds(1), .burst = 1, .callers_max = 10});
  EXPECT_EQ(limiter.Take("a", kStart), kNoWait);
  EXPECT_EQ(limiter.Take("b", kStart), kNoWait);
}

TEST(RateLimiter, AFloodOfStrangersSharesOneBucketAndLeavesTheKnownAlone) {
  RateLimiter limiter({.interval = absl::Seconds(1), .burst = 2, .callers_max = 5});
  EXPECT_EQ(limiter.Take("known", kStart), kNoWait);
  int allowed = 0;
  for (int i = 0; i < 1000; ++i) {
    if (limiter.Take("stranger " + std::to_string(i), kStart) == kNoWait) ++allowed;
  }
  EXPECT_EQ(allowed, 4 + 2) << "four that found a place, and the shared bucket's two";
  EXPECT_LE(limiter.size(), 5u);
  EXPECT_EQ(limiter.Take("known", kStart), kNoWait);
}

TEST(RateLimiter, RestedCallersMakePlace) {
  RateLimiter limiter({.interval = absl::Seconds(1), .burst = 1, .callers_max = 2});
  EXPECT_EQ(limiter.Take("a", kStart), kNoWait);
  EXPECT_EQ(limiter.Take("b", kStart), kNoWait);
  EXPECT_EQ(limiter.Take("c", kStart + absl::Seconds(1)), kNoWait);
  EXPECT_EQ(limiter.size(), 1u);
}

}  // namespace
}  // namespace safehaven::gateway
