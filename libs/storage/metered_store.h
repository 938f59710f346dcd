// A Store that tells a meter about every call of another one: how long, how it ended,
// how much. Which metrics that becomes is for the server (libs/server).
// Thread-safe.
#ifndef SAFEHAVEN_LIBS_STORAGE_METERED_STORE_H_
#define SAFEHAVEN_LIBS_STORAGE_METERED_STORE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libs/base/environment.h"
#include "libs/storage/store.h"

namespace safehaven {

enum class StoreOperation { kGet, kMultiGet, kTakeSnapshot, kScan, kApply };
inline constexpr size_t kStoreOperationCount = 5;

// "get", "multi_get", "take_snapshot", "scan", "apply": for labels.
absl::string_view Name(StoreOperation operation);

struct StoreCall {
  StoreOperation operation = StoreOperation::kGet;
  absl::StatusCode code = absl::StatusCode::kOk;  // NOT_FOUND and ABORTED are answers
  absl::Duration duration;
  size_t key_count = 0;   // found, visited or written
  size_t byte_count = 0;  // of values read, or of keys and values written
};

// Thread-safe; quick, since it runs inside each call.
class StoreMeter {
 public:
  virtual ~StoreMeter() = default;
  virtual void Record(const StoreCall& call) = 0;
};

class MeteredStore : public Store {
 public:
  // All three outlive this.
  MeteredStore(Store& store, const Clock& clock, StoreMeter& meter)
      : store_(store), clock_(clock), meter_(meter) {}

  absl::StatusOr<Entry> Get(absl::string_view key, absl::Time deadline) override;
  absl::StatusOr<std::vector<std::optional<Entry>>> MultiGet(std::span<const std::string> keys,
                                                             absl::Time deadline) override;
  absl::StatusOr<std::unique_ptr<Snapshot>> TakeSnapshot(absl::Time expire_time) override;
  absl::Status Scan(absl::string_view begin, absl::string_view end, const Snapshot& snapshot,
                    absl::Time deadline, const Visitor& visit) override;
  absl::StatusOr<Version> Apply(const Batch& batch, absl::Time deadline) override;

 private:
  Store& store_;
  const Clock& clock_;
  StoreMeter& meter_;
};

// Counts calls and failures by operation. Thread-safe.
class CountingMeter : public StoreMeter {
 public:
  void Record(const StoreCall& call) override;

  uint64_t call_count(StoreOperation operation) const;
  // Calls that ended in neither OK, NOT_FOUND nor ABORTED.
  uint64_t failure_count(StoreOperation operation) const;
  uint64_t byte_count(StoreOperation operation) const;

 private:
  struct Tally {
    std::atomic<uint64_t> calls{0};
    std::atomic<uint64_t> failures{0};
    std::atomic<uint64_t> bytes{0};
  };
  std::array<Tally, kStoreOperationCount> tallies_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_STORAGE_METERED_STORE_H_
