#include "libs/base/civil_day.h"

#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

absl::CivilDay ToAbsl(CivilDay day) { return absl::CivilDay(1970, 1, 1) + day.days_since_1970(); }

CivilDay FromAbsl(absl::CivilDay day) {
  return CivilDay(static_cast<int32_t>(day - absl::CivilDay(1970, 1, 1)));
}

// The last Sunday of `month`, at 01:00 UTC.
absl::Time LastSundayAt1(int64_t year, int month) {
  absl::CivilDay day = absl::CivilDay(year, month, 31);
  while (absl::GetWeekday(day) != absl::Weekday::sunday) --day;
  return absl::FromCivil(absl::CivilHour(day) + 1, absl::UTCTimeZone());
}

int Digits(absl::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

absl::StatusOr<CivilDay> CivilDay::FromYmd(int year, int month, int day) {
  const absl::CivilDay normalised(year, month, day);
  if (year < 1600 || year > 9999 || normalised.year() != year || normalised.month() != month ||
      normalised.day() != day) {
    return InvalidArgument("DATE_INVALID", "there is no such day");
  }
  return FromAbsl(normalised);
}

absl::StatusOr<CivilDay> CivilDay::Parse(absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return InvalidArgument("DATE_INVALID", "a date is YYYY-MM-DD");
  }
  const int year = Digits(text.substr(0, 4));
  const int month = Digits(text.substr(5, 2));
  const int day = Digits(text.substr(8, 2));
  if (year < 0 || month < 0 || day < 0) return InvalidArgument("DATE_INVALID", "a date is YYYY-MM-DD");
  return FromYmd(year, month, day);
}

CivilDay CivilDay::InLondon(absl::Time time) {
  const int64_t year = absl::ToCivilYear(time, absl::UTCTimeZone()).year();
  const bool summer = time >= LastSundayAt1(year, 3) && time < LastSundayAt1(year, 10);
  return FromAbsl(absl::ToCivilDay(time + (summer ? absl::Hours(1) : absl::ZeroDuration()),
                                   absl::UTCTimeZone()));
}

int CivilDay::year() const { return static_cast<int>(ToAbsl(*this).year()); }
int CivilDay::month() const { return ToAbsl(*this).month(); }
int CivilDay::day() const { return ToAbsl(*this).day(); }

std::string CivilDay::ToString() const {
  const absl::CivilDay day = ToAbsl(*this);
  if (day.year() < 0 || day.year() > 9999) {
    return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
  }
  // Every canonical text is full of days, so the usual ones are written by hand.
  std::string text = "0000-00-00";
  const auto write = [&text](size_t last, int number) {
    for (; number > 0; number /= 10) text[last--] = static_cast<char>('0' + number % 10);
  };
  write(3, static_cast<int>(day.year()));
  write(6, day.month());
  write(9, day.day());
  return text;
}

int AgeYears(CivilDay birth, CivilDay on) {
  const int years = on.year() - birth.year();
  const bool birthday_passed =
      on.month() > birth.month() || (on.month() == birth.month() && on.day() >= birth.day());
  return birthday_passed ? years : years - 1;
}

}  // namespace safehaven
