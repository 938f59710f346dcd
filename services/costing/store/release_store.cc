#include "services/costing/store/release_store.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "libs/base/status.h"
#include "libs/storage/key_codec.h"

namespace safehaven::costing {
namespace {

using storage::v1::FollowedCheckpointRecord;
using storage::v1::UsedWarrantRecord;

constexpr absl::Duration kPurgeInterval = absl::Minutes(1);

std::string UsedKey(absl::string_view warrant) { return KeyWriter().Text("used_warrant").Text(warrant).Take(); }
std::string ExpiryPrefix() { return KeyWriter().Text("used_warrant_expiry").Take(); }
std::string ExpiryKey(absl::Time expire_time, absl::string_view warrant) {
  const auto milliseconds = static_cast<uint64_t>(std::max<int64_t>(absl::ToUnixMillis(expire_time), 0));
  return KeyWriter().Text("used_warrant_expiry").Number(milliseconds).Text(warrant).Take();
}
std::string OpenPrefix() { return KeyWriter().Text("open_release").Take(); }
std::string OpenKey(absl::string_view warrant) { return KeyWriter().Text("open_release").Text(warrant).Take(); }
std::string FollowedKey() { return KeyWriter().Text("followed_consent").Take(); }

absl::Status UsedBefore() {
  return PermissionDenied("WARRANT_USED", "the warrant was used before: one warrant, one use");
}
// The first use of a warrant, for something that releases nothing.
Batch UseBatch(absl::string_view purpose, absl::string_view warrant, absl::Time expire_time) {
  UsedWarrantRecord record;
  record.set_expire_unix_ms(absl::ToUnixMillis(expire_time));
  record.set_purpose(std::string(purpose));
  const std::string key = UsedKey(warrant);
  return {.preconditions = {{.key = key, .version = std::nullopt}},
          .puts = {{.key = key, .value = record.SerializeAsString()},
                   {.key = ExpiryKey(expire_time, warrant), .value = std::string(warrant)}}};
}

absl::Status Corrupt() { return DataLoss("RELEASE_CORRUPT", "a record of a release does not parse"); }

}  // namespace

absl::StatusOr<std::optional<ReleaseStore::Used>> ReleaseStore::Find(absl::string_view warrant, absl::Time deadline) {
  const absl::StatusOr<Entry> entry = store_.Get(UsedKey(warrant), deadline);
  if (absl::IsNotFound(entry.status())) return std::optional<Used>();
  SH_RETURN_IF_ERROR(entry);
  Used used = {.record = {}, .version = entry->version};
  if (!used.record.ParseFromString(entry->value)) return Corrupt();
  return std::optional(std::move(used));
}

absl::StatusOr<std::optional<UsedWarrantRecord>> ReleaseStore::FindUsed(absl::string_view warrant,
                                                                        absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(std::optional<Used> used, Find(warrant, deadline));
  if (!used.has_value()) return std::optional<UsedWarrantRecord>();
  return std::optional(std::move(used->record));
}

absl::Status ReleaseStore::UseFor(absl::string_view purpose, absl::string_view warrant, absl::Time expire_time,
                                  absl::Time deadline) {
  const absl::Status applied = store_.Apply(UseBatch(purpose, warrant, expire_time), deadline).status();
  return absl::IsAborted(applied) ? CheckUsedFor(purpose, warrant, deadline) : applied;
}

absl::Status ReleaseStore::CheckUsedFor(absl::string_view purpose, absl::string_view warrant, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::optional<UsedWarrantRecord> before, FindUsed(warrant, deadline));
  if (before.has_value() && before->purpose() == purpose) return absl::OkStatus();
  return UsedBefore();
}

absl::StatusOr<OpenedRelease> ReleaseStore::Open(absl::string_view warrant, absl::Time expire_time,
                                                 std::string opening, absl::Time deadline) {
  UsedWarrantRecord record;
  record.set_expire_unix_ms(absl::ToUnixMillis(expire_time));
  const std::string key = UsedKey(warrant);
  AppendRequest request = {.kind = kReleaseOpeningLeaf, .body = opening, .deadline = deadline};
  request.batch.preconditions = {{.key = key, .version = std::nullopt}};
  request.batch.puts = {{.key = key, .value = record.SerializeAsString()},
                        {.key = OpenKey(warrant), .value = std::move(opening)},
                        {.key = ExpiryKey(expire_time, warrant), .value = std::string(warrant)}};
  const absl::StatusOr<Appended> appended = log_.Append(std::move(request));
  if (absl::IsAborted(appended.status())) {
    return UsedBefore();
  }
  SH_RETURN_IF_ERROR(appended);
  return OpenedRelease{
      .warrant = std::string(warrant), .expire_time = expire_time, .opening_index = appended->index};
}

