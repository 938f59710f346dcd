// A Store whose Apply waits at a gate, so that a test decides what happens while a
// batch is on its way to the disk. Thread-safe.
#ifndef SAFEHAVEN_TESTS_SUPPORT_GATED_STORE_H_
#define SAFEHAVEN_TESTS_SUPPORT_GATED_STORE_H_

#include <memory>
#include <optional>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "libs/storage/store.h"

namespace safehaven::testing_support {

class GatedStore : public Store {
 public:
  // `store` outlives this. The gate is open at first.
  explicit GatedStore(Store& store) : store_(store) {}

  void CloseGate() {
    absl::MutexLock lock(&mutex_);
    open_ = false;
  }
  void OpenGate() {
    absl::MutexLock lock(&mutex_);
    open_ = true;
    changed_.SignalAll();
  }
  // Waits until a batch stands at the closed gate.
  void AwaitWaiting() {
    absl::MutexLock lock(&mutex_);
    while (waiting_ == 0) changed_.Wait(&mutex_);
  }
  // How many batches have gone through.
  int applied_count() {
    absl::MutexLock lock(&mutex_);
    return applied_;
  }

  absl::StatusOr<Entry> Get(absl::string_view key, absl::Time deadline) override {
    return store_.Get(key, deadline);
  }
  absl::StatusOr<std::vector<std::optional<Entry>>> MultiGet(std::span<const std::string> keys,
                                                             absl::Time deadline) override {
    return store_.MultiGet(keys, deadline);
  }
  absl::StatusOr<std::unique_ptr<Snapshot>> TakeSnapshot(absl::Time expire_time) override {
    return store_.TakeSnapshot(expire_time);
  }
  absl::Status Scan(absl::string_view begin, absl::string_view end, const Snapshot& snapshot,
                    absl::Time deadline, const Visitor& visit) override {
    return store_.Scan(begin, end, snapshot, deadline, visit);
  }
  absl::StatusOr<Version> Apply(const Batch& batch, absl::Time deadline) override {
    {
      absl::MutexLock lock(&mutex_);
      ++waiting_;
      changed_.SignalAll();
      while (!open_) changed_.Wait(&mutex_);
      --waiting_;
      ++applied_;
    }
    return store_.Apply(batch, deadline);
  }

 private:
  Store& store_;
  absl::Mutex mutex_;
  absl::CondVar changed_;
  bool open_ ABSL_GUARDED_BY(mutex_) = true;
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
  int applied_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_SUPPORT_GATED_STORE_H_
