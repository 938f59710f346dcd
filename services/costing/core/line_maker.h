// Makes the cost lines of a run, activity by activity: costs divided over uses, or taken
// over from a run before. Internal to costing runs. Thread-compatible.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_LINE_MAKER_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_LINE_MAKER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "services/costing/core/activity_uses.h"
#include "services/costing/core/apportion.h"
#include "services/costing/core/event_order.h"
#include "services/costing/core/rerun_plan.h"
#include "services/costing/core/run.h"

namespace safehaven::costing {

class LineMaker {
 public:
  // Writes `run`'s lines, unmatched costs and work. All arguments outlive it; `plan` is
  // null for a run without one before.
  LineMaker(const EventOrder& order, const RerunPlan* plan, CostRun& run) : order_(order), plan_(plan), run_(run) {}

  // The costs of one activity, one a resource, over the events that use it and the rows
  // that found no event; there are some of either. WEIGHT_OVERFLOW.
  absl::Status Make(std::span<const ActivityCost> costs, const UsesOfActivity& of);

  // The same for an activity whose uses are those of before. False, with nothing written,
  // if nothing used it.
  absl::StatusOr<bool> Reuse(std::span<const ActivityCost> costs);

 private:
  absl::Status Divide(const ActivityCost& cost, const CostLineBlock& uses);
  void TakeOver(const ActivityCost& cost, const CostLineBlock& uses, const CostLineBlock& before, Money unmatched);
  BlockDigest DigestUses(size_t first_use, std::span<const uint32_t> places) const;

  const EventOrder& order_;
  const RerunPlan* const plan_;
  CostRun& run_;
  std::vector<uint32_t> place_of_event_;  // made when it is first needed
  // Scratch, of the activity at hand.
  std::vector<int64_t> weights_, shares_;
  std::optional<Apportioner> apportioner_;
  std::vector<uint32_t> places_;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_LINE_MAKER_H_