absl::StatusOr<ProvenLeaf> ReleaseStore::Close(const OpenedRelease& release, std::string closing, std::string answer,
                                               absl::Time deadline) {
  AppendRequest request = {.kind = kReleaseClosingLeaf, .body = closing, .deadline = deadline};
  request.batch.deletes = {OpenKey(release.warrant)};
  if (!answer.empty()) {
    UsedWarrantRecord record;
    record.set_expire_unix_ms(absl::ToUnixMillis(release.expire_time));
    record.set_opening_index(release.opening_index);
    record.set_closed_answer(std::move(answer));
    record.set_closing(closing);
    request.batch.puts = {{.key = UsedKey(release.warrant), .value = record.SerializeAsString()}};
  }
  SH_ASSIGN_OR_RETURN(const Appended appended, log_.Append(std::move(request)));
  SH_ASSIGN_OR_RETURN(std::vector<Digest> inclusion, log_.InclusionProof(appended.index, appended.revision.size));
  return ProvenLeaf{.kind = kReleaseClosingLeaf,
                    .index = appended.index,
                    .salt = appended.salt,
                    .body = std::move(closing),
                    .inclusion = std::move(inclusion),
                    .checkpoint = appended.checkpoint};
}

absl::StatusOr<std::vector<OpenedRelease>> ReleaseStore::CutOff(absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<safehaven::Snapshot> snapshot, store_.TakeSnapshot(deadline));
  std::map<std::string, std::string> warrants;  // by the opening's body, which names them
  const size_t prefix = OpenPrefix().size();
  absl::Status read;
  SH_RETURN_IF_ERROR(ScanPrefix(store_, OpenPrefix(), *snapshot, deadline,
                                [&](absl::string_view key, const Entry& entry) {
                                  const absl::StatusOr<std::string> warrant = KeyReader(key.substr(prefix)).Text();
                                  read.Update(warrant.status());
                                  if (warrant.ok()) warrants.emplace(entry.value, *warrant);
                                  return read.ok();
                                }));
  SH_RETURN_IF_ERROR(read);
  std::vector<OpenedRelease> cut_off;
  for (uint64_t end = log_.revision().size; end > 0 && !warrants.empty();) {
    const uint64_t begin = end - std::min(end, kReadEntriesMax);
    for (uint64_t next = begin; next < end;) {
      SH_ASSIGN_OR_RETURN(const std::vector<LogEntry> entries, log_.ReadRange(next, end - next, deadline));
      if (entries.empty()) return Corrupt();
      for (const LogEntry& entry : entries) {
        const auto found = entry.kind == kReleaseOpeningLeaf ? warrants.find(entry.body) : warrants.end();
        if (found == warrants.end()) continue;
        cut_off.push_back({.warrant = found->second, .expire_time = absl::InfinitePast(), .opening_index = entry.index});
        warrants.erase(found);
      }
      next += entries.size();
    }
    end = begin;
  }
  if (!warrants.empty()) return Corrupt();
  std::sort(cut_off.begin(), cut_off.end(),
            [](const OpenedRelease& a, const OpenedRelease& b) { return a.opening_index < b.opening_index; });
  return cut_off;
}

absl::StatusOr<ProvenLeaf> ReleaseStore::FindClosing(const UsedWarrantRecord& used, absl::Time deadline) {
  const uint64_t end = log_.revision().size;
  for (uint64_t begin = used.opening_index(); begin < end;) {
    SH_ASSIGN_OR_RETURN(const std::vector<LogEntry> entries, log_.ReadRange(begin, kReadEntriesMax, deadline));
    if (entries.empty()) break;
    for (size_t i = 0; i < entries.size(); ++i) {
      // The body names warrant and opening, so there is one of it.
      const bool found = entries[i].kind == kReleaseClosingLeaf && entries[i].body == used.closing();
      if (found) return log_.Prove(begin + i, deadline);
    }
    begin += entries.size();
  }
  return Corrupt();
}

