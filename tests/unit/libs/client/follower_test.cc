// Following and giving up, with threads but without a network.
#include "libs/client/follower.h"

#include <atomic>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'750'000'000);

class FixedClock final : public Clock {
 public:
  absl::Time Now() const override { return kNow; }
};

class FixedRandomness final : public Randomness {
 public:
  std::string Bytes(size_t count) override { return std::string(count, '\xff'); }
};

// Does not sleep; remembers. One follower's thread writes, the test reads afterwards.
class FakeSleeper final : public Sleeper {
 public:
  void Sleep(absl::Duration duration, Cancellation&) override { sleeps.push_back(duration); }
  std::vector<absl::Duration> sleeps;
};

class Following : public testing::Test {
 protected:
  Follower::World World() { return {.clock = clock_, .sleeper = sleeper_, .jitter = jitter_}; }

  FixedClock clock_;
  FakeSleeper sleeper_;
  FixedRandomness jitter_;
};

TEST_F(Following, PollsAgainAtOnceAfterSuccess) {
  std::atomic<int> polls{0};
  absl::Notification enough;
  Follower follower(
      [&](Cancellation& cancellation) {
        if (++polls == 100) enough.Notify();
        if (polls >= 100) cancellation.WaitFor(absl::InfiniteDuration());
        return absl::OkStatus();
      },
      {}, World());
  enough.WaitForNotification();
  follower.Stop();
  EXPECT_TRUE(sleeper_.sleeps.empty());
  EXPECT_EQ(follower.state().failures, 0);
  EXPECT_EQ(follower.state().last_success, kNow);
}

TEST_F(Following, WaitsLongerAfterEachFailureAndBeginsAnewAfterSuccess) {
  std::atomic<int> polls{0};
  absl::Notification enough;
  Follower follower(
      [&](Cancellation& cancellation) -> absl::Status {
        const int poll = ++polls;
        if (poll == 5) {
          enough.Notify();
          cancellation.WaitFor(absl::InfiniteDuration());
        }
        if (poll == 3) return absl::OkStatus();
        return Unavailable("UNREACHABLE", "not there");
      },
      {.delay_min = absl::Seconds(1), .delay_max = absl::Seconds(60)}, World());
  enough.WaitForNotification();
  follower.Stop();
  ASSERT_GE(sleeper_.sleeps.size(), 3u);
  EXPECT_EQ(sleeper_.sleeps[0], absl::Seconds(1));
  EXPECT_EQ(sleeper_.sleeps[1], absl::Seconds(2));
  EXPECT_EQ(sleeper_.sleeps[2], absl::Seconds(1));
  EXPECT_EQ(ReasonOf(follower.state().last_outcome), "UNREACHABLE");
}

TEST_F(Following, StopsInTheMiddleOfAPoll) {
  absl::Notification polling;
  Follower follower(
      [&](Cancellation& cancellation) {
        if (!polling.HasBeenNotified()) polling.Notify();
        cancellation.WaitFor(absl::InfiniteDuration());
        return absl::OkStatus();
      },
      {}, World());
  polling.WaitForNotification();
  follower.Stop();
  follower.Stop();  // the second time it does nothing
}

TEST(CancellationOf, AWaitEndsIt) {
  Cancellation cancellation;
  EXPECT_FALSE(cancellation.WaitFor(absl::ZeroDuration()));
  std::thread canceller([&] { cancellation.Cancel(); });
  EXPECT_TRUE(cancellation.WaitFor(absl::InfiniteDuration()));
  canceller.join();
  EXPECT_TRUE(cancellation.IsCancelled());
}

TEST(CancellationOf, HooksRunsThemOnceAndNotAfterTheirEnd) {
  Cancellation cancellation;
  int kept = 0;
  int gone = 0;
  const Cancellation::Hook keeps(cancellation, [&] { ++kept; });
  { const Cancellation::Hook goes(cancellation, [&] { ++gone; }); }
  cancellation.Cancel();
  cancellation.Cancel();
  EXPECT_EQ(kept, 1);
  EXPECT_EQ(gone, 0);
  int late = 0;
  const Cancellation::Hook after(cancellation, [&] { ++late; });
  EXPECT_EQ(late, 1);
}

}  // namespace
}  // namespace safehaven
