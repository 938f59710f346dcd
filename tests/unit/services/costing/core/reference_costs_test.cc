// Goal: the definitions of reference costs (costing.md 3), on small numbers and on the
// cases of worked_cases.json that concern them, the year's edge and disclosure.
#include "services/costing/core/reference_costs.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <filesystem>
#include <limits>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/apportion.h"
#include "services/costing/core/support_costs.h"
#include "services/costing/core/year_edge.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

using testing_support::Day;
using testing_support::Pounds;

FineMoney Fine(absl::string_view text) {
  const absl::StatusOr<FineMoney> amount = FineMoney::Parse(text);
  SH_CHECK(amount.ok());
  return *amount;
}

std::string Millionths(const std::optional<int128>& value) {
  return value ? FineMoney(*value * 10'000'000'000).ToString(6) : "none";
}

TEST(FineMoney, ReadsAndWritesSixteenDecimals) {
  EXPECT_EQ(Fine("364.3526733831046").ToString(16), "364.3526733831046000");
  EXPECT_EQ(Fine("-0.005").ToString(2), "0.00");
  EXPECT_EQ(Fine("0.015").ToString(2), "0.02");
  EXPECT_EQ(Fine("-1.5").ToString(0), "-2");
  EXPECT_EQ(Fine("99178955511.63119847751732").ToString(2), "99178955511.63");
  EXPECT_EQ(ReasonOf(FineMoney::Parse("1e5").status()), "MONEY_MALFORMED");
  EXPECT_EQ(ReasonOf(FineMoney::Parse("1.").status()), "MONEY_MALFORMED");
  EXPECT_EQ(ReasonOf(FineMoney::Parse("").status()), "MONEY_MALFORMED");
  EXPECT_EQ(ReasonOf(FineMoney::Parse("1234567890123456789").status()), "MONEY_OVERFLOW");
}

TEST(ReferenceCosts, CarryMoreThanSixtyFourBitsOfPounds) {
  // Two providers at the edge of 64 bits (92.23 billion pounds each) add up exactly.
  const Money most(std::numeric_limits<int64_t>::max());
  const std::vector<ProviderCost> costs = {{0, "EL", "A", 1, most}, {1, "EL", "A", 1, most}};
  const auto schedule = MakeSchedule("two", costs);
  ASSERT_TRUE(schedule.ok()) << schedule.status();
  EXPECT_EQ(schedule->rows[0].total.ToString(8), "184467440737.09551614");
}

TEST(ReferenceCosts, RefuseWhatDoesNotFit128Bits) {
  const std::vector<ProviderCost> costs = {{0, "EL", "A", std::numeric_limits<int64_t>::max(), Money(1)}};
  Schedule standard = {.name = "s", .rows = {{.department = "EL", .currency = "A", .description = "", .activity = 1,
                                              .unit_cost = Fine("999999999999999999"), .total = Fine("1")}}};
  EXPECT_EQ(ReasonOf(ProviderIndex(costs, {"ZA1"}, standard, {}, {}).status()), "MONEY_OVERFLOW");
}

TEST(ReferenceCosts, KeepCostsThatCannotBeComparedInSight) {
  Schedule actual = {.name = "a", .rows = {{.department = "EL", .currency = "A", .description = "", .activity = std::nullopt,
                                            .unit_cost = std::nullopt, .total = Fine("5")},
                                           {.department = "EL", .currency = "B", .description = "", .activity = 2,
                                            .unit_cost = Fine("4"), .total = Fine("8")}}};
  Schedule standard = {.name = "s", .rows = {{.department = "EL", .currency = "B", .description = "", .activity = 1,
                                              .unit_cost = Fine("4"), .total = Fine("4")}}};
  const std::vector<IndexLine> lines = CompareSchedules(actual, standard, {});
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(Millionths(lines[0].index_e6), "100.000000");
  EXPECT_EQ(lines[0].not_compared.ToString(2), "5.00");
}

TEST(ReferenceCosts, TrimPointsCountDaysAboveThem) {
  // Quartiles of 1, 1, 2, 2, 30 are 1 and 2: trim point 3.5, 26.5 days above it.
  const TrimPoint trim = TrimPointOf({1, 2, 30, 1, 2});
  EXPECT_EQ(trim.days_e3, 3'500);
  EXPECT_EQ(trim.excess_days_e3, 26'500);
  EXPECT_EQ(trim.excess_stay_count, 1);
}

class ReferenceWorkedCases : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* shared = std::getenv("SAFEHAVEN_SHARED");
    const std::filesystem::path folder =
        shared != nullptr ? shared : std::filesystem::path(SAFEHAVEN_SOURCE_DIR) / ".." / "shared";
    const std::filesystem::path file = folder / "data/costing/worked_cases.json";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "shared data are absent: " << file;
    cases_ = YAML::LoadFile(file.string());
  }
  YAML::Node Case(const std::string& id) const {
    for (const YAML::Node& node : cases_) {
      if (node["id"].as<std::string>() == id) return node;
    }
    ADD_FAILURE() << "no case " << id;
    return YAML::Node();
  }
  YAML::Node cases_;
};

// A schedule of one row whose index against `unit_cost` is asked for.
IndexLine IndexOf(FineMoney cost, int64_t activity, FineMoney unit_cost) {
  const Schedule actual = {.name = "a", .rows = {{.department = "D", .currency = "C", .description = "",
                                                  .activity = activity, .unit_cost = std::nullopt, .total = cost}}};
  const Schedule standard = {.name = "s", .rows = {{.department = "D", .currency = "C", .description = "", .activity = 1,
                                                    .unit_cost = unit_cost, .total = unit_cost}}};
  return CompareSchedules(actual, standard, {.break_above = 1000, .break_below = 0}).front();
}

TEST_F(ReferenceWorkedCases, ReciprocalWithRepeatingDecimalsOfC05) {
  // A = 1200 + M/5, M = 2400 + A/6: A serves M by 1 of 6, M serves A by 1 of 5.
  const SupportProblem problem = {.names = {"A", "M", "lines"},
                                  .direct = {Pounds("1200"), Pounds("2400"), Money(0)},
                                  .senders = {0, 1},
                                  .statistics = {{0, 1, 1}, {0, 2, 5}, {1, 0, 1}, {1, 2, 4}}};
  const auto result = AllocateReciprocal(problem);
  ASSERT_TRUE(result.ok()) << result.status();
  const YAML::Node expected = Case("C05")["expected"];
  const auto rounded = [](Money amount, int decimals) { return FineMoney(amount).ToString(decimals); };
  EXPECT_EQ(rounded(result->gross_cost[0], 6), expected["A"].as<std::string>());
  EXPECT_EQ(rounded(result->gross_cost[1], 6), expected["M"].as<std::string>());
  EXPECT_EQ(rounded(result->gross_cost[0], 0), expected["A_published"].as<std::string>());
  EXPECT_EQ(rounded(result->gross_cost[1], 0), expected["M_published"].as<std::string>());
  EXPECT_EQ(result->final_cost[2], Pounds("3600"));
}

TEST_F(ReferenceWorkedCases, RoundingEachProductOfC10BreaksTheSumAndSharesDoNot) {
  const YAML::Node node = Case("C10");
  std::vector<int64_t> weights;
  int128 rounded_sum = 0;
  Money sum;
  for (const YAML::Node& value : node["input"]["values"]) {
    const Money amount = Pounds(value.as<std::string>());
    weights.push_back(amount.e8_pounds());
    sum = *Add(sum, amount);
    rounded_sum += DivideHalfEven(amount.e8_pounds(), kMoneyUnitsPerPound);
  }
  EXPECT_EQ(sum, Pounds(node["expected"]["sum"].as<std::string>()));
  EXPECT_EQ(static_cast<int64_t>(rounded_sum), node["expected"]["sum_of_rounded"].as<int64_t>());
  const auto shares = Apportion(Money(node["expected"]["sum"].as<int64_t>()), weights);
  ASSERT_TRUE(shares.ok());
  EXPECT_EQ((*shares)[0].e8_pounds() + (*shares)[1].e8_pounds() + (*shares)[2].e8_pounds(), 7);
}

TEST_F(ReferenceWorkedCases, IndexMeansDistanceFrom100InR01AndR03) {
  const YAML::Node node = Case("R01");
  for (size_t i = 0; i < node["input"]["rci"].size(); ++i) {
    const int64_t rci = node["input"]["rci"][i].as<int64_t>();
    const IndexLine line = IndexOf(FineMoney(Money(rci)), 100, FineMoney(Money(1)));
    EXPECT_EQ(static_cast<int64_t>(*line.index_e6 / 1'000'000) - 100, node["expected"]["difference_pct"][i].as<int64_t>());
  }
  const YAML::Node ranges = Case("R03");
  const auto range = [&ranges](const char* year) {
    return ranges["input"][year][1].as<int64_t>() - ranges["input"][year][0].as<int64_t>();
  };
  EXPECT_EQ(range("2007/08"), ranges["expected"]["range_points"][0].as<int64_t>());
  EXPECT_EQ(range("2006/07"), ranges["expected"]["range_points"][1].as<int64_t>());
}

TEST_F(ReferenceWorkedCases, InterquartileWidthOfR02IsOverTheLowerQuartile) {
  const YAML::Node node = Case("R02");
  for (const char* currency : {"NZ03A", "HB12C"}) {
    const YAML::Node row = node["input"][currency];
    const IndexLine line = IndexOf(Fine(row["q3"].as<std::string>()), 1, Fine(row["q1"].as<std::string>()));
    const auto width = FineMoney((*line.index_e6 - 100'000'000) * 10'000'000'000).ToString(6);
    EXPECT_EQ(width, node["expected"][absl::StrCat(currency, "_width_over_q1_pct")].as<std::string>());
  }
}

TEST_F(ReferenceWorkedCases, IndexOnRealNationalRowsOfR04AndR05) {
  for (const char* id : {"R04", "R05"}) {
    const YAML::Node node = Case(id);
    Schedule actual = {.name = "2024/25", .rows = {}}, standard = {.name = "2023/24", .rows = {}};
    for (const YAML::Node& row : node["input"]["rows_code_activity2425_unit2324_cost2425"]) {
      const std::string currency = row[0].as<std::string>();
      actual.rows.push_back({.department = "D", .currency = currency, .description = "", .activity = row[1].as<int64_t>(),
                             .unit_cost = std::nullopt, .total = Fine(row[3].as<std::string>())});
      standard.rows.push_back({.department = "D", .currency = currency, .description = "", .activity = 1,
                               .unit_cost = Fine(row[2].as<std::string>()), .total = Fine(row[2].as<std::string>())});
    }
    const IndexLine line = CompareSchedules(actual, standard, {}).front();
    EXPECT_EQ(line.actual.ToString(2), node["expected"]["actual"].as<std::string>()) << id;
    EXPECT_EQ(line.expected.ToString(4), node["expected"]["expected"].as<std::string>()) << id;
    EXPECT_EQ(Millionths(line.index_e6), node["expected"]["index"].as<std::string>()) << id;
  }
}

TEST_F(ReferenceWorkedCases, UnitCostTimesActivityIsNotTheCostInK01) {
  const YAML::Node node = Case("K01");
  for (const char* name : {"PATH04", "MHCC"}) {
    const YAML::Node row = node["input"][name];
    const IndexLine line = IndexOf(Fine(row["cost"].as<std::string>()), row["activity"].as<int64_t>(),
                                   Fine(row["unit_cost"].as<std::string>()));
    const FineMoney difference = line.expected - line.actual;
    EXPECT_EQ((difference < FineMoney() ? FineMoney() - difference : difference).ToString(4),
              node["expected"][absl::StrCat(name, "_diff")].as<std::string>());
  }
}

TEST_F(ReferenceWorkedCases, BandsOfK03DoNotAddToTheirStatedTotal) {
  // A part that is missing stays in sight: as the rest that no weight takes.
  const YAML::Node node = Case("K03");
  int64_t sum = 0;
  for (const char* band : {"B", "C", "D", "E"}) sum += node["input"][band].as<int64_t>();
  EXPECT_EQ(sum, node["expected"]["sum"].as<int64_t>());
  EXPECT_EQ(node["input"]["stated_total"].as<int64_t>() - sum, node["expected"]["difference"].as<int64_t>());
}

TEST_F(ReferenceWorkedCases, ContractHoursOfK05AreData) {
  const YAML::Node node = Case("K05");
  const FineMoney hours(Money(node["input"]["hours"].as<int64_t>() * kMoneyUnitsPerPound));
  EXPECT_EQ(FineMoney(DivideHalfEven(hours.e16_pounds() * 10, 375)).ToString(2), node["expected"]["on_37.5"].as<std::string>());
  EXPECT_EQ(FineMoney(DivideHalfEven(hours.e16_pounds(), 40)).ToString(2), node["expected"]["on_40"].as<std::string>());
}

TEST_F(ReferenceWorkedCases, CompletionStatusAndNightsOfK06) {
  const YAML::Node node = Case("K06");
  const Period year = {Day(node["input"]["year"][0].as<std::string>()), Day(node["input"]["year"][1].as<std::string>())};
  const YAML::Node nights = node["expected"]["bed_days_in_year_if_night_counted_on_start_date"];
  for (size_t i = 0; i < node["input"]["rows"].size(); ++i) {
    const YAML::Node row = node["input"]["rows"][i];
    const CivilDay start = Day(row[0].as<std::string>());
    const CivilDay end = row[1].IsNull() ? kStillOpen : Day(row[1].as<std::string>());
    EXPECT_EQ(CompletionStatus(start, end, year), node["expected"]["status"][i].as<int>()) << i;
    EXPECT_EQ(NightsInPeriod(start, end, year), nights[i].as<int64_t>()) << i;
  }
}

TEST(YearEdge, EventsOutsideTheYearHaveNoStatusAndNoNights) {
  const Period year = {Day("2018-04-01"), Day("2019-03-31")};
  EXPECT_EQ(CompletionStatus(Day("2018-03-01"), Day("2018-03-31"), year), std::nullopt);
  EXPECT_EQ(CompletionStatus(Day("2019-04-01"), kStillOpen, year), std::nullopt);
  EXPECT_EQ(NightsInPeriod(Day("2018-03-01"), Day("2018-03-31"), year), 0);
  EXPECT_EQ(NightsInPeriod(Day("2019-04-01"), kStillOpen, year), 0);
  EXPECT_EQ(kStillOpen.ToString(), "9999-12-31");
}

}  // namespace
}  // namespace safehaven::costing
