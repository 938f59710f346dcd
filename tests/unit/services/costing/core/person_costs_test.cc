// Goal: what whole people cost across sectors adds up, counts people without cost, follows
// the published bands, and carries the uncertainty of linkage into every figure.
#include "services/costing/core/person_costs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/disclosure/protect.h"
#include "services/costing/core/care_tables.h"
#include "services/costing/core/tariff.h"
#include "tests/support/seed.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

using testing_support::Day;
using testing_support::Pounds;

constexpr size_t kAcute = 0, kCommunity = 1;

// Ten people; person n costs n x 100 pounds in acute care, from the second on; person 10 has
// 500 pounds of community care by a probable link.
PersonCosts Ten() {
  std::vector<Person> people;
  std::vector<PersonEvent> events;
  for (uint64_t n = 1; n <= 10; ++n) {
    people.push_back({.person = n, .segment = n <= 5 ? "younger" : "older", .conditions = static_cast<int>(n) - 1});
    if (n > 1) {
      events.push_back({.person = n, .sector = kAcute, .day = Day("2025-06-01"), .cost = Money(static_cast<int64_t>(n) * 100 * kMoneyUnitsPerPound)});
    }
  }
  events.push_back({.person = 10, .sector = kCommunity, .day = Day("2025-07-01"), .cost = Pounds("500"), .is_certain = false});
  events.push_back({.person = 99, .sector = kAcute, .day = Day("2025-07-01"), .cost = Pounds("1")});
  return PersonCosts::Make({"acute", "community"}, people, events).value();
}

const CostCell& CellOf(const CostTable& table, const std::vector<std::string>& key) {
  for (const CostCell& cell : table.cells) {
    if (cell.key == key) return cell;
  }
  static const CostCell none;
  ADD_FAILURE() << "no cell " << key.front();
  return none;
}

TEST(PersonCosts, StacksSectorsByLabelAndCountsPeopleWithoutCost) {
  const PersonCosts costs = Ten();
  EXPECT_EQ(costs.events_left_out(), 1);
  const LabelOf segment = [&costs](size_t place) { return costs.people()[place].segment; };
  const CostTable table = TableBySector(costs, "segment", segment, Links::kAll);
  EXPECT_EQ(CellOf(table, {"older", "acute"}).cost, Pounds("4000"));
  EXPECT_EQ(CellOf(table, {"older", "community"}).cost, Pounds("500"));
  EXPECT_EQ(CellOf(table, {"older", "community"}).persons, 1);
  EXPECT_EQ(CellOf(table, {"younger", "acute"}).persons, 4);
  EXPECT_EQ(CellOf(table, {"younger", "acute"}).population, 5);
  EXPECT_EQ(table.total->cost, Pounds("5900"));
  EXPECT_TRUE(Protect(table, {}).ok());
  const CostTable certain = TableByLabel(costs, "segment", segment, Links::kCertain);
  EXPECT_EQ(CellOf(certain, {"older"}).cost, Pounds("4000"));
  EXPECT_EQ(CellOf(certain, {"older"}).largest, Pounds("1000"));
  EXPECT_EQ(CellOf(certain, {"older"}).second_largest, Pounds("900"));
}

TEST(PersonCosts, BandsAreThoseOfTheYearOfCare) {
  const std::vector<std::pair<int, std::string>> bands = {{0, "A (0-1)"}, {1, "A (0-1)"}, {2, "B (2)"},   {3, "C (3-5)"},
                                                          {5, "C (3-5)"}, {6, "D (6-8)"}, {8, "D (6-8)"}, {9, "E (9 or more)"}};
  for (const auto& [conditions, band] : bands) EXPECT_EQ(ConditionBand(conditions), band);
  EXPECT_EQ(ConditionBand(std::nullopt), "unknown");
}

TEST(PersonCosts, MeanAndMedianOfABand) {
  const PersonCosts costs = Ten();
  const auto bands = Summarise(costs, [&costs](size_t place) { return ConditionBand(costs.people()[place].conditions); }, Links::kAll);
  EXPECT_EQ(bands.at("C (3-5)").person_count, 3);
  EXPECT_EQ(bands.at("C (3-5)").mean, FineMoney(Pounds("500")));
  EXPECT_EQ(bands.at("C (3-5)").median, Pounds("500"));
  EXPECT_NEAR(bands.at("C (3-5)").deviation_pounds, 100, 1e-9);
  EXPECT_EQ(bands.at("A (0-1)").median, Money(0)) << "the lower of two";
}

