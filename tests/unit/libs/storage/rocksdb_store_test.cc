// What only RocksDB does: keeping things over a restart, one process at a time,
// refusing what it cannot read, and truly removing what was deleted.
#include "libs/storage/rocksdb_store/rocksdb_store.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "tests/support/temp_dir.h"

namespace safehaven {
namespace {

using testing_support::TempDir;

constexpr absl::Time kForever = absl::InfiniteFuture();

RocksDbOptions At(const TempDir& directory) {
  RocksDbOptions options;
  options.path = directory.File("store");
  return options;
}

Batch PutOne(const std::string& key, const std::string& value) {
  return {.preconditions = {}, .puts = {{key, value}}, .deletes = {}};
}

bool AnyFileHolds(const std::string& path, const std::string& text) {
  for (const auto& file : std::filesystem::recursive_directory_iterator(path)) {
    if (!file.is_regular_file()) continue;
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    if (absl::StrContains(bytes, text)) return true;
  }
  return false;
}

TEST(RocksDbStore, KeepsValuesAndVersionsOverARestart) {
  const TempDir directory;
  Version version;
  {
    const auto store = RocksDbStore::Open(At(directory)).value();
    version = store->Apply(PutOne("a", "1"), kForever).value();
  }
  const auto store = RocksDbStore::Open(At(directory)).value();
  EXPECT_EQ(store->Get("a", kForever).value(), (Entry{"1", version}));
  // Versions go on where they were: an old precondition cannot hold by accident.
  EXPECT_GT(store->Apply(PutOne("b", "1"), kForever).value(), version);
}

TEST(RocksDbStore, SaysThatAnotherHasItOpen) {
  const TempDir directory;
  const auto store = RocksDbStore::Open(At(directory)).value();
  const absl::Status status = RocksDbStore::Open(At(directory)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), "STORE_LOCKED");
}

TEST(RocksDbStore, DoesNotMakeAStoreWhereOneShouldBe) {
  const TempDir directory;
  RocksDbOptions options = At(directory);
  options.create_if_missing = false;
  EXPECT_EQ(ReasonOf(RocksDbStore::Open(options).status()), "STORE_MISSING");
  options.create_if_missing = true;
  EXPECT_TRUE(RocksDbStore::Open(options).ok());
  options.create_if_missing = false;
  EXPECT_TRUE(RocksDbStore::Open(options).ok());
}

TEST(RocksDbStore, RefusesAValueOfAnotherForm) {
  const TempDir directory;
  { const auto store = RocksDbStore::Open(At(directory)).value(); }
  {
    // Written past the store: no format byte.
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(rocksdb::DBOptions(), At(directory).path,
                                  {{"default", {}}, {"meta", {}}}, &families, &raw).ok());
    const std::unique_ptr<rocksdb::DB> db(raw);
    ASSERT_TRUE(db->Put(rocksdb::WriteOptions(), "a", "plain").ok());
    for (rocksdb::ColumnFamilyHandle* family : families) db->DestroyColumnFamilyHandle(family);
  }
  const auto store = RocksDbStore::Open(At(directory)).value();
  const absl::Status status = store->Get("a", kForever).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReasonOf(status), "STORE_CORRUPT");
}

TEST(RocksDbStore, ASnapshotMayOutliveItsStore) {
  const TempDir directory;
  std::unique_ptr<Snapshot> snapshot;
  {
    const auto store = RocksDbStore::Open(At(directory)).value();
    snapshot = store->TakeSnapshot(kForever).value();
  }
  EXPECT_EQ(ReasonOf(RocksDbStore::Open(At(directory)).status()), "STORE_LOCKED");
  snapshot.reset();
  EXPECT_TRUE(RocksDbStore::Open(At(directory)).ok());
}

TEST(RocksDbStore, MergesTheBatchesOfManyCallers) {
  const TempDir directory;
  const auto store = RocksDbStore::Open(At(directory)).value();
  constexpr int kThreads = 8;
  constexpr int kBatches = 30;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&store, t] {
      Version last;
      for (int i = 0; i < kBatches; ++i) {
        const Version version = store->Apply(PutOne(absl::StrCat(t, "-", i), "x"), kForever).value();
        EXPECT_GT(version, last);
        last = version;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto snapshot = store->TakeSnapshot(kForever).value();
  // One version for each batch, whatever was merged.
  EXPECT_EQ(snapshot->version(), Version{kThreads * kBatches});
}

TEST(RocksDbStore, IsFullRatherThanEndless) {
  const TempDir directory;
  RocksDbOptions options = At(directory);
  options.queue_batches_max = 0;
  const auto store = RocksDbStore::Open(options).value();
  const absl::Status status = store->Apply(PutOne("a", "1"), kForever).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(status), "STORE_QUEUE_FULL");
}

TEST(RocksDbStore, PurgingRemovesDeletedBytesFromTheDisk) {
  const TempDir directory;
  const std::string secret = "this must be gone from the disk";
  const auto store = RocksDbStore::Open(At(directory)).value();
  ASSERT_TRUE(store->Apply(PutOne("a", secret), kForever).ok());
  ASSERT_TRUE(AnyFileHolds(directory.path(), secret));
  ASSERT_TRUE(store->Apply({.preconditions = {}, .puts = {{"kept", "x"}}, .deletes = {"a"}}, kForever).ok());
  ASSERT_TRUE(store->PurgeDeleted().ok());
  EXPECT_FALSE(AnyFileHolds(directory.path(), secret));
  EXPECT_TRUE(store->Get("kept", kForever).ok());
}

}  // namespace
}  // namespace safehaven
