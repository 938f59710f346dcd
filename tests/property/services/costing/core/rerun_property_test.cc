// Goal: a rerun after any change of model, ledger, events or rows is the full run, to the
// last bit, and takes over what the change does not touch.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/run.h"
#include "tests/support/seed.h"

namespace safehaven::costing {
namespace {

constexpr int kRounds = 150;

int64_t Uniform(std::mt19937_64& prng, int64_t least, int64_t most) {
  return std::uniform_int_distribution<int64_t>(least, most)(prng);
}

struct World {
  CostModel model;
  Ledger ledger;
  std::vector<EventColumns> batches;
  std::vector<FeedRows> rows;

  std::vector<const EventColumns*> pointers() const {
    std::vector<const EventColumns*> all;
    for (const EventColumns& batch : batches) all.push_back(&batch);
    return all;
  }
};

EventColumns RandomBatch(std::mt19937_64& prng, const std::string& feed, size_t count) {
  EventColumnsBuilder builder({"minutes", "days"});
  for (size_t i = 0; i < count; ++i) {
    const std::vector<int64_t> drivers = {Uniform(prng, 0, 90), Uniform(prng, 0, 9)};
    Event event = {.feed = feed, .point_of_delivery = prng() % 3 == 0 ? "EL" : "NEL", .drivers = drivers};
    event.start = event.end = CivilDay(static_cast<int32_t>(Uniform(prng, 19'995, 20'370)));
    for (uint8_t& byte : event.key) byte = static_cast<uint8_t>(prng());
    SH_CHECK(builder.Append(event).ok());
  }
  return builder.Finish();
}

// Tests name their activity (TEST0, TEST1); drugs do not.
std::vector<FeedRows> RandomRows(std::mt19937_64& prng, size_t event_count) {
  FeedRows tests = {.feed = 2, .event = {}, .rule = {}, .day = {}, .texts = {{"activity", {"TEST0", "TEST1"}, {}}},
                    .numbers = {{"quantity", {}}}};
  FeedRows drugs = {.feed = 3, .event = {}, .rule = {}, .day = {}, .texts = {}, .numbers = {{"price", {}}}};
  for (FeedRows* rows : {&tests, &drugs}) {
    const size_t count = prng() % 60;
    for (size_t i = 0; i < count; ++i) {
      const bool is_matched = event_count > 0 && prng() % 8 != 0;
      rows->event.push_back(is_matched ? static_cast<uint32_t>(prng() % event_count) : kNoEvent);
      rows->rule.push_back(rows->feed == 2 ? 0 : 1);
      rows->numbers[0].values.push_back(Uniform(prng, 0, 1'000));
      if (rows->feed == 2) rows->texts[0].codes.push_back(static_cast<uint32_t>(prng() % 2));
    }
  }
  return {tests, drugs};
}

World RandomWorld(std::mt19937_64& prng) {
  World world;
  CostModel& model = world.model;
  model.provider = world.ledger.provider = "ZA1";
  model.version = 1;
  model.period_start = CivilDay(20'000);
  model.period_end = CivilDay(20'364);
  model.resources = {{"NURSES", "N"}, {"SUPPLY", "S"}, {"MEDICS", "M"}};
  model.activities = {{"WARD", "W"}, {"CLINIC", "C"}, {"TEST0", "T"}, {"TEST1", "T"}, {"DRUGS", "D"}, {"TEACH", "no driver"}};
  for (size_t i = 0; i < 3; ++i) {
    model.pools.push_back({.id = absl::StrCat("pool", i), .name = "P", .kind = PoolKind::kResource, .resource = i});
  }
  model.pools.push_back({.id = "estates", .name = "E", .kind = PoolKind::kSupport});
  model.support_order = {3};
  model.support_statistics = {{3, 0, Uniform(prng, 1, 9)}, {3, 1, Uniform(prng, 1, 9)}};
  model.links = {{0, 0, 5}, {0, 1, 2}, {0, 5, 1}, {1, 2, 3}, {1, 3, 2}, {1, 4, 4}, {2, 1, 1}, {2, 0, 1}};
  model.feeds = {{"apc", "apc", false, ""}, {"op", "op", false, ""}, {"tests", "tests", true, "activity"}, {"drugs", "drugs", true, ""}};
  model.drivers = {{.activity = 0, .feed = 0, .column = "days"}, {.activity = 1, .feed = 1, .column = "minutes"},
                   {.activity = kActivityOfRow, .feed = 2, .column = "quantity"}, {.activity = 4, .feed = 3, .column = "price"}};
  model.matching = {{.id = "by_event", .feed = 2, .key = MatchKey::kEvent, .targets = {0, 1}},
                    {.id = "drugs_by_event", .feed = 3, .key = MatchKey::kEvent, .targets = {0}}};
  for (size_t i = 0; i < 4; ++i) {
    const std::string centre = absl::StrCat("C", i);
    model.ledger_map.push_back({.cost_centre = centre, .account = "*", .pool = i, .amount = std::nullopt, .fraction_e8 = 100'000'000});
    world.ledger.lines.push_back({centre, "A", "", Money(Uniform(prng, -1'000, int64_t{1} << Uniform(prng, 10, 45)))});
  }
  for (const char* feed : {"apc", "apc", "op"}) world.batches.push_back(RandomBatch(prng, feed, 1 + prng() % 25));
  size_t event_count = 0;
  for (const EventColumns& batch : world.batches) event_count += batch.row_count();
  world.rows = RandomRows(prng, event_count);
  return world;
}

// One change of the many that an accountant makes.
std::string Change(std::mt19937_64& prng, World& world) {
  CostModel& model = world.model;
  switch (prng() % 15) {
    case 0:
      world.ledger.lines[0].amount = Money(world.ledger.lines[0].amount.e8_pounds() + 1 + static_cast<int64_t>(prng() % 1000));
      return "a ledger line";
    case 1:
      model.ledger_map[2].pool = 0;
      return "a mapping";
    case 2:
      model.support_statistics[0].weight += 1;
      return "a support statistic";
    case 3:
      model.links[prng() % model.links.size()].share += 1;
      return "a link";
    case 4:
      model.drivers[0].column = "minutes";
      return "a driver";
    case 5:
      model.drivers[3].factor = 3;
      return "a driver's factor";
    case 6:
      world.batches[2] = RandomBatch(prng, "op", world.batches[2].row_count());
      return "the last batch";
    case 7: {
      // A month more in front: every event has another number now.
      world.batches.insert(world.batches.begin(), RandomBatch(prng, "apc", 3));
      for (FeedRows& rows : world.rows) {
        for (uint32_t& event : rows.event) event = event == kNoEvent ? kNoEvent : event + 3;
      }
      return "a batch more";
    }
    case 8:
      if (!world.rows[1].event.empty()) world.rows[1].numbers[0].values[0] += 1;
      return "a row";
    case 9:
      model.unmatched = UnmatchedPolicy::kCountedOnly;
      return "the policy for unmatched rows";
    case 10:
      model.period_end = CivilDay(20'200);
      return "the period";
    case 11:
      std::swap(model.resources[0], model.resources[2]);
      for (Pool& pool : model.pools) {
        if (pool.kind == PoolKind::kResource && pool.resource != 1) pool.resource = 2 - pool.resource;
      }
      for (ResourceLink& link : model.links) link.resource = link.resource == 1 ? 1 : 2 - link.resource;
      return "the order of resources";
    case 12: {
      const auto link = model.links.begin() + static_cast<std::ptrdiff_t>(prng() % model.links.size());
      const bool is_last = std::count_if(model.links.begin(), model.links.end(), [&](const ResourceLink& other) {
                             return other.resource == link->resource;
                           }) == 1;
      if (!is_last) model.links.erase(link);
      return "a link less";
    }
    case 13: {
      const ResourceLink link = {prng() % model.resources.size(), prng() % model.activities.size(), Uniform(prng, 1, 9)};
      const bool is_there = std::any_of(model.links.begin(), model.links.end(), [&link](const ResourceLink& other) {
        return other.resource == link.resource && other.activity == link.activity;
      });
      if (!is_there) model.links.push_back(link);
      return "a link more";
    }
    default:
      return "nothing";
  }
}

void ExpectSame(const CostRun& full, const CostRun& rerun) {
  EXPECT_EQ(full.certificate.digest, rerun.certificate.digest);
  EXPECT_EQ(full.event_cost_e8, rerun.event_cost_e8);
  EXPECT_EQ(full.lines.event, rerun.lines.event);
  EXPECT_EQ(full.lines.weight, rerun.lines.weight);
  EXPECT_EQ(full.lines.rule, rerun.lines.rule);
  EXPECT_EQ(full.lines.cost_e8, rerun.lines.cost_e8);
  ASSERT_EQ(full.lines.blocks.size(), rerun.lines.blocks.size());
  for (size_t i = 0; i < full.lines.blocks.size(); ++i) {
    EXPECT_EQ(full.lines.blocks[i].activity, rerun.lines.blocks[i].activity);
    EXPECT_EQ(full.lines.blocks[i].resource, rerun.lines.blocks[i].resource);
    EXPECT_EQ(full.lines.blocks[i].first, rerun.lines.blocks[i].first);
    EXPECT_EQ(full.lines.blocks[i].first_use, rerun.lines.blocks[i].first_use);
    EXPECT_EQ(full.lines.blocks[i].unmatched_weight, rerun.lines.blocks[i].unmatched_weight);
  }
  EXPECT_EQ(full.reconciliation.unmatched, rerun.reconciliation.unmatched);
  EXPECT_EQ(full.reconciliation.undistributed, rerun.reconciliation.undistributed);
}

TEST(RerunProperty, IsTheFullRunToTheLastBit) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  size_t reused = 0;
  for (int round = 0; round < kRounds; ++round) {
    World before = RandomWorld(prng);
    // Without these links an activity with a driver has none at first.
    if (prng() % 2 == 0) std::erase_if(before.model.links, [](const ResourceLink& link) { return link.activity == 1; });
    const auto pointers_before = before.pointers();
    const auto run = RunCosting(before.model, before.ledger, pointers_before, before.rows);
    ASSERT_TRUE(run.ok()) << run.status();
    World after = before;
    std::string what = Change(prng, after);
    if (prng() % 3 == 0) absl::StrAppend(&what, " and ", Change(prng, after));
    SCOPED_TRACE(what);
    const auto pointers = after.pointers();
    const auto full = RunCosting(after.model, after.ledger, pointers, after.rows);
    const auto rerun = RerunCosting({&before.model, &*run, pointers_before, before.rows}, after.model, after.ledger,
                                    pointers, after.rows);
    ASSERT_EQ(full.ok(), rerun.ok()) << full.status() << rerun.status();
    if (!full.ok()) continue;
    ASSERT_NO_FATAL_FAILURE(ExpectSame(*full, *rerun));
    if (HasFailure()) return;
    reused += rerun->work.blocks_reused;
    // And once more on top of the rerun: it is a run like any other.
    const auto again = RerunCosting({&after.model, &*rerun, pointers, after.rows}, after.model, after.ledger, pointers, after.rows);
    ASSERT_TRUE(again.ok());
    ASSERT_NO_FATAL_FAILURE(ExpectSame(*full, *again));
    EXPECT_EQ(again->work.blocks_made, 0u);
  }
  EXPECT_GT(reused, static_cast<size_t>(kRounds)) << "most changes touch little";
}

// Nothing was ever weighed for an activity without a link, whatever its driver.
TEST(RerunProperty, AnActivityWithItsFirstLinkIsWeighed) {
  std::mt19937_64 prng(7);
  World before = RandomWorld(prng);
  const World after = before;
  std::erase_if(before.model.links, [](const ResourceLink& link) { return link.activity == 1; });
  const auto pointers = before.pointers();
  const auto run = RunCosting(before.model, before.ledger, pointers, before.rows);
  ASSERT_TRUE(run.ok()) << run.status();
  const auto full = RunCosting(after.model, after.ledger, pointers, after.rows);
  const auto rerun =
      RerunCosting({&before.model, &*run, pointers, before.rows}, after.model, after.ledger, pointers, after.rows);
  ASSERT_TRUE(full.ok() && rerun.ok()) << full.status() << rerun.status();
  ExpectSame(*full, *rerun);
  EXPECT_EQ(rerun->work.activities_weighed, 1u) << "that one alone";
}

TEST(RerunProperty, TouchesOnlyWhatAChangeTouches) {
  std::mt19937_64 prng(7);
  const World before = RandomWorld(prng);
  const auto pointers = before.pointers();
  const auto run = RunCosting(before.model, before.ledger, pointers, before.rows);
  ASSERT_TRUE(run.ok()) << run.status();
  World after = before;
  after.ledger.lines[2].amount = Money(after.ledger.lines[2].amount.e8_pounds() + 1'000'000);
  const auto rerun =
      RerunCosting({&before.model, &*run, pointers, before.rows}, after.model, after.ledger, pointers, before.rows);
  ASSERT_TRUE(rerun.ok()) << rerun.status();
  EXPECT_EQ(rerun->work.activities_weighed, 0u) << "an amount changes no use";
  EXPECT_EQ(rerun->work.blocks_made, 2u) << "medics have two activities";
  EXPECT_EQ(rerun->work.blocks_reused + 2, run->lines.blocks.size());
  after = before;
  after.model.drivers[3].factor = 2;
  const auto driver =
      RerunCosting({&before.model, &*run, pointers, before.rows}, after.model, after.ledger, pointers, before.rows);
  ASSERT_TRUE(driver.ok());
  EXPECT_EQ(driver->work.activities_weighed, 1u) << "drugs alone";
}

}  // namespace
}  // namespace safehaven::costing
