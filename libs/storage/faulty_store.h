// A Store that fails as real ones do, by plan or by seeded chance: before a batch is
// written, or after (written, but the answer is lost). A batch is never torn: that is
// what every store promises, and what this one may not break. Thread-safe.
#ifndef SAFEHAVEN_LIBS_STORAGE_FAULTY_STORE_H_
#define SAFEHAVEN_LIBS_STORAGE_FAULTY_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "libs/storage/store.h"

namespace safehaven {

// Chances in a thousand; all zero means no faults.
struct FaultOptions {
  uint64_t seed = 0;
  int read_per_mille = 0;          // any read fails
  int before_apply_per_mille = 0;  // nothing is written
  int after_apply_per_mille = 0;   // everything is written, and the caller hears failure
};

// Where the next call of Apply is to fail.
enum class ApplyFault { kBefore, kAfter };

class FaultyStore : public Store {
 public:
  // `store` outlives this.
  FaultyStore(const FaultOptions& options, Store& store);

  // The next `count` calls of Apply fail like that.
  void FailNextApplies(ApplyFault fault, int count) ABSL_LOCKS_EXCLUDED(mutex_);
  // Everything fails until it is switched back.
  void SetDown(bool down) ABSL_LOCKS_EXCLUDED(mutex_);

  absl::StatusOr<Entry> Get(absl::string_view key, absl::Time deadline) override;
  absl::StatusOr<std::vector<std::optional<Entry>>> MultiGet(std::span<const std::string> keys,
                                                             absl::Time deadline) override;
  absl::StatusOr<std::unique_ptr<Snapshot>> TakeSnapshot(absl::Time expire_time) override;
  absl::Status Scan(absl::string_view begin, absl::string_view end, const Snapshot& snapshot,
                    absl::Time deadline, const Visitor& visit) override;
  absl::StatusOr<Version> Apply(const Batch& batch, absl::Time deadline) override;

 private:
  bool Chance(int per_mille) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ReadFault() ABSL_LOCKS_EXCLUDED(mutex_);
  std::optional<ApplyFault> NextApplyFault() ABSL_LOCKS_EXCLUDED(mutex_);

  const FaultOptions options_;
  Store& store_;
  absl::Mutex mutex_;
  std::mt19937_64 prng_ ABSL_GUARDED_BY(mutex_);
  bool down_ ABSL_GUARDED_BY(mutex_) = false;
  ApplyFault planned_ ABSL_GUARDED_BY(mutex_) = ApplyFault::kBefore;
  int planned_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_STORAGE_FAULTY_STORE_H_
