// Events at the edges of a reporting year: which of the collection's four completion
// statuses an episode has, and how many of its days lie in the year (costing.md 1.4).
// Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_YEAR_EDGE_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_YEAR_EDGE_H_

#include <cstdint>
#include <optional>

#include "libs/base/civil_day.h"
#include "services/costing/core/model.h"

namespace safehaven::costing {

// The last day of an event that has not ended: later than any period.
inline constexpr CivilDay kStillOpen(2'932'896);  // 9999-12-31

struct Period {
  CivilDay first_day;
  CivilDay last_day;  // inclusive
};

// CONSULTANT EPISODE COMPLETION STATUS (PLICS), NHS Data Dictionary: 1 started before
// the year and ended in it, 2 started in it and still open, 3 both in it, 4 started
// before and still open. Nothing if the event lies outside the period. An event that
// ended after the period was still open at its end.
std::optional<int> CompletionStatus(CivilDay start, CivilDay end, const Period& period);

// Nights in the period, where a night belongs to the day on which it begins: the day
// of leaving does not count, so an event within one day has 0. 0 outside the period.
int64_t NightsInPeriod(CivilDay start, CivilDay end, const Period& period);

// Does an event bear cost in the model's period (CostModel::year_edge)?
bool BearsCost(const CostModel& model, int32_t start_day, int32_t end_day);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_YEAR_EDGE_H_
