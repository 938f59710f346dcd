#include "libs/disclosure/protect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <type_traits>

#include "libs/base/status.h"

namespace safehaven {
namespace {

using ::testing::ElementsAre;

constexpr int64_t kPound = kMoneyUnitsPerPound;

// Every measure, in the order of the enum.
const std::vector<Measure> kAll = {Measure::kActivity, Measure::kCost, Measure::kCostPerHead, Measure::kPersons,
                                   Measure::kPopulation};

// A cell of people whose costs are all alike.
CostCell CellOf(std::string key, int64_t persons, int64_t population) {
  const Money each(100 * kPound);
  return {.key = {std::move(key)},
          .persons = persons,
          .activity = 3 * persons,
          .cost = Money(persons * each.e8_pounds()),
          .largest = persons > 0 ? each : Money(0),
          .second_largest = persons > 1 ? each : Money(0),
          .population = population};
}

CostTable TableOf(std::vector<CostCell> cells) {
  return {.dimensions = {"age_band"}, .measures = kAll, .cells = std::move(cells)};
}

std::vector<std::string> Texts(const ReleasableTable& table, size_t cell) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < table.measures().size(); ++i) {
    texts.push_back(ToText(table.measures()[i], table.cells()[cell].values[i]));
  }
  return texts;
}

TEST(ReleasableTable, ComesOnlyFromProtect) {
  // Goal: no table can be sent that was not protected; the compiler says so.
  static_assert(!std::is_default_constructible_v<ReleasableTable>);
  static_assert(!std::is_constructible_v<ReleasableTable, CostTable>);
  static_assert(!std::is_aggregate_v<ReleasableTable>);
  static_assert(!std::is_convertible_v<CostTable, ReleasableTable>);
  EXPECT_TRUE(Protect(TableOf({CellOf("40", 8, 20)}), {}).ok());
}

TEST(Protect, WithholdsCellsOfFewPeopleWithTheirCost) {
  const auto table = Protect(TableOf({CellOf("40", 7, 100), CellOf("45", 8, 100)}), {});
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_THAT(Texts(*table, 0), ElementsAre("suppressed", "suppressed", "suppressed", "suppressed", "100"));
  EXPECT_THAT(Texts(*table, 1), ElementsAre("25", "800.00", "8.00", "10", "100"));
  EXPECT_EQ(table->suppressed_cell_count(), 1);
}

TEST(Protect, ShowsNoughtOnlyWhereThereIsNobody) {
  const auto table = Protect(TableOf({CellOf("40", 0, 100), CellOf("45", 0, 0)}), {});
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_THAT(Texts(*table, 0), ElementsAre("0", "0.00", "0.00", "0", "100"));
  EXPECT_THAT(Texts(*table, 1), ElementsAre("0", "0.00", "0.00", "0", "0"));
  // Twenty people whose costs cancel out: not nobody, so not 0.
  CostCell cancelled = CellOf("40", 20, 100);
  cancelled.cost = Money(0);
  const auto withheld = Protect(TableOf({cancelled}), {});
  ASSERT_TRUE(withheld.ok());
  EXPECT_EQ(Texts(*withheld, 0)[1], "suppressed");
  // Two people under a base of five would round to 0.
  const auto few = Protect(TableOf({CellOf("40", 2, 100)}), {.count_min = 1, .rounding_base = 5});
  ASSERT_TRUE(few.ok());
  EXPECT_EQ(Texts(*few, 0)[3], "suppressed");
}

TEST(Protect, WithholdsSmallPopulationsAndWhatIsMadeOfThem) {
  const auto table = Protect(TableOf({CellOf("40", 0, 7)}), {});
  ASSERT_TRUE(table.ok());
  EXPECT_THAT(Texts(*table, 0), ElementsAre("0", "0.00", "suppressed", "0", "suppressed"));
}

