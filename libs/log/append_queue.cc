#include "libs/log/append_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "libs/base/status.h"
#include "libs/storage/checks.h"

namespace safehaven {
namespace {

size_t BytesOf(const std::vector<PendingAppend>& together) {
  size_t count = 0;
  for (const PendingAppend& pending : together) count += AppendBytes(pending.request);
  return count;
}

size_t EntriesOf(const std::vector<PendingAppend>& together) {
  size_t count = 0;
  for (const PendingAppend& pending : together) count += AppendEntries(pending.request);
  return count;
}

}  // namespace

size_t AppendBytes(const AppendRequest& request) {
  return request.body.size() + storage_checks::BatchBytes(request.batch);
}

size_t AppendEntries(const AppendRequest& request) {
  const Batch& batch = request.batch;
  return batch.preconditions.size() + batch.puts.size() + batch.deletes.size();
}

absl::Status AppendQueue::Push(std::vector<PendingAppend> together) {
  const size_t byte_count = BytesOf(together);
  absl::MutexLock lock(&mutex_);
  if (closed_) return Unavailable("LOG_CLOSED", "the log is closing");
  if (append_count_ + together.size() > limits_.appends_max || byte_count_ + byte_count > limits_.bytes_max) {
    return Failure(absl::StatusCode::kResourceExhausted, "LOG_QUEUE_FULL",
                   "too many appends wait to be written");
  }
  append_count_ += together.size();
  byte_count_ += byte_count;
  pending_.push_back(std::move(together));
  if (pending_.size() == 1) changed_.Signal();
  return absl::OkStatus();
}

std::vector<PendingAppend> AppendQueue::TakeGroup() {
  std::vector<PendingAppend> group;
  absl::MutexLock lock(&mutex_);
  while (pending_.empty() && !closed_) changed_.Wait(&mutex_);
  size_t entry_count = 0;
  while (!pending_.empty()) {
    std::vector<PendingAppend>& together = pending_.front();
    entry_count += EntriesOf(together);
    const bool fits = group.size() + together.size() <= limits_.group_appends_max &&
                      entry_count <= limits_.group_entries_max;
    if (!group.empty() && !fits) break;
    append_count_ -= together.size();
    byte_count_ -= BytesOf(together);
    std::move(together.begin(), together.end(), std::back_inserter(group));
    pending_.pop_front();
  }
  return group;
}

void AppendQueue::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
  changed_.Signal();
}

}  // namespace safehaven