absl::StatusOr<std::string> ReleaseStore::KeepAnswer(absl::string_view warrant, std::string answer,
                                                     absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(std::optional<Used> used, Find(warrant, deadline));
  if (!used.has_value()) return Corrupt();
  if (!used->record.answer().empty()) return used->record.answer();
  used->record.set_answer(answer);
  used->record.clear_closed_answer();
  used->record.clear_closing();
  const std::string key = UsedKey(warrant);
  const Batch batch = {.preconditions = {{.key = key, .version = used->version}},
                       .puts = {{.key = key, .value = used->record.SerializeAsString()}}};
  const absl::Status kept = store_.Apply(batch, deadline).status();
  if (kept.ok()) return answer;
  if (!absl::IsAborted(kept)) return kept;
  SH_ASSIGN_OR_RETURN(used, Find(warrant, deadline));
  if (!used.has_value() || used->record.answer().empty()) return Corrupt();
  return used->record.answer();
}

absl::Status ReleaseStore::LogRun(std::string body, Batch batch, absl::Time deadline) {
  AppendRequest request = {.kind = kCostRunLeaf, .body = std::move(body), .deadline = deadline};
  request.batch = std::move(batch);
  return log_.Append(std::move(request)).status();
}

absl::Status ReleaseStore::LogPublication(std::string body, Batch batch, absl::Time deadline) {
  AppendRequest request = {.kind = kCostRunPublicationLeaf, .body = std::move(body), .deadline = deadline};
  request.batch = std::move(batch);
  return log_.Append(std::move(request)).status();
}

absl::Status ReleaseStore::LogReading(absl::string_view purpose, absl::string_view warrant, absl::Time expire_time,
                                      std::string body, absl::Time deadline) {
  AppendRequest request = {.kind = kCostRunReadingLeaf, .body = body, .deadline = deadline};
  request.batch = UseBatch(purpose, warrant, expire_time);
  const absl::Status logged = log_.Append(std::move(request)).status();
  if (!absl::IsAborted(logged)) return logged;
  SH_RETURN_IF_ERROR(CheckUsedFor(purpose, warrant, deadline));
  return log_.Append({.kind = kCostRunReadingLeaf, .body = std::move(body), .deadline = deadline}).status();
}

absl::StatusOr<size_t> ReleaseStore::PurgeExpired(absl::Time now, absl::Time deadline) {
  {
    absl::MutexLock lock(&mutex_);
    if (now < next_purge_) return 0;
    next_purge_ = now + kPurgeInterval;
  }
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<safehaven::Snapshot> snapshot, store_.TakeSnapshot(deadline));
  Batch batch;
  SH_RETURN_IF_ERROR(store_.Scan(ExpiryPrefix(), ExpiryKey(now - kUsedWarrantKept, ""), *snapshot, deadline,
                                 [&batch](absl::string_view key, const Entry& entry) {
                                   batch.deletes.emplace_back(key);
                                   batch.deletes.push_back(UsedKey(entry.value));
                                   return batch.deletes.size() < 2 * kPurgedMax;
                                 }));
  if (batch.deletes.empty()) return 0;
  SH_RETURN_IF_ERROR(store_.Apply(batch, deadline));
  return batch.deletes.size() / 2;
}

absl::StatusOr<std::optional<FollowedCheckpoint>> ReleaseStore::Followed(absl::Time deadline) {
  const absl::StatusOr<Entry> entry = store_.Get(FollowedKey(), deadline);
  if (absl::IsNotFound(entry.status())) return std::optional<FollowedCheckpoint>();
  SH_RETURN_IF_ERROR(entry);
  FollowedCheckpointRecord record;
  if (!record.ParseFromString(entry->value)) return Corrupt();
  SH_ASSIGN_OR_RETURN(const Digest root, DigestFromBytes(record.root()));
  return std::optional(FollowedCheckpoint{.incarnation = record.incarnation(), .size = record.size(), .root = root});
}

absl::Status ReleaseStore::SaveFollowed(const FollowedCheckpoint& checkpoint, absl::Time deadline) {
  FollowedCheckpointRecord record;
  record.set_incarnation(checkpoint.incarnation);
  record.set_size(checkpoint.size);
  record.set_root(ToBytes(checkpoint.root));
  const Batch batch = {.puts = {{.key = FollowedKey(), .value = record.SerializeAsString()}}};
  return store_.Apply(batch, deadline).status();
}

}  // namespace safehaven::costing