TEST(Protect, RoundsCountsToTheNearestMultipleHalvesUp) {
  const auto rounded = [](int64_t people, int64_t base) {
    const auto table = Protect(TableOf({CellOf("40", people, people)}), {.rounding_base = base});
    SH_CHECK(table.ok());
    return Texts(*table, 0)[3];
  };
  EXPECT_EQ(rounded(12, 5), "10");
  EXPECT_EQ(rounded(13, 5), "15");
  EXPECT_EQ(rounded(25, 10), "30");
  EXPECT_EQ(rounded(24, 10), "20");
}

TEST(Protect, MakesRatiosOfShownFigures) {
  // 1,013 people of 1,012 pounds each: the ratio is that of the rounded parts.
  CostCell cell = CellOf("40", 1013, 1013);
  cell.cost = Money(1'025'156 * kPound);
  cell.largest = cell.second_largest = Money(1012 * kPound);
  const auto table = Protect(TableOf({cell}), {});
  ASSERT_TRUE(table.ok());
  // Base 500 pounds: half of it is at least a tenth of 1,012. 1,025,000 / 1,015.
  EXPECT_THAT(Texts(*table, 0), ElementsAre("3040", "1025000.00", "1009.85", "1015", "1015"));
}

TEST(Protect, GivesNoTotalBesideAWithheldFigure) {
  CostTable table = TableOf({CellOf("40", 7, 100), CellOf("45", 80, 100)});
  table.total = CellOf("", 87, 200);
  table.total->key = {};
  const auto beside = Protect(table, {});
  ASSERT_TRUE(beside.ok()) << beside.status();
  EXPECT_FALSE(beside->total().has_value());
  // Its permitted twin: all cells are shown.
  table.cells[0] = CellOf("40", 10, 100);
  table.total->persons = 90;
  table.total->activity = 270;
  const auto shown = Protect(table, {});
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_TRUE(shown->total().has_value());
}

TEST(Protect, TreatsTheNumberLeftOutAsACount) {
  const auto left_out = [](int64_t people) {
    CostTable table = TableOf({});
    table.people_left_out = people;
    const auto released = Protect(table, {});
    SH_CHECK(released.ok());
    return ToText(Measure::kPersons, released->people_left_out());
  };
  EXPECT_EQ(left_out(0), "0");
  EXPECT_EQ(left_out(1), "suppressed");
  EXPECT_EQ(left_out(7), "suppressed");
  EXPECT_EQ(left_out(8), "10");
}

TEST(Protect, MarksEverythingWithheldAlike) {
  // Goal: a reader cannot tell a cell of few people from a dominated one.
  CostCell few = CellOf("40", 3, 100);
  CostCell cancelled = CellOf("45", 30, 100);
  cancelled.cost = Money(0);
  const auto table = Protect(TableOf({few, cancelled}), {});
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->cells()[0].values[1], table->cells()[1].values[1]);
}

TEST(Protect, RefusesRulesOutOfRange) {
  for (const DisclosureRules& rules : std::vector<DisclosureRules>{
           {.count_min = 0}, {.rounding_base = 0}, {.p_percent = -1}, {.p_percent = 101}}) {
    EXPECT_EQ(ReasonOf(Protect(TableOf({}), rules).status()), "DISCLOSURE_RULES_INVALID");
  }
}

TEST(Protect, RefusesTablesWhoseFiguresContradictEachOther) {
  std::vector<CostCell> bad(5, CellOf("40", 20, 100));
  bad[0].persons = 0;
  bad[1].population = 19;
  bad[2].activity = 19;
  bad[3].key = {};
  bad[4].persons = -1;
  for (const CostCell& cell : bad) {
    EXPECT_EQ(ReasonOf(Protect(TableOf({cell}), {}).status()), "TABLE_INCONSISTENT");
  }
  EXPECT_EQ(ReasonOf(Protect(TableOf({CellOf("40", 20, 100), CellOf("40", 30, 100)}), {}).status()),
            "TABLE_INCONSISTENT");
}

TEST(Measure, NamesAreReadBack) {
  for (const Measure measure : kAll) EXPECT_EQ(*ParseMeasure(Name(measure)), measure);
  EXPECT_EQ(ReasonOf(ParseMeasure("income").status()), "NAME_UNKNOWN");
}

}  // namespace
}  // namespace safehaven
