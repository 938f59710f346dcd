#include "libs/storage/memory_store.h"

#include <map>
#include <string>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "libs/base/status.h"
#include "libs/storage/checks.h"

namespace safehaven {

using storage_checks::CheckDeadline;

using EntryMap = std::map<std::string, Entry, std::less<>>;

struct MemoryStore::State {
  absl::Mutex mutex;
  // Shared with snapshots: as long as one holds it, it is copied before a change.
  std::shared_ptr<EntryMap> entries ABSL_GUARDED_BY(mutex) = std::make_shared<EntryMap>();
  uint64_t last_version ABSL_GUARDED_BY(mutex) = 0;
};

class MemoryStore::MemorySnapshot : public Snapshot {
 public:
  MemorySnapshot(std::shared_ptr<State> state, std::shared_ptr<EntryMap> entries, Version version,
                 absl::Time expire_time)
      : state_(std::move(state)), entries_(std::move(entries)), version_(version),
        expire_time_(expire_time) {}

  ~MemorySnapshot() override {
    // Under the lock, so that a writer that sees itself as the only holder also sees
    // that this snapshot's readers are done.
    absl::MutexLock lock(&state_->mutex);
    entries_.reset();
  }

  Version version() const override { return version_; }
  const EntryMap& entries() const { return *entries_; }
  absl::Time expire_time() const { return expire_time_; }

 private:
  const std::shared_ptr<State> state_;
  std::shared_ptr<EntryMap> entries_;
  const Version version_;
  const absl::Time expire_time_;
};

namespace {

// The place of the first precondition that fails, if one does.
std::optional<size_t> FailedPlace(const EntryMap& entries,
                                  const std::vector<Precondition>& preconditions) {
  for (size_t i = 0; i < preconditions.size(); ++i) {
    const auto found = entries.find(preconditions[i].key);
    const std::optional<Version> present =
        found == entries.end() ? std::nullopt : std::optional<Version>(found->second.version);
    if (present != preconditions[i].version) return i;
  }
  return std::nullopt;
}

}  // namespace

MemoryStore::MemoryStore() : state_(std::make_shared<State>()) {}
MemoryStore::~MemoryStore() = default;

absl::StatusOr<Entry> MemoryStore::Get(absl::string_view key, absl::Time deadline) {
  SH_RETURN_IF_ERROR(CheckDeadline(deadline));
  SH_RETURN_IF_ERROR(storage_checks::CheckKey(key));
  absl::MutexLock lock(&state_->mutex);
  const auto found = state_->entries->find(key);
  if (found == state_->entries->end()) return storage_checks::KeyAbsent();
  return found->second;
}

absl::StatusOr<std::vector<std::optional<Entry>>> MemoryStore::MultiGet(
    std::span<const std::string> keys, absl::Time deadline) {
  SH_RETURN_IF_ERROR(CheckDeadline(deadline));
  for (const std::string& key : keys) SH_RETURN_IF_ERROR(storage_checks::CheckKey(key));
  std::vector<std::optional<Entry>> results(keys.size());
  absl::MutexLock lock(&state_->mutex);
  for (size_t i = 0; i < keys.size(); ++i) {
    const auto found = state_->entries->find(keys[i]);
    if (found != state_->entries->end()) results[i] = found->second;
  }
  return results;
}

absl::StatusOr<std::unique_ptr<Snapshot>> MemoryStore::TakeSnapshot(absl::Time expire_time) {
  const absl::Time end = storage_checks::SnapshotEnd(expire_time);
  absl::MutexLock lock(&state_->mutex);
  return std::make_unique<MemorySnapshot>(state_, state_->entries, Version{state_->last_version},
                                          end);
}

absl::Status MemoryStore::Scan(absl::string_view begin, absl::string_view end,
                               const Snapshot& snapshot, absl::Time deadline,
                               const Visitor& visit) {
  const auto* const view = dynamic_cast<const MemorySnapshot*>(&snapshot);
  SH_CHECK(view != nullptr);
  SH_RETURN_IF_ERROR(storage_checks::CheckSnapshot(view->expire_time()));
  SH_RETURN_IF_ERROR(CheckDeadline(deadline));
  size_t count = 0;
  for (auto it = view->entries().lower_bound(begin); it != view->entries().end(); ++it) {
    if (!end.empty() && end <= it->first) break;
    if (++count % storage_checks::kKeysPerDeadlineCheck == 0) {
      SH_RETURN_IF_ERROR(CheckDeadline(deadline));
    }
    if (!visit(it->first, it->second)) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<Version> MemoryStore::Apply(const Batch& batch, absl::Time deadline) {
  SH_RETURN_IF_ERROR(storage_checks::CheckBatch(batch));
  SH_RETURN_IF_ERROR(CheckDeadline(deadline));
  absl::MutexLock lock(&state_->mutex);
  const std::optional<size_t> failed = FailedPlace(*state_->entries, batch.preconditions);
  if (failed.has_value()) return storage_checks::PreconditionFailed(*failed);
  if (batch.puts.empty() && batch.deletes.empty()) return Version{state_->last_version};
  if (state_->entries.use_count() > 1) {
    state_->entries = std::make_shared<EntryMap>(*state_->entries);
  }
  const Version version{++state_->last_version};
  for (const KeyValue& put : batch.puts) (*state_->entries)[put.key] = Entry{put.value, version};
  for (const std::string& key : batch.deletes) state_->entries->erase(key);
  return version;
}

}  // namespace safehaven
