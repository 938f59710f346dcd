// The events of several batches in an order of their own: by record key. It decides
// who gets a unit that is left over, so that no row order ever does. Internal to
// costing runs. Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_EVENT_ORDER_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_EVENT_ORDER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/costing/core/events.h"

namespace safehaven::costing {

struct EventOrder {
  std::vector<size_t> first_of_batch;  // index of each batch's first event
  std::vector<uint32_t> by_key;        // event indices, ascending by record key
  size_t event_count() const { return by_key.size(); }
};

// FAILED_PRECONDITION with reason EVENT_DUPLICATE if two events have one key;
// RESOURCE_EXHAUSTED with reason TOO_MANY_EVENTS beyond kRunEventsMax.
absl::StatusOr<EventOrder> OrderEvents(std::span<const EventColumns* const> batches);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_EVENT_ORDER_H_
