// One record asked about, and ten thousand more, against a live index of a million
// people's records, beside linking all of them anew under the same version. In process,
// without the network.
//
// SAFEHAVEN_BENCH_LIVE_PEOPLE: another number of people.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "services/linkage/core/live/live_index.h"
#include "services/linkage/core/live/match_one.h"
#include "services/linkage/core/match.h"
#include "services/linkage/core/standardise/standardise.h"
#include "tests/bench/linkage/people.h"
#include "tests/bench/support/comparison.h"

namespace safehaven::bench {
namespace {

using linkage::StandardRecord;

constexpr uint32_t kPeople = 800'000;
constexpr uint32_t kPeopleQuick = 4'000;
constexpr size_t kBatch = 10'000;
constexpr size_t kBatchQuick = 100;
constexpr size_t kAsked = 2'000;

uint32_t PeopleOf(bool quick) {
  uint32_t people = 0;
  const char* given = std::getenv("SAFEHAVEN_BENCH_LIVE_PEOPLE");
  if (!quick && given != nullptr && absl::SimpleAtoi(given, &people)) return people;
  return quick ? kPeopleQuick : kPeople;
}

linkage::SourceRecord RecordOf(absl::string_view line, uint64_t number) {
  const std::vector<std::string> fields = absl::StrSplit(line, ',');
  linkage::SourceRecord record;
  for (size_t i = 0; i < 8; ++i) record.token.bytes[i] = static_cast<uint8_t>(number >> (56 - 8 * i));
  linkage::RawIdentity identity;
  identity.given_name = fields[2];
  identity.family_name = fields[3];
  identity.birth_date = fields[4];
  identity.sex = fields[5];
  identity.postcode = fields[6];
  identity.address_line = fields[7];
  record.identity = Sensitive<linkage::RawIdentity>(std::move(identity));
  return record;
}

struct World {
  std::vector<linkage::SourceRule> sources = {{.name = "people"}};
  linkage::Model model;
  std::vector<StandardRecord> records;
  std::unique_ptr<linkage::LiveIndex> index;
  size_t batch = kBatch;
  // The records from here on come in batches.
  size_t next = 0;
};

std::shared_ptr<World> MakeWorld(bool quick) {
  auto world = std::make_shared<World>();
  world->batch = quick ? kBatchQuick : kBatch;
  std::vector<linkage::SourceRecord> raw;
  {
    const std::string csv = PeopleCsv(PeopleOf(quick));
    bool header = true;
    for (const absl::string_view line : absl::StrSplit(csv, '\n', absl::SkipEmpty())) {
      if (!header) raw.push_back(RecordOf(line, raw.size()));
      header = false;
    }
  }
  linkage::StandardRules rules;
  rules.dates.latest = CivilDay::FromYmd(2026, 3, 31).value();
  rules.dates.defaults = linkage::WellKnownDefaultDates();
  rules = linkage::LearnRules(raw, std::move(rules));
  world->records = linkage::StandardiseAll(raw, rules).records;
  raw = {};
  world->model = linkage::Match({.records = world->records,
                                 .sources = world->sources,
                                 .model = linkage::DefaultModel({}),
                                 .train = true,
                                 .standard = rules})
                     ->model;
  world->index = linkage::LiveIndex::Make({.model = world->model, .sources = world->sources, .lanes = 1}).value();
  // The last batches are left for the rounds.
  world->next = world->records.size() - std::min(world->records.size() / 2, 40 * world->batch);
  const std::span<const StandardRecord> first(world->records.data(), world->next);
  if (!world->index->Update({.added = first, .removed = {}}).ok()) std::abort();
  return world;
}

void Ask(World& world, benchmark::State& state) {
  linkage::LiveQuery query(*world.index, 0);
  std::vector<double> microseconds;
  for (auto _ : state) {
    for (size_t i = 0; i < kAsked; ++i) {
      // Records of the end of the file: their people may be known or not.
      const StandardRecord& record = world.records[world.records.size() - 1 - i % (world.records.size() / 4)];
      const auto begin = std::chrono::steady_clock::now();
      if (!query.Match(record, {}).ok()) std::abort();
      microseconds.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    }
  }
  std::sort(microseconds.begin(), microseconds.end());
  state.counters["p99"] = microseconds[microseconds.size() * 99 / 100];
  state.counters[kItems] = static_cast<double>(microseconds.size());
}

// A batch, and its changes durable.
void Increment(World& world, benchmark::State& state) {
  for (auto _ : state) {
    const size_t count = std::min(world.batch, world.records.size() - world.next);
    const auto change =
        world.index->Update({.added = std::span<const StandardRecord>(world.records).subspan(world.next, count)});
    if (!change.ok()) std::abort();
    world.next += count;
    char path[] = "/tmp/bench_live.XXXXXX";
    const int file = mkstemp(path);
    const size_t bytes = change->placed.size() * sizeof(linkage::RecordPerson);
    const bool written = file >= 0 && write(file, change->placed.data(), bytes) == static_cast<ssize_t>(bytes) &&
                         fdatasync(file) == 0;
    if (!written) std::abort();
    close(file);
    unlink(path);
    state.counters["compared"] = static_cast<double>(change->pairs_compared);
    state.counters["clustered"] = static_cast<double>(change->profiles_clustered);
  }
}

void Anew(const World& world, benchmark::State& state) {
  for (auto _ : state) {
    const auto match = linkage::Match(
        {.records = world.records, .sources = world.sources, .model = world.model, .train = false});
    if (!match.ok()) std::abort();
  }
}

// The people in the index are as many as linking its records anew finds.
absl::Status Agrees(const World& world) {
  const std::vector<linkage::RecordPerson> records = world.index->Records();
  std::set<linkage::PersonNumber> persons;
  for (const linkage::RecordPerson& record : records) persons.insert(record.person);
  const auto match = linkage::Match({.records = std::span<const StandardRecord>(world.records).subspan(0, world.next),
                                     .sources = world.sources,
                                     .model = world.model,
                                     .train = false});
  if (!match.ok()) return match.status();
  if (match->cluster_count == persons.size()) return absl::OkStatus();
  return Failure(absl::StatusCode::kInternal, "OTHER_PEOPLE", "the index has other people than a whole run");
}

}  // namespace

std::vector<Comparison> Comparisons(bool quick) {
  const std::shared_ptr<World> world = MakeWorld(quick);
  const auto bounded = [quick](Bound bound) { return quick ? std::nullopt : std::optional<Bound>(bound); };
  Comparison live;
  live.name = "linkage/live";
  live.sides = {{.name = "ask", .body = [world](benchmark::State& s) { Ask(*world, s); }, .iterations = 1},
                {.name = "increment", .body = [world](benchmark::State& s) { Increment(*world, s); }, .iterations = 1},
                {.name = "anew", .body = [world](benchmark::State& s) { Anew(*world, s); }, .iterations = 1}};
  live.figures = {
      {.name = "p99 of one record, wall", .unit = "us", .of = Counter(0, "p99"), .bound = bounded(AtMost(5'000))},
      {.name = "CPU of one record", .unit = "us",
       .of = [](const Round& round) { return round[0].cpu_seconds * 1e6 / kAsked; }, .bound = bounded(AtMost(500))},
      {.name = "CPU of 10,000 more", .unit = "s", .of = CpuSeconds(1), .bound = bounded(AtMost(2))},
      {.name = "wall time of 10,000 more, durable", .unit = "s", .of = WallSeconds(1)},
      {.name = "pairs compared for them", .unit = "", .of = Counter(1, "compared")},
      {.name = "CPU of linking all anew", .unit = "s", .of = CpuSeconds(2)},
      {.name = "10,000 more, of all anew", .unit = "ratio",
       .of = [](const Round& round) { return round[1].cpu_seconds / round[2].cpu_seconds; },
       .bound = bounded(AtMost(0.2))}};
  live.agrees = [world] { return Agrees(*world); };
  return {live};
}

}  // namespace safehaven::bench
