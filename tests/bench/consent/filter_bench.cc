// Filtering NHS numbers against four million objections, in process: text to text, and
// columns, beside a hash set. The numbers are drawn from the whole nine-digit space,
// because that is what decides the time; they live in memory only and are nobody's but
// by chance.
#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_format.h"
#include "libs/base/status.h"
#include "libs/storage/huge_pages.h"
#include "services/consent/core/screening/number_filter.h"
#include "tests/bench/support/comparison.h"

namespace safehaven::bench {
namespace {

using consent::FilterCounts;
using consent::ObjectionIndex;

struct Sizes {
  size_t objections;
  size_t numbers;
};
constexpr Sizes kSizes = {.objections = 4'000'000, .numbers = 4'000'000};
constexpr Sizes kSizesQuick = {.objections = 20'000, .numbers = 20'000};
// As a stream would bring them.
constexpr size_t kColumn = 8192;

NhsNumber RandomNumber(std::mt19937_64& prng) {
  while (true) {
    const auto number = NhsNumber::FromBase(static_cast<uint32_t>(prng() % 1'000'000'000));
    if (number.ok()) return *number;
  }
}

struct World {
  explicit World(const Sizes& sizes) {
    std::mt19937_64 prng(1);
    std::vector<NhsNumber> objecting;
    for (size_t i = 0; i < sizes.objections; ++i) objecting.push_back(RandomNumber(prng));
    for (const NhsNumber& number : objecting) {
      index.Add(number);
      set.insert(number.value());
    }
    for (size_t i = 0; i < sizes.numbers; ++i) {
      // One in fifteen objects, as one in England does.
      const NhsNumber number = prng() % 15 == 0 ? objecting[prng() % objecting.size()] : RandomNumber(prng);
      numbers.push_back(number.value());
      absl::StrAppendFormat(&text, "%010d\n", number.value());
    }
    allowed.resize(kColumn);
    passed.reserve(text.size() + 64);
  }

  ObjectionIndex index{MakeZeroedWordsInHugePages(ObjectionIndex::kWords)};
  absl::flat_hash_set<uint64_t> set;
  std::vector<uint64_t> numbers;
  std::string text;
  std::vector<uint8_t> allowed;
  std::string passed;
};

void CountNumbers(const World& world, benchmark::State& state) {
  state.counters[kItems] = static_cast<double>(world.numbers.size()) * static_cast<double>(state.iterations());
}

void ProbeSet(World& world, benchmark::State& state) {
  for (auto _ : state) {
    for (size_t begin = 0; begin < world.numbers.size(); begin += kColumn) {
      const size_t count = std::min(kColumn, world.numbers.size() - begin);
      for (size_t i = 0; i < count; ++i) world.allowed[i] = world.set.contains(world.numbers[begin + i]) ? 0 : 1;
      benchmark::DoNotOptimize(world.allowed.data());
      benchmark::ClobberMemory();
    }
  }
  CountNumbers(world, state);
}

void FilterColumns(World& world, benchmark::State& state) {
  for (auto _ : state) {
    for (size_t begin = 0; begin < world.numbers.size(); begin += kColumn) {
      const size_t count = std::min(kColumn, world.numbers.size() - begin);
      benchmark::DoNotOptimize(consent::FilterNumbers({world.numbers.data() + begin, count}, world.index,
                                                      {world.allowed.data(), count}));
      benchmark::ClobberMemory();
    }
  }
  CountNumbers(world, state);
}

template <FilterCounts (*filter)(absl::string_view, const ObjectionIndex&, std::string&)>
void FilterLines(World& world, benchmark::State& state) {
  for (auto _ : state) {
    world.passed.clear();
    benchmark::DoNotOptimize(filter(world.text, world.index, world.passed));
    benchmark::ClobberMemory();
  }
  CountNumbers(world, state);
}

void CopyText(World& world, benchmark::State& state) {
  for (auto _ : state) {
    world.passed.assign(world.text);
    benchmark::ClobberMemory();
  }
  CountNumbers(world, state);
}

absl::Status Agrees(World& world) {
  std::vector<uint8_t> allowed(world.numbers.size());
  consent::FilterNumbers(world.numbers, world.index, allowed);
  std::string expected;
  for (size_t i = 0; i < world.numbers.size(); ++i) {
    const bool passes = !world.set.contains(world.numbers[i]);
    if ((allowed[i] != 0) != passes) return Internal("FILTER_WRONG", "a column differs from the set");
    if (passes) absl::StrAppendFormat(&expected, "%010d\n", world.numbers[i]);
  }
  for (const auto filter : {consent::FilterText, consent::FilterTextPlainly}) {
    world.passed.clear();
    filter(world.text, world.index, world.passed);
    if (world.passed != expected) return Internal("FILTER_WRONG", "the text differs from the set");
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Comparison> Comparisons(bool quick) {
  const auto world = std::make_shared<World>(quick ? kSizesQuick : kSizes);
  const auto on = [&world](void (*body)(World&, benchmark::State&)) {
    return [world, body](benchmark::State& state) { body(*world, state); };
  };
  Comparison filter;
  filter.name = "consent/filter";
  filter.sides = {{.name = "flat_hash_set", .body = on(ProbeSet)},
                  {.name = "columns", .body = on(FilterColumns)},
                  {.name = "text", .body = on(FilterLines<consent::FilterText>)},
                  {.name = "text without vectors", .body = on(FilterLines<consent::FilterTextPlainly>)},
                  {.name = "copy", .body = on(CopyText)}};
  filter.figures = {
      {.name = "text to text", .unit = "million/s", .of = MillionsPerCpuSecond(2), .bound = AtLeast(50),
       .physical_limit = "one random cache line a number, 7 ns with all loads in flight: 140 million/s"},
      {.name = "text to text without vector code", .unit = "million/s", .of = MillionsPerCpuSecond(3)},
      {.name = "columns, numbers checked", .unit = "ns", .of = CpuNanosPerItem(1),
       .physical_limit = "7 ns: the same cache line"},
      {.name = "flat_hash_set, numbers not checked", .unit = "ns", .of = CpuNanosPerItem(0)},
      {.name = "columns against flat_hash_set", .unit = "ratio", .of = CpuRatio(1, 0), .bound = AtMost(0.5)},
      {.name = "copying the text", .unit = "million/s", .of = MillionsPerCpuSecond(4)}};
  filter.agrees = [world] { return Agrees(*world); };
  return {filter};
}

}  // namespace safehaven::bench
