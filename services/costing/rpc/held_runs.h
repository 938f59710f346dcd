// The last costing runs, in memory with what they were made of: a new run takes over from
// them what has not changed, and figures of them are explained at once. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_RPC_HELD_RUNS_H_
#define SAFEHAVEN_SERVICES_COSTING_RPC_HELD_RUNS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "services/costing/core/explain.h"
#include "services/costing/core/figure_index.h"
#include "services/costing/core/ledger.h"
#include "services/costing/core/model.h"
#include "services/costing/core/run.h"
#include "services/costing/rpc/live_state.h"

namespace safehaven::costing {

// Most runs that are held: the one that was held longest leaves first.
inline constexpr size_t kRunsHeldMax = 4;

// One run with all it was made of. Never moves: parts of it point at others.
class HeldRun {
 public:
  // Costs `ledger` and the segments' events by `model`; on `before`, if there is one.
  static absl::StatusOr<std::shared_ptr<const HeldRun>> Make(CostModel model, Ledger ledger,
                                                             std::vector<SharedSegment> segments, const HeldRun* before);
  HeldRun(const HeldRun&) = delete;
  HeldRun& operator=(const HeldRun&) = delete;

  const CostModel& model() const { return model_; }
  const Ledger& ledger() const { return ledger_; }
  const CostRun& run() const { return run_; }
  const std::vector<SharedSegment>& segments() const { return segments_; }
  std::span<const EventColumns* const> batches() const { return batches_; }

  // What explanations need; made by the first who asks.
  struct Explanations {
    FigureIndex index;
    Explainer explainer;
  };
  absl::StatusOr<const Explanations*> Explain() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  HeldRun(CostModel model, Ledger ledger, std::vector<SharedSegment> segments);

  const CostModel model_;
  const Ledger ledger_;
  const std::vector<SharedSegment> segments_;
  std::vector<const EventColumns*> batches_;
  CostRun run_;
  mutable absl::Mutex mutex_;
  mutable std::unique_ptr<const Explanations> explanations_ ABSL_GUARDED_BY(mutex_);
};

class HeldRuns {
 public:
  // Null if it is not held. Shared with whoever reads it while others come and go.
  std::shared_ptr<const HeldRun> Find(uint64_t run) const ABSL_LOCKS_EXCLUDED(mutex_);
  // The last one of a provider and period; null if there is none.
  std::shared_ptr<const HeldRun> Last(absl::string_view provider, CivilDay period_start) const ABSL_LOCKS_EXCLUDED(mutex_);
  void Hold(uint64_t run, std::shared_ptr<const HeldRun> held) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  std::vector<std::pair<uint64_t, std::shared_ptr<const HeldRun>>> runs_ ABSL_GUARDED_BY(mutex_);  // oldest first
};

// A ledger as CSV text: provider, cost_centre, account, description, amount. INVALID_ARGUMENT
// with reason LEDGER_INVALID or those of CsvReader.
absl::StatusOr<Ledger> ReadLedgerCsv(const std::string& csv);

// The provider's visible segments of these data sets and flows (both sorted or not).
std::vector<SharedSegment> SegmentsOf(const LiveState& live, absl::string_view provider,
                                      std::span<const std::string> datasets, std::span<const std::string> flows);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_RPC_HELD_RUNS_H_
