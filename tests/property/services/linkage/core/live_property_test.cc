// One model for batch, increments and real time: under one frozen version all three give
// the same people.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/link.h"
#include "services/linkage/core/live/live_index.h"
#include "services/linkage/core/live/match_one.h"
#include "tests/support/linkage_people.h"
#include "tests/support/seed.h"

namespace safehaven::linkage {
namespace {

// Sets of tokens that are one person's.
using Partition = std::set<std::vector<RecordToken>>;

Partition PartitionOf(const std::vector<RecordPerson>& records) {
  std::map<PersonNumber, std::vector<RecordToken>> by_person;
  for (const RecordPerson& record : records) by_person[record.person].push_back(record.token);
  Partition partition;
  for (auto& [person, tokens] : by_person) {
    std::sort(tokens.begin(), tokens.end());
    partition.insert(tokens);
  }
  return partition;
}

// A population, a version frozen on half of it and all records standardised under that.
struct Frozen {
  Population population;
  Model model;
  std::vector<StandardRecord> records;
};

// `registers`: two sources of one record a person, so that the clearly-ahead rule and the
// left-over records take part.
Frozen Freeze(std::mt19937_64& prng, uint32_t people, bool registers) {
  Frozen frozen;
  frozen.population = MakePopulation(prng, people);
  std::vector<SourceRecord>& all = frozen.population.records;
  frozen.population.sources[0].duplicate_free = registers;
  if (registers) {
    // At most one social care record a person there.
    frozen.population.sources[2].duplicate_free = true;
  }
  const std::vector<SourceRecord> half(all.begin(), all.begin() + static_cast<ptrdiff_t>(all.size() / 2));
  const StandardRules rules = LearnRules(half, TestRules());
  const std::vector<StandardRecord> standard = StandardiseAll(half, rules).records;
  Model model = DefaultModel({});
  // So few that blocks are split and given up.
  model.pairs_min = 2'000;
  model.pairs_per_profile = 20;
  frozen.model = Match({.records = standard,
                        .sources = frozen.population.sources,
                        .model = model,
                        .train = true,
                        .standard = rules})
                     ->model;
  frozen.records = StandardiseAll(all, ThawRules(*frozen.model.frozen, true)).records;
  return frozen;
}

std::vector<RecordPerson> LinkWhole(const Frozen& frozen, const std::vector<StandardRecord>& records,
                                    const std::vector<DecidedPair>& apart = {},
                                    const std::vector<DecidedPair>& together = {}) {
  LinkInput input = {.records = records, .sources = frozen.population.sources};
  input.authority = {.reference = "CAG 9-01(a)/2025", .sources = {"gp", "acute", "social_care"}};
  input.model = frozen.model;
  input.train = false;
  input.decided_apart = apart;
  input.decided_together = together;
  input.reference_day = CivilDay::FromYmd(2026, 3, 31).value();
  return Link(input).value().crosswalk.records;
}

std::unique_ptr<LiveIndex> MakeIndex(const Frozen& frozen, size_t lanes = 1) {
  return LiveIndex::Make({.model = frozen.model, .sources = frozen.population.sources, .lanes = lanes}).value();
}

class LiveProperty : public testing::TestWithParam<bool> {
 protected:
  const uint64_t seed_ = SeedFromEnvironment();
  testing::ScopedTrace trace_{__FILE__, __LINE__, absl::StrCat("SAFEHAVEN_SEED=", seed_)};
  std::mt19937_64 prng_{seed_};
};

TEST_P(LiveProperty, AnyHistoryOfBatchesGivesThePeopleOfOneRun) {
  Frozen frozen = Freeze(prng_, 220, GetParam());
  std::unique_ptr<LiveIndex> index = MakeIndex(frozen);
  std::map<RecordToken, StandardRecord> present;
  std::map<RecordToken, PersonNumber> told;
  for (int round = 0; round < 12; ++round) {
    // Some come, some go, some are superseded by what another person's record said.
    std::vector<StandardRecord> added;
    std::vector<RecordToken> removed;
    std::set<RecordToken> taken;
    for (size_t i = 0; i < frozen.records.size() / 8; ++i) {
      StandardRecord record = frozen.records[prng_() % frozen.records.size()];
      if (prng_() % 10 == 0) record.token = frozen.records[prng_() % frozen.records.size()].token;
      if (taken.insert(record.token).second) added.push_back(record);
    }
    for (const auto& [token, record] : present) {
      if (prng_() % 12 == 0) removed.push_back(token);
    }
    for (const RecordToken& token : removed) present.erase(token);
    for (const StandardRecord& record : added) present[record.token] = record;
    const LiveChange change = index->Update({.added = added, .removed = removed}).value();

    std::vector<StandardRecord> all;
    for (const auto& [token, record] : present) all.push_back(record);
    std::shuffle(all.begin(), all.end(), prng_);
    ASSERT_EQ(PartitionOf(index->Records()), PartitionOf(LinkWhole(frozen, all))) << "round " << round;
    // What was told of changes is all that changed.
    for (const RecordToken& token : change.removed) told.erase(token);
    for (const RecordPerson& record : change.placed) told[record.token] = record.person;
    std::vector<RecordPerson> by_change;
    for (const auto& [token, person] : told) by_change.push_back({.token = token, .person = person});
    ASSERT_EQ(by_change, index->Records());
  }
}

TEST_P(LiveProperty, PersonNumbersAreThoseOfRunsWithTheSameHistory) {
  Frozen frozen = Freeze(prng_, 150, GetParam());
  std::unique_ptr<LiveIndex> index = MakeIndex(frozen);
  std::vector<StandardRecord> present;
  std::vector<RecordPerson> previous;
  PersonNumber next_person = 1;
  for (size_t begin = 0; begin < frozen.records.size(); begin += 100) {
    const size_t end = std::min(frozen.records.size(), begin + 100);
    const std::vector<StandardRecord> added(frozen.records.begin() + static_cast<ptrdiff_t>(begin),
                                            frozen.records.begin() + static_cast<ptrdiff_t>(end));
    present.insert(present.end(), added.begin(), added.end());
    std::vector<RecordToken> removed;
    if (begin > 0) removed.push_back(frozen.records[begin - 1].token);
    std::erase_if(present, [&](const StandardRecord& r) { return !removed.empty() && r.token == removed[0]; });
    const LiveChange change = index->Update({.added = added, .removed = removed}).value();

    const MatchResult match = Match({.records = present,
                                     .sources = frozen.population.sources,
                                     .model = frozen.model,
                                     .train = false})
                                  .value();
    std::vector<RecordToken> tokens;
    for (const StandardRecord& record : present) tokens.push_back(record.token);
    const Assignment whole = Assign({.previous = previous,
                                     .next_person = next_person,
                                     .tokens = tokens,
                                     .cluster_of = match.cluster_of_record,
                                     .cluster_count = match.cluster_count})
                                 .value();
    ASSERT_EQ(index->Records(), whole.records);
    ASSERT_EQ(change.events, whole.events);
    ASSERT_EQ(change.next_person, whole.next_person);
    previous = whole.records;
    next_person = whole.next_person;
  }
}

TEST_P(LiveProperty, ClerksDecisionsAreThoseOfOneRun) {
  Frozen frozen = Freeze(prng_, 120, GetParam());
  std::unique_ptr<LiveIndex> index = MakeIndex(frozen);
  ASSERT_TRUE(index->Update({.added = frozen.records, .removed = {}}).ok());
  std::vector<DecidedPair> apart, together;
  const auto draw = [&] { return frozen.records[prng_() % frozen.records.size()].token; };
  for (int i = 0; i < 30; ++i) together.emplace_back(draw(), draw());
  for (const auto& tokens : PartitionOf(index->Records())) {
    if (tokens.size() > 1 && prng_() % 3 == 0) apart.emplace_back(tokens.front(), tokens.back());
  }
  ASSERT_TRUE(index->Decide(apart, together).ok());
  EXPECT_EQ(PartitionOf(index->Records()), PartitionOf(LinkWhole(frozen, frozen.records, apart, together)));
  ASSERT_TRUE(index->Decide({}, {}).ok());
  EXPECT_EQ(PartitionOf(index->Records()), PartitionOf(LinkWhole(frozen, frozen.records)));
}

TEST_P(LiveProperty, OneRecordAskedAboutGetsTheAnswerOfABatch) {
  Frozen frozen = Freeze(prng_, 150, GetParam());
  constexpr size_t kLanes = 2;
  std::unique_ptr<LiveIndex> index = MakeIndex(frozen, kLanes);
  std::vector<StandardRecord> kept, asked;
  for (const StandardRecord& record : frozen.records) (prng_() % 8 == 0 ? asked : kept).push_back(record);
  ASSERT_TRUE(index->Update({.added = kept, .removed = {}}).ok());
  const std::vector<RecordPerson> before = index->Records();
  std::vector<LiveMatch> answers(asked.size());
  // All lanes at once: the answers do not depend on who else asks.
  std::vector<std::thread> threads;
  for (size_t lane = 0; lane < kLanes; ++lane) {
    threads.emplace_back([&, lane] {
      LiveQuery query(*index, lane);
      for (size_t i = lane; i < asked.size(); i += kLanes) answers[i] = query.Match(asked[i], {}).value();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(index->Records(), before);
  std::set<MatchOutcome> outcomes;
  for (size_t i = 0; i < asked.size(); ++i) {
    std::vector<StandardRecord> with = kept;
    with.push_back(asked[i]);
    const std::vector<RecordPerson> whole = LinkWhole(frozen, with);
    std::set<PersonNumber> mates;
    PersonNumber mine = kNoPerson;
    for (const RecordPerson& record : whole) mine = record.token == asked[i].token ? record.person : mine;
    for (const RecordPerson& record : whole) {
      if (record.person == mine && record.token != asked[i].token) mates.insert(index->PersonOf(record.token));
    }
    outcomes.insert(answers[i].outcome);
    EXPECT_EQ(mates.size() == 1, answers[i].outcome == MatchOutcome::kMatch);
    if (mates.size() == 1) {
      EXPECT_EQ(answers[i].persons.front().person, *mates.begin());
    }
    if (mates.size() > 1) {
      EXPECT_EQ(answers[i].outcome, MatchOutcome::kManyMatches);
    }
  }
  EXPECT_TRUE(outcomes.contains(MatchOutcome::kMatch));
}

INSTANTIATE_TEST_SUITE_P(Sources, LiveProperty, testing::Bool(), [](const testing::TestParamInfo<bool>& registers) {
  return registers.param ? "TwoRegisters" : "AllWithDuplicates";
});

}  // namespace
}  // namespace safehaven::linkage
