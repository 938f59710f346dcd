#include "services/costing/core/event_weights.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::costing {
namespace {

absl::Status DriverFailure(absl::StatusCode code, absl::string_view reason, const CostModel& model,
                           const Driver& driver, absl::string_view why) {
  const std::string& activity = model.activities[driver.activity].id;
  const std::string& feed = model.feeds[driver.feed].id;
  return Failure(code, reason,
                 absl::StrCat("activity ", activity, ", feed ", feed, ", column ", driver.column, ": ", why),
                 {{"activity", activity}, {"feed", feed}, {"column", driver.column}});
}

std::optional<uint16_t> CodeOf(const TextColumn& column, const std::string& value) {
  const auto at = std::find(column.values.begin(), column.values.end(), value);
  if (at == column.values.end()) return std::nullopt;
  return static_cast<uint16_t>(at - column.values.begin());
}

// The factor of each point of delivery of a batch, by its code.
std::vector<int64_t> Factors(const Driver& driver, const TextColumn& point_of_delivery) {
  std::vector<int64_t> factors(point_of_delivery.values.size(), 1);
  if (!driver.weight_by_point_of_delivery) return factors;
  for (size_t code = 0; code < factors.size(); ++code) {
    const auto at = driver.weight_by_point_of_delivery->find(point_of_delivery.values[code]);
    factors[code] = at == driver.weight_by_point_of_delivery->end() ? 0 : at->second;
  }
  return factors;
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
  const std::vector<int64_t> factors = Factors(driver, batch.point_of_delivery);
  const int32_t first_day = model.period_start.days_since_1970();
  const int32_t last_day = model.period_end.days_since_1970();
  for (size_t row = 0; row < batch.row_count(); ++row) {
    if (batch.feed.codes[row] != *feed) continue;
    if (batch.end_day[row] < first_day || batch.end_day[row] > last_day) continue;
    const int64_t value = values == nullptr ? 1 : (*values)[row];
    if (value < 0) {
      return DriverFailure(absl::StatusCode::kInvalidArgument, "DRIVER_NEGATIVE", model, driver,
                           "a value is below 0");
    }
    if (__builtin_mul_overflow(value, factors[batch.point_of_delivery.codes[row]], &weights[row])) {
      return DriverFailure(absl::StatusCode::kOutOfRange, "DRIVER_OVERFLOW", model, driver,
                           "a value times its weight does not fit 63 bits");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> WeighEvents(const CostModel& model, size_t activity,
                                 std::span<const EventColumns* const> batches, const EventOrder& order,
                                 std::vector<int64_t>& weights) {
  weights.assign(order.event_count(), 0);
  bool has_driver = false;
  for (const Driver& driver : model.drivers) {
    if (driver.activity != activity) continue;
    has_driver = true;
    for (size_t i = 0; i < batches.size(); ++i) {
      SH_RETURN_IF_ERROR(WeighBatch(model, driver, *batches[i],
                                    std::span(weights).subspan(order.first_of_batch[i], batches[i]->row_count())));
    }
  }
  return has_driver;
}

}  // namespace safehaven::costing
