#include "libs/server/worker_pool.h"

#include <utility>

#include "libs/base/status.h"

namespace safehaven {

WorkerPool::WorkerPool(Options options) : options_(options) {
  SH_CHECK(options_.threads > 0);
  threads_.reserve(options_.threads);
  for (size_t index = 0; index < options_.threads; ++index) {
    threads_.emplace_back([this] { Work(); });
  }
}

WorkerPool::~WorkerPool() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::Submit(std::function<void()> task) {
  absl::MutexLock lock(&mutex_);
  if (busy_ + queue_.size() >= options_.threads + options_.queue_max) return false;
  queue_.push_back(std::move(task));
  changed_.Signal();
  return true;
}

size_t WorkerPool::queued() const {
  absl::MutexLock lock(&mutex_);
  return queue_.size();
}

size_t WorkerPool::busy() const {
  absl::MutexLock lock(&mutex_);
  return busy_;
}

void WorkerPool::Work() {
  while (true) {
    std::function<void()> task;
    {
      absl::MutexLock lock(&mutex_);
      while (queue_.empty() && !stopping_) changed_.Wait(&mutex_);
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
      ++busy_;
    }
    task();
    // What the task captured is let go before the thread counts as free.
    task = nullptr;
    absl::MutexLock lock(&mutex_);
    --busy_;
  }
}

}  // namespace safehaven
