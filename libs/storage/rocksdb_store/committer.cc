#include "libs/storage/rocksdb_store/committer.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>

#include "libs/base/status.h"
#include "libs/storage/checks.h"

namespace safehaven::rocksdb_internal {

Committer::Committer(const Limits& limits, Version last, Engine& engine)
    : limits_(limits), engine_(engine), last_(last), thread_([this] { Run(); }) {}

Committer::~Committer() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    arrived_.Signal();
  }
  thread_.join();
}

absl::StatusOr<Version> Committer::Apply(const Batch& batch, absl::Time deadline) {
  Waiter waiter;
  waiter.batch = &batch;
  waiter.byte_count = storage_checks::BatchBytes(batch);
  absl::MutexLock lock(&mutex_);
  if (queue_.size() >= limits_.queue_batches_max) return storage_checks::QueueFull();
  queue_.push_back(&waiter);
  if (queue_.size() == 1) arrived_.Signal();
  while (!waiter.done) {
    if (waiter.taken) {
      waiter.changed.Wait(&mutex_);
    } else if (waiter.changed.WaitWithDeadline(&mutex_, deadline) && !waiter.taken &&
               !waiter.done) {
      queue_.erase(std::find(queue_.begin(), queue_.end(), &waiter));
      return storage_checks::CheckDeadline(absl::InfinitePast());
    }
  }
  return waiter.result;
}

void Committer::Run() {
  while (true) {
    const std::vector<Waiter*> group = TakeGroup();
    if (group.empty()) return;
    WriteGroup(group);
    Release(group);
  }
}

// Waits for batches; empty only when stopping and nothing is left.
std::vector<Committer::Waiter*> Committer::TakeGroup() {
  std::vector<Waiter*> group;
  size_t byte_count = 0;
  absl::MutexLock lock(&mutex_);
  while (queue_.empty() && !stopping_) arrived_.Wait(&mutex_);
  while (!queue_.empty()) {
    Waiter* const next = queue_.front();
    if (!group.empty() && byte_count + next->byte_count > limits_.group_bytes_max) break;
    byte_count += next->byte_count;
    next->taken = true;
    group.push_back(next);
    queue_.pop_front();
  }
  return group;
}

void Committer::WriteGroup(const std::vector<Waiter*>& group) {
  Overlay overlay;
  rocksdb::WriteBatch merged;
  Version last = last_;
  absl::Status failure;
  for (Waiter* const waiter : group) {
    const absl::Status checked = Check(*waiter->batch, overlay);
    if (!checked.ok()) {
      waiter->result = checked;
      continue;
    }
    const bool writes = !waiter->batch->puts.empty() || !waiter->batch->deletes.empty();
    if (writes) {
      ++last.value;
      failure = Add(*waiter->batch, last, overlay, merged);
      if (!failure.ok()) break;
    }
    waiter->result = last;
  }
  if (failure.ok() && last != last_) {
    failure = engine_.PutLastVersion(last, merged);
    if (failure.ok()) {
      rocksdb::WriteOptions durable;
      durable.sync = true;
      const rocksdb::Status written = engine_.db().Write(durable, &merged);
      if (!written.ok()) failure = ToStatus(written);
    }
  }
  // Even if the write failed: it may be on the disk, and no version is used twice.
  last_ = last;
  if (failure.ok()) return;
  // Also those whose preconditions failed: they may have been judged by batches of
  // this group that are not there now.
  for (Waiter* const waiter : group) waiter->result = failure;
}

// Do the preconditions hold after the batches before it in this group?
absl::Status Committer::Check(const Batch& batch, const Overlay& overlay) {
  for (size_t i = 0; i < batch.preconditions.size(); ++i) {
    const Precondition& precondition = batch.preconditions[i];
    std::optional<Version> present;
    const auto changed = overlay.find(precondition.key);
    if (changed != overlay.end()) {
      present = changed->second;
    } else {
      SH_ASSIGN_OR_RETURN(present, engine_.VersionOf(precondition.key));
    }
    if (present != precondition.version) return storage_checks::PreconditionFailed(i);
  }
  return absl::OkStatus();
}

absl::Status Committer::Add(const Batch& batch, Version version, Overlay& overlay,
                            rocksdb::WriteBatch& merged) {
  for (const KeyValue& put : batch.puts) {
    const rocksdb::Status added =
        merged.Put(engine_.user(), ToSlice(put.key), EncodeEntry(put.value, version));
    if (!added.ok()) return ToStatus(added);
    overlay[put.key] = version;
  }
  for (const std::string& key : batch.deletes) {
    const rocksdb::Status added = merged.Delete(engine_.user(), ToSlice(key));
    if (!added.ok()) return ToStatus(added);
    overlay[key] = std::nullopt;
  }
  return absl::OkStatus();
}

void Committer::Release(const std::vector<Waiter*>& group) {
  absl::MutexLock lock(&mutex_);
  for (Waiter* const waiter : group) {
    waiter->done = true;
    waiter->changed.Signal();
  }
}

}  // namespace safehaven::rocksdb_internal
