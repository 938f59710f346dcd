// The open database behind RocksDbStore: opening, statuses and the form of values.
// Internal to this folder. Thread-safe.
//
// Two column families: "default" holds the user's keys, "meta" the store's own, so
// that no key of a user can meet them. A value at rest is
//     format byte 0x01, eight bytes of version (most significant first), the value.
#ifndef SAFEHAVEN_LIBS_STORAGE_ROCKSDB_STORE_ENGINE_H_
#define SAFEHAVEN_LIBS_STORAGE_ROCKSDB_STORE_ENGINE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/storage/rocksdb_store/rocksdb_store.h"
#include "libs/storage/store.h"

// RocksDB's own headers are included by .cc files only.
namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Slice;
class Snapshot;
class Status;
class WriteBatch;
}  // namespace rocksdb

namespace safehaven::rocksdb_internal {

// A view of the same bytes.
rocksdb::Slice ToSlice(absl::string_view text);

// The failures of store.h. `status` is not OK; NotFound becomes KEY_ABSENT.
absl::Status ToStatus(const rocksdb::Status& status);

std::string EncodeEntry(absl::string_view value, Version version);
// DATA_LOSS with reason STORE_CORRUPT if the bytes have another form.
absl::StatusOr<Entry> DecodeEntry(absl::string_view bytes);
absl::StatusOr<Version> DecodeVersion(absl::string_view bytes);

class Engine {
 public:
  // The failures of RocksDbStore::Open.
  static absl::StatusOr<std::shared_ptr<Engine>> Open(const RocksDbOptions& options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  rocksdb::DB& db() { return *db_; }
  rocksdb::ColumnFamilyHandle* user() { return families_[0]; }
  rocksdb::ColumnFamilyHandle* meta() { return families_[1]; }

  // The version of `key` now, or nothing if it is absent.
  absl::StatusOr<std::optional<Version>> VersionOf(absl::string_view key);

  // The version of the last batch, as `snapshot` shows it (null: now).
  absl::StatusOr<Version> LastVersion(const rocksdb::Snapshot* snapshot);

  // Adds to `batch` that `version` is the last.
  absl::Status PutLastVersion(Version version, rocksdb::WriteBatch& batch);

 private:
  Engine(std::unique_ptr<rocksdb::DB> db, std::vector<rocksdb::ColumnFamilyHandle*> families);

  absl::Status CheckFormat();

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;  // freed before db_
};

}  // namespace safehaven::rocksdb_internal

#endif  // SAFEHAVEN_LIBS_STORAGE_ROCKSDB_STORE_ENGINE_H_
