#include "libs/storage/rocksdb_store/engine.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/checks.h"

namespace safehaven::rocksdb_internal {
namespace {

constexpr char kValueFormat = 0x01;
constexpr size_t kVersionBytes = 8;
constexpr char kFormatKey[] = "format";
constexpr char kFormat[] = "safehaven-store/1";
constexpr char kLastVersionKey[] = "last_version";
constexpr char kMetaFamily[] = "meta";
constexpr int kCacheShardBits = 6;     // few readers at once, so few shards
constexpr double kBloomBitsPerKey = 10;  // misses cost 0.5 us instead of 2.9 us
constexpr size_t kBlockBytes = 4 * 1024;
// What was erased must leave the disk without anybody asking: files are rewritten
// when they are a day old.
constexpr uint64_t kRewriteSeconds = 24 * 60 * 60;
constexpr size_t kLogFilesMax = 3;  // RocksDB's own diagnostic log

std::string EncodeVersion(Version version) {
  std::string bytes(kVersionBytes, '\0');
  for (size_t i = 0; i < kVersionBytes; ++i) {
    bytes[i] = static_cast<char>((version.value >> (8 * (kVersionBytes - 1 - i))) & 0xFF);
  }
  return bytes;
}

absl::Status Corrupt() {
  return DataLoss("STORE_CORRUPT", "a stored value does not have the form it should have");
}

rocksdb::ColumnFamilyOptions FamilyOptions(const RocksDbOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes, kCacheShardBits);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  table.block_size = kBlockBytes;
  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  family.compression = rocksdb::kLZ4Compression;
  family.periodic_compaction_seconds = kRewriteSeconds;
  return family;
}

rocksdb::DBOptions DatabaseOptions(const RocksDbOptions& options) {
  rocksdb::DBOptions database;
  database.create_if_missing = options.create_if_missing;
  database.create_missing_column_families = options.create_if_missing;
  // A write that was cut off at the end of the log was never acknowledged; damage
  // anywhere before the end would lose what was, so it must stop the start.
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  database.track_and_verify_wals_in_manifest = true;
  database.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  database.keep_log_file_num = kLogFilesMax;
  return database;
}

absl::Status ToOpenStatus(const rocksdb::Status& status, const RocksDbOptions& options) {
  const std::string text = status.ToString();
  if (status.IsIOError() && (absl::StrContains(text, "lock hold") ||
                             absl::StrContains(text, "While lock file"))) {
    return FailedPrecondition(
        "STORE_LOCKED", absl::StrCat(options.path, " is in use by another process; stop it first"));
  }
  if (status.IsInvalidArgument() && !options.create_if_missing) {
    return NotFound("STORE_MISSING", absl::StrCat("there is no store in ", options.path));
  }
  return WithContext(ToStatus(status), absl::StrCat("opening ", options.path));
}

}  // namespace

rocksdb::Slice ToSlice(absl::string_view text) { return {text.data(), text.size()}; }

absl::Status ToStatus(const rocksdb::Status& status) {
  if (status.IsNotFound()) return storage_checks::KeyAbsent();
  // RocksDB's texts name files, offsets and its own codes; never values.
  if (status.IsCorruption()) return DataLoss("STORE_CORRUPT", status.ToString());
  if (status.IsInvalidArgument() || status.IsNotSupported()) {
    return Internal("STORE_MISUSED", status.ToString());
  }
  if (status.IsNoSpace()) return Unavailable("STORE_UNAVAILABLE", "the store's disk is full");
  return Unavailable("STORE_UNAVAILABLE", status.ToString());
}

std::string EncodeEntry(absl::string_view value, Version version) {
  return absl::StrCat(absl::string_view(&kValueFormat, 1), EncodeVersion(version), value);
}

absl::StatusOr<Version> DecodeVersion(absl::string_view bytes) {
  if (bytes.size() < 1 + kVersionBytes || bytes[0] != kValueFormat) return Corrupt();
  uint64_t version = 0;
  for (size_t i = 1; i <= kVersionBytes; ++i) version = (version << 8) | static_cast<uint8_t>(bytes[i]);
  return Version{version};
}

absl::StatusOr<Entry> DecodeEntry(absl::string_view bytes) {
  SH_ASSIGN_OR_RETURN(const Version version, DecodeVersion(bytes));
  return Entry{.value = std::string(bytes.substr(1 + kVersionBytes)), .version = version};
}

absl::StatusOr<std::shared_ptr<Engine>> Engine::Open(const RocksDbOptions& options) {
  const rocksdb::ColumnFamilyOptions family = FamilyOptions(options);
  const std::vector<rocksdb::ColumnFamilyDescriptor> descriptors = {
      {rocksdb::kDefaultColumnFamilyName, family}, {kMetaFamily, family}};
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* raw = nullptr;
  const rocksdb::Status opened =
      rocksdb::DB::Open(DatabaseOptions(options), options.path, descriptors, &families, &raw);
  if (!opened.ok()) return ToOpenStatus(opened, options);
  std::shared_ptr<Engine> engine(new Engine(std::unique_ptr<rocksdb::DB>(raw), families));
  SH_RETURN_IF_ERROR(engine->CheckFormat());
  return engine;
}

Engine::Engine(std::unique_ptr<rocksdb::DB> db, std::vector<rocksdb::ColumnFamilyHandle*> families)
    : db_(std::move(db)), families_(std::move(families)) {}

Engine::~Engine() {
  for (rocksdb::ColumnFamilyHandle* family : families_) db_->DestroyColumnFamilyHandle(family);
}

absl::Status Engine::CheckFormat() {
  std::string format;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), meta(), kFormatKey, &format);
  if (found.IsNotFound()) {
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const rocksdb::Status put = db_->Put(durable, meta(), kFormatKey, kFormat);
    return put.ok() ? absl::OkStatus() : ToStatus(put);
  }
  if (!found.ok()) return ToStatus(found);
  if (format != kFormat) {
    return FailedPrecondition("STORE_FORMAT_UNKNOWN", "the store was written by a newer program");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Version>> Engine::VersionOf(absl::string_view key) {
  rocksdb::PinnableSlice bytes;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), user(), ToSlice(key), &bytes);
  if (found.IsNotFound()) return std::optional<Version>();
  if (!found.ok()) return ToStatus(found);
  SH_ASSIGN_OR_RETURN(const Version version, DecodeVersion({bytes.data(), bytes.size()}));
  return std::optional<Version>(version);
}

absl::StatusOr<Version> Engine::LastVersion(const rocksdb::Snapshot* snapshot) {
  rocksdb::ReadOptions read;
  read.snapshot = snapshot;
  std::string bytes;
  const rocksdb::Status found = db_->Get(read, meta(), kLastVersionKey, &bytes);
  if (found.IsNotFound()) return Version{0};
  if (!found.ok()) return ToStatus(found);
  return DecodeVersion(bytes);
}

absl::Status Engine::PutLastVersion(Version version, rocksdb::WriteBatch& batch) {
  const rocksdb::Status put = batch.Put(meta(), kLastVersionKey, EncodeEntry("", version));
  return put.ok() ? absl::OkStatus() : ToStatus(put);
}

}  // namespace safehaven::rocksdb_internal
