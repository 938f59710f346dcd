#include "libs/client/retry.h"

#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "libs/transport/wire_status.h"

namespace safehaven {
namespace {

// Always the same byte.
class FixedRandomness final : public Randomness {
 public:
  explicit FixedRandomness(char byte) : byte_(byte) {}
  std::string Bytes(size_t count) override { return std::string(count, byte_); }

 private:
  const char byte_;
};

const absl::Time kNow = absl::FromUnixSeconds(1'750'000'000);
const Attempt kFirst = {.number = 1, .idempotent = true, .now = kNow,
                        .deadline = kNow + absl::Seconds(10)};
const absl::Status kUnavailableStatus = Unavailable("STORE_UNAVAILABLE", "not now");

TEST(Backoff, DoublesUpToItsLimitAndIsJitteredDownToHalf) {
  FixedRandomness most('\xff');
  FixedRandomness least('\0');
  const Backoff backoff;
  EXPECT_EQ(DelayAfter(1, backoff, most), absl::Milliseconds(50));
  EXPECT_EQ(DelayAfter(2, backoff, most), absl::Milliseconds(100));
  EXPECT_EQ(DelayAfter(3, backoff, most), absl::Milliseconds(200));
  EXPECT_EQ(DelayAfter(1000, backoff, most), absl::Seconds(5));
  EXPECT_EQ(DelayAfter(1, backoff, least), absl::Milliseconds(25));
}

TEST(Retry, IsForUnavailableIdempotentCallsOnly) {
  FixedRandomness jitter('\xff');
  EXPECT_EQ(RetryDelay(kUnavailableStatus, kFirst, {}, jitter), absl::Milliseconds(50));
  Attempt write = kFirst;
  write.idempotent = false;
  EXPECT_EQ(RetryDelay(kUnavailableStatus, write, {}, jitter), std::nullopt);
  for (const auto code : {absl::StatusCode::kResourceExhausted, absl::StatusCode::kAborted,
                          absl::StatusCode::kDeadlineExceeded, absl::StatusCode::kInternal}) {
    EXPECT_EQ(RetryDelay(Failure(code, "X", "x"), kFirst, {}, jitter), std::nullopt);
  }
}

TEST(Retry, EndsAfterTheLastAttemptAndBeforeTheDeadline) {
  FixedRandomness jitter('\xff');
  Attempt last = kFirst;
  last.number = kAttemptsMax;
  EXPECT_EQ(RetryDelay(kUnavailableStatus, last, {}, jitter), std::nullopt);
  Attempt late = kFirst;
  late.now = late.deadline - absl::Milliseconds(50);
  EXPECT_EQ(RetryDelay(kUnavailableStatus, late, {}, jitter), std::nullopt);
  late.now -= absl::Milliseconds(1);
  EXPECT_TRUE(RetryDelay(kUnavailableStatus, late, {}, jitter).has_value());
}

TEST(Retry, KeepsToTheServersHintIfThatIsLonger) {
  FixedRandomness jitter('\xff');
  EXPECT_EQ(RetryDelay(WithRetryAfter(kUnavailableStatus, absl::Seconds(3)), kFirst, {}, jitter),
            absl::Seconds(3));
  EXPECT_EQ(RetryDelay(WithRetryAfter(kUnavailableStatus, absl::Milliseconds(1)), kFirst, {}, jitter),
            absl::Milliseconds(50));
  EXPECT_EQ(RetryDelay(WithRetryAfter(kUnavailableStatus, absl::Seconds(30)), kFirst, {}, jitter),
            std::nullopt);
}

}  // namespace
}  // namespace safehaven
