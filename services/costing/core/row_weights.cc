#include "services/costing/core/row_weights.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::costing {

absl::Status DriverFailure(absl::StatusCode code, absl::string_view reason, const CostModel& model,
                           const Driver& driver, absl::string_view why) {
  const std::string activity = driver.activity == kActivityOfRow ? "*" : model.activities[driver.activity].id;
  const std::string& feed = model.feeds[driver.feed].id;
  return Failure(code, reason,
                 absl::StrCat("activity ", activity, ", feed ", feed, ", column ", driver.column, ": ", why),
                 {{"activity", activity}, {"feed", feed}, {"column", driver.column}});
}

std::vector<int64_t> FactorsOf(const Driver& driver, absl::string_view column,
                               const std::vector<std::string>& values) {
  std::vector<int64_t> factors(values.size(), 1);
  for (size_t code = 0; code < values.size(); ++code) {
    if (driver.weight_by && driver.weight_by->column == column) {
      const auto at = driver.weight_by->weights.find(values[code]);
      factors[code] = at == driver.weight_by->weights.end() ? driver.weight_by->otherwise : at->second;
    }
    for (const RowFilter& filter : driver.where) {
      if (filter.column != column) continue;
      const bool is_listed = std::binary_search(filter.values.begin(), filter.values.end(), values[code]);
      if (is_listed == filter.is_excluding) factors[code] = 0;
    }
  }
  return factors;
}

absl::StatusOr<RowWeights> RowWeights::Make(const CostModel& model, const Driver& driver, const FeedRows& rows) {
  RowWeights result;
  result.model_ = &model;
  result.driver_ = &driver;
  if (!rows.day.empty()) result.days_ = &rows.day;
  result.first_day_ = model.period_start.days_since_1970();
  result.last_day_ = model.period_end.days_since_1970();
  if (driver.column != kCountColumn) {
    for (const DriverColumn& column : rows.numbers) {
      if (column.name == driver.column) result.values_ = &column.values;
    }
    if (result.values_ == nullptr) {
      return DriverFailure(absl::StatusCode::kFailedPrecondition, "DRIVER_COLUMN_MISSING", model, driver,
                           "the rows have no such column");
    }
  }
  std::set<absl::string_view> needed;
  if (driver.weight_by) needed.insert(driver.weight_by->column);
  for (const RowFilter& filter : driver.where) needed.insert(filter.column);
  for (const TextCodes& column : rows.texts) {
    if (needed.erase(column.name) == 0) continue;
    result.factors_.push_back({&column.codes, FactorsOf(driver, column.name, column.values)});
  }
  if (!needed.empty()) {
    return DriverFailure(absl::StatusCode::kFailedPrecondition, "DRIVER_COLUMN_MISSING", model, driver,
                         absl::StrCat("the rows have no column ", *needed.begin()));
  }
  return result;
}

absl::Status RowWeights::Negative() const {
  return DriverFailure(absl::StatusCode::kInvalidArgument, "DRIVER_NEGATIVE", *model_, *driver_, "a value is below 0");
}

absl::Status RowWeights::Overflow() const {
  return DriverFailure(absl::StatusCode::kOutOfRange, "DRIVER_OVERFLOW", *model_, *driver_,
                       "a value times its weight does not fit 63 bits");
}

}  // namespace safehaven::costing
