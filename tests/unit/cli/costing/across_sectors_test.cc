// Goal: runs of several sectors and a crosswalk become tables of whole people that have
// passed disclosure control, twice: for certain links and for all.
#include "cli/costing/across_sectors.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/civil_day.h"
#include "libs/base/status.h"
#include "tests/support/temp_dir.h"

namespace safehaven::cli {
namespace {

using testing_support::TempDir;

class AcrossSectorsTest : public ::testing::Test {
 protected:
  // Forty people, 20 a segment, 100 pounds of acute care each; the first ten have 50 pounds
  // of community care too, half of it by probable links; five events are nobody's.
  void SetUp() override {
    std::string acute = "event,feed,start_date,end_date,cost\n", community = acute;
    std::string crosswalk = "sector,record_id,person,certainty\n";
    std::string people = "person,segment,long_term_conditions,index_day\n";
    for (int n = 1; n <= 40; ++n) {
      absl::StrAppend(&acute, "A", n, ",apc,2025-06-01,2025-06-02,100.00\n");
      absl::StrAppend(&crosswalk, "acute,A", n, ",", n, ",certain\n");
      absl::StrAppend(&people, n, ",", n <= 20 ? "older" : "younger", ",", n % 4, ",", n <= 20 ? "2025-07-01" : "", "\n");
      if (n > 10) continue;
      absl::StrAppend(&community, "C", n, ",cscc,2025-05-01,2025-05-01,50.00\n");
      absl::StrAppend(&crosswalk, "community,C", n, ",", n, ",", n % 2 == 0 ? "probable" : "certain", "\n");
    }
    for (int n = 0; n < 5; ++n) absl::StrAppend(&community, "N", n, ",cscc,2025-05-01,2025-05-01,1.00\n");
    options_.events = {{"acute", Put("acute.csv", acute)}, {"community", Put("community.csv", community)}};
    options_.crosswalk = Put("crosswalk.csv", crosswalk);
    options_.people = Put("people.csv", people);
  }
  std::string Put(const std::string& name, const std::string& text) const {
    std::ofstream(temp_.File(name), std::ios::binary) << text;
    return temp_.File(name);
  }
  std::string Get(const std::string& name) const {
    std::ifstream in(temp_.File(name), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  absl::Status Write() const {
    SH_ASSIGN_OR_RETURN(const AcrossSectors data, ReadAcrossSectors(options_));
    SH_ASSIGN_OR_RETURN(OutputFolder folder, OutputFolder::Make(temp_.File("out")));
    SH_RETURN_IF_ERROR(WriteAcrossSectors(data, options_, folder));
    return folder.Commit();
  }

  TempDir temp_;
  AcrossSectorsOptions options_;
};

TEST_F(AcrossSectorsTest, ShowsProtectedTablesForCertainLinksAndForAll) {
  ASSERT_TRUE(Write().ok()) << Write();
  const std::string sectors = Get("out/sectors.csv");
  EXPECT_TRUE(absl::StrContains(sectors, "segment,sector,links,population,persons,activity,cost,cost_per_head\n"));
  EXPECT_TRUE(absl::StrContains(sectors, "older,acute,all,20,20,20,")) << sectors;
  EXPECT_TRUE(absl::StrContains(sectors, "older,community,all,20,10,10,")) << sectors;
  EXPECT_TRUE(absl::StrContains(sectors, "older,community,certain,20,suppressed,suppressed,suppressed,suppressed\n"))
      << "five people are too few: " << sectors;
  EXPECT_TRUE(absl::StrContains(Get("out/before_index.csv"), "01,all,20,20,20,"));
  EXPECT_TRUE(absl::StrContains(Get("out/conditions.csv"), "A (0-1),all,20,"));
  EXPECT_TRUE(absl::StrContains(Get("out/concentration.csv"), "5: the other 80%,all,30,"));
}

TEST_F(AcrossSectorsTest, CountsWhatTheCrosswalkDoesNotFind) {
  ASSERT_TRUE(Write().ok());
  const std::string coverage = Get("out/coverage.csv");
  EXPECT_TRUE(absl::StrContains(coverage, "sector,link,persons,activity,cost\nacute,certain,")) << coverage;
  EXPECT_TRUE(absl::StrContains(coverage, "acute,unlinked,0,0,0.00\n")) << coverage;
  for (const char* row : {"community,certain", "community,probable", "community,unlinked"}) {
    EXPECT_TRUE(absl::StrContains(coverage, absl::StrCat(row, ",suppressed,suppressed,suppressed\n")))
        << "five of each are too few: " << coverage;
  }
}

TEST_F(AcrossSectorsTest, ShowsCoverageOfManyPeopleWhoseSectorsAreShown) {
  std::string crosswalk = "sector,record_id,person,certainty\n";
  for (int n = 1; n <= 30; ++n) absl::StrAppend(&crosswalk, "acute,A", n, ",", n, ",", n <= 10 || n > 20 ? "certain" : "probable", "\n");
  Put("crosswalk.csv", crosswalk);
  ASSERT_TRUE(Write().ok());
  const std::string coverage = Get("out/coverage.csv");
  EXPECT_TRUE(absl::StrContains(coverage, "acute,certain,20,20,2000.00\n")) << coverage;
  EXPECT_TRUE(absl::StrContains(coverage, "acute,probable,10,10,1000.00\n")) << coverage;
  EXPECT_TRUE(absl::StrContains(coverage, "acute,unlinked,10,10,1000.00\n")) << coverage;
}

// Of a segment, acute and community care add up to what segments.csv shows.
TEST_F(AcrossSectorsTest, NoTableGivesBackWhatAnotherWithholds) {
  ASSERT_TRUE(Write().ok());
  EXPECT_TRUE(absl::StrContains(Get("out/segments.csv"), "older,certain,20,20,25,")) << Get("out/segments.csv");
  EXPECT_TRUE(absl::StrContains(Get("out/sectors.csv"), "older,acute,certain,suppressed,suppressed,suppressed,suppressed,suppressed\n"))
      << Get("out/sectors.csv");
  for (const char* name : {"segments.csv", "sectors.csv", "conditions.csv", "concentration.csv", "before_index.csv"}) {
    const std::string table = Get(absl::StrCat("out/", name));
    EXPECT_FALSE(absl::StrContains(table, "\nall,")) << name << ": one total is all tables' total: " << table;
  }
}

// Of two segments a single one is withheld: conditions.csv adds up to what both have.
TEST_F(AcrossSectorsTest, ASegmentThatIsWithheldIsNotWithheldAlone) {
  std::string people = "person,segment\n";
  for (int n = 1; n <= 40; ++n) absl::StrAppend(&people, n, ",", n <= 5 ? "rare" : n <= 20 ? "older" : "younger", "\n");
  Put("people.csv", people);
  ASSERT_TRUE(Write().ok());
  const std::string segments = Get("out/segments.csv");
  EXPECT_TRUE(absl::StrContains(segments, "rare,all,suppressed,")) << segments;
  EXPECT_TRUE(absl::StrContains(segments, "older,all,suppressed,")) << "the smallest beside it: " << segments;
  EXPECT_TRUE(absl::StrContains(segments, "younger,all,20,20,20,")) << segments;
  EXPECT_TRUE(absl::StrContains(Get("out/conditions.csv"), "unknown,all,40,")) << Get("out/conditions.csv");
}

TEST_F(AcrossSectorsTest, ATotalIsShownWhereNothingIsWithheld) {
  options_.events.erase("community");
  std::string people = "person,segment\n";
  for (int n = 1; n <= 40; ++n) absl::StrAppend(&people, n, ",", n <= 20 ? "older" : "younger", "\n");
  Put("people.csv", people);
  options_.rules = {.count_min = 1, .rounding_base = 1, .p_percent = 0};
  ASSERT_TRUE(Write().ok());
  EXPECT_TRUE(absl::StrContains(Get("out/segments.csv"), "\nall,certain,40,40,40,")) << Get("out/segments.csv");
}

TEST_F(AcrossSectorsTest, AnIdOfTwoFeedsNamesNobodyWithoutItsFeed) {
  const std::string acute = Get("acute.csv");
  Put("acute.csv", absl::StrCat(acute, "A1,op,2025-06-05,2025-06-05,70.00\n"));
  EXPECT_EQ(ReasonOf(Write()), "EVENT_AMBIGUOUS");
  // Its permitted twins: an id that is linked by feed, and one that nobody is linked to.
  Put("crosswalk.csv", "sector,record_id,person,certainty,feed\nacute,A1,1,certain,apc\nacute,A1,2,certain,op\nacute,A2,2,certain,\n");
  const auto data = ReadAcrossSectors(options_);
  ASSERT_TRUE(data.ok()) << data.status();
  ASSERT_EQ(data->events.size(), 3u);
  EXPECT_EQ(data->events.back().person, 2u);
  EXPECT_EQ(data->events.back().cost.ToString(), "70.00000000");
  Put("crosswalk.csv", "sector,record_id,person\nacute,A2,2\n");
  EXPECT_TRUE(ReadAcrossSectors(options_).ok());
}

TEST_F(AcrossSectorsTest, SimulatesABudgetWithARange) {
  options_.planned = Put("planned.csv", "segment,persons\nolder,200\nyounger,100\nnew,5\n");
  ASSERT_TRUE(Write().ok());
  const std::string budget = Get("out/budget.csv");
  EXPECT_TRUE(absl::StrContains(budget, "older,200,125,25000,,,\n")) << budget;
  EXPECT_TRUE(absl::StrContains(budget, "younger,100,100,10000,,,\n")) << budget;
  EXPECT_TRUE(absl::StrContains(budget, "new,5,nobody is in it,,,,\n")) << budget;
  EXPECT_TRUE(absl::StrContains(budget, "all,,,35000,")) << budget;
}

TEST_F(AcrossSectorsTest, ABudgetSaysNothingOfAFewPeople) {
  Put("people.csv", absl::StrCat(Get("people.csv"), "77,rare,1,\n"));
  options_.planned = Put("planned.csv", "segment,persons\nolder,200\nrare,10\n");
  ASSERT_TRUE(Write().ok());
  EXPECT_TRUE(absl::StrContains(Get("out/budget.csv"), "rare,10,suppressed,suppressed,,,\n"));
  EXPECT_TRUE(absl::StrContains(Get("out/budget.csv"), "all,,,suppressed,suppressed,suppressed,suppressed\n"));
}

// Enough people, but one of them has nearly all the cost, or too few have any.
TEST_F(AcrossSectorsTest, ABudgetSaysNothingThatSegmentsDoNot) {
  std::string people = Get("people.csv"), crosswalk = Get("crosswalk.csv"), acute = Get("acute.csv");
  for (int n = 101; n <= 108; ++n) {
    absl::StrAppend(&people, n, ",dear,1,\n", n + 100, ",idle,1,\n");
    absl::StrAppend(&crosswalk, "acute,D", n, ",", n, ",certain\n");
    absl::StrAppend(&acute, "D", n, ",apc,2025-06-01,2025-06-02,", n == 101 ? "1000000.00" : "1.00", "\n");
  }
  absl::StrAppend(&crosswalk, "acute,I,201,certain\n");
  Put("people.csv", people);
  Put("crosswalk.csv", crosswalk);
  Put("acute.csv", absl::StrCat(acute, "I,apc,2025-06-01,2025-06-02,800.00\n"));
  options_.planned = Put("planned.csv", "segment,persons\nyounger,100\ndear,8\nidle,8\n");
  ASSERT_TRUE(Write().ok());
  const std::string budget = Get("out/budget.csv");
  EXPECT_FALSE(absl::StrContains(budget, "125000")) << "the mean of the eight: " << budget;
  EXPECT_TRUE(absl::StrContains(budget, "idle,8,suppressed,suppressed,,,\n")) << budget;
  EXPECT_TRUE(absl::StrContains(budget, "all,,,suppressed,suppressed,suppressed,suppressed\n")) << budget;
}

TEST_F(AcrossSectorsTest, MorePeopleThanThereAreCannotBePlannedFor) {
  options_.planned = Put("planned.csv", "segment,persons\nolder,9000000000000000000\n");
  EXPECT_EQ(ReasonOf(Write()), "BUDGET_INVALID");
  Put("planned.csv", "segment,persons\nolder,100000000\n");
  EXPECT_TRUE(Write().ok());
}

TEST_F(AcrossSectorsTest, NamesFileLineAndColumnOfAFault) {
  Put("crosswalk.csv", "sector,record_id,person,certainty\nacute,A1,1,sure\n");
  EXPECT_EQ(ReasonOf(Write()), "CROSSWALK_INVALID");
  EXPECT_EQ(MetadataOf(Write())["line"], "2");
  Put("crosswalk.csv", "sector,record_id,person\nacute,A1,1\nacute,A1,2\n");
  EXPECT_EQ(ReasonOf(Write()), "CROSSWALK_INVALID");
  SetUp();
  Put("people.csv", "person,index_day\n1,1/7/2025\n");
  EXPECT_EQ(ReasonOf(Write()), "PEOPLE_INVALID");
  Put("people.csv", "person\n1\n1\n");
  EXPECT_EQ(ReasonOf(Write()), "PERSON_DOUBLED");
}

// One acute stay a person, by person number.
class CareOfPeopleTest : public AcrossSectorsTest {
 protected:
  struct Stay {
    std::string currency = "AA01A", point = "EL", cost = "100.00";
    int days = 1;
  };
  void PutStays(const std::function<Stay(int)>& stay_of) {
    std::string acute = "event,feed,point_of_delivery,currency,start_date,end_date,cost\n";
    for (int n = 1; n <= 40; ++n) {
      const Stay stay = stay_of(n);
      absl::StrAppend(&acute, "A", n, ",apc,", stay.point, ",", stay.currency, ",2025-06-01,",
                      CivilDay::Parse("2025-06-01")->AddDays(stay.days).ToString(), ",", stay.cost, "\n");
    }
    options_.events = {{"acute", Put("acute.csv", acute)}};
  }
  void PutPrices(const std::string& rows) {
    options_.care.prices = Put("prices.csv", absl::StrCat("point_of_delivery,currency,price\n", rows));
  }
};

TEST_F(CareOfPeopleTest, ShowsCostAgainstWhatIsPaid) {
  PutStays([](int n) { return Stay{.currency = n <= 20 ? "AA01A" : "BB01A"}; });
  PutPrices("EL,AA01A,90.00\n");
  options_.care.market_forces = Put("factors.csv", "sector,market_forces_factor\nacute,1.1\n");
  ASSERT_TRUE(Write().ok()) << Write();
  const std::string tariff = Get("out/tariff.csv"), currencies = Get("out/tariff_currencies.csv");
  EXPECT_TRUE(absl::StrContains(tariff, "sector,point_of_delivery,price,links,persons,activity,cost,income,margin\n"
                                        "acute,EL,no price,certain,20,20,2000.00,,\n"
                                        "acute,EL,priced,certain,20,20,2000.00,1980.00,-20.00\n"))
      << tariff;
  EXPECT_TRUE(absl::StrContains(currencies, "acute,EL,priced,AA01A,all,20,20,2000.00,1980.00,-20.00\n")) << currencies;
}

// 22 stays are shown as 20, and so is what is paid for them.
TEST_F(CareOfPeopleTest, AnIncomeTellsNoCount) {
  PutStays([](int n) { return Stay{.currency = n <= 22 ? "AA01A" : "BB01A"}; });
  PutPrices("EL,AA01A,1000\nEL,BB01A,1\n");
  ASSERT_TRUE(Write().ok()) << Write();
  EXPECT_TRUE(absl::StrContains(Get("out/tariff_currencies.csv"), "acute,EL,priced,AA01A,all,20,20,2200.00,20000.00,17800.00\n"))
      << Get("out/tariff_currencies.csv");
  EXPECT_TRUE(absl::StrContains(Get("out/tariff.csv"), "acute,EL,priced,all,40,40,4000.00,20000.00,16000.00\n"))
      << "the highest price is that of any of them: " << Get("out/tariff.csv");
}

TEST_F(CareOfPeopleTest, CurrenciesDoNotGiveBackOneThatIsWithheld) {
  PutStays([](int n) { return Stay{.currency = n <= 5 ? "RARE" : n <= 20 ? "BB01A" : "AA01A"}; });
  PutPrices("EL,AA01A,90\nEL,BB01A,90\nEL,RARE,90\n");
  ASSERT_TRUE(Write().ok()) << Write();
  const std::string currencies = Get("out/tariff_currencies.csv");
  for (const char* withheld : {"RARE", "BB01A"}) {
    EXPECT_TRUE(absl::StrContains(currencies, absl::StrCat("acute,EL,priced,", withheld, ",all,suppressed,suppressed,suppressed,suppressed,suppressed\n")))
        << "the smallest beside it too: " << currencies;
  }
  EXPECT_TRUE(absl::StrContains(currencies, "acute,EL,priced,AA01A,all,20,20,2000.00,1800.00,-200.00\n")) << currencies;
  EXPECT_TRUE(absl::StrContains(Get("out/tariff.csv"), "acute,EL,priced,all,40,40,")) << Get("out/tariff.csv");
  EXPECT_FALSE(absl::StrContains(Get("out/segments.csv"), "\nall,")) << "one total is all tables' total";
}

// Five people of a segment are withheld in sectors.csv: the points of delivery add up to what
// all segments have.
TEST_F(CareOfPeopleTest, PointsOfDeliveryDoNotGiveBackASegmentThatIsWithheld) {
  PutStays([](int n) { return Stay{.point = n % 2 == 0 ? "EL" : n % 4 == 1 ? "EM" : "DC"}; });
  PutPrices("EL,AA01A,90\nEM,AA01A,90\nDC,AA01A,90\n");
  std::string people = "person,segment\n";
  for (int n = 1; n <= 40; ++n) absl::StrAppend(&people, n, ",", n <= 5 ? "rare" : n <= 20 ? "older" : "younger", "\n");
  ASSERT_TRUE(Write().ok()) << Write();
  EXPECT_FALSE(absl::StrContains(Get("out/tariff.csv"), "suppressed")) << "nothing is withheld yet: " << Get("out/tariff.csv");
  std::filesystem::remove_all(temp_.File("out"));
  Put("people.csv", people);
  ASSERT_TRUE(Write().ok()) << Write();
  const std::string tariff = Get("out/tariff.csv");
  EXPECT_TRUE(absl::StrContains(tariff, "acute,DC,priced,all,suppressed,suppressed,suppressed,suppressed,suppressed\n")) << tariff;
  EXPECT_TRUE(absl::StrContains(tariff, "acute,EM,priced,all,10,10,")) << tariff;
  EXPECT_TRUE(absl::StrContains(Get("out/tariff_currencies.csv"), "acute,DC,priced,AA01A,all,suppressed,"))
      << "nor by its currencies: " << Get("out/tariff_currencies.csv");
}

TEST_F(CareOfPeopleTest, CostsLongStaysBeyondGivenTrimPoints) {
  PutStays([](int n) { return Stay{.cost = "300.00", .days = n <= 8 ? 30 : 1}; });
  options_.care.long_stays = true;
  options_.care.trim_points = Put("trims.csv", "department,currency,trim_point_days\nEL,AA01A,10.000\n");
  ASSERT_TRUE(Write().ok()) << Write();
  EXPECT_EQ(Get("out/long_stays.csv"),
            "sector,point_of_delivery,currency,links,trim_point_days,persons,stays,excess_days,excess_cost\n"
            "acute,EL,AA01A,certain,10.000,10,10,160,1600.00\nacute,EL,AA01A,all,10.000,10,10,160,1600.00\n");
}

TEST_F(CareOfPeopleTest, SaysNothingOfTheLongStaysOfAFew) {
  PutStays([](int n) { return Stay{.cost = "300.00", .days = n <= 7 ? 30 : 1}; });
  options_.care.long_stays = true;
  ASSERT_TRUE(Write().ok()) << Write();
  EXPECT_TRUE(absl::StrContains(Get("out/long_stays.csv"), "acute,EL,AA01A,all,1.000,suppressed,suppressed,suppressed,suppressed\n"))
      << Get("out/long_stays.csv");
}

TEST_F(CareOfPeopleTest, OwnTrimPointsNeedManyPeople) {
  PutStays([](int n) { return Stay{.currency = n <= 31 ? "AA01A" : "BB01A", .cost = "300.00", .days = n <= 10 ? 30 : 1}; });
  options_.care.long_stays = true;
  ASSERT_TRUE(Write().ok()) << Write();
  EXPECT_FALSE(absl::StrContains(Get("out/long_stays.csv"), "AA01A")) << Get("out/long_stays.csv");
}

TEST_F(CareOfPeopleTest, NamesWhatIsWrongWithItsFiles) {
  PutStays([](int) { return Stay{}; });
  PutPrices("EL,AA01A,0\n");
  EXPECT_EQ(ReasonOf(Write()), "PRICES_INVALID");
  EXPECT_EQ(MetadataOf(Write())["line"], "2");
  PutPrices("EL,AA01A,1\nEL,AA01A,2\n");
  EXPECT_EQ(ReasonOf(Write()), "PRICES_INVALID");
  PutPrices("EL,AA01A,90\n");
  options_.care.market_forces = Put("factors.csv", "sector,market_forces_factor\ncommunity,1.1\n");
  EXPECT_EQ(ReasonOf(Write()), "MARKET_FORCES_MISSING");
  Put("factors.csv", "sector,market_forces_factor\nacute,-1\n");
  EXPECT_EQ(ReasonOf(Write()), "MARKET_FORCES_INVALID");
  Put("factors.csv", "sector,market_forces_factor\nacute,1\n");
  options_.care.long_stays = true;
  options_.care.trim_points = Put("trims.csv", "department,currency,trim_point_days\nEL,AA01A,\n");
  EXPECT_EQ(ReasonOf(Write()), "TRIM_POINTS_INVALID");
  options_.care.long_stays = false;
  EXPECT_EQ(ReasonOf(Write()), "FIELD_INVALID");
  options_.care.trim_points.clear();
  Put("acute.csv", "event,start_date,end_date,cost\nA1,2025-06-01,2025-06-02,1\n");
  EXPECT_EQ(ReasonOf(Write()), "LINES_MALFORMED") << "kinds of care are needed";
}

}  // namespace
}  // namespace safehaven::cli
