// Money in units of 1e-8 pounds, the precision of the patient-level collection
// (NHS Data Dictionary, PLICS TOTAL COST: max n18.max n8).
//
// Costs are sums of shares, and a double loses a unit from 2^53 on and at each
// rounding. int64 holds 92.23 billion pounds: enough for a trust, not for England
// (99.18 billion in 2024/25), so sums over providers use WideMoney (128 bits).
// Not a currency type: all is GBP. Values only; thread-safe.
#ifndef SAFEHAVEN_LIBS_BASE_MONEY_H_
#define SAFEHAVEN_LIBS_BASE_MONEY_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven {

// GCC's 128-bit integer, marked as an extension so that -Wpedantic stays quiet.
__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

// Units of 1e-8 pounds in a pound.
inline constexpr int64_t kMoneyUnitsPerPound = 100'000'000;

class Money {
 public:
  constexpr Money() = default;
  constexpr explicit Money(int64_t e8_pounds) : e8_pounds_(e8_pounds) {}

  // Reads decimal text: an optional minus, digits, and at most 8 decimals after a
  // point; no thousands separators, no exponent. INVALID_ARGUMENT with reason
  // MONEY_MALFORMED, or OUT_OF_RANGE with reason MONEY_OVERFLOW.
  static absl::StatusOr<Money> Parse(absl::string_view text);

  constexpr int64_t e8_pounds() const { return e8_pounds_; }

  // Exact decimal text, all eight decimals: "-12.30000000".
  std::string ToString() const;

  friend constexpr auto operator<=>(const Money&, const Money&) = default;

 private:
  int64_t e8_pounds_ = 0;
};

// A sum of Money that cannot overflow in practice: 2^63 of the largest Money fit.
class WideMoney {
 public:
  constexpr WideMoney() = default;
  constexpr explicit WideMoney(int128 e8_pounds) : e8_pounds_(e8_pounds) {}
  constexpr explicit WideMoney(Money money) : e8_pounds_(money.e8_pounds()) {}

  constexpr WideMoney& operator+=(Money money) {
    e8_pounds_ += money.e8_pounds();
    return *this;
  }
  constexpr WideMoney& operator+=(WideMoney money) {
    e8_pounds_ += money.e8_pounds_;
    return *this;
  }
  friend constexpr WideMoney operator-(WideMoney a, WideMoney b) {
    return WideMoney(a.e8_pounds_ - b.e8_pounds_);
  }

  constexpr int128 e8_pounds() const { return e8_pounds_; }

  // Exact decimal text, all eight decimals.
  std::string ToString() const;

  // OUT_OF_RANGE with reason MONEY_OVERFLOW if it does not fit 64 bits.
  absl::StatusOr<Money> Narrow() const;

  friend constexpr bool operator==(WideMoney a, WideMoney b) { return a.e8_pounds_ == b.e8_pounds_; }
  friend constexpr bool operator<(WideMoney a, WideMoney b) { return a.e8_pounds_ < b.e8_pounds_; }

 private:
  int128 e8_pounds_ = 0;
};

// The sum, or OUT_OF_RANGE with reason MONEY_OVERFLOW; never wraps.
absl::StatusOr<Money> Add(Money a, Money b);

// The difference, or OUT_OF_RANGE with reason MONEY_OVERFLOW; never wraps.
absl::StatusOr<Money> Subtract(Money a, Money b);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_BASE_MONEY_H_
