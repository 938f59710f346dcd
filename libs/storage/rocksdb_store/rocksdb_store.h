// The default engine: RocksDB in a directory of its own, for one process at a time.
//
// RocksDB is the durable truth, not the look-up structure: hot paths read from
// memory. Every Apply is fsynced before it returns; one committer merges the batches
// that wait into one write (group commit), so that an fsync is shared by all of them.
//
// What is deleted or overwritten leaves the disk when the engine next compacts the
// files it lies in: within about a day by itself, at once by PurgeDeleted().
#ifndef SAFEHAVEN_LIBS_STORAGE_ROCKSDB_STORE_ROCKSDB_STORE_H_
#define SAFEHAVEN_LIBS_STORAGE_ROCKSDB_STORE_ROCKSDB_STORE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libs/storage/store.h"

namespace safehaven {

namespace rocksdb_internal {
class Committer;
class Engine;
}  // namespace rocksdb_internal

struct RocksDbOptions {
  std::string path;                   // the directory; its parent exists
  bool create_if_missing = true;      // false: NOT_FOUND with reason STORE_MISSING
  size_t block_cache_bytes = 64 * 1024 * 1024;
  size_t queue_batches_max = 4096;    // batches that wait for the committer
  size_t group_bytes_max = 32 * 1024 * 1024;  // merged in one write, unless one is larger
};

// Thread-safe.
class RocksDbStore : public Store {
 public:
  // FAILED_PRECONDITION with reason STORE_LOCKED if another process (or this one) has
  // the directory open, or STORE_FORMAT_UNKNOWN if a newer program wrote it; NOT_FOUND
  // with reason STORE_MISSING; DATA_LOSS with reason STORE_CORRUPT; UNAVAILABLE with
  // reason STORE_UNAVAILABLE for the disk's own failures.
  static absl::StatusOr<std::unique_ptr<RocksDbStore>> Open(const RocksDbOptions& options);

  // Writes what waits, then closes. Snapshots may outlive the store; the directory
  // stays locked until the last is gone.
  ~RocksDbStore() override;

  absl::StatusOr<Entry> Get(absl::string_view key, absl::Time deadline) override;
  absl::StatusOr<std::vector<std::optional<Entry>>> MultiGet(std::span<const std::string> keys,
                                                             absl::Time deadline) override;
  absl::StatusOr<std::unique_ptr<Snapshot>> TakeSnapshot(absl::Time expire_time) override;
  absl::Status Scan(absl::string_view begin, absl::string_view end, const Snapshot& snapshot,
                    absl::Time deadline, const Visitor& visit) override;

  // As in store.h. A batch whose write has begun is waited for, deadline or not:
  // its outcome will be known within one fsync. After a write or fsync that failed,
  // every further Apply is UNAVAILABLE until the store is opened again: the kernel
  // forgets such a failure, so a later fsync would prove nothing.
  absl::StatusOr<Version> Apply(const Batch& batch, absl::Time deadline) override;

  // Rewrites all files without what was deleted or overwritten, as far as no
  // snapshot holds it. Takes time in proportion to the store; for maintenance.
  absl::Status PurgeDeleted();

 private:
  RocksDbStore(std::shared_ptr<rocksdb_internal::Engine> engine,
               std::unique_ptr<rocksdb_internal::Committer> committer);

  // Shared with snapshots, which may outlive the store.
  std::shared_ptr<rocksdb_internal::Engine> engine_;
  std::unique_ptr<rocksdb_internal::Committer> committer_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_STORAGE_ROCKSDB_STORE_ROCKSDB_STORE_H_
