// Goal: many appenders, readers and one log do not disturb one another; meant for the
// thread sanitizer.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/status.h"
#include "libs/log/transparency_log.h"
#include "libs/storage/memory_store.h"
#include "tests/support/log_fixture.h"

namespace safehaven {
namespace {

using testing_support::BodyOnly;
using testing_support::kForever;
using testing_support::LogSurroundings;
using testing_support::OpenTestLog;
using testing_support::TestFollowRules;
using testing_support::TestLogOptions;

constexpr int kAppenders = 4;
constexpr int kAppendsEach = 60;

TEST(LogConcurrent, EveryAppendGetsItsOwnPlaceAndIsThere) {
  MemoryStore store;
  LogSurroundings around;
  const auto log = OpenTestLog(store, around, TestLogOptions()).value();
  absl::Mutex mutex;
  std::set<uint64_t> indexes;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kAppenders; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kAppendsEach; ++i) {
        const std::string body = absl::StrCat(thread, " ", i);
        const Appended appended = log->Append(BodyOnly(1, body)).value();
        EXPECT_EQ(log->Read(appended.index, kForever)->body, body);
        absl::MutexLock lock(&mutex);
        EXPECT_TRUE(indexes.insert(appended.index).second);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  absl::MutexLock lock(&mutex);
  EXPECT_EQ(indexes.size(), static_cast<size_t>(kAppenders * kAppendsEach));
  EXPECT_EQ(log->revision().size, indexes.size());
}

TEST(LogConcurrent, AFollowerNeverSeesAForkWhileTheLogGrows) {
  MemoryStore store;
  LogSurroundings around;
  const auto log = OpenTestLog(store, around, TestLogOptions()).value();
  std::atomic<bool> done{false};
  std::thread follower([&] {
    auto last = AcceptCheckpoint(log->Newest().note, {}, TestFollowRules(), std::nullopt).value();
    while (!done.load()) {
      const SignedCheckpoint newest = log->Newest();
      const auto proof = log->ConsistencyProof(last.size, newest.checkpoint.size).value();
      const auto next = AcceptCheckpoint(newest.note, proof, TestFollowRules(), last);
      ASSERT_TRUE(next.ok()) << next.status();
      last = *next;
      if (last.size == 0) continue;
      const ProvenLeaf leaf = log->Prove(last.size - 1, kForever).value();
      ASSERT_TRUE(CheckProvenLeaf(leaf, TestFollowRules()).ok());
    }
  });
  std::vector<std::thread> appenders;
  for (int thread = 0; thread < 2; ++thread) {
    appenders.emplace_back([&log] {
      for (int i = 0; i < kAppendsEach; ++i) EXPECT_TRUE(log->Append(BodyOnly(1, "x")).ok());
    });
  }
  for (std::thread& thread : appenders) thread.join();
  done.store(true);
  follower.join();
}

TEST(LogConcurrent, OfManyThatWantOneKeyExactlyOneIsLogged) {
  MemoryStore store;
  LogSurroundings around;
  const auto log = OpenTestLog(store, around, TestLogOptions()).value();
  std::atomic<int> won{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kAppenders; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < kAppendsEach; ++i) {
        const std::string key = absl::StrCat("use ", i);
        AppendRequest request = BodyOnly(1, key);
        request.batch = {.preconditions = {{key, std::nullopt}}, .puts = {{key, ""}}, .deletes = {}};
        const absl::Status status = log->Append(request).status();
        if (status.ok()) {
          ++won;
        } else {
          EXPECT_EQ(ReasonOf(status), "PRECONDITION_FAILED");
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won.load(), kAppendsEach);
  EXPECT_EQ(log->revision().size, static_cast<uint64_t>(kAppendsEach));
}

TEST(LogConcurrent, EveryCallbackIsCalledOnceWhenTheLogCloses) {
  MemoryStore store;
  LogSurroundings around;
  auto log = OpenTestLog(store, around, TestLogOptions()).value();
  std::atomic<int> called{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kAppenders; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < kAppendsEach; ++i) {
        log->AppendThen(BodyOnly(1, "x"), [&called](absl::StatusOr<Appended>) { ++called; });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  log.reset();
  EXPECT_EQ(called.load(), kAppenders * kAppendsEach);
}

}  // namespace
}  // namespace safehaven
