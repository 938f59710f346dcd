// Goal: kill -9 at any moment loses no acknowledged batch and leaves none by half.
// Method: a child writes and tells what was acknowledged; it is killed after a number
// of acknowledgements that the seed chooses; then the store is opened and read.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "tests/fault/libs/storage/written_batches.h"
#include "tests/support/child_process.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace safehaven {
namespace {

using testing_support::ChildProcess;
using testing_support::TempDir;

constexpr int kKills = 8;
constexpr uint64_t kAcknowledgedMax = 300;
constexpr absl::Time kForever = absl::InfiniteFuture();

// How many keys of the batch are there with the right value; -1 if one is wrong.
int KeysPresent(Store& store, const Batch& batch) {
  int present = 0;
  for (const KeyValue& put : batch.puts) {
    const absl::StatusOr<Entry> entry = store.Get(put.key, kForever);
    if (!entry.ok()) continue;
    if (entry->value != put.value) return -1;
    ++present;
  }
  return present;
}

// Last acknowledged number of each thread.
std::map<uint64_t, uint64_t> RunUntilKilled(const std::string& path, uint64_t round,
                                            uint64_t acknowledgements) {
  std::map<uint64_t, uint64_t> last;
  ChildProcess child({SAFEHAVEN_STORE_WRITER_CHILD, path, absl::StrCat(round)});
  const auto read = [&child, &last] {
    const auto line = child.ReadLine();
    if (!line.has_value()) return false;
    const size_t blank = line->find(' ');
    last[std::stoull(line->substr(0, blank))] = std::stoull(line->substr(blank + 1));
    return true;
  };
  for (uint64_t i = 0; i < acknowledgements; ++i) EXPECT_TRUE(read());
  child.KillAndWait();
  // What it managed to say before it died was acknowledged too.
  while (read()) {
  }
  return last;
}

TEST(StoreKill, NoAcknowledgedBatchIsLostAndNoneIsTorn) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const TempDir directory;
  RocksDbOptions options;
  options.path = directory.File("store");
  for (uint64_t round = 0; round < kKills; ++round) {
    const auto last = RunUntilKilled(options.path, round, 1 + prng() % kAcknowledgedMax);
    const auto store = RocksDbStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    for (uint64_t thread = 0; thread < kWriterThreads; ++thread) {
      const auto acknowledged = last.find(thread);
      const uint64_t count = acknowledged == last.end() ? 0 : acknowledged->second + 1;
      for (uint64_t number = 0; number < count; ++number) {
        const Batch batch = BatchOf({round, thread, number});
        ASSERT_EQ(KeysPresent(**store, batch), static_cast<int>(batch.puts.size()))
            << "thread " << thread << ", batch " << number << " of " << count;
      }
      // The next one may have been written without word of it; whole, or not at all.
      const Batch pending = BatchOf({round, thread, count});
      const int present = KeysPresent(**store, pending);
      ASSERT_TRUE(present == 0 || present == static_cast<int>(pending.puts.size()));
      ASSERT_EQ(KeysPresent(**store, BatchOf({round, thread, count + 1})), 0);
    }
  }
}

}  // namespace
}  // namespace safehaven
