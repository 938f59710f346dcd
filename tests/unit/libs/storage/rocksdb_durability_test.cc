// Goal: no batch is answered before the disk was told to keep it. A killed process
// cannot show that (the kernel keeps what was written), so this program puts itself
// between RocksDB and fdatasync(), and counts.
#include <dlfcn.h>
#include <errno.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "tests/support/temp_dir.h"

namespace {

std::atomic<int> sync_count{0};
std::atomic<bool> syncs_fail{false};

}  // namespace

// Found before the C library's by everything in this process.
extern "C" int fdatasync(int file) {
  using Function = int (*)(int);
  static const Function real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "fdatasync"));
  ++sync_count;
  if (syncs_fail.load()) {
    errno = EIO;
    return -1;
  }
  return real(file);
}

namespace safehaven {
namespace {

constexpr absl::Time kForever = absl::InfiniteFuture();

class RocksDbDurability : public ::testing::Test {
 protected:
  RocksDbDurability() {
    RocksDbOptions options;
    options.path = directory_.File("store");
    store_ = RocksDbStore::Open(options).value();
  }

  absl::Status Put(const std::string& key) {
    return store_->Apply({.preconditions = {}, .puts = {{key, "x"}}, .deletes = {}}, kForever).status();
  }

  testing_support::TempDir directory_;
  std::unique_ptr<RocksDbStore> store_;
};

TEST_F(RocksDbDurability, EachAnswerComesAfterItsSync) {
  for (int i = 0; i < 20; ++i) {
    const int before = sync_count.load();
    ASSERT_TRUE(Put(absl::StrCat(i)).ok());
    EXPECT_GT(sync_count.load(), before);
  }
}

TEST_F(RocksDbDurability, ABatchWhoseSyncFailedIsNotAcknowledged) {
  ASSERT_TRUE(Put("before").ok());
  syncs_fail.store(true);
  const absl::Status status = Put("lost");
  syncs_fail.store(false);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status), "STORE_UNAVAILABLE");
}

TEST_F(RocksDbDurability, AfterAFailedSyncNothingIsAcknowledgedUntilTheStoreIsOpenedAgain) {
  // What a failed fsync left on the disk is unknown, and a second fsync may succeed
  // without having written it (the kernel forgets the failure).
  syncs_fail.store(true);
  EXPECT_FALSE(Put("lost").ok());
  syncs_fail.store(false);
  EXPECT_EQ(Put("after").code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace safehaven
