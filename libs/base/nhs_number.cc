#include "libs/base/nhs_number.h"

#include "absl/strings/str_format.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

constexpr int kDigitCount = 10;

// The check digit of a nine-digit base: 11 minus the weighted sum modulo 11, where
// 11 stands for 0. Returns 10 where no check digit exists.
int CheckDigit(uint32_t base) {
  int sum = 0;
  for (int weight = 2; weight <= kDigitCount; ++weight) {
    sum += static_cast<int>(base % 10) * weight;
    base /= 10;
  }
  const int digit = 11 - sum % 11;
  return digit == 11 ? 0 : digit;
}

}  // namespace

absl::StatusOr<NhsNumber> NhsNumber::Parse(absl::string_view text) {
  uint64_t value = 0;
  int count = 0;
  bool all_alike = true;
  int first = -1;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    if (c < '0' || c > '9' || count == kDigitCount) {
      return InvalidArgument("NHS_NUMBER_MALFORMED", "an NHS number is ten digits");
    }
    const int digit = c - '0';
    if (first < 0) first = digit;
    all_alike = all_alike && digit == first;
    value = value * 10 + static_cast<uint64_t>(digit);
    ++count;
  }
  if (count != kDigitCount) {
    return InvalidArgument("NHS_NUMBER_MALFORMED", "an NHS number is ten digits");
  }
  if (all_alike) {
    return InvalidArgument("NHS_NUMBER_PLACEHOLDER", "all digits alike: a placeholder, not a number");
  }
  if (CheckDigit(static_cast<uint32_t>(value / 10)) != static_cast<int>(value % 10)) {
    return InvalidArgument("NHS_NUMBER_CHECK_DIGIT", "the check digit does not agree");
  }
  return NhsNumber(value);
}

absl::StatusOr<NhsNumber> NhsNumber::FromBase(uint32_t base) {
  if (base > 999'999'999) return InvalidArgument("NHS_NUMBER_MALFORMED", "a base is nine digits");
  const int digit = CheckDigit(base);
  if (digit == 10) return InvalidArgument("NHS_NUMBER_CHECK_DIGIT", "no check digit for this base");
  return NhsNumber(uint64_t{base} * 10 + static_cast<uint64_t>(digit));
}

std::string NhsNumber::ToDigits() const { return absl::StrFormat("%010d", value_); }

}  // namespace safehaven
