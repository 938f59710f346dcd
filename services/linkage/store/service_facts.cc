#include "services/linkage/store/service_facts.h"

#include <algorithm>
#include <memory>

#include "absl/strings/escaping.h"
#include "libs/base/status.h"
#include "libs/storage/key_codec.h"
#include "safehaven/storage/v1/linkage.pb.h"

namespace safehaven::linkage {
namespace {

constexpr size_t kIncarnationBytes = 16;
constexpr absl::Duration kPurgeInterval = absl::Minutes(1);
// A warrant is kept longer than it is valid, for clocks that are set back.
constexpr absl::Duration kKeptAfterExpiry = absl::Minutes(10);
constexpr size_t kPurgedMax = 10'000;

std::string IncarnationKey() { return KeyWriter().Text("incarnation").Take(); }
std::string FollowedKey() { return KeyWriter().Text("followed_consent").Take(); }
std::string UsedPrefix() { return KeyWriter().Text("used_warrant").Take(); }
std::string UsedKey(absl::string_view id) { return KeyWriter().Text("used_warrant").Text(id).Take(); }

absl::StatusOr<storage::v1::LinkageUsedWarrantRecord> ParseUsed(const std::string& bytes) {
  storage::v1::LinkageUsedWarrantRecord record;
  if (!record.ParseFromString(bytes)) return DataLoss("RECORD_CORRUPT", "a used warrant's record does not parse");
  return record;
}

}  // namespace

absl::StatusOr<std::string> OpenIncarnation(Store& store, Randomness& randomness, bool renew) {
  const absl::StatusOr<Entry> entry = store.Get(IncarnationKey(), absl::InfiniteFuture());
  if (!entry.ok() && !absl::IsNotFound(entry.status())) return entry.status();
  if (entry.ok() && !renew) return entry->value;
  const std::string incarnation = absl::BytesToHexString(randomness.Bytes(kIncarnationBytes));
  const Batch batch = {.puts = {{.key = IncarnationKey(), .value = incarnation}}};
  SH_RETURN_IF_ERROR(store.Apply(batch, absl::InfiniteFuture()));
  return incarnation;
}

absl::StatusOr<std::optional<FollowedCheckpoint>> ReadFollowed(Store& store) {
  const absl::StatusOr<Entry> entry = store.Get(FollowedKey(), absl::InfiniteFuture());
  if (absl::IsNotFound(entry.status())) return std::optional<FollowedCheckpoint>();
  SH_RETURN_IF_ERROR(entry);
  storage::v1::LinkageFollowedRecord record;
  if (!record.ParseFromString(entry->value) || record.root().size() != kDigestBytes) {
    return DataLoss("RECORD_CORRUPT", "the followed checkpoint does not parse");
  }
  FollowedCheckpoint checkpoint = {.incarnation = record.incarnation(), .size = record.size()};
  std::copy(record.root().begin(), record.root().end(), checkpoint.root.begin());
  return std::optional(checkpoint);
}

absl::Status SaveFollowed(Store& store, const FollowedCheckpoint& checkpoint) {
  storage::v1::LinkageFollowedRecord record;
  record.set_incarnation(checkpoint.incarnation);
  record.set_size(checkpoint.size);
  record.set_root(std::string(checkpoint.root.begin(), checkpoint.root.end()));
  const Batch batch = {.puts = {{.key = FollowedKey(), .value = record.SerializeAsString()}}};
  return store.Apply(batch, absl::InfiniteFuture()).status();
}

absl::Status UsedWarrants::Take(const Use& use, absl::Time deadline) {
  SH_RETURN_IF_ERROR(Purge(use.now, deadline));
  const std::string key = UsedKey(use.warrant);
  storage::v1::LinkageUsedWarrantRecord record;
  record.set_expire_unix_ms(absl::ToUnixMillis(use.expire_time));
  record.set_use(std::string(use.purpose));
  const Batch batch = {.preconditions = {{.key = key, .version = std::nullopt}},
                       .puts = {{.key = key, .value = record.SerializeAsString()}}};
  const absl::Status applied = store_.Apply(batch, deadline).status();
  if (!absl::IsAborted(applied)) return applied;
  SH_ASSIGN_OR_RETURN(const Entry entry, store_.Get(key, deadline));
  SH_ASSIGN_OR_RETURN(const storage::v1::LinkageUsedWarrantRecord earlier, ParseUsed(entry.value));
  if (earlier.use() != use.purpose) {
    return PermissionDenied("WARRANT_USED", "the warrant was used already: ask for a new decision");
  }
  return absl::OkStatus();
}

absl::Status UsedWarrants::Purge(absl::Time now, absl::Time deadline) {
  {
    absl::MutexLock lock(&mutex_);
    if (now < next_purge_) return absl::OkStatus();
    next_purge_ = now + kPurgeInterval;
  }
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot, store_.TakeSnapshot(deadline));
  Batch batch;
  SH_RETURN_IF_ERROR(ScanPrefix(store_, UsedPrefix(), *snapshot, deadline,
                                [&](absl::string_view key, const Entry& entry) {
                                  const auto record = ParseUsed(entry.value);
                                  if (record.ok() && absl::FromUnixMillis(record->expire_unix_ms()) +
                                                             kKeptAfterExpiry < now) {
                                    batch.deletes.emplace_back(key);
                                  }
                                  return batch.deletes.size() < kPurgedMax;
                                }));
  if (batch.deletes.empty()) return absl::OkStatus();
  return store_.Apply(batch, deadline).status();
}

}  // namespace safehaven::linkage
