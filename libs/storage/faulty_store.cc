#include "libs/storage/faulty_store.h"

#include "libs/base/status.h"

namespace safehaven {
namespace {

absl::Status Fault() { return Unavailable("STORE_UNAVAILABLE", "a fault was injected"); }

}  // namespace

FaultyStore::FaultyStore(const FaultOptions& options, Store& store)
    : options_(options), store_(store), prng_(options.seed) {}

void FaultyStore::FailNextApplies(ApplyFault fault, int count) {
  absl::MutexLock lock(&mutex_);
  planned_ = fault;
  planned_count_ = count;
}

void FaultyStore::SetDown(bool down) {
  absl::MutexLock lock(&mutex_);
  down_ = down;
}

bool FaultyStore::Chance(int per_mille) {
  return per_mille > 0 && prng_() % 1000 < static_cast<uint64_t>(per_mille);
}

absl::Status FaultyStore::ReadFault() {
  absl::MutexLock lock(&mutex_);
  return down_ || Chance(options_.read_per_mille) ? Fault() : absl::OkStatus();
}

std::optional<ApplyFault> FaultyStore::NextApplyFault() {
  absl::MutexLock lock(&mutex_);
  if (down_) return ApplyFault::kBefore;
  if (planned_count_ > 0) {
    --planned_count_;
    return planned_;
  }
  if (Chance(options_.before_apply_per_mille)) return ApplyFault::kBefore;
  if (Chance(options_.after_apply_per_mille)) return ApplyFault::kAfter;
  return std::nullopt;
}

absl::StatusOr<Entry> FaultyStore::Get(absl::string_view key, absl::Time deadline) {
  SH_RETURN_IF_ERROR(ReadFault());
  return store_.Get(key, deadline);
}

absl::StatusOr<std::vector<std::optional<Entry>>> FaultyStore::MultiGet(
    std::span<const std::string> keys, absl::Time deadline) {
  SH_RETURN_IF_ERROR(ReadFault());
  return store_.MultiGet(keys, deadline);
}

absl::StatusOr<std::unique_ptr<Snapshot>> FaultyStore::TakeSnapshot(absl::Time expire_time) {
  SH_RETURN_IF_ERROR(ReadFault());
  return store_.TakeSnapshot(expire_time);
}

absl::Status FaultyStore::Scan(absl::string_view begin, absl::string_view end,
                               const Snapshot& snapshot, absl::Time deadline,
                               const Visitor& visit) {
  SH_RETURN_IF_ERROR(ReadFault());
  return store_.Scan(begin, end, snapshot, deadline, visit);
}

absl::StatusOr<Version> FaultyStore::Apply(const Batch& batch, absl::Time deadline) {
  const std::optional<ApplyFault> fault = NextApplyFault();
  if (fault == ApplyFault::kBefore) return Fault();
  absl::StatusOr<Version> version = store_.Apply(batch, deadline);
  if (fault == ApplyFault::kAfter && version.ok()) return Fault();
  return version;
}

}  // namespace safehaven
