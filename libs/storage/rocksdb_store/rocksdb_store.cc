#include "libs/storage/rocksdb_store/rocksdb_store.h"

#include <rocksdb/db.h>

#include <utility>

#include "libs/base/status.h"
#include "libs/storage/checks.h"
#include "libs/storage/rocksdb_store/committer.h"
#include "libs/storage/rocksdb_store/engine.h"

namespace safehaven {

using rocksdb_internal::Committer;
using rocksdb_internal::Engine;
using rocksdb_internal::ToSlice;
using rocksdb_internal::ToStatus;
using storage_checks::CheckDeadline;

namespace {

class RocksDbSnapshot : public Snapshot {
 public:
  RocksDbSnapshot(std::shared_ptr<Engine> engine, absl::Time expire_time)
      : engine_(std::move(engine)), snapshot_(engine_->db().GetSnapshot()),
        expire_time_(expire_time) {}
  ~RocksDbSnapshot() override { engine_->db().ReleaseSnapshot(snapshot_); }

  // The version is read once, when the snapshot is taken.
  absl::Status ReadVersion() {
    SH_ASSIGN_OR_RETURN(version_, engine_->LastVersion(snapshot_));
    return absl::OkStatus();
  }

  Version version() const override { return version_; }
  const rocksdb::Snapshot* raw() const { return snapshot_; }
  absl::Time expire_time() const { return expire_time_; }

 private:
  // Shared: the database stays open as long as anybody looks at it.
  const std::shared_ptr<Engine> engine_;
  const rocksdb::Snapshot* const snapshot_;
  const absl::Time expire_time_;
  Version version_;
};

absl::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

}  // namespace

RocksDbStore::RocksDbStore(std::shared_ptr<Engine> engine, std::unique_ptr<Committer> committer)
    : engine_(std::move(engine)), committer_(std::move(committer)) {}

RocksDbStore::~RocksDbStore() = default;

absl::StatusOr<std::unique_ptr<RocksDbStore>> RocksDbStore::Open(const RocksDbOptions& options) {
  SH_ASSIGN_OR_RETURN(std::shared_ptr<Engine> engine, Engine::Open(options));
  SH_ASSIGN_OR_RETURN(const Version last, engine->LastVersion(nullptr));
  auto committer = std::make_unique<Committer>(
      Committer::Limits{.queue_batches_max = options.queue_batches_max,
                        .group_bytes_max = options.group_bytes_max},
      last, *engine);
  return std::unique_ptr<RocksDbStore>(new RocksDbStore(std::move(engine), std::move(committer)));
}

absl::StatusOr<Entry> RocksDbStore::Get(absl::string_view key, absl::Time deadline) {
  SH_RETURN_IF_ERROR(CheckDeadline(deadline));
  SH_RETURN_IF_ERROR(storage_checks::CheckKey(key));
  rocksdb::PinnableSlice bytes;
  const rocksdb::Status found =
      engine_->db().Get(rocksdb::ReadOptions(), engine_->user(), ToSlice(key), &bytes);
  if (!found.ok()) return ToStatus(found);
  return rocksdb_internal::DecodeEntry(View(bytes));
}

absl::StatusOr<std::vector<std::optional<Entry>>> RocksDbStore::MultiGet(
    std::span<const std::string> keys, absl::Time deadline) {
  SH_RETURN_IF_ERROR(CheckDeadline(deadline));
  for (const std::string& key : keys) SH_RETURN_IF_ERROR(storage_checks::CheckKey(key));
  // One snapshot, so that all answers are of one moment.
  const RocksDbSnapshot moment(engine_, absl::InfiniteFuture());
  rocksdb::ReadOptions read;
  read.snapshot = moment.raw();
  std::vector<rocksdb::Slice> slices;
  slices.reserve(keys.size());
  for (const std::string& key : keys) slices.push_back(ToSlice(key));
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  engine_->db().MultiGet(read, engine_->user(), slices.size(), slices.data(), values.data(),
                         statuses.data());
  std::vector<std::optional<Entry>> results(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    if (!statuses[i].ok()) return ToStatus(statuses[i]);
    SH_ASSIGN_OR_RETURN(results[i], rocksdb_internal::DecodeEntry(View(values[i])));
  }
  return results;
}

absl::StatusOr<std::unique_ptr<Snapshot>> RocksDbStore::TakeSnapshot(absl::Time expire_time) {
  auto snapshot =
      std::make_unique<RocksDbSnapshot>(engine_, storage_checks::SnapshotEnd(expire_time));
  SH_RETURN_IF_ERROR(snapshot->ReadVersion());
  return snapshot;
}

absl::Status RocksDbStore::Scan(absl::string_view begin, absl::string_view end,
                                const Snapshot& snapshot, absl::Time deadline,
                                const Visitor& visit) {
  const auto* const view = dynamic_cast<const RocksDbSnapshot*>(&snapshot);
  SH_CHECK(view != nullptr);
  SH_RETURN_IF_ERROR(storage_checks::CheckSnapshot(view->expire_time()));
  SH_RETURN_IF_ERROR(CheckDeadline(deadline));
  rocksdb::ReadOptions read;
  read.snapshot = view->raw();
  const rocksdb::Slice upper_bound = ToSlice(end);
  if (!end.empty()) read.iterate_upper_bound = &upper_bound;
  const std::unique_ptr<rocksdb::Iterator> iterator(
      engine_->db().NewIterator(read, engine_->user()));
  size_t count = 0;
  for (iterator->Seek(ToSlice(begin)); iterator->Valid(); iterator->Next()) {
    if (++count % storage_checks::kKeysPerDeadlineCheck == 0) {
      SH_RETURN_IF_ERROR(CheckDeadline(deadline));
    }
    SH_ASSIGN_OR_RETURN(const Entry entry, rocksdb_internal::DecodeEntry(View(iterator->value())));
    if (!visit(View(iterator->key()), entry)) return absl::OkStatus();
  }
  if (!iterator->status().ok()) return ToStatus(iterator->status());
  return absl::OkStatus();
}

absl::StatusOr<Version> RocksDbStore::Apply(const Batch& batch, absl::Time deadline) {
  SH_RETURN_IF_ERROR(storage_checks::CheckBatch(batch));
  SH_RETURN_IF_ERROR(CheckDeadline(deadline));
  return committer_->Apply(batch, deadline);
}

absl::Status RocksDbStore::PurgeDeleted() {
  const rocksdb::Status flushed = engine_->db().Flush(
      rocksdb::FlushOptions(), {engine_->user(), engine_->meta()});
  if (!flushed.ok()) return ToStatus(flushed);
  rocksdb::CompactRangeOptions everything;
  // Also the files of the last level, which a plain compaction leaves alone.
  everything.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  const rocksdb::Status compacted =
      engine_->db().CompactRange(everything, engine_->user(), nullptr, nullptr);
  return compacted.ok() ? absl::OkStatus() : ToStatus(compacted);
}

}  // namespace safehaven