TEST(PersonCosts, ConcentrationCountsThoseWhoCostNothing) {
  const PersonCosts costs = Ten();
  const std::vector<int> shares = {10, 100, 200, 1000};
  const std::vector<ConcentrationPoint> curve = ConcentrationCurve(costs, shares, Links::kAll);
  EXPECT_EQ(curve[0].person_count, 0) << "a hundredth of ten people is nobody";
  EXPECT_EQ(curve[1].person_count, 1);
  EXPECT_EQ(curve[1].share_e6, 254'237) << "1500 of 5900";
  EXPECT_EQ(curve[2].share_e6, 406'780) << "2400 of 5900";
  EXPECT_EQ(curve[3].share_e6, 1'000'000);
  EXPECT_EQ(ConcentrationCurve(costs, shares, Links::kCertain)[1].share_e6, 185'185) << "1000 of 5400";
  const std::vector<std::string> slices = ConcentrationSlices(costs, Links::kAll);
  EXPECT_EQ(slices[9], "3: next 5%");
  EXPECT_EQ(slices[8], "4: next 10%");
  EXPECT_EQ(slices[0], "5: the other 80%");
}

TEST(PersonCosts, MonthsBeforeAnIndexDayAreCalendarMonths) {
  EXPECT_EQ(MonthsBefore(Day("2025-03-31"), 1), Day("2025-02-28"));
  EXPECT_EQ(MonthsBefore(Day("2024-03-31"), 1), Day("2024-02-29"));
  EXPECT_EQ(MonthsBefore(Day("2025-01-15"), 13), Day("2023-12-15"));
  const std::vector<PersonEvent> events = {
      {.person = 1, .day = Day("2025-06-30"), .cost = Pounds("1")},    // the index day itself
      {.person = 1, .day = Day("2025-06-29"), .cost = Pounds("10")},   // month 1
      {.person = 1, .day = Day("2025-05-30"), .cost = Pounds("100")},  // month 1, its first day
      {.person = 1, .day = Day("2025-05-29"), .cost = Pounds("1000")}, // month 2
      {.person = 2, .day = Day("2025-05-29"), .cost = Pounds("7")}};   // has no index
  const PersonCosts costs =
      PersonCosts::Make({"acute"}, {{.person = 1, .index_day = Day("2025-06-30")}, {.person = 2}}, events).value();
  const CostTable table = TableBeforeIndex(costs, events, 3, Links::kAll);
  EXPECT_EQ(CellOf(table, {"01"}).cost, Pounds("110"));
  EXPECT_EQ(CellOf(table, {"02"}).cost, Pounds("1000"));
  EXPECT_EQ(CellOf(table, {"03"}).persons, 0);
  EXPECT_EQ(CellOf(table, {"03"}).population, 1);
  EXPECT_EQ(table.total->cost, Pounds("1110"));
  EXPECT_TRUE(Protect(table, {}).ok());
}

TEST(PersonCosts, ABudgetIsPersonsTimesMeanWithARange) {
  const PersonCosts costs = Ten();
  const Budget budget = SimulateBudget(costs, {{"older", 100}, {"younger", 10}, {"unborn", 3}});
  // Means 900 and 280; deviations of 600, 700, 800, 900, 1500 and 0, 200, 300, 400, 500.
  EXPECT_EQ(budget.total, FineMoney(Pounds("92800")));
  EXPECT_EQ(budget.unknown_segments, std::vector<std::string>{"unborn"});
  const double variance = 125'000.0 * (100 * 100 / 5.0 + 100) + 37'000.0 * (10 * 10 / 5.0 + 10);
  const double margin = 1.96 * std::sqrt(variance);
  EXPECT_NEAR(static_cast<double>((budget.high - budget.total).e16_pounds()) / 1e16, margin, 0.01);
  EXPECT_NEAR(static_cast<double>((budget.total - budget.low).e16_pounds()) / 1e16, margin, 0.01);
  EXPECT_EQ(budget.low - budget.low_certain, FineMoney(Pounds("10000"))) << "500 pounds of one in five, for a hundred";
}

TEST(PersonCosts, RefusesDoubledPeopleAndSumsThatDoNotFit) {
  EXPECT_EQ(ReasonOf(PersonCosts::Make({"acute"}, {{.person = 1}, {.person = 1}}, {}).status()), "PERSON_DOUBLED");
  const std::vector<PersonEvent> events = {{.person = 1, .cost = Money(INT64_MAX)}, {.person = 1, .cost = Money(1)}};
  EXPECT_EQ(ReasonOf(PersonCosts::Make({"acute"}, {{.person = 1}}, events).status()), "MONEY_OVERFLOW");
}

TEST(PersonCostsProperty, EveryTableAddsUpAndCertainIsAPartOfAll) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 100; ++round) {
    std::vector<Person> people;
    for (uint64_t n = 0; n < prng() % 40; ++n) people.push_back({.person = n * 3, .segment = absl::StrCat(prng() % 4), .conditions = static_cast<int>(prng() % 12)});
    std::vector<PersonEvent> events;
    for (size_t i = 0; i < prng() % 200; ++i) {
      events.push_back({.person = prng() % 120, .sector = prng() % 3, .day = CivilDay(20'000), .cost = Money(static_cast<int64_t>(prng() % 1'000'000)), .is_certain = prng() % 3 != 0});
    }
    const auto costs = PersonCosts::Make({"a", "b", "c"}, people, events);
    ASSERT_TRUE(costs.ok());
    for (const Links links : {Links::kCertain, Links::kAll}) {
      const CostTable table = TableBySector(*costs, "segment", [&](size_t place) { return costs->people()[place].segment; }, links);
      WideMoney cells, by_event;
      int64_t activity = 0;
      for (const CostCell& cell : table.cells) {
        cells += cell.cost;
        activity += cell.activity;
      }
      for (const PersonEvent& event : events) {
        const bool is_on_list = event.person % 3 == 0 && event.person / 3 < people.size();
        if (is_on_list && (event.is_certain || links == Links::kAll)) by_event += event.cost;
      }
      EXPECT_EQ(cells, by_event);
      EXPECT_EQ(cells, WideMoney(table.total->cost));
      EXPECT_EQ(activity, table.total->activity);
      EXPECT_TRUE(Protect(table, {}).ok());
    }
    for (size_t place = 0; place < costs->people().size(); ++place) {
      EXPECT_LE(costs->Total(place, Links::kCertain), costs->Total(place, Links::kAll));
    }
  }
}

TEST(Tariff, SaysWhatIsPaidAndWhatIsLeft) {
  const std::vector<ProviderCost> costs = {{0, "EL", "AA01A", 10, Pounds("900")}, {0, "EL", "BB01A", 1, Pounds("50")}};
  const TariffReport report = CompareWithTariff(costs, {{{"EL", "AA01A"}, Pounds("100")}}, 105'000'000);
  EXPECT_EQ(*report.lines[0].income, FineMoney(Pounds("1050")));
  EXPECT_EQ(*report.lines[0].margin, FineMoney(Pounds("150")));
  EXPECT_FALSE(report.lines[1].income.has_value());
  EXPECT_EQ(report.cost_without_price, FineMoney(Pounds("50")));
}

TEST(Tariff, CostsOnlyTheDaysBeyondTheTrimPoint) {
  // Quartiles of 1, 2, 3, 4, 20 are 2 and 4: the trim point is 7 days.
  std::vector<Stay> stays;
  for (const int64_t days : {1, 2, 3, 4, 20}) stays.push_back({days, Money(days * 100 * kMoneyUnitsPerPound)});
  const ExcessCost excess = CostOfExcessDays(stays);
  EXPECT_EQ(excess.trim.days_e3, 7'000);
  EXPECT_EQ(excess.cost, FineMoney(Pounds("1300")));
}

// Person 1 has two events of a kind with a price, person 2 one by a probable link and one
// of a kind without; person 9 is not on the list.
struct Care {
  std::vector<CareKind> kinds = {{"EL", "AA01A"}, {"EL", "BB01A"}, {"EM", "AA01A"}};
  std::vector<PersonEvent> events = {
      {.person = 1, .sector = kAcute, .cost = Pounds("100"), .kind = 0, .stay_days = 4},
      {.person = 1, .sector = kAcute, .cost = Pounds("50"), .kind = 0, .stay_days = 12},
      {.person = 2, .sector = kAcute, .cost = Pounds("70"), .is_certain = false, .kind = 0, .stay_days = 20},
      {.person = 2, .sector = kAcute, .cost = Pounds("7"), .kind = 1, .stay_days = 30},
      {.person = 9, .sector = kAcute, .cost = Pounds("1000"), .kind = 2, .stay_days = 90}};
  PersonCosts costs = PersonCosts::Make({"acute", "community"}, {{.person = 1}, {.person = 2}}, events).value();
  TariffTerms terms = {.kinds = kinds, .prices = {{{"EL", "AA01A"}, Pounds("90")}}, .market_forces_e8 = {110'000'000, 100'000'000}};
};

TEST(CareTables, SetsCostAgainstWhatIsPaidByPerson) {
  const Care care;
  const auto tables = MakeTariffTables(care.costs, care.events, care.terms, false, Links::kAll);
  ASSERT_TRUE(tables.ok()) << tables.status();
  const std::vector<std::string> priced = {"acute", "EL", "priced"}, unpriced = {"acute", "EL", "no price"};
  ASSERT_EQ(tables->cost.cells.size(), 2u) << "care of people who are not on the list is no part of it";
  EXPECT_EQ(CellOf(tables->cost, priced).cost, Pounds("220"));
  EXPECT_EQ(CellOf(tables->cost, priced).persons, 2);
  EXPECT_EQ(CellOf(tables->cost, priced).activity, 3);
  EXPECT_EQ(CellOf(tables->cost, priced).largest, Pounds("150"));
  EXPECT_EQ(CellOf(tables->cost, unpriced).cost, Pounds("7"));
  ASSERT_EQ(tables->income.cells.size(), 1u) << "what has no price has no income";
  EXPECT_EQ(CellOf(tables->income, priced).cost, Pounds("297")) << "three times 90 pounds, times 1.1";
  EXPECT_EQ(CellOf(tables->income, priced).largest, Pounds("198"));
  EXPECT_EQ(tables->dearest.at(priced), Pounds("99"));
  EXPECT_TRUE(Protect(tables->cost, {}).ok());
  EXPECT_TRUE(Protect(tables->income, {}).ok());
}

TEST(CareTables, CertainLinksHaveTheSameCells) {
  Care care;
  care.events[3].is_certain = false;
  const auto tables = MakeTariffTables(care.costs, care.events, care.terms, true, Links::kCertain);
  ASSERT_TRUE(tables.ok());
  EXPECT_EQ(CellOf(tables->cost, {"acute", "EL", "priced", "AA01A"}).cost, Pounds("150"));
  EXPECT_EQ(CellOf(tables->cost, {"acute", "EL", "no price", "BB01A"}).persons, 0);
}

TEST(CareTables, RefusesIncomesThatDoNotFit) {
  Care care;
  care.terms.prices[{"EL", "AA01A"}] = Money(INT64_MAX / 2);
  EXPECT_EQ(ReasonOf(MakeTariffTables(care.costs, care.events, care.terms, true, Links::kAll).status()), "MONEY_OVERFLOW");
  care.terms.prices[{"EL", "AA01A"}] = Money(INT64_MAX);
  EXPECT_EQ(ReasonOf(MakeTariffTables(care.costs, care.events, care.terms, true, Links::kAll).status()), "MONEY_OVERFLOW");
}

TEST(CareTables, CostsTheDaysBeyondATrimPoint) {
  const Care care;
  const auto tables = MakeLongStayTables(care.costs, care.events, care.kinds, {{{"EL", "AA01A"}, 10'000}}, Links::kAll);
  ASSERT_TRUE(tables.ok()) << tables.status();
  ASSERT_EQ(tables->cost.cells.size(), 1u) << "kinds without a trim point have no cell";
  const CostCell& cost = tables->cost.cells.front();
  EXPECT_EQ(cost.persons, 2);
  EXPECT_EQ(cost.activity, 2) << "the stay of four days is none of them";
  EXPECT_EQ(cost.cost, Pounds("43.33333333")) << "2 of 12 days of 50 pounds, and 10 of 20 of 70";
  EXPECT_EQ(tables->days.cells.front().cost, Pounds("12"));
  EXPECT_EQ(tables->days.cells.front().largest, Pounds("10"));
  EXPECT_EQ(MakeLongStayTables(care.costs, care.events, care.kinds, {{{"EL", "AA01A"}, 10'000}}, Links::kCertain)->cost.cells.front().persons, 1);
}

TEST(CareTables, OwnTrimPointsAreWholeDaysOfEnoughPeople) {
  const Care care;
  // Quartiles of 4, 12 and 20 are 8 and 16: 28 days.
  EXPECT_EQ(TrimPointsOf(care.costs, care.events, care.kinds, 2), (TrimPoints{{{"EL", "AA01A"}, 28'000}}));
  EXPECT_EQ(TrimPointsOf(care.costs, care.events, care.kinds, 1).count({"EL", "BB01A"}), 1u);
  EXPECT_TRUE(TrimPointsOf(care.costs, care.events, care.kinds, 3).empty());
  std::vector<PersonEvent> odd = care.events;
  odd[2].stay_days = 21;
  // Quartiles of 4, 12 and 21 are 8 and 16.5: 29.25 days.
  EXPECT_EQ(TrimPointsOf(care.costs, odd, care.kinds, 2).at({"EL", "AA01A"}), 30'000);
}

}  // namespace
}  // namespace safehaven::costing
