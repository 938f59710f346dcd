#include "libs/disclosure/rounding.h"

#include <limits>

#include "libs/base/status.h"

namespace safehaven {

int128 RoundToMultiple(int128 value, int128 base) {
  const int128 half_up = value < 0 ? value - base / 2 : value + base / 2;
  return half_up / base * base;
}

std::optional<RoundedMoney> RoundForLargest(const Contributions& contributions, int64_t p_percent) {
  SH_CHECK(p_percent >= 0 && p_percent <= 100);
  // Turned so that the largest contribution is not negative.
  const int128 sign = contributions.largest < Money(0) ? -1 : 1;
  const int128 total = sign * contributions.total.e8_pounds();
  const int128 largest = sign * contributions.largest.e8_pounds();
  const int128 second = sign * contributions.second_largest.e8_pounds();
  constexpr int64_t kBaseMax = std::numeric_limits<int64_t>::max() / 10;
  for (int64_t decade = kMoneyUnitsPerPound; decade <= kBaseMax; decade *= 10) {
    for (const int64_t base : {decade, 2 * decade, 5 * decade}) {
      if (int128{base} * 100 < 2 * p_percent * largest) continue;
      const int128 shown = RoundToMultiple(total, base);
      const int128 total_max = shown + base / 2;
      if (100 * (total_max - second) < (100 + p_percent) * largest) continue;
      const absl::StatusOr<Money> amount = WideMoney(sign * shown).Narrow();
      if (!amount.ok() || shown == 0) return std::nullopt;
      return RoundedMoney{*amount, Money(base)};
    }
  }
  return std::nullopt;
}

}  // namespace safehaven
