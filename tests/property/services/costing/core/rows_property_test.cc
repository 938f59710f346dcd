// Goal: the laws hold with rows of auxiliary feeds too: nothing is lost between an
// activity and its users, no order of rows counts, whole multiples scale, a split
// resource moves no line by more than a unit, and shares are the largest-remainder
// rounding of exact rationals (Boost.Multiprecision).
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <map>
#include <numeric>
#include <random>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/explain.h"
#include "services/costing/core/run.h"
#include "tests/support/seed.h"

namespace safehaven::costing {
namespace {

using Whole = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;

constexpr int kRounds = 60;

int64_t Uniform(std::mt19937_64& prng, int64_t least, int64_t most) {
  return std::uniform_int_distribution<int64_t>(least, most)(prng);
}

struct World {
  CostModel model;
  Ledger ledger;
  EventColumns events;
  FeedRows rows;
};

// Three activities of two resources; rows name one of them and a quantity.
World RandomWorld(std::mt19937_64& prng) {
  World world;
  CostModel& model = world.model;
  model.provider = "ZA1";
  model.version = 1;
  model.period_start = CivilDay(20'000);
  model.period_end = CivilDay(20'364);
  model.resources = {{"RES0", "Nurses"}, {"RES1", "Drugs"}};
  model.activities = {{"ACT0", "Care"}, {"ACT1", "Tests"}, {"ACT2", "Drugs"}};
  model.pools = {{.id = "p0", .name = "P", .kind = PoolKind::kResource, .resource = 0},
                 {.id = "p1", .name = "P", .kind = PoolKind::kResource, .resource = 1}};
  model.links = {{0, 0, Uniform(prng, 1, 9)}, {0, 1, Uniform(prng, 1, 9)}, {1, 1, Uniform(prng, 1, 9)}, {1, 2, 3}};
  model.feeds = {{"apc", "acute/apc", false, ""}, {"tests", "tests", true, "activity"}};
  model.drivers.push_back({.activity = kActivityOfRow, .feed = 1, .column = "quantity"});
  model.matching = {{.id = "by_event", .feed = 1, .key = MatchKey::kEvent, .targets = {0}}};
  for (size_t i = 0; i < 2; ++i) {
    const std::string centre = absl::StrCat("C", i);
    model.ledger_map.push_back({.cost_centre = centre, .account = "*", .pool = i, .amount = std::nullopt, .fraction_e8 = 100'000'000});
    world.ledger.lines.push_back({centre, "A", "", Money(Uniform(prng, -1'000'000, int64_t{1} << Uniform(prng, 10, 50)))});
  }
  world.ledger.provider = "ZA1";
  EventColumnsBuilder builder({});
  const size_t event_count = 1 + prng() % 30;
  for (size_t i = 0; i < event_count; ++i) {
    Event event = {.feed = "apc", .start = CivilDay(20'100), .end = CivilDay(20'101)};
    for (uint8_t& byte : event.key) byte = static_cast<uint8_t>(prng());
    SH_CHECK(builder.Append(event).ok());
  }
  world.events = builder.Finish();
  FeedRows& rows = world.rows;
  rows.feed = 1;
  rows.texts = {{"activity", {"ACT2", "ACT0", "ACT1"}, {}}};
  rows.numbers = {{"quantity", {}}};
  const size_t row_count = prng() % 200;
  for (size_t i = 0; i < row_count; ++i) {
    rows.event.push_back(prng() % 10 == 0 ? kNoEvent : static_cast<uint32_t>(prng() % event_count));
    rows.rule.push_back(0);
    rows.texts[0].codes.push_back(static_cast<uint32_t>(prng() % 3));
    rows.numbers[0].values.push_back(prng() % 5 == 0 ? 0 : Uniform(prng, 0, 100'000));
  }
  return world;
}

absl::StatusOr<CostRun> CostOf(const World& world) {
  const EventColumns* const batches[] = {&world.events};
  return RunCosting(world.model, world.ledger, batches, std::span(&world.rows, 1));
}

TEST(RowsProperty, NothingIsLostBetweenAnActivityAndItsUsers) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    const World world = RandomWorld(prng);
    const auto run = CostOf(world);
    ASSERT_TRUE(run.ok()) << run.status();
    WideMoney ledger, accounted;
    for (const LedgerLine& line : world.ledger.lines) ledger += line.amount;
    for (const int64_t cost : run->lines.cost_e8) accounted += Money(cost);
    for (const ActivityCost& cost : run->undistributed) accounted += cost.amount;
    for (const ActivityCost& cost : run->unmatched) accounted += cost.amount;
    EXPECT_EQ(ledger, accounted);
  }
}

TEST(RowsProperty, NoOrderOfRowsCounts) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    World world = RandomWorld(prng);
    const auto before = CostOf(world);
    ASSERT_TRUE(before.ok()) << before.status();
    std::vector<size_t> order(world.rows.row_count());
    std::iota(order.begin(), order.end(), size_t{0});
    std::shuffle(order.begin(), order.end(), prng);
    FeedRows shuffled = world.rows;
    for (size_t i = 0; i < order.size(); ++i) {
      shuffled.event[i] = world.rows.event[order[i]];
      shuffled.texts[0].codes[i] = world.rows.texts[0].codes[order[i]];
      shuffled.numbers[0].values[i] = world.rows.numbers[0].values[order[i]];
    }
    world.rows = shuffled;
    const auto after = CostOf(world);
    ASSERT_TRUE(after.ok()) << after.status();
    EXPECT_EQ(before->certificate.digest, after->certificate.digest);
  }
}

TEST(RowsProperty, SharesAreTheLargestRemaindersOfExactRationals) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    const World world = RandomWorld(prng);
    const auto run = CostOf(world);
    ASSERT_TRUE(run.ok()) << run.status();
    for (const CostLineBlock& block : run->lines.blocks) {
      Whole pool = 0, weight_total = 0;
      for (const ActivityCost& cost : run->activity_costs) {
        if (cost.activity == block.activity && cost.resource == block.resource) pool = cost.amount.e8_pounds();
      }
      for (size_t row = 0; row < world.rows.row_count(); ++row) {
        const TextCodes& activity = world.rows.texts[0];
        if (activity.values[activity.codes[row]] == world.model.activities[block.activity].id) {
          weight_total += world.rows.numbers[0].values[row];
        }
      }
      for (size_t i = 0; i < block.count; ++i) {
        const Rational exact(pool * run->lines.weight[block.first_use + i], weight_total);
        const Rational off = exact - Rational(Whole(run->lines.cost_e8[block.first + i]));
        EXPECT_LT(abs(off), 1) << "a share is more than a unit from its exact value";
      }
    }
  }
}

