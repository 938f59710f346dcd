// Goal: runs of several sectors and a crosswalk become tables of whole people that have
// passed disclosure control, twice: for certain links and for all.
#include "cli/costing/across_sectors.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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

}  // namespace
}  // namespace safehaven::cli
