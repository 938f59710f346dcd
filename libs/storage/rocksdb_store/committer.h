// The one thread that writes: it takes all batches that wait, checks their
// preconditions one after the other, writes those that hold as one WriteBatch with
// one fsync, and lets all callers go. While it waits for the disk, the next group
// gathers by itself; no timer is needed. Internal to this folder. Thread-safe.
#ifndef SAFEHAVEN_LIBS_STORAGE_ROCKSDB_STORE_COMMITTER_H_
#define SAFEHAVEN_LIBS_STORAGE_ROCKSDB_STORE_COMMITTER_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/storage/rocksdb_store/engine.h"
#include "libs/storage/store.h"

namespace safehaven::rocksdb_internal {

class Committer {
 public:
  struct Limits {
    size_t queue_batches_max = 0;
    size_t group_bytes_max = 0;
  };

  // `engine` outlives this. `last` is the version of the last batch in it.
  Committer(const Limits& limits, Version last, Engine& engine);
  // Writes what waits, then ends the thread.
  ~Committer();

  // As RocksDbStore::Apply, for a batch that was checked.
  absl::StatusOr<Version> Apply(const Batch& batch, absl::Time deadline)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // One call of Apply; it lies on the caller's stack until it is `done`.
  struct Waiter {
    const Batch* batch = nullptr;
    size_t byte_count = 0;
    bool taken = false;  // the committer works on it
    bool done = false;
    absl::StatusOr<Version> result = Version{};
    absl::CondVar changed;
  };

  // Versions as the batches of this group would leave them: nothing for deleted keys.
  using Overlay = absl::flat_hash_map<std::string, std::optional<Version>>;

  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<Waiter*> TakeGroup() ABSL_LOCKS_EXCLUDED(mutex_);
  void WriteGroup(const std::vector<Waiter*>& group);
  absl::Status Check(const Batch& batch, const Overlay& overlay);
  absl::Status Add(const Batch& batch, Version version, Overlay& overlay,
                   rocksdb::WriteBatch& merged);
  void Release(const std::vector<Waiter*>& group) ABSL_LOCKS_EXCLUDED(mutex_);

  const Limits limits_;
  Engine& engine_;
  Version last_;  // the committer thread's own
  absl::Mutex mutex_;
  absl::CondVar arrived_;
  std::deque<Waiter*> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace safehaven::rocksdb_internal

#endif  // SAFEHAVEN_LIBS_STORAGE_ROCKSDB_STORE_COMMITTER_H_
