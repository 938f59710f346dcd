// How much of an activity each event uses: the drivers of a model over the columns
// of a run. Internal to costing runs. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_EVENT_WEIGHTS_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_EVENT_WEIGHTS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "services/costing/core/event_order.h"
#include "services/costing/core/events.h"
#include "services/costing/core/model.h"

namespace safehaven::costing {

// Writes the weight of every event in `activity` to `weights` (one an event; 0 where
// no driver applies or the event ended outside the model's period). Drivers of
// auxiliary feeds are not looked at. Failures: DRIVER_COLUMN_MISSING, DRIVER_NEGATIVE,
// DRIVER_OVERFLOW, as of RunCosting().
absl::Status WeighEvents(const CostModel& model, size_t activity, std::span<const EventColumns* const> batches,
                         const EventOrder& order, std::vector<int64_t>& weights);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_EVENT_WEIGHTS_H_
