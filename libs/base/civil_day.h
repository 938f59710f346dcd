// A civil day, as in letters and agreements: no time, no zone. Legal dates are
// civil days in London, ends inclusive (docs/architecture.md, "Dates").
// Values only; thread-safe; no clock and no time-zone files.
#ifndef SAFEHAVEN_LIBS_BASE_CIVIL_DAY_H_
#define SAFEHAVEN_LIBS_BASE_CIVIL_DAY_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace safehaven {

class CivilDay {
 public:
  // 1970-01-01.
  constexpr CivilDay() = default;
  constexpr explicit CivilDay(int32_t days_since_1970) : days_(days_since_1970) {}

  // `year` 1600 to 9999. INVALID_ARGUMENT with reason DATE_INVALID if there is no
  // such day.
  static absl::StatusOr<CivilDay> FromYmd(int year, int month, int day);

  // Reads YYYY-MM-DD. INVALID_ARGUMENT with reason DATE_INVALID otherwise.
  static absl::StatusOr<CivilDay> Parse(absl::string_view text);

  // The civil day in London at `time`: UTC, one hour ahead from the last Sunday of
  // March 01:00 UTC to the last Sunday of October 01:00 UTC (Summer Time Order
  // 2002, SI 2002/262; the rule since 1996).
  static CivilDay InLondon(absl::Time time);

  constexpr int32_t days_since_1970() const { return days_; }
  int year() const;
  int month() const;  // 1 to 12
  int day() const;    // 1 to 31

  // This day `count` days on (or back).
  constexpr CivilDay AddDays(int32_t count) const { return CivilDay(days_ + count); }

  // YYYY-MM-DD.
  std::string ToString() const;

  friend constexpr auto operator<=>(const CivilDay&, const CivilDay&) = default;

 private:
  int32_t days_ = 0;
};

// Whole years from `birth` to `on`, as ages are counted; negative if `on` is earlier.
int AgeYears(CivilDay birth, CivilDay on);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_BASE_CIVIL_DAY_H_
