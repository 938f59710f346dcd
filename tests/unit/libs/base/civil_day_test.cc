// Civil days: calendar arithmetic, and London's summer time compared with the time
// zone database where the machine has it.
#include "libs/base/civil_day.h"

#include <gtest/gtest.h>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

CivilDay Day(absl::string_view text) { return CivilDay::Parse(text).value(); }

absl::Time Utc(int year, int month, int day, int hour, int minute) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute, 0), absl::UTCTimeZone());
}

TEST(CivilDay, CountsDaysFromTheEpoch) {
  EXPECT_EQ(Day("1970-01-01").days_since_1970(), 0);
  EXPECT_EQ(Day("1969-12-31").days_since_1970(), -1);
  EXPECT_EQ(Day("2000-03-01").days_since_1970(), 11'017);
}

TEST(CivilDay, ReadsWhatItWroteOverFourCenturies) {
  const CivilDay last = Day("2100-12-31");
  for (CivilDay day = Day("1700-01-01"); day <= last; day = day.AddDays(1)) {
    ASSERT_EQ(Day(day.ToString()), day);
    ASSERT_EQ(CivilDay::FromYmd(day.year(), day.month(), day.day()).value(), day);
  }
}

TEST(CivilDay, RefusesDaysThatDoNotExist) {
  for (const char* text : {"2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-04-31",
                           "2024-01-00", "1599-12-31", "0000-01-01"}) {
    EXPECT_EQ(ReasonOf(CivilDay::Parse(text).status()), "DATE_INVALID") << text;
  }
  EXPECT_TRUE(CivilDay::Parse("2024-02-29").ok());
  EXPECT_TRUE(CivilDay::Parse("2000-02-29").ok());
}

TEST(CivilDay, RefusesOtherWaysOfWriting) {
  for (const char* text : {"", "2024-1-01", "01/02/2024", "2024-01-01 ", "20240101", "2024-01-0x",
                           "+024-01-01", "2024--1-01"}) {
    EXPECT_EQ(ReasonOf(CivilDay::Parse(text).status()), "DATE_INVALID") << text;
  }
}

TEST(CivilDay, IsAnHourAheadOfUtcInLondonsSummerOnly) {
  // 2024: from 31 March 01:00 UTC to 27 October 01:00 UTC.
  EXPECT_EQ(CivilDay::InLondon(Utc(2024, 1, 15, 23, 30)), Day("2024-01-15"));
  EXPECT_EQ(CivilDay::InLondon(Utc(2024, 3, 30, 23, 30)), Day("2024-03-30"));
  EXPECT_EQ(CivilDay::InLondon(Utc(2024, 3, 31, 22, 59)), Day("2024-03-31"));
  EXPECT_EQ(CivilDay::InLondon(Utc(2024, 3, 31, 23, 0)), Day("2024-04-01"));
  EXPECT_EQ(CivilDay::InLondon(Utc(2024, 10, 26, 23, 0)), Day("2024-10-27"));
  EXPECT_EQ(CivilDay::InLondon(Utc(2024, 10, 27, 23, 30)), Day("2024-10-27"));
}

TEST(CivilDay, AgreesWithTheTimeZoneDatabaseAtEveryHalfHourSince1996) {
  absl::TimeZone london;
  if (!absl::LoadTimeZone("Europe/London", &london)) {
    GTEST_SKIP() << "this machine has no time zone database";
  }
  const absl::Time end = Utc(2037, 12, 31, 0, 0);
  for (absl::Time time = Utc(1996, 1, 1, 0, 0); time < end; time += absl::Minutes(30)) {
    const absl::CivilDay expected = absl::ToCivilDay(time, london);
    const int64_t days = expected - absl::CivilDay(1970, 1, 1);
    ASSERT_EQ(CivilDay::InLondon(time).days_since_1970(), days) << absl::FormatTime(time);
  }
}

TEST(CivilDay, CountsAgesInWholeYears) {
  EXPECT_EQ(AgeYears(Day("1950-06-15"), Day("2020-06-14")), 69);
  EXPECT_EQ(AgeYears(Day("1950-06-15"), Day("2020-06-15")), 70);
  EXPECT_EQ(AgeYears(Day("2020-01-02"), Day("2020-01-01")), -1);
}

TEST(CivilDay, ABirthdayOnALeapDayFallsOnTheFirstOfMarchInOtherYears) {
  EXPECT_EQ(AgeYears(Day("2004-02-29"), Day("2022-02-28")), 17);
  EXPECT_EQ(AgeYears(Day("2004-02-29"), Day("2022-03-01")), 18);
}

}  // namespace
}  // namespace safehaven
