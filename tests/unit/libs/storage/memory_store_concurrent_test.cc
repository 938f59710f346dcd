// Goal: readers of snapshots and writers do not disturb one another; meant for the
// thread sanitizer.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/storage/memory_store.h"

namespace safehaven {
namespace {

constexpr absl::Time kForever = absl::InfiniteFuture();

TEST(MemoryStoreConcurrent, ScansSeeWholeBatchesWhileOthersWrite) {
  MemoryStore store;
  constexpr int kKeys = 20;
  const auto put_all = [&store](int value) {
    Batch batch;
    for (int key = 0; key < kKeys; ++key) batch.puts.push_back({absl::StrCat("k", key), absl::StrCat(value)});
    EXPECT_TRUE(store.Apply(batch, kForever).ok());
  };
  put_all(0);
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&put_all, writer] {
      for (int i = 0; i < 200; ++i) put_all(writer * 1000 + i);
    });
  }
  for (int reader = 0; reader < 2; ++reader) {
    threads.emplace_back([&store] {
      for (int i = 0; i < 200; ++i) {
        const auto snapshot = store.TakeSnapshot(kForever).value();
        std::vector<std::string> values;
        EXPECT_TRUE(store.Scan("", "", *snapshot, kForever,
                               [&values](absl::string_view, const Entry& entry) {
                                 values.push_back(entry.value);
                                 return true;
                               }).ok());
        EXPECT_EQ(values, std::vector<std::string>(kKeys, values.at(0)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(MemoryStoreConcurrent, ASnapshotMayOutliveItsStore) {
  std::unique_ptr<Snapshot> snapshot;
  {
    MemoryStore store;
    snapshot = store.TakeSnapshot(kForever).value();
  }
  EXPECT_EQ(snapshot->version(), Version{0});
}

}  // namespace
}  // namespace safehaven
