#include "services/costing/core/year_edge.h"

#include <algorithm>

namespace safehaven::costing {

std::optional<int> CompletionStatus(CivilDay start, CivilDay end, const Period& period) {
  if (start > period.last_day || end < period.first_day) return std::nullopt;
  const bool started_before = start < period.first_day;
  const bool is_open = end > period.last_day;
  if (is_open) return started_before ? 4 : 2;
  return started_before ? 1 : 3;
}

int64_t NightsInPeriod(CivilDay start, CivilDay end, const Period& period) {
  const int64_t first = std::max(start, period.first_day).days_since_1970();
  const int64_t after_last = std::min(end, period.last_day.AddDays(1)).days_since_1970();
  return std::max<int64_t>(after_last - first, 0);
}

bool BearsCost(const CostModel& model, int32_t start_day, int32_t end_day) {
  const int32_t first_day = model.period_start.days_since_1970();
  const int32_t last_day = model.period_end.days_since_1970();
  if (model.year_edge == YearEdge::kOverlapping) return start_day <= last_day && end_day >= first_day;
  return end_day >= first_day && end_day <= last_day;
}

}  // namespace safehaven::costing
