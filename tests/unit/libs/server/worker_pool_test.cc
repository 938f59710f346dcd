#include "libs/server/worker_pool.h"

#include <atomic>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"

namespace safehaven {
namespace {

TEST(WorkerPool, RunsEveryTaskThatItTook) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool({.threads = 3, .queue_max = 1000});
    for (int task = 0; task < 1000; ++task) {
      EXPECT_TRUE(pool.Submit([&ran] { ++ran; }));
    }
  }
  EXPECT_EQ(ran, 1000);
}

TEST(WorkerPool, RefusesWhatItHasNoRoomFor) {
  WorkerPool pool({.threads = 2, .queue_max = 1});
  absl::Notification release;
  absl::BlockingCounter running(2);
  const auto block = [&] {
    running.DecrementCount();
    release.WaitForNotification();
  };
  ASSERT_TRUE(pool.Submit(block));
  ASSERT_TRUE(pool.Submit(block));
  running.Wait();
  EXPECT_EQ(pool.busy(), 2u);
  absl::Notification queued_ran;
  EXPECT_TRUE(pool.Submit([&] { queued_ran.Notify(); }));
  EXPECT_EQ(pool.queued(), 1u);
  EXPECT_FALSE(pool.Submit([] {}));
  release.Notify();
  queued_ran.WaitForNotification();
}

}  // namespace
}  // namespace safehaven
