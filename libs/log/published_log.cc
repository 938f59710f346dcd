#include "libs/log/published_log.h"

#include <utility>

#include "libs/base/status.h"

namespace safehaven {
namespace {

absl::Status NotPublished(absl::string_view reason) {
  return Failure(absl::StatusCode::kOutOfRange, reason, "the log is not that long");
}

}  // namespace

Digest PublishedLog::Stage(std::span<const Digest> leaf_hashes) {
  absl::MutexLock lock(&mutex_);
  tree_.Truncate(newest_.checkpoint.size);
  for (const Digest& leaf_hash : leaf_hashes) tree_.Append(leaf_hash);
  return tree_.Root();
}

void PublishedLog::Publish(SignedCheckpoint newest) {
  absl::MutexLock lock(&mutex_);
  SH_CHECK(newest.checkpoint.size == tree_.size());
  newest_ = std::move(newest);
}

SignedCheckpoint PublishedLog::newest() const {
  absl::MutexLock lock(&mutex_);
  return newest_;
}

uint64_t PublishedLog::size() const {
  absl::MutexLock lock(&mutex_);
  return newest_.checkpoint.size;
}

absl::StatusOr<std::vector<Digest>> PublishedLog::InclusionProof(uint64_t index,
                                                                 uint64_t at_size) const {
  absl::MutexLock lock(&mutex_);
  if (at_size > newest_.checkpoint.size) return NotPublished("LOG_SIZE_UNKNOWN");
  return tree_.InclusionProof(index, at_size);
}

absl::StatusOr<std::vector<Digest>> PublishedLog::ConsistencyProof(uint64_t first,
                                                                   uint64_t second) const {
  absl::MutexLock lock(&mutex_);
  if (second > newest_.checkpoint.size) return NotPublished("LOG_SIZE_UNKNOWN");
  return tree_.ConsistencyProof(first, second);
}

absl::StatusOr<Digest> PublishedLog::LeafHashAt(uint64_t index) const {
  absl::MutexLock lock(&mutex_);
  if (index >= newest_.checkpoint.size) return NotPublished("LOG_INDEX_UNKNOWN");
  return tree_.LeafHashAt(index);
}

}  // namespace safehaven
