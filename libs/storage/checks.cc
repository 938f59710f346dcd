#include "libs/storage/checks.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status.h"

namespace safehaven::storage_checks {
namespace {

absl::Status BatchInvalid(absl::string_view why) { return InvalidArgument("BATCH_INVALID", why); }

}  // namespace

absl::Status KeyAbsent() { return NotFound("KEY_ABSENT", "there is no such key"); }

absl::Status QueueFull() {
  return Failure(absl::StatusCode::kResourceExhausted, "STORE_QUEUE_FULL",
                 "too many batches wait to be written");
}

absl::Status PreconditionFailed(size_t position) {
  return Failure(absl::StatusCode::kAborted, "PRECONDITION_FAILED",
                 "something else changed what the batch relied on",
                 {{"precondition", absl::StrCat(position)}});
}

absl::Status CheckDeadline(absl::Time deadline) {
  if (absl::Now() < deadline) return absl::OkStatus();
  return Failure(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED",
                 "the store had no time left to answer");
}

absl::Status CheckSnapshot(absl::Time expire_time) {
  if (absl::Now() < expire_time) return absl::OkStatus();
  return FailedPrecondition("SNAPSHOT_EXPIRED", "the snapshot's time is over; take a new one");
}

absl::Time SnapshotEnd(absl::Time expire_time) {
  return std::min(expire_time, absl::Now() + kSnapshotLifeMax);
}

absl::Status CheckKey(absl::string_view key) {
  if (!key.empty() && key.size() <= kKeyBytesMax) return absl::OkStatus();
  return InvalidArgument("KEY_INVALID", "a key has 1 to 1024 bytes");
}

absl::Status CheckBatch(const Batch& batch) {
  const size_t entries = batch.preconditions.size() + batch.puts.size() + batch.deletes.size();
  if (entries > kBatchEntriesMax) return BatchInvalid("too many entries in one batch");
  if (BatchBytes(batch) > kBatchBytesMax) return BatchInvalid("too many bytes in one batch");
  for (const Precondition& precondition : batch.preconditions) {
    if (!CheckKey(precondition.key).ok()) return BatchInvalid("a key has 1 to 1024 bytes");
  }
  std::vector<absl::string_view> written;
  written.reserve(batch.puts.size() + batch.deletes.size());
  for (const KeyValue& put : batch.puts) {
    if (put.value.size() > kValueBytesMax) return BatchInvalid("a value is too long");
    written.push_back(put.key);
  }
  for (const std::string& key : batch.deletes) written.push_back(key);
  for (const absl::string_view key : written) {
    if (!CheckKey(key).ok()) return BatchInvalid("a key has 1 to 1024 bytes");
  }
  std::sort(written.begin(), written.end());
  if (std::adjacent_find(written.begin(), written.end()) != written.end()) {
    return BatchInvalid("a key is written twice in one batch");
  }
  return absl::OkStatus();
}

size_t BatchBytes(const Batch& batch) {
  size_t bytes = 0;
  for (const Precondition& precondition : batch.preconditions) bytes += precondition.key.size();
  for (const KeyValue& put : batch.puts) bytes += put.key.size() + put.value.size();
  for (const std::string& key : batch.deletes) bytes += key.size();
  return bytes;
}

}  // namespace safehaven::storage_checks
