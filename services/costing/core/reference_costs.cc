#include "services/costing/core/reference_costs.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::costing {
namespace {

constexpr int kFineDecimals = 16;
constexpr int128 kFinePerMoneyUnit = 100'000'000;
// 1e18 pounds in 1e-16 pounds: products with 100 million still fit 128 bits.
constexpr int kPoundDigitsMax = 18;

int128 Power10(int exponent) {
  int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

absl::Status Overflow() {
  return Failure(absl::StatusCode::kOutOfRange, "MONEY_OVERFLOW", "a reference cost does not fit 128 bits");
}

std::string RowKey(absl::string_view department, absl::string_view currency) {
  return absl::StrCat(department, "\n", currency);
}

// Sums of one index line. The product of an activity and a unit cost fits: 1e18 pounds
// of 1e-16 take 113 bits, so it is checked.
struct IndexSums {
  FineMoney actual, expected, not_compared;
  int64_t row_count = 0;

  absl::Status Add(FineMoney cost, int64_t activity, FineMoney unit_cost) {
    int128 product = 0;
    if (__builtin_mul_overflow(unit_cost.e16_pounds(), int128{activity}, &product)) return Overflow();
    actual += cost;
    expected += FineMoney(product);
    ++row_count;
    return absl::OkStatus();
  }
};

IndexLine LineOf(std::string provider, std::string department, const IndexSums& sums, const IndexOptions& options) {
  IndexLine line = {.provider = std::move(provider),
                    .department = std::move(department),
                    .actual = sums.actual,
                    .expected = sums.expected,
                    .index_e6 = std::nullopt,
                    .row_count = sums.row_count,
                    .not_compared = sums.not_compared,
                    .series_break = ""};
  if (!(FineMoney() < sums.expected)) {
    line.series_break = sums.row_count == 0 ? "NOT_IN_STANDARD" : "INDEX_FAR_FROM_100";
    return line;
  }
  // In 1e-8 pounds, so that the factor of 1e8 fits beside England's total.
  const int128 actual_e8 = DivideHalfEven(sums.actual.e16_pounds(), kFinePerMoneyUnit);
  const int128 expected_e8 = std::max<int128>(DivideHalfEven(sums.expected.e16_pounds(), kFinePerMoneyUnit), 1);
  line.index_e6 = DivideHalfEven(actual_e8 * 100'000'000, expected_e8);
  if (*line.index_e6 > int128{options.break_above} * 1'000'000 ||
      *line.index_e6 < int128{options.break_below} * 1'000'000) {
    line.series_break = "INDEX_FAR_FROM_100";
  }
  return line;
}

// Unit costs of a standard by row; rows without one are not in it.
absl::flat_hash_map<std::string, FineMoney> UnitCosts(const Schedule& standard) {
  absl::flat_hash_map<std::string, FineMoney> units;
  units.reserve(standard.rows.size());
  for (const ScheduleRow& row : standard.rows) {
    if (row.unit_cost) units.emplace(RowKey(row.department, row.currency), *row.unit_cost);
  }
  return units;
}

}  // namespace

int128 DivideHalfEven(int128 dividend, int128 divisor) {
  SH_CHECK(divisor > 0);
  int128 quotient = dividend / divisor;
  int128 remainder = dividend % divisor;
  if (remainder < 0) {
    remainder += divisor;
    quotient -= 1;
  }
  const int128 rest = divisor - remainder;
  if (remainder > rest || (remainder == rest && quotient % 2 != 0)) quotient += 1;
  return quotient;
}

absl::StatusOr<FineMoney> FineMoney::Parse(absl::string_view text) {
  const absl::Status malformed =
      InvalidArgument("MONEY_MALFORMED", "an amount is digits, with at most 16 decimals after a point");
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  const size_t point = text.find('.');
  const absl::string_view whole = text.substr(0, point);
  const absl::string_view decimals = point == absl::string_view::npos ? "" : text.substr(point + 1);
  if (whole.empty() || decimals.size() > kFineDecimals || (point != absl::string_view::npos && decimals.empty())) {
    return malformed;
  }
  if (whole.size() > kPoundDigitsMax) return Overflow();
  int128 value = 0;
  for (const absl::string_view digits : {whole, decimals}) {
    for (const char c : digits) {
      if (c < '0' || c > '9') return malformed;
      value = value * 10 + (c - '0');
    }
  }
  value *= Power10(kFineDecimals - static_cast<int>(decimals.size()));
  return FineMoney(negative ? -value : value);
}

std::string FineMoney::ToString(int decimals) const {
  SH_CHECK(decimals >= 0 && decimals <= kFineDecimals);
  const int128 rounded = DivideHalfEven(e16_pounds_, Power10(kFineDecimals - decimals));
  const bool negative = rounded < 0;
  int128 rest = negative ? -rounded : rounded;
  std::string digits;
  do {
    digits.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
    if (decimals > 0 && digits.size() == static_cast<size_t>(decimals)) digits.push_back('.');
  } while (rest != 0 || digits.size() < static_cast<size_t>(decimals) + (decimals > 0 ? 2 : 1));
  if (negative) digits.push_back('-');
  std::reverse(digits.begin(), digits.end());
  return digits;
}

absl::Status SortSchedule(Schedule& schedule) {
  const auto key = [](const ScheduleRow& row) { return std::tie(row.department, row.currency); };
  std::sort(schedule.rows.begin(), schedule.rows.end(),
            [&key](const ScheduleRow& a, const ScheduleRow& b) { return key(a) < key(b); });
  for (size_t i = 1; i < schedule.rows.size(); ++i) {
    if (key(schedule.rows[i - 1]) == key(schedule.rows[i])) {
      return InvalidArgument("SCHEDULE_INVALID", absl::StrCat("currency ", schedule.rows[i].currency, " is twice in ",
                                                              schedule.rows[i].department));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Schedule> MakeSchedule(std::string name, std::span<const ProviderCost> costs) {
  struct Sums {
    int64_t activity = 0;
    WideMoney cost;
  };
  std::map<std::pair<absl::string_view, absl::string_view>, std::map<size_t, Sums>> rows;
  for (const ProviderCost& cost : costs) {
    Sums& sums = rows[{cost.department, cost.currency}][cost.provider];
    sums.cost += cost.cost;
    if (__builtin_add_overflow(sums.activity, cost.activity, &sums.activity)) return Overflow();
  }
  Schedule schedule = {.name = std::move(name), .rows = {}};
  for (const auto& [key, providers] : rows) {
    ScheduleRow row = {.department = std::string(key.first), .currency = std::string(key.second), .description = ""};
    int64_t activity = 0;
    int128 total_e8 = 0;
    std::vector<FineMoney> unit_costs;
    for (const auto& [provider, sums] : providers) {
      if (__builtin_add_overflow(activity, sums.activity, &activity)) return Overflow();
      total_e8 += sums.cost.e8_pounds();
      unit_costs.push_back(FineMoney(DivideHalfEven(sums.cost.e8_pounds() * kFinePerMoneyUnit, sums.activity)));
    }
    row.activity = activity;
    row.total = FineMoney(total_e8 * kFinePerMoneyUnit);
    row.unit_cost = FineMoney(DivideHalfEven(row.total.e16_pounds(), activity));
    row.provider_count = static_cast<int64_t>(providers.size());
    row.lower_quartile = QuartileOf(unit_costs, 1);
    row.upper_quartile = QuartileOf(std::move(unit_costs), 3);
    schedule.rows.push_back(std::move(row));
  }
  return schedule;
}

std::vector<IndexLine> CompareSchedules(const Schedule& actual, const Schedule& standard, const IndexOptions& options) {
  const absl::flat_hash_map<std::string, FineMoney> units = UnitCosts(standard);
  std::map<std::string, IndexSums> departments;
  IndexSums all;
  for (const ScheduleRow& row : actual.rows) {
    IndexSums& sums = departments[row.department];
    const auto unit = units.find(RowKey(row.department, row.currency));
    const bool is_compared = row.activity && unit != units.end() &&
                             sums.Add(row.total, *row.activity, unit->second).ok() &&
                             all.Add(row.total, *row.activity, unit->second).ok();
    if (is_compared) continue;
    sums.not_compared += row.total;
    all.not_compared += row.total;
  }
  std::vector<IndexLine> lines;
  for (const auto& [department, sums] : departments) lines.push_back(LineOf("", department, sums, options));
  lines.push_back(LineOf("", "", all, options));
  return lines;
}

absl::StatusOr<std::vector<IndexLine>> ProviderIndex(std::span<const ProviderCost> costs,
                                                     const std::vector<std::string>& names, const Schedule& standard,
                                                     std::span<const int64_t> market_forces_e8,
                                                     const IndexOptions& options) {
  const absl::flat_hash_map<std::string, FineMoney> units = UnitCosts(standard);
  std::vector<IndexSums> sums(names.size());
  for (const ProviderCost& cost : costs) {
    FineMoney amount(cost.cost);
    if (!market_forces_e8.empty()) {
      const int128 factor = market_forces_e8[cost.provider];
      amount = FineMoney(DivideHalfEven(int128{cost.cost.e8_pounds()} * kFinePerMoneyUnit * 100'000'000, factor));
    }
    const auto unit = units.find(RowKey(cost.department, cost.currency));
    if (unit == units.end()) {
      sums[cost.provider].not_compared += amount;
    } else {
      SH_RETURN_IF_ERROR(sums[cost.provider].Add(amount, cost.activity, unit->second));
    }
  }
  std::vector<IndexLine> lines;
  for (size_t i = 0; i < names.size(); ++i) lines.push_back(LineOf(names[i], "", sums[i], options));
  return lines;
}

FineMoney QuartileOf(std::vector<FineMoney> values, int quarter) {
  SH_CHECK(!values.empty());
  std::sort(values.begin(), values.end());
  // Type 7: position (n - 1) * quarter / 4, in quarters.
  const size_t position = (values.size() - 1) * static_cast<size_t>(quarter);
  const size_t below = position / 4;
  const auto rest = static_cast<int128>(position % 4);
  if (rest == 0) return values[below];
  const int128 step = (values[below + 1] - values[below]).e16_pounds();
  return FineMoney(values[below].e16_pounds() + DivideHalfEven(step * rest, 4));
}

TrimPoint TrimPointOf(std::vector<int64_t> days) {
  SH_CHECK(!days.empty());
  std::sort(days.begin(), days.end());
  // Quartiles of whole days are whole quarters of a day, so eighths hold the result.
  const auto quarters = [&days](size_t quarter) {
    const size_t position = (days.size() - 1) * quarter;
    const size_t below = position / 4;
    const auto rest = static_cast<int64_t>(position % 4);
    return days[below] * 4 + (rest == 0 ? 0 : (days[below + 1] - days[below]) * rest);
  };
  const int64_t trim_eighths = 2 * quarters(3) + 3 * (quarters(3) - quarters(1));
  TrimPoint result = {.days_e3 = trim_eighths * 125};
  for (const int64_t stay : days) {
    const int64_t excess = stay * 8 - trim_eighths;
    if (excess <= 0) continue;
    result.excess_days_e3 += excess * 125;
    ++result.excess_stay_count;
  }
  return result;
}

}  // namespace safehaven::costing
