// What one row counts for one driver: its number times the driver's factor and the
// weight of one of its texts, or nothing if a filter leaves it out. Internal to
// costing runs. Thread-compatible.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_ROW_WEIGHTS_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_ROW_WEIGHTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/costing/core/events.h"
#include "services/costing/core/feed_rows.h"
#include "services/costing/core/model.h"

namespace safehaven::costing {

// A failure about one driver, with activity, feed and column as metadata.
absl::Status DriverFailure(absl::StatusCode code, absl::string_view reason, const CostModel& model,
                           const Driver& driver, absl::string_view why);

// The factor of every code of a text column for a driver: 0 where a filter on the
// column leaves the text out, else its weight (1 where no table weighs it).
std::vector<int64_t> FactorsOf(const Driver& driver, absl::string_view column, const std::vector<std::string>& values);

// One driver over the rows of one auxiliary feed.
class RowWeights {
 public:
  // DRIVER_COLUMN_MISSING if the rows lack a column of the driver.
  static absl::StatusOr<RowWeights> Make(const CostModel& model, const Driver& driver, const FeedRows& rows);

  // DRIVER_NEGATIVE or DRIVER_OVERFLOW; else writes the weight, 0 or more.
  absl::Status Of(size_t row, int64_t& weight) const {
    int64_t value = values_ == nullptr ? 1 : (*values_)[row];
    if (value < 0) return Negative();
    if (__builtin_mul_overflow(value, driver_->factor, &value)) return Overflow();
    for (const Factors& factors : factors_) {
      if (__builtin_mul_overflow(value, factors.by_code[(*factors.codes)[row]], &value)) return Overflow();
    }
    // A row outside the period bears nothing; one without a day is judged by its event.
    if (days_ != nullptr && ((*days_)[row] < first_day_ || (*days_)[row] > last_day_)) value = 0;
    weight = value;
    return absl::OkStatus();
  }

 private:
  struct Factors {
    const std::vector<uint32_t>* codes = nullptr;
    std::vector<int64_t> by_code;
  };

  absl::Status Negative() const;
  absl::Status Overflow() const;

  const CostModel* model_ = nullptr;
  const Driver* driver_ = nullptr;
  const std::vector<int64_t>* values_ = nullptr;  // null: every row counts 1
  const std::vector<int32_t>* days_ = nullptr;
  int32_t first_day_ = 0;
  int32_t last_day_ = 0;
  std::vector<Factors> factors_;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_ROW_WEIGHTS_H_
