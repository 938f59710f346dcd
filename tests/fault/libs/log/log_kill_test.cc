// Goal: kill -9 at any moment loses no acknowledged leaf; after it the log verifies,
// extends what a follower saw before, and each leaf's extra key is there with it.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/log/transparency_log.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "tests/support/child_process.h"
#include "tests/support/log_fixture.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace safehaven {
namespace {

using testing_support::ChildProcess;
using testing_support::kForever;
using testing_support::TempDir;
using testing_support::TestFollowRules;

constexpr int kKills = 6;
constexpr uint64_t kAcknowledgedMax = 300;

// Index -> body of what the child acknowledged before it was gone.
std::map<uint64_t, std::string> RunUntilKilled(const std::string& path, uint64_t round,
                                               uint64_t acknowledgements) {
  std::map<uint64_t, std::string> acknowledged;
  ChildProcess child({SAFEHAVEN_LOG_WRITER_CHILD, path, absl::StrCat(round)});
  const auto read = [&child, &acknowledged] {
    const auto line = child.ReadLine();
    if (!line.has_value()) return false;
    const size_t blank = line->find(' ');
    acknowledged[std::stoull(line->substr(0, blank))] = line->substr(blank + 1);
    return true;
  };
  for (uint64_t i = 0; i < acknowledgements; ++i) EXPECT_TRUE(read());
  child.KillAndWait();
  while (read()) {
  }
  return acknowledged;
}

// Is every leaf's key in the store, and no key without its leaf?
void ExpectKeysAsLeaves(const TransparencyLog& log, Store& store) {
  uint64_t key_count = 0;
  const auto snapshot = store.TakeSnapshot(kForever).value();
  ASSERT_TRUE(ScanPrefix(store, "key ", *snapshot, kForever, [&key_count](absl::string_view, const Entry&) {
    ++key_count;
    return true;
  }).ok());
  EXPECT_EQ(key_count, log.revision().size);
  for (uint64_t begin = 0; begin < log.revision().size;) {
    const auto entries = log.ReadRange(begin, kReadEntriesMax, kForever).value();
    for (const LogEntry& entry : entries) {
      ASSERT_TRUE(store.Get(absl::StrCat("key ", entry.body), kForever).ok());
    }
    begin += entries.size();
  }
}

TEST(LogKill, NoAcknowledgedLeafIsLostAndTheLogVerifies) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const TempDir directory;
  RocksDbOptions options;
  options.path = directory.File("store");
  std::optional<FollowedCheckpoint> followed;
  for (uint64_t round = 0; round < kKills; ++round) {
    const auto acknowledged = RunUntilKilled(options.path, round, 1 + prng() % kAcknowledgedMax);
    const auto store = RocksDbStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    testing_support::LogSurroundings around;
    const auto log = testing_support::OpenTestLog(**store, around, testing_support::TestLogOptions());
    ASSERT_TRUE(log.ok()) << log.status();
    for (const auto& [index, body] : acknowledged) {
      const absl::StatusOr<LogEntry> entry = (*log)->Read(index, kForever);
      ASSERT_TRUE(entry.ok()) << entry.status();
      ASSERT_EQ(entry->body, body);
    }
    ASSERT_FALSE((*log)->VerifyAll(kForever)->first_fault.has_value());
    ASSERT_NO_FATAL_FAILURE(ExpectKeysAsLeaves(**log, **store));
    const SignedCheckpoint newest = (*log)->Newest();
    std::vector<Digest> proof;
    if (followed.has_value()) {
      proof = (*log)->ConsistencyProof(followed->size, newest.checkpoint.size).value();
    }
    const auto next = AcceptCheckpoint(newest.note, proof, TestFollowRules(), followed);
    ASSERT_TRUE(next.ok()) << next.status();
    followed = *next;
  }
}

}  // namespace
}  // namespace safehaven
