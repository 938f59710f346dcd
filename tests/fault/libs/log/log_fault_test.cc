// Goal: whatever the store does, nothing is acknowledged that is not in the log, and
// no two checkpoints of a log contradict one another.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/status.h"
#include "libs/log/transparency_log.h"
#include "libs/storage/faulty_store.h"
#include "libs/storage/memory_store.h"
#include "tests/support/log_fixture.h"
#include "tests/support/seed.h"

namespace safehaven {
namespace {

using testing_support::BodyOnly;
using testing_support::kForever;
using testing_support::LogSurroundings;
using testing_support::OpenTestLog;
using testing_support::TestFollowRules;
using testing_support::TestLogOptions;

TEST(LogFault, AFailureBeforeTheWriteAcknowledgesNothingAndTheLogGoesOn) {
  MemoryStore memory;
  FaultyStore store(FaultOptions{}, memory);
  LogSurroundings around;
  const auto log = OpenTestLog(store, around, TestLogOptions()).value();
  store.FailNextApplies(ApplyFault::kBefore, 1);
  const absl::Status status = log->Append(BodyOnly(1, "lost")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status), "AUDIT_UNAVAILABLE");
  EXPECT_EQ(log->revision().size, 0u);
  EXPECT_EQ(log->Append(BodyOnly(1, "next")).value().index, 0u);
  EXPECT_EQ(log->Read(0, kForever)->body, "next");
}

TEST(LogFault, AWriteWhoseAnswerWasLostIsKeptAndBuiltUpon) {
  MemoryStore memory;
  FaultyStore store(FaultOptions{}, memory);
  LogSurroundings around;
  const auto log = OpenTestLog(store, around, TestLogOptions()).value();
  store.FailNextApplies(ApplyFault::kAfter, 1);
  EXPECT_EQ(ReasonOf(log->Append(BodyOnly(1, "in doubt")).status()), "AUDIT_UNAVAILABLE");
  EXPECT_EQ(log->revision().size, 0u);
  // The leaf is there, so the next one comes after it.
  EXPECT_EQ(log->Append(BodyOnly(1, "next")).value().index, 1u);
  EXPECT_EQ(log->Read(0, kForever)->body, "in doubt");
  EXPECT_FALSE(log->VerifyAll(kForever)->first_fault.has_value());
}

TEST(LogFault, WhileTheStoreIsDownEveryAppendFailsAndNoneIsThere) {
  MemoryStore memory;
  FaultyStore store(FaultOptions{}, memory);
  LogSurroundings around;
  const auto log = OpenTestLog(store, around, TestLogOptions()).value();
  store.SetDown(true);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(ReasonOf(log->Append(BodyOnly(1, "lost")).status()), "AUDIT_UNAVAILABLE");
  }
  store.SetDown(false);
  EXPECT_EQ(log->Append(BodyOnly(1, "next")).value().index, 0u);
}

TEST(LogFault, ALogThatAnotherProcessWroteIsNotForked) {
  MemoryStore memory;
  LogSurroundings first_around;
  LogSurroundings second_around;
  const auto first = OpenTestLog(memory, first_around, TestLogOptions()).value();
  const auto second = OpenTestLog(memory, second_around, TestLogOptions()).value();
  ASSERT_TRUE(first->Append(BodyOnly(1, "first")).ok());
  // `second` still thinks that the log is empty; it must not write its own leaf 0.
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ReasonOf(second->Append(BodyOnly(1, "second")).status()), "AUDIT_UNAVAILABLE");
  }
  EXPECT_TRUE(first->Append(BodyOnly(1, "goes on")).ok());
  EXPECT_FALSE(first->VerifyAll(kForever)->first_fault.has_value());
}

// Appends from several threads through faults, and keeps what was acknowledged.
class Acknowledgements {
 public:
  void AppendSome(TransparencyLog& log, int thread, int count) {
    for (int i = 0; i < count; ++i) {
      const std::string body = absl::StrCat(thread, " ", i);
      const absl::StatusOr<Appended> appended = log.Append(BodyOnly(1, body));
      if (!appended.ok()) continue;
      absl::MutexLock lock(&mutex_);
      bodies_[appended->index] = body;
      checkpoints_[appended->revision.size] = appended->checkpoint;
    }
  }

  void ExpectAllIn(const TransparencyLog& log) {
    absl::MutexLock lock(&mutex_);
    EXPECT_FALSE(bodies_.empty());
    for (const auto& [index, body] : bodies_) {
      const absl::StatusOr<LogEntry> entry = log.Read(index, kForever);
      ASSERT_TRUE(entry.ok()) << entry.status();
      EXPECT_EQ(entry->body, body);
    }
    // Every checkpoint that was ever given out is a past of the log as it is now.
    const SignedCheckpoint newest = log.Newest();
    for (const auto& [size, note] : checkpoints_) {
      const auto last = AcceptCheckpoint(note, {}, TestFollowRules(), std::nullopt).value();
      const auto proof = log.ConsistencyProof(size, newest.checkpoint.size).value();
      EXPECT_TRUE(AcceptCheckpoint(newest.note, proof, TestFollowRules(), last).ok());
    }
  }

 private:
  absl::Mutex mutex_;
  std::map<uint64_t, std::string> bodies_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, std::string> checkpoints_ ABSL_GUARDED_BY(mutex_);
};

TEST(LogFault, UnderRandomFaultsEverythingAcknowledgedIsThereAfterARestart) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  MemoryStore memory;
  FaultyStore store({.seed = seed,
                     .read_per_mille = 100,
                     .before_apply_per_mille = 150,
                     .after_apply_per_mille = 150},
                    memory);
  LogSurroundings around;
  Acknowledgements acknowledged;
  {
    // Opening goes past the faults; only appending meets them.
    const auto begun = OpenTestLog(memory, around, TestLogOptions()).value();
  }
  std::unique_ptr<TransparencyLog> log;
  while (log == nullptr) {
    auto opened = OpenTestLog(store, around, TestLogOptions());
    if (opened.ok()) log = *std::move(opened);
  }
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&acknowledged, &log, thread] { acknowledged.AppendSome(*log, thread, 100); });
  }
  for (std::thread& thread : threads) thread.join();
  log.reset();
  const auto restarted = OpenTestLog(memory, around, TestLogOptions()).value();
  acknowledged.ExpectAllIn(*restarted);
  EXPECT_FALSE(restarted->VerifyAll(kForever)->first_fault.has_value());
}

}  // namespace
}  // namespace safehaven
