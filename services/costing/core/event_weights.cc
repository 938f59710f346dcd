#include "services/costing/core/event_weights.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/row_weights.h"
#include "services/costing/core/year_edge.h"

namespace safehaven::costing {
namespace {

std::optional<uint16_t> CodeOf(const TextColumn& column, const std::string& value) {
  const auto at = std::find(column.values.begin(), column.values.end(), value);
  if (at == column.values.end()) return std::nullopt;
  return static_cast<uint16_t>(at - column.values.begin());
}

// A text column of events, and what each of its texts multiplies a value by.
struct EventFactors {
  const TextColumn* column = nullptr;
  std::vector<int64_t> by_code;
};

// All factors of a driver over one batch: of the point of delivery, and of the columns
// that it weighs or filters by.
absl::StatusOr<std::vector<EventFactors>> FactorsOfBatch(const CostModel& model, const Driver& driver,
                                                         const EventColumns& batch) {
  std::vector<EventFactors> factors;
  if (driver.weight_by_point_of_delivery) {
    EventFactors of = {&batch.point_of_delivery, std::vector<int64_t>(batch.point_of_delivery.values.size(), 0)};
    for (size_t code = 0; code < of.by_code.size(); ++code) {
      const auto at = driver.weight_by_point_of_delivery->find(batch.point_of_delivery.values[code]);
      if (at != driver.weight_by_point_of_delivery->end()) of.by_code[code] = at->second;
    }
    factors.push_back(std::move(of));
  }
  std::set<absl::string_view> needed;
  if (driver.weight_by) needed.insert(driver.weight_by->column);
  for (const RowFilter& filter : driver.where) needed.insert(filter.column);
  const std::array<std::pair<absl::string_view, const TextColumn*>, 4> columns = {
      {{"feed", &batch.feed}, {"point_of_delivery", &batch.point_of_delivery}, {"currency", &batch.currency},
       {"treatment_function", &batch.treatment_function}}};
  for (const auto& [name, column] : columns) {
    if (needed.erase(name) != 0) factors.push_back({column, FactorsOf(driver, name, column->values)});
  }
  if (needed.empty()) return factors;
  return DriverFailure(absl::StatusCode::kFailedPrecondition, "DRIVER_COLUMN_MISSING", model, driver,
                       absl::StrCat("events have no text column ", *needed.begin()));
}

// One driver over one batch; `weights` are those of the batch's events.
absl::Status WeighBatch(const CostModel& model, const Driver& driver, const EventColumns& batch,
                        std::span<int64_t> weights) {
  const std::optional<uint16_t> feed = CodeOf(batch.feed, model.feeds[driver.feed].id);
  if (!feed) return absl::OkStatus();
  const std::vector<int64_t>* values = nullptr;
  if (driver.column != kCountColumn) {
    for (const DriverColumn& column : batch.drivers) {
      if (column.name == driver.column) values = &column.values;
    }
    if (values == nullptr) {
      return DriverFailure(absl::StatusCode::kFailedPrecondition, "DRIVER_COLUMN_MISSING", model, driver,
                           "the events have no such column");
    }
  }
  SH_ASSIGN_OR_RETURN(const std::vector<EventFactors> factors, FactorsOfBatch(model, driver, batch));
  for (size_t row = 0; row < batch.row_count(); ++row) {
    if (batch.feed.codes[row] != *feed) continue;
    if (!BearsCost(model, batch.start_day[row], batch.end_day[row])) continue;
    int64_t value = values == nullptr ? 1 : (*values)[row];
    if (value < 0) {
      return DriverFailure(absl::StatusCode::kInvalidArgument, "DRIVER_NEGATIVE", model, driver,
                           "a value is below 0");
    }
    bool overflows = __builtin_mul_overflow(value, driver.factor, &value);
    for (const EventFactors& of : factors) {
      overflows = overflows || __builtin_mul_overflow(value, of.by_code[of.column->codes[row]], &value);
    }
    if (overflows || __builtin_add_overflow(weights[row], value, &weights[row])) {
      return DriverFailure(absl::StatusCode::kOutOfRange, "DRIVER_OVERFLOW", model, driver,
                           "a value times its weight does not fit 63 bits");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WeighEvents(const CostModel& model, size_t activity, std::span<const EventColumns* const> batches,
                         const EventOrder& order, std::vector<int64_t>& weights) {
  weights.assign(order.event_count(), 0);
  for (const Driver& driver : model.drivers) {
    if (driver.activity != activity) continue;
    for (size_t i = 0; i < batches.size(); ++i) {
      SH_RETURN_IF_ERROR(WeighBatch(model, driver, *batches[i],
                                    std::span(weights).subspan(order.first_of_batch[i], batches[i]->row_count())));
    }
  }
  return absl::OkStatus();
}

}  // namespace safehaven::costing
