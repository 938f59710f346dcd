// The NHS number: ten digits, the last a modulus 11 check digit (NHS Data
// Dictionary, NHS NUMBER). Which ranges are issued to whom: docs/formats.md,
// "NHS numbers". Values only; thread-safe.
#ifndef SAFEHAVEN_LIBS_BASE_NHS_NUMBER_H_
#define SAFEHAVEN_LIBS_BASE_NHS_NUMBER_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven {

// A number whose check digit holds. Not a statement that anybody was issued it.
class NhsNumber {
 public:
  NhsNumber() = default;

  // Reads ten digits; blanks and hyphens between them are allowed. INVALID_ARGUMENT
  // with reason NHS_NUMBER_MALFORMED (not ten digits), NHS_NUMBER_CHECK_DIGIT or
  // NHS_NUMBER_PLACEHOLDER (all digits alike). The message never holds the number.
  static absl::StatusOr<NhsNumber> Parse(absl::string_view text);

  // The number whose first nine digits are `base` (0 to 999,999,999), or
  // INVALID_ARGUMENT if no check digit exists for it (about one base in eleven).
  static absl::StatusOr<NhsNumber> FromBase(uint32_t base);

  // All ten digits as an integer.
  uint64_t value() const { return value_; }

  // The first nine digits: an index into a bitmap of 10^9 bits.
  uint32_t base() const { return static_cast<uint32_t>(value_ / 10); }

  // Is it of the 999 range, which is never issued to anybody? The demo uses only
  // these; production refuses them.
  bool IsNeverIssued() const { return value_ / 10'000'000 == 999; }

  // Is it of 900 to 999 million, kept for tests? Refused in production.
  bool IsTest() const { return value_ / 1'000'000'000 == 9; }

  // Ten digits. This is an identifier: only for files at the source and for sealing.
  std::string ToDigits() const;

  friend auto operator<=>(const NhsNumber&, const NhsNumber&) = default;

 private:
  explicit NhsNumber(uint64_t value) : value_(value) {}
  uint64_t value_ = 0;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_BASE_NHS_NUMBER_H_
