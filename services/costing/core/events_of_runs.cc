#include "services/costing/core/events_of_runs.h"

#include <optional>

#include "libs/base/status.h"
#include "libs/warrant/catalogue.h"

namespace safehaven::costing {
namespace {

bool HasDay(const CostedRun& run, int32_t day) {
  return run.first_day.days_since_1970() <= day && day <= run.last_day.days_since_1970();
}

std::optional<int64_t> CostOf(const LinkedEvents& events, size_t row, std::span<const CostedRun> runs) {
  const EventSegment& segment = *events.segments[events.segment[row]];
  for (const CostedRun& run : runs) {
    if (run.provider != segment.provider || !HasDay(run, events.end_day[row])) continue;
    const RecordKey& key = segment.events.keys[events.segment_row[row]];
    const auto at = run.costs.find(absl::string_view(reinterpret_cast<const char*>(key.data()), key.size()));
    if (at != run.costs.end()) return at->second;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> CostingRunsOf(const Question& question) {
  for (const Filter& filter : question.filters) {
    if (filter.dimension == kCostingRunDimension) return filter.values;
  }
  return {};
}

absl::Status CheckDisjoint(std::span<const CostedRun> runs) {
  for (size_t i = 0; i < runs.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const bool share_days = runs[i].first_day <= runs[j].last_day && runs[j].first_day <= runs[i].last_day;
      if (runs[i].provider != runs[j].provider || !share_days) continue;
      return Failure(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                     "filters: two of the costing runs are of one provider and share days", {{"field", "filters"}});
    }
  }
  return absl::OkStatus();
}

LinkedEvents EventsOfRuns(const LinkedEvents& events, std::span<const CostedRun> runs) {
  LinkedEvents of_runs = {.segments = events.segments,
                          .first_row = {0},
                          .currencies = events.currencies,
                          .points_of_delivery = events.points_of_delivery,
                          .end_day_min = events.end_day_min,
                          .end_day_max = events.end_day_max,
                          .unlinked_count = events.unlinked_count,
                          .without_attributes_count = events.without_attributes_count};
  for (size_t place = 0; place + 1 < events.first_row.size(); ++place) {
    for (size_t row = events.first_row[place]; row < events.first_row[place + 1]; ++row) {
      const std::optional<int64_t> cost = CostOf(events, row, runs);
      if (!cost) continue;
      of_runs.segment.push_back(events.segment[row]);
      of_runs.segment_row.push_back(events.segment_row[row]);
      of_runs.end_day.push_back(events.end_day[row]);
      of_runs.currency.push_back(events.currency[row]);
      of_runs.point_of_delivery.push_back(events.point_of_delivery[row]);
      of_runs.restriction.push_back(events.restriction[row]);
      of_runs.cost_e8.push_back(*cost);
    }
    of_runs.first_row.push_back(of_runs.row_count());
  }
  return of_runs;
}

}  // namespace safehaven::costing
