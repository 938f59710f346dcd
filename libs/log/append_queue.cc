#include "libs/log/append_queue.h"

#include <utility>

#include "libs/base/status.h"
#include "libs/storage/checks.h"

namespace safehaven {

size_t AppendBytes(const AppendRequest& request) {
  return request.body.size() + storage_checks::BatchBytes(request.batch);
}

size_t AppendEntries(const AppendRequest& request) {
  const Batch& batch = request.batch;
  return batch.preconditions.size() + batch.puts.size() + batch.deletes.size();
}

absl::Status AppendQueue::Push(PendingAppend pending) {
  const size_t byte_count = AppendBytes(pending.request);
  absl::MutexLock lock(&mutex_);
  if (closed_) return Unavailable("LOG_CLOSED", "the log is closing");
  if (pending_.size() >= limits_.appends_max || byte_count_ + byte_count > limits_.bytes_max) {
    return Failure(absl::StatusCode::kResourceExhausted, "LOG_QUEUE_FULL",
                   "too many appends wait to be written");
  }
  byte_count_ += byte_count;
  pending_.push_back(std::move(pending));
  if (pending_.size() == 1) changed_.Signal();
  return absl::OkStatus();
}

std::vector<PendingAppend> AppendQueue::TakeGroup() {
  std::vector<PendingAppend> group;
  absl::MutexLock lock(&mutex_);
  while (pending_.empty() && !closed_) changed_.Wait(&mutex_);
  size_t entry_count = 0;
  while (!pending_.empty() && group.size() < limits_.group_appends_max) {
    entry_count += AppendEntries(pending_.front().request);
    if (!group.empty() && entry_count > limits_.group_entries_max) break;
    byte_count_ -= AppendBytes(pending_.front().request);
    group.push_back(std::move(pending_.front()));
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
