#include "libs/base/money.h"

#include <algorithm>
#include <limits>

#include "libs/base/status.h"

namespace safehaven {
namespace {

constexpr int kDecimals = 8;

absl::Status Overflow() {
  return Failure(absl::StatusCode::kOutOfRange, "MONEY_OVERFLOW",
                 "the amount does not fit 64 bits of 1e-8 pounds (92.23 billion pounds)");
}

std::string Decimal(int128 value) {
  const bool negative = value < 0;
  uint128 rest = negative ? -static_cast<uint128>(value) : static_cast<uint128>(value);
  std::string digits;
  do {
    digits.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
    if (digits.size() == kDecimals) digits.push_back('.');
  } while (rest != 0 || digits.size() < kDecimals + 2);
  if (negative) digits.push_back('-');
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace

absl::StatusOr<Money> Money::Parse(absl::string_view text) {
  const absl::Status malformed =
      InvalidArgument("MONEY_MALFORMED", "an amount is digits, with at most 8 decimals after a point");
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  int128 value = 0;
  int decimals = -1;  // -1: no point seen yet
  int digits = 0;
  for (const char c : text) {
    if (c == '.' && decimals < 0 && digits > 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9' || decimals == kDecimals) return malformed;
    value = value * 10 + (c - '0');
    if (value > int128{std::numeric_limits<int64_t>::max()}) return Overflow();
    ++digits;
    if (decimals >= 0) ++decimals;
  }
  if (digits == 0 || decimals == 0) return malformed;
  for (int i = std::max(decimals, 0); i < kDecimals; ++i) value *= 10;
  return WideMoney(negative ? -value : value).Narrow();
}

std::string Money::ToString() const { return Decimal(e8_pounds_); }

std::string WideMoney::ToString() const { return Decimal(e8_pounds_); }

absl::StatusOr<Money> WideMoney::Narrow() const {
  if (e8_pounds_ > int128{std::numeric_limits<int64_t>::max()} ||
      e8_pounds_ < int128{std::numeric_limits<int64_t>::min()}) {
    return Overflow();
  }
  return Money(static_cast<int64_t>(e8_pounds_));
}

absl::StatusOr<Money> Add(Money a, Money b) {
  return WideMoney(int128{a.e8_pounds()} + b.e8_pounds()).Narrow();
}

absl::StatusOr<Money> Subtract(Money a, Money b) {
  return WideMoney(int128{a.e8_pounds()} - b.e8_pounds()).Narrow();
}

}  // namespace safehaven
