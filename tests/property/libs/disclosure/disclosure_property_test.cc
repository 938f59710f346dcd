// Goal: laws of disclosure control over random tables of random people, judged by an
// attacker who knows every rule and its own cost.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "libs/disclosure/protect.h"
#include "libs/disclosure/rounding.h"
#include "tests/support/seed.h"

namespace safehaven {
namespace {

constexpr int kRounds = 400;

// Costs of one cell's people: most small, a few very large, now and then a credit.
std::vector<int64_t> RandomCosts(std::mt19937_64& prng, size_t count_max) {
  std::vector<int64_t> costs(prng() % (count_max + 1));
  for (int64_t& cost : costs) {
    const int64_t most = int64_t{1} << (20 + prng() % 24);
    cost = std::uniform_int_distribution<int64_t>(prng() % 20 == 0 ? -most : 0, most)(prng);
  }
  return costs;
}

Contributions Contribute(const std::vector<int64_t>& costs) {
  std::vector<int64_t> sorted = costs;
  std::sort(sorted.begin(), sorted.end(), [](int64_t a, int64_t b) { return std::abs(a) > std::abs(b); });
  sorted.resize(std::max<size_t>(sorted.size(), 2), 0);
  WideMoney total;
  for (const int64_t cost : costs) total += Money(cost);
  return {*total.Narrow(), Money(sorted[0]), Money(sorted[1])};
}

CostCell CellOf(std::string key, const std::vector<int64_t>& costs, std::mt19937_64& prng) {
  const Contributions contributions = Contribute(costs);
  const auto persons = static_cast<int64_t>(costs.size());
  return {.key = {std::move(key)},
          .persons = persons,
          .activity = persons + (persons == 0 ? 0 : static_cast<int64_t>(prng() % 100)),
          .cost = contributions.total,
          .largest = contributions.largest,
          .second_largest = contributions.second_largest,
          .population = persons + static_cast<int64_t>(prng() % 12)};
}

TEST(DisclosureProperty, NoShownFigureBreaksARule) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    const DisclosureRules rules = {.count_min = 2 + static_cast<int64_t>(prng() % 10),
                                   .rounding_base = 1 + static_cast<int64_t>(prng() % 10),
                                   .p_percent = static_cast<int64_t>(prng() % 50)};
    CostTable table = {.dimensions = {"age_band"},
                       .measures = {Measure::kPersons, Measure::kActivity, Measure::kCost, Measure::kPopulation,
                                    Measure::kCostPerHead},
                       .cells = {},
                       .total = std::nullopt,
                       .people_left_out = static_cast<int64_t>(prng() % 30)};
    std::vector<int64_t> everybody;
    const size_t cell_count = prng() % 40;
    for (size_t i = 0; i < cell_count; ++i) {
      const std::vector<int64_t> costs = RandomCosts(prng, 25);
      table.cells.push_back(CellOf(absl::StrCat(i), costs, prng));
      everybody.insert(everybody.end(), costs.begin(), costs.end());
    }
    table.total = CellOf("", everybody, prng);
    table.total->key = {};
    const auto released = Protect(table, rules);
    ASSERT_TRUE(released.ok()) << released.status();
    bool any_withheld = false;
    for (size_t i = 0; i < table.cells.size(); ++i) {
      const CostCell& cell = table.cells[i];
      const std::vector<ReleasedValue>& values = released->cells()[i].values;
      const int64_t counts[] = {cell.persons, cell.activity, cell.cost.e8_pounds(), cell.population};
      for (size_t measure = 0; measure < values.size(); ++measure) {
        any_withheld |= values[measure].suppressed;
        if (values[measure].suppressed) {
          EXPECT_EQ(values[measure], ReleasedValue()) << "one mark for all";
        } else if (values[measure].amount == 0 && measure < 4) {
          EXPECT_EQ(counts[measure], 0) << "nought stands for nobody";
        }
      }
      const bool few = cell.persons > 0 && cell.persons < rules.count_min;
      EXPECT_TRUE(!few || (values[0].suppressed && values[1].suppressed && values[2].suppressed));
      for (const size_t count : {0u, 1u, 3u}) EXPECT_EQ(values[count].amount % rules.rounding_base, 0);
      EXPECT_TRUE(values[4].suppressed || (!values[2].suppressed && !values[3].suppressed));
    }
    EXPECT_EQ(released->total().has_value(), !any_withheld);
  }
}

TEST(DisclosureProperty, TheSecondLargestCannotEstimateTheLargestToWithinP) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  int shown = 0;
  for (int round = 0; round < 20 * kRounds; ++round) {
    const int64_t p_percent = 1 + static_cast<int64_t>(prng() % 40);
    std::vector<int64_t> costs = RandomCosts(prng, 12);
    // Often nearly all of the cost is one person's, which is where the rule has work.
    if (!costs.empty() && prng() % 2 == 0) costs[0] *= 1000;
    const Contributions contributions = Contribute(costs);
    const auto rounded = RoundForLargest(contributions, p_percent);
    if (!rounded) continue;
    ++shown;
    const int128 sign = contributions.largest < Money(0) ? -1 : 1;
    const int128 largest = sign * contributions.largest.e8_pounds();
    const int128 half_base = rounded->base.e8_pounds() / 2;
    // The most that the attacker can ascribe to the largest, from what it was shown.
    const int128 most = sign * rounded->amount.e8_pounds() + half_base - sign * contributions.second_largest.e8_pounds();
    EXPECT_GE(100 * (most - largest), p_percent * largest);
    // And the truth was not shifted: the total is where the figure says.
    const int128 off = contributions.total.e8_pounds() - rounded->amount.e8_pounds();
    EXPECT_LE(off < 0 ? -off : off, half_base);
  }
  EXPECT_GT(shown, kRounds);
}

TEST(DisclosureProperty, TheDifferenceOfTwoFiguresDoesNotTellThePersonBetweenThem) {
  // Goal: differencing. One figure has everybody, the other everybody but the person
  // who costs most. However the two are subtracted, costs from p per cent below to p
  // per cent above the person's own are all possible.
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  int shown = 0;
  for (int round = 0; round < 20 * kRounds; ++round) {
    const int64_t p_percent = 1 + static_cast<int64_t>(prng() % 40);
    std::vector<int64_t> costs = RandomCosts(prng, 60);
    for (int64_t& cost : costs) cost = std::abs(cost);
    if (costs.size() < 9) continue;
    std::sort(costs.begin(), costs.end());
    const auto with = RoundForLargest(Contribute(costs), p_percent);
    const int64_t largest = costs.back();
    costs.pop_back();
    const auto without = RoundForLargest(Contribute(costs), p_percent);
    if (!with || !without) continue;
    ++shown;
    // Half the width of the interval in which the difference of the true totals lies.
    const int128 uncertainty = int128{with->base.e8_pounds()} / 2 + without->base.e8_pounds() / 2;
    EXPECT_GE(100 * uncertainty, int128{p_percent} * largest);
    const int128 difference = int128{with->amount.e8_pounds()} - without->amount.e8_pounds();
    EXPECT_LE(difference - uncertainty, int128{largest});
    EXPECT_GE(difference + uncertainty, int128{largest});
  }
  EXPECT_GT(shown, kRounds);
}

}  // namespace
}  // namespace safehaven
