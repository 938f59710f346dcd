#include "services/costing/store/release_store.h"

#include <utility>

#include "libs/base/status.h"
#include "libs/storage/key_codec.h"

namespace safehaven::costing {
namespace {

using storage::v1::FollowedCheckpointRecord;
using storage::v1::UsedWarrantRecord;

std::string UsedKey(absl::string_view warrant) { return KeyWriter().Text("used_warrant").Text(warrant).Take(); }
std::string FollowedKey() { return KeyWriter().Text("followed_consent").Take(); }

absl::Status Corrupt() { return DataLoss("RELEASE_CORRUPT", "a record of a release does not parse"); }

}  // namespace

absl::StatusOr<std::optional<UsedWarrantRecord>> ReleaseStore::FindUsed(absl::string_view warrant,
                                                                        absl::Time deadline) {
  const absl::StatusOr<Entry> entry = store_.Get(UsedKey(warrant), deadline);
  if (absl::IsNotFound(entry.status())) return std::optional<UsedWarrantRecord>();
  SH_RETURN_IF_ERROR(entry);
  UsedWarrantRecord record;
  if (!record.ParseFromString(entry->value)) return Corrupt();
  return std::optional(std::move(record));
}

absl::StatusOr<uint64_t> ReleaseStore::Open(absl::string_view warrant, absl::Time expire_time, std::string opening,
                                            absl::Time deadline) {
  UsedWarrantRecord record;
  record.set_expire_unix_ms(absl::ToUnixMillis(expire_time));
  const std::string key = UsedKey(warrant);
  AppendRequest request = {.kind = kReleaseOpeningLeaf, .body = std::move(opening), .deadline = deadline};
  request.batch.preconditions = {{.key = key, .version = std::nullopt}};
  request.batch.puts = {{.key = key, .value = record.SerializeAsString()}};
  const absl::StatusOr<Appended> appended = log_.Append(std::move(request));
  if (absl::IsAborted(appended.status())) {
    return PermissionDenied("WARRANT_USED", "the warrant was used before: one warrant, one use");
  }
  SH_RETURN_IF_ERROR(appended);
  return appended->index;
}

absl::StatusOr<ProvenLeaf> ReleaseStore::Close(std::string closing, absl::Time deadline) {
  AppendRequest request = {.kind = kReleaseClosingLeaf, .body = closing, .deadline = deadline};
  SH_ASSIGN_OR_RETURN(const Appended appended, log_.Append(std::move(request)));
  SH_ASSIGN_OR_RETURN(std::vector<Digest> inclusion, log_.InclusionProof(appended.index, appended.revision.size));
  return ProvenLeaf{.kind = kReleaseClosingLeaf,
                    .index = appended.index,
                    .salt = appended.salt,
                    .body = std::move(closing),
                    .inclusion = std::move(inclusion),
                    .checkpoint = appended.checkpoint};
}

absl::Status ReleaseStore::KeepAnswer(absl::string_view warrant, std::string answer, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(std::optional<UsedWarrantRecord> record, FindUsed(warrant, deadline));
  if (!record.has_value()) return Corrupt();
  record->set_answer(std::move(answer));
  const Batch batch = {.puts = {{.key = UsedKey(warrant), .value = record->SerializeAsString()}}};
  return store_.Apply(batch, deadline).status();
}

absl::Status ReleaseStore::LogRun(std::string body, absl::Time deadline) {
  return log_.Append({.kind = kCostRunLeaf, .body = std::move(body), .deadline = deadline}).status();
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
