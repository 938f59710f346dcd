// Appends that wait for the committer, in order and limited. Thread-safe.
#ifndef SAFEHAVEN_LIBS_LOG_APPEND_QUEUE_H_
#define SAFEHAVEN_LIBS_LOG_APPEND_QUEUE_H_

#include <cstddef>
#include <deque>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "libs/log/append.h"

namespace safehaven {

struct PendingAppend {
  AppendRequest request;
  AppendCallback callback;
};

class AppendQueue {
 public:
  struct Limits {
    size_t appends_max = 4096;
    size_t bytes_max = 64 * 1024 * 1024;
    size_t group_appends_max = 2048;
    size_t group_entries_max = kBatchEntriesMax / 2;  // entries of their extra batches
  };

  explicit AppendQueue(const Limits& limits) : limits_(limits) {}

  // Takes `together` over if OK; otherwise their callbacks will not be called. They
  // stay neighbours, in one group. Not empty. RESOURCE_EXHAUSTED with reason
  // LOG_QUEUE_FULL, UNAVAILABLE with reason LOG_CLOSED once closed.
  absl::Status Push(std::vector<PendingAppend> together) ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits for appends and takes as many as one group may have, oldest first, and those
  // that belong together even beyond that. Empty only when the queue is closed and
  // nothing is left.
  std::vector<PendingAppend> TakeGroup() ABSL_LOCKS_EXCLUDED(mutex_);

  // Takes no more; what waits is still taken.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const Limits limits_;
  absl::Mutex mutex_;
  absl::CondVar changed_;
  std::deque<std::vector<PendingAppend>> pending_ ABSL_GUARDED_BY(mutex_);
  size_t append_count_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t byte_count_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

// Bytes that a request holds in memory, about, and entries of its extra batch.
size_t AppendBytes(const AppendRequest& request);
size_t AppendEntries(const AppendRequest& request);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_LOG_APPEND_QUEUE_H_
