// Goal: of callers at once with one warrant, one opens a release, and all keep the bytes
// of one.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/status.h"
#include "libs/storage/memory_store.h"
#include "services/costing/store/release_store.h"
#include "tests/support/log_fixture.h"

namespace safehaven::costing {
namespace {

using safehaven::testing_support::kForever;
using safehaven::testing_support::LogSurroundings;
using safehaven::testing_support::OpenTestLog;
using safehaven::testing_support::TestLogOptions;

constexpr int kThreads = 4;
constexpr int kWarrants = 25;

TEST(ReleaseStoreConcurrent, OneOfManyOpensAndAllKeepOneAnswer) {
  MemoryStore store;
  LogSurroundings around;
  const auto log = *OpenTestLog(store, around, TestLogOptions());
  ReleaseStore releases(store, *log);
  for (int warrant = 0; warrant < kWarrants; ++warrant) {
    const std::string id = absl::StrCat("warrant ", warrant);
    absl::Mutex mutex;
    int opened = 0;
    std::set<std::string> kept;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        const auto release = releases.Open(id, kForever, "opening", kForever);
        const auto answer = releases.KeepAnswer(id, absl::StrCat("answer ", thread), kForever);
        absl::MutexLock lock(&mutex);
        if (release.ok()) ++opened;
        EXPECT_EQ(ReasonOf(release.status()), release.ok() ? "" : "WARRANT_USED");
        ASSERT_TRUE(answer.ok()) << answer.status();
        kept.insert(*answer);
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(kept.size(), 1u);
  }
  EXPECT_EQ(log->revision().size, static_cast<uint64_t>(kWarrants));
}

}  // namespace
}  // namespace safehaven::costing
