// Reference costs: what a unit of each currency cost, by provider and on average, and
// the index that compares a provider with that average (costing.md 3).
//
//   F1  average unit cost       U_c = sum over providers of C_pc / sum of a_pc
//   F2  expected cost           E_p = sum over currencies of a_pc * U_c
//   F3  index                   100 * sum of C_pc / E_p   (100 is average, 110 dearer by a tenth)
//   F5  without the market forces factor: C_pc / M_p in place of C_pc
//   F7  trim point              Q3 + 1.5 * (Q3 - Q1) of lengths of stay
//   F8  quartiles of providers' unit costs, interpolated linearly (type 7 of Hyndman
//       and Fan, The American Statistician 50, 1996); the source does not say how
//
// Whole numbers throughout: costs in 1e-8 pounds, unit costs in 1e-16 pounds (published
// ones have up to 16 decimals), 128 bits wide. Divisions round half to even. A cost with
// a hidden activity keeps its cost and has no unit cost. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_REFERENCE_COSTS_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_REFERENCE_COSTS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/money.h"

namespace safehaven::costing {

// An amount in units of 1e-16 pounds, for unit costs and published totals.
class FineMoney {
 public:
  constexpr FineMoney() = default;
  constexpr explicit FineMoney(int128 e16_pounds) : e16_pounds_(e16_pounds) {}
  constexpr explicit FineMoney(Money money) : e16_pounds_(int128{money.e8_pounds()} * 100'000'000) {}

  // Decimal text with at most 16 decimals, below 1e18 pounds. INVALID_ARGUMENT with
  // reason MONEY_MALFORMED, or OUT_OF_RANGE with MONEY_OVERFLOW.
  static absl::StatusOr<FineMoney> Parse(absl::string_view text);

  constexpr int128 e16_pounds() const { return e16_pounds_; }
  // Rounded half to even to `decimals` decimals, 0 to 16.
  std::string ToString(int decimals) const;

  constexpr FineMoney& operator+=(FineMoney other) {
    e16_pounds_ += other.e16_pounds_;
    return *this;
  }
  friend constexpr FineMoney operator-(FineMoney a, FineMoney b) { return FineMoney(a.e16_pounds_ - b.e16_pounds_); }
  friend constexpr bool operator==(FineMoney a, FineMoney b) { return a.e16_pounds_ == b.e16_pounds_; }
  friend constexpr bool operator<(FineMoney a, FineMoney b) { return a.e16_pounds_ < b.e16_pounds_; }

 private:
  int128 e16_pounds_ = 0;
};

// dividend / divisor, half to even; `divisor` above 0.
int128 DivideHalfEven(int128 dividend, int128 divisor);

// One row of a schedule.
struct ScheduleRow {
  std::string department;  // or point of delivery
  std::string currency;
  std::string description;
  std::optional<int64_t> activity;     // absent: hidden
  std::optional<FineMoney> unit_cost;  // absent: hidden
  FineMoney total;
  // Of the providers' unit costs, where the schedule was made from providers.
  std::optional<FineMoney> lower_quartile;
  std::optional<FineMoney> upper_quartile;
  int64_t provider_count = 0;
};

struct Schedule {
  std::string name;  // "2024/25", or what it was made from
  std::vector<ScheduleRow> rows;  // ascending by department, then currency; no two alike
};

// Sorts the rows. INVALID_ARGUMENT with reason SCHEDULE_INVALID if two are alike.
absl::Status SortSchedule(Schedule& schedule);

// What one provider did in one currency.
struct ProviderCost {
  size_t provider = 0;
  std::string department;
  std::string currency;
  int64_t activity = 0;  // above 0
  Money cost;
};

// F1 and F8 over providers. Rows of one provider, department and currency add up.
// OUT_OF_RANGE with reason MONEY_OVERFLOW.
absl::StatusOr<Schedule> MakeSchedule(std::string name, std::span<const ProviderCost> costs);

// One line of an index.
struct IndexLine {
  std::string provider;    // as the caller names it
  std::string department;  // empty: all
  FineMoney actual;        // of the rows that the standard has
  FineMoney expected;
  std::optional<int128> index_e6;  // 100 * actual / expected in millionths; absent if nothing is expected
  int64_t row_count = 0;           // rows that are compared
  FineMoney not_compared;          // cost of rows without a standard, or with a hidden activity
  // What breaks the series (costing.md 3.3): "INDEX_FAR_FROM_100", "NOT_IN_STANDARD" or
  // empty. A break says that scope or counting changed, not that care became dearer.
  std::string series_break;
};

// An index further than this from 100 is a break of the series, in percent points.
struct IndexOptions {
  int64_t break_above = 125;
  int64_t break_below = 80;
};

// F2 and F3 of `actual` against `standard`, by department and, last, for all.
std::vector<IndexLine> CompareSchedules(const Schedule& actual, const Schedule& standard, const IndexOptions& options);

// F3 for every provider of `costs` (named by `names`), over all departments. With
// `market_forces_e8` (one a provider, 1e8 is 1.0) costs are divided by it first (F5).
absl::StatusOr<std::vector<IndexLine>> ProviderIndex(std::span<const ProviderCost> costs,
                                                     const std::vector<std::string>& names, const Schedule& standard,
                                                     std::span<const int64_t> market_forces_e8,
                                                     const IndexOptions& options);

// F8: quartile `quarter` (1 or 3) of `values`, which is not empty.
FineMoney QuartileOf(std::vector<FineMoney> values, int quarter);

// F7 of one currency.
struct TrimPoint {
  int64_t days_e3 = 0;     // thousandths of a day
  int64_t excess_days_e3 = 0;  // over all stays
  int64_t excess_stay_count = 0;
};

// Of lengths of stay in days, each 0 or more; `days` is not empty.
TrimPoint TrimPointOf(std::vector<int64_t> days);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_REFERENCE_COSTS_H_
