#include "libs/storage/metered_store.h"

#include "libs/storage/checks.h"

namespace safehaven {
namespace {

// Reports one call when it goes out of scope.
class Measurement {
 public:
  Measurement(StoreOperation operation, const Clock& clock, StoreMeter& meter)
      : clock_(clock), meter_(meter), start_(clock.Now()) {
    call_.operation = operation;
  }
  ~Measurement() {
    call_.duration = clock_.Now() - start_;
    meter_.Record(call_);
  }
  Measurement(const Measurement&) = delete;
  Measurement& operator=(const Measurement&) = delete;

  void Count(size_t bytes) {
    ++call_.key_count;
    call_.byte_count += bytes;
  }
  void CountWritten(const Batch& batch) {
    call_.key_count = batch.puts.size() + batch.deletes.size();
    call_.byte_count = storage_checks::BatchBytes(batch);
  }
  void Ended(const absl::Status& status) { call_.code = status.code(); }

 private:
  const Clock& clock_;
  StoreMeter& meter_;
  const absl::Time start_;
  StoreCall call_;
};

size_t Index(StoreOperation operation) { return static_cast<size_t>(operation); }

}  // namespace

absl::string_view Name(StoreOperation operation) {
  constexpr std::array<absl::string_view, kStoreOperationCount> kNames = {
      "get", "multi_get", "take_snapshot", "scan", "apply"};
  return kNames[Index(operation)];
}

absl::StatusOr<Entry> MeteredStore::Get(absl::string_view key, absl::Time deadline) {
  Measurement measurement(StoreOperation::kGet, clock_, meter_);
  absl::StatusOr<Entry> entry = store_.Get(key, deadline);
  measurement.Ended(entry.status());
  if (entry.ok()) measurement.Count(entry->value.size());
  return entry;
}

absl::StatusOr<std::vector<std::optional<Entry>>> MeteredStore::MultiGet(
    std::span<const std::string> keys, absl::Time deadline) {
  Measurement measurement(StoreOperation::kMultiGet, clock_, meter_);
  absl::StatusOr<std::vector<std::optional<Entry>>> entries = store_.MultiGet(keys, deadline);
  measurement.Ended(entries.status());
  if (!entries.ok()) return entries;
  for (const std::optional<Entry>& entry : *entries) {
    if (entry.has_value()) measurement.Count(entry->value.size());
  }
  return entries;
}

absl::StatusOr<std::unique_ptr<Snapshot>> MeteredStore::TakeSnapshot(absl::Time expire_time) {
  Measurement measurement(StoreOperation::kTakeSnapshot, clock_, meter_);
  absl::StatusOr<std::unique_ptr<Snapshot>> snapshot = store_.TakeSnapshot(expire_time);
  measurement.Ended(snapshot.status());
  return snapshot;
}

absl::Status MeteredStore::Scan(absl::string_view begin, absl::string_view end,
                                const Snapshot& snapshot, absl::Time deadline,
                                const Visitor& visit) {
  Measurement measurement(StoreOperation::kScan, clock_, meter_);
  const absl::Status scanned = store_.Scan(begin, end, snapshot, deadline,
                                           [&](absl::string_view key, const Entry& entry) {
                                             measurement.Count(entry.value.size());
                                             return visit(key, entry);
                                           });
  measurement.Ended(scanned);
  return scanned;
}

absl::StatusOr<Version> MeteredStore::Apply(const Batch& batch, absl::Time deadline) {
  Measurement measurement(StoreOperation::kApply, clock_, meter_);
  absl::StatusOr<Version> version = store_.Apply(batch, deadline);
  measurement.Ended(version.status());
  if (version.ok()) measurement.CountWritten(batch);
  return version;
}

void CountingMeter::Record(const StoreCall& call) {
  Tally& tally = tallies_[Index(call.operation)];
  tally.calls.fetch_add(1, std::memory_order_relaxed);
  tally.bytes.fetch_add(call.byte_count, std::memory_order_relaxed);
  const bool answered = call.code == absl::StatusCode::kOk ||
                        call.code == absl::StatusCode::kNotFound ||
                        call.code == absl::StatusCode::kAborted;
  if (!answered) tally.failures.fetch_add(1, std::memory_order_relaxed);
}

uint64_t CountingMeter::call_count(StoreOperation operation) const {
  return tallies_[Index(operation)].calls.load(std::memory_order_relaxed);
}

uint64_t CountingMeter::failure_count(StoreOperation operation) const {
  return tallies_[Index(operation)].failures.load(std::memory_order_relaxed);
}

uint64_t CountingMeter::byte_count(StoreOperation operation) const {
  return tallies_[Index(operation)].bytes.load(std::memory_order_relaxed);
}

}  // namespace safehaven
