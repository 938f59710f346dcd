// Laws of a whole run, on random populations.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/link.h"
#include "tests/support/linkage_people.h"
#include "tests/support/seed.h"

namespace safehaven::linkage {
namespace {

LinkInput InputOf(const Population& population, std::span<const StandardRecord> records) {
  return {.records = records,
          .sources = population.sources,
          .authority = {.reference = "CAG 9-01(a)/2025", .sources = {"gp", "acute", "social_care"}},
          .model = DefaultModel({}),
          .reference_day = CivilDay::FromYmd(2026, 3, 31).value()};
}

TEST(LinkProperty, TheOrderOfTheRecordsChangesNothing) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 3; ++round) {
    Population population = MakePopulation(prng, 200);
    const auto run = [&] {
      const StandardRules rules = LearnRules(population.records, TestRules());
      const StandardisedRecords standard = StandardiseAll(population.records, rules);
      return Link(InputOf(population, standard.records)).value();
    };
    const LinkResult first = run();
    std::shuffle(population.records.begin(), population.records.end(), prng);
    const LinkResult second = run();
    EXPECT_EQ(first.crosswalk.records, second.crosswalk.records);
    EXPECT_EQ(first.crosswalk.attributes, second.crosswalk.attributes);
    EXPECT_EQ(first.crosswalk.events, second.crosswalk.events);
    EXPECT_EQ(first.model_identity, second.model_identity);
    EXPECT_EQ(first.counts.pairs_compared, second.counts.pairs_compared);
  }
}

// Runs a history of loads and deletions and looks at every step.
TEST(LinkProperty, NumbersLastThroughAnyHistoryAndAreNeverUsedAgain) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const Population population = MakePopulation(prng, 150);
  const std::vector<StandardRecord> all =
      StandardiseAll(population.records, LearnRules(population.records, TestRules())).records;
  Crosswalk crosswalk;
  PersonNumber next_person = 1;
  std::set<PersonNumber> ended;
  for (uint64_t revision = 1; revision <= 5; ++revision) {
    std::vector<StandardRecord> present;
    for (const StandardRecord& record : all) {
      if (prng() % 10 != 0) present.push_back(record);
    }
    LinkInput input = InputOf(population, present);
    input.previous = crosswalk;
    input.next_person = next_person;
    input.revision = revision;
    const LinkResult result = Link(input).value();

    std::set<PersonNumber> before, after;
    for (const RecordPerson& record : crosswalk.records) before.insert(record.person);
    for (const RecordPerson& record : result.crosswalk.records) after.insert(record.person);
    size_t begun_or_ended = 0;
    for (const PersonEvent& event : result.crosswalk.events) {
      if (event.kind == PersonEventKind::kGaveTo) continue;
      ++begun_or_ended;
      const bool begins =
          event.kind == PersonEventKind::kCreated || event.kind == PersonEventKind::kSplitFrom;
      EXPECT_EQ(begins, after.contains(event.person));
      EXPECT_EQ(!begins, before.contains(event.person));
      EXPECT_TRUE(!begins || event.person >= next_person);
      if (!begins) ended.insert(event.person);
    }
    // Every difference between the two sets is told by an event.
    size_t changes = 0;
    for (const PersonNumber person : before) changes += !after.contains(person);
    for (const PersonNumber person : after) changes += !before.contains(person);
    EXPECT_EQ(changes, begun_or_ended);
    // Nor does a record change its person untold.
    std::set<std::pair<PersonNumber, PersonNumber>> told;
    for (const PersonEvent& event : result.crosswalk.events) {
      const bool split = event.kind == PersonEventKind::kSplitFrom;
      told.emplace(split ? event.other : event.person, split ? event.person : event.other);
    }
    std::map<RecordToken, PersonNumber> was;
    for (const RecordPerson& record : crosswalk.records) was[record.token] = record.person;
    for (const RecordPerson& record : result.crosswalk.records) {
      const auto earlier = was.find(record.token);
      if (earlier == was.end() || earlier->second == record.person) continue;
      EXPECT_TRUE(told.contains({earlier->second, record.person}));
    }
    for (const PersonNumber person : after) EXPECT_FALSE(ended.contains(person));
    // What is in the crosswalk and what left it are apart, and nothing is forgotten.
    for (const Tombstone& tombstone : result.crosswalk.tombstones) {
      const auto found = std::lower_bound(
          result.crosswalk.records.begin(), result.crosswalk.records.end(), tombstone.token,
          [](const RecordPerson& record, const RecordToken& token) { return record.token < token; });
      EXPECT_TRUE(found == result.crosswalk.records.end() || found->token != tombstone.token);
    }
    if (revision > 1) {
      const Crosswalk applied = Apply(crosswalk, Difference(crosswalk, result.crosswalk)).value();
      EXPECT_EQ(applied.records, result.crosswalk.records);
      EXPECT_EQ(applied.attributes, result.crosswalk.attributes);
      EXPECT_EQ(applied.tombstones, result.crosswalk.tombstones);
    }
    crosswalk = result.crosswalk;
    next_person = result.next_person;
  }
}

TEST(LinkProperty, NoSourceOutsideTheAuthorityIsInTheCrosswalk) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const Population population = MakePopulation(prng, 200);
  const std::vector<StandardRecord> all =
      StandardiseAll(population.records, LearnRules(population.records, TestRules())).records;
  LinkInput input = InputOf(population, all);
  input.authority.sources = {"gp", "acute"};
  const LinkResult with_all_loaded = Link(input).value();
  // Method: the answer is the same as if social care had never been loaded.
  std::vector<StandardRecord> health;
  for (const StandardRecord& record : all) {
    if (record.source != 2) health.push_back(record);
  }
  input.records = health;
  const LinkResult without = Link(input).value();
  EXPECT_EQ(with_all_loaded.crosswalk.records, without.crosswalk.records);
  EXPECT_EQ(with_all_loaded.crosswalk.attributes, without.crosswalk.attributes);
  EXPECT_EQ(with_all_loaded.model_identity, without.model_identity);
}

}  // namespace
}  // namespace safehaven::linkage
