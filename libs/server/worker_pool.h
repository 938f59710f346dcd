// A fixed number of threads with a bounded queue, for handlers that may block. Full
// means refused at once: waiting is the caller's decision, not ours. Thread-safe.
#ifndef SAFEHAVEN_LIBS_SERVER_WORKER_POOL_H_
#define SAFEHAVEN_LIBS_SERVER_WORKER_POOL_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace safehaven {

class WorkerPool {
 public:
  struct Options {
    size_t threads = 1;    // at least 1
    size_t queue_max = 0;  // tasks that may wait for a thread
  };

  explicit WorkerPool(Options options);
  // Runs what is queued, then joins the threads.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Hands `task` to a thread; it must not throw. False, and the task is dropped, if all
  // threads are busy and the queue is full.
  [[nodiscard]] bool Submit(std::function<void()> task) ABSL_LOCKS_EXCLUDED(mutex_);

  // Tasks waiting, and tasks running, at this moment.
  size_t queued() const ABSL_LOCKS_EXCLUDED(mutex_);
  size_t busy() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Work() ABSL_LOCKS_EXCLUDED(mutex_);

  const Options options_;
  mutable absl::Mutex mutex_;
  absl::CondVar changed_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  size_t busy_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_WORKER_POOL_H_
