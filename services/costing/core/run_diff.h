// What differs between two runs of one provider: every event, every currency, every cost
// group and the index. To be looked at before a run is published. For the controller's own
// data only: nothing here is protected. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_RUN_DIFF_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_RUN_DIFF_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/money.h"
#include "services/costing/core/events.h"
#include "services/costing/core/model.h"
#include "services/costing/core/reference_costs.h"

namespace safehaven::costing {

// The events of a run with what each cost. Borrowed.
struct CostedEvents {
  std::span<const EventColumns* const> batches;
  std::span<const int64_t> cost_e8;    // by event, over all batches
  std::span<const uint8_t> is_costed;  // by event: 1 if it has a cost line
};

struct EventDifference {
  RecordKey key{};
  std::optional<size_t> index_before, index_after;  // over all batches; absent: the event is not in that run
  Money before, after;
};

struct CurrencyDifference {
  std::string point_of_delivery, currency;
  int64_t activity_before = 0, activity_after = 0;
  Money before, after;
};

// The index of one department, or of all (empty), against one standard.
struct IndexDifference {
  std::string department;
  std::optional<int128> before_e6, after_e6;  // absent if nothing is expected
};

struct RunDifference {
  int64_t event_count = 0;               // that are in either run
  std::vector<EventDifference> events;   // those that differ, the largest difference first, then by key
  std::vector<CurrencyDifference> currencies;  // those that differ, by name
  std::vector<IndexDifference> index;    // every department, then all
};

// `standard` null: the unit costs of the run before are the standard, so its own index is
// 100. EVENT_DUPLICATE if a run has one event twice; OUT_OF_RANGE with MONEY_OVERFLOW.
absl::StatusOr<RunDifference> DiffRuns(const CostedEvents& before, const CostedEvents& after, const Schedule* standard);

// Costed events by point of delivery and currency: what reference costs are made from.
std::vector<ProviderCost> ProviderCostsOf(const CostedEvents& events);

// By event: has it a cost line?
std::vector<uint8_t> CostedFlags(std::span<const uint32_t> events_of_lines, size_t event_count);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_RUN_DIFF_H_