TEST(RowsProperty, ASplitLedgerMovesNoEventByMoreThanAUnitALine) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    World world = RandomWorld(prng);
    for (LedgerLine& line : world.ledger.lines) line.amount = Money(std::abs(line.amount.e8_pounds()));
    const auto whole = CostOf(world);
    World first = world, second = world;
    for (size_t i = 0; i < world.ledger.lines.size(); ++i) {
      const int64_t part = Uniform(prng, 0, world.ledger.lines[i].amount.e8_pounds());
      first.ledger.lines[i].amount = Money(part);
      second.ledger.lines[i].amount = Money(world.ledger.lines[i].amount.e8_pounds() - part);
    }
    const auto one = CostOf(first), two = CostOf(second);
    ASSERT_TRUE(whole.ok() && one.ok() && two.ok());
    // Links round once and lines once: at most two units for each of an event's lines.
    for (size_t event = 0; event < whole->event_cost_e8.size(); ++event) {
      const int64_t moved = one->event_cost_e8[event] + two->event_cost_e8[event] - whole->event_cost_e8[event];
      EXPECT_LE(std::abs(moved), 8) << "event " << event;
    }
  }
}

TEST(RowsProperty, EveryStageOfAnExplanationAddsUpToTheFigure) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    World world = RandomWorld(prng);
    for (LedgerLine& line : world.ledger.lines) line.amount = Money(1 + std::abs(line.amount.e8_pounds()));
    const auto run = CostOf(world);
    ASSERT_TRUE(run.ok()) << run.status();
    const auto explainer = Explainer::Make(world.model, world.ledger, *run);
    ASSERT_TRUE(explainer.ok()) << explainer.status();
    const Flow flow = explainer->Down("all", [](uint32_t event) { return event % 2 == 0; });
    std::map<FlowStage, int64_t> totals;
    for (const FlowNode& node : flow.nodes) totals[node.stage] += node.amount.e8_pounds();
    for (const auto& [stage, total] : totals) EXPECT_EQ(total, flow.total.e8_pounds()) << static_cast<int>(stage);
  }
}

TEST(RowsProperty, TheIndexExplainsWhatTheLinesDo) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    World world = RandomWorld(prng);
    for (size_t row = 0; row < world.events.row_count(); ++row) {
      if (world.events.currency.values.size() < 2) world.events.currency.values = {"AA01A", "BB01A"};
      world.events.currency.codes[row] = static_cast<uint16_t>(prng() % 2);
    }
    const auto run = CostOf(world);
    ASSERT_TRUE(run.ok()) << run.status();
    const EventColumns* const batches[] = {&world.events};
    const FigureIndex index = FigureIndex::Make(*run, batches);
    const auto explainer = Explainer::Make(world.model, world.ledger, *run);
    ASSERT_TRUE(explainer.ok());
    const auto expect_same = [](const Flow& one, const Flow& two) {
      EXPECT_EQ(one.total, two.total);
      EXPECT_EQ(FlowText(one, 0), FlowText(two, 0));
      EXPECT_EQ(one.links.size(), two.links.size());
    };
    const auto event = static_cast<uint32_t>(prng() % world.events.row_count());
    EXPECT_EQ(index.Find(world.events.keys[event]), event);
    expect_same(explainer->Down("x", [event](uint32_t e) { return e == event; }),
                explainer->Down("x", index.OfEvent(event), index));
    expect_same(explainer->Down("x", [&world](uint32_t e) { return world.events.currency.at(e) == "BB01A"; }),
                explainer->Down("x", index.Of({.feed = "", .point_of_delivery = "", .currency = "BB01A", .treatment_function = ""}), index));
    expect_same(*explainer->Up("C0", "A", [&world](uint32_t e) { return world.events.point_of_delivery.at(e); }),
                *explainer->Up("C0", "A", index));
  }
}

}  // namespace
}  // namespace safehaven::costing
