// Goal: reference costs of several providers, their index with and without the market
// forces factor, and the real national schedules, which are read where they are there.
#include "cli/costing/reference_report.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/str_cat.h"
#include "cli/costing/schedule_file.h"
#include "libs/base/status.h"
#include "tests/support/temp_dir.h"

namespace safehaven::cli {
namespace {

namespace fs = std::filesystem;
using costing::FineMoney;
using testing_support::TempDir;

constexpr char kHeader[] =
    "provider,event,feed,point_of_delivery,currency,treatment_function,start_date,end_date,activity,resource,cost_group,"
    "weight,matched_by,cost\n";

// A line of `provider` for an event of a number of days.
std::string Line(absl::string_view provider, int event, absl::string_view currency, int days, absl::string_view cost) {
  return absl::StrCat(provider, ",E", event, ",apc,EL,", currency, ",,2025-05-01,2025-05-", days < 9 ? "0" : "", days + 1,
                      ",WARDCR,NURWRD,own_patient_care,1,own_row,", cost, "\n");
}

class ReferenceReportOfLines : public ::testing::Test {
 protected:
  std::string Put(const std::string& name, const std::string& text) {
    std::ofstream(temp_.File(name), std::ios::binary) << text;
    return temp_.File(name);
  }
  TempDir temp_;
};

TEST_F(ReferenceReportOfLines, AddsLinesToEventsAndComparesProviders) {
  // ZA1: two stays of 150 in all, one of them in two lines; ZB1: one of 250.
  const std::string za1 = Put("za1.csv", absl::StrCat(kHeader, Line("ZA1", 1, "AA01A", 2, "40.00"), Line("ZA1", 1, "AA01A", 2, "10.00"),
                                                      Line("ZA1", 2, "AA01A", 4, "100.00")));
  const std::string zb1 = Put("zb1.csv", absl::StrCat(kHeader, Line("ZB1", 1, "AA01A", 12, "250.00")));
  const std::string factors = Put("mff.csv", "provider,market_forces_factor\nZA1,1\nZB1,1.25\n");
  const auto report = MakeReferenceReport({.lines = {za1, zb1}, .market_forces = factors});
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(report->schedule.rows.size(), 1u);
  const costing::ScheduleRow& row = report->schedule.rows[0];
  EXPECT_EQ(row.activity, 3);
  EXPECT_EQ(row.total.ToString(2), "400.00");
  EXPECT_EQ(row.unit_cost->ToString(4), "133.3333");
  EXPECT_EQ(row.lower_quartile->ToString(2), "118.75");
  EXPECT_EQ(row.upper_quartile->ToString(2), "206.25");
  ASSERT_EQ(report->providers.size(), 2u);
  EXPECT_EQ(IndexText(report->providers[0].index_e6), "56.250000");
  EXPECT_EQ(IndexText(report->providers[1].index_e6), "187.500000");
  EXPECT_EQ(report->providers_adjusted[1].actual.ToString(2), "200.00");
  // Stays of 2, 4 and 12 days: quartiles 3 and 8, trim point 15.5, nobody above it.
  ASSERT_EQ(report->trims.size(), 1u);
  EXPECT_EQ(report->trims[0].trim.days_e3, 15'500);
  EXPECT_EQ(report->trims[0].trim.excess_stay_count, 0);
}

TEST_F(ReferenceReportOfLines, WritesAllTables) {
  const std::string lines = Put("za1.csv", absl::StrCat(kHeader, Line("ZA1", 1, "AA01A", 2, "40.00")));
  const std::string standard =
      Put("standard.csv", "department,currency,activity,unit_cost,total_cost\nElective,AA01A,10,50,500\nElective,ZZ01A,1,7,7\n");
  const std::string names = Put("departments.csv", "point_of_delivery,department\nEL,Elective\n");
  const auto report = MakeReferenceReport({.lines = {lines}, .standard = standard, .departments = names});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(IndexText(report->departments.back().index_e6), "80.000000");
  const std::string out = temp_.File("out");
  ASSERT_TRUE(WriteReferenceReport(*report, out).ok());
  for (const char* name : {"schedule.csv", "index.csv", "comparison.csv", "providers.csv", "trim_points.csv"}) {
    EXPECT_TRUE(fs::exists(fs::path(out) / name)) << name;
  }
}

TEST_F(ReferenceReportOfLines, RefusesWhatItCannotCompare) {
  const std::string lines = Put("za1.csv", absl::StrCat(kHeader, Line("ZA1", 1, "AA01A", 2, "40.00")));
  EXPECT_EQ(ReasonOf(MakeReferenceReport({}).status()), "FIELD_INVALID");
  const std::string factors = Put("mff.csv", "provider,market_forces_factor\nZB1,1.25\n");
  EXPECT_EQ(ReasonOf(MakeReferenceReport({.lines = {lines}, .market_forces = factors}).status()), "MARKET_FORCES_MISSING");
  const std::string zero = Put("zero.csv", "provider,market_forces_factor\nZA1,0\n");
  EXPECT_EQ(ReasonOf(MakeReferenceReport({.lines = {lines}, .market_forces = zero}).status()), "MARKET_FORCES_INVALID");
  const std::string twice = Put("twice.csv", "department,currency,activity,unit_cost,total_cost\nA,B,1,1,1\nA,B,1,1,1\n");
  EXPECT_EQ(ReasonOf(MakeReferenceReport({.schedule = twice}).status()), "SCHEDULE_INVALID");
  const std::string wrong = Put("wrong.csv", "department,currency,activity,unit_cost,total_cost\nA,B,1,1,1e3\n");
  EXPECT_EQ(ReasonOf(MakeReferenceReport({.schedule = wrong}).status()), "SCHEDULE_INVALID");
}

class NationalSchedules : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* shared = std::getenv("SAFEHAVEN_SHARED");
    folder_ = (shared != nullptr ? fs::path(shared) : fs::path(SAFEHAVEN_SOURCE_DIR) / ".." / "shared") / "data/costing/ncc";
    if (!fs::exists(folder_)) GTEST_SKIP() << "shared data are absent: " << folder_;
  }
  std::string File(const char* year) const { return (folder_ / absl::StrCat("national_schedule_", year, ".csv")).string(); }
  fs::path folder_;
};

TEST_F(NationalSchedules, LoadWholeWithHiddenActivityKeptAsSuch) {
  const auto report = MakeReferenceReport({.schedule = File("2024_25"), .standard = File("2023_24")});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->schedule.rows.size(), 13'362u);
  EXPECT_EQ(report->standard->rows.size(), 11'303u);
  FineMoney total;
  int64_t hidden = 0;
  for (const costing::ScheduleRow& row : report->schedule.rows) {
    total += row.total;
    if (!row.activity) ++hidden;
    EXPECT_EQ(row.activity.has_value(), row.unit_cost.has_value());
  }
  EXPECT_EQ(total.ToString(2), "99178955511.63");
  EXPECT_EQ(hidden, 1'820);
}

TEST_F(NationalSchedules, GiveTheIndexOfOneYearAgainstTheOtherByDepartment) {
  // costing.md 3.3; breaks of the series are flagged, not explained away.
  const auto report = MakeReferenceReport({.schedule = File("2024_25"), .standard = File("2023_24")});
  ASSERT_TRUE(report.ok()) << report.status();
  std::map<std::string, costing::IndexLine> lines;
  for (const costing::IndexLine& line : report->departments) lines[line.department] = line;
  const auto index = [&lines](const std::string& department) { return IndexText(lines[department].index_e6); };
  EXPECT_EQ(index("Ambulance"), "108.058724");
  EXPECT_EQ(index("Emergency Care"), "103.257201");
  EXPECT_EQ(index("Elective Inpatients"), "104.173786");
  EXPECT_EQ(index("Daycase"), "103.050887");
  EXPECT_EQ(lines["Daycase"].series_break, "");
  EXPECT_EQ(lines["Consultant Led"].series_break, "INDEX_FAR_FROM_100");
  EXPECT_EQ(lines["Cancer MDT"].series_break, "INDEX_FAR_FROM_100");
  EXPECT_EQ(lines["Wheelchair Equipment"].series_break, "NOT_IN_STANDARD");
}

}  // namespace
}  // namespace safehaven::cli
