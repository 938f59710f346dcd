// Comparing filters of encoded records, all against all in tiles as `link` does: the kernel
// that this processor gets against the portable one. An item is a comparison of two
// filters of 1,024 bits, filled as those of people are (about a third).
#include <algorithm>
#include <memory>
#include <random>
#include <span>
#include <vector>

#include "libs/base/status.h"
#include "services/linkage/core/encoded/dice.h"
#include "tests/bench/support/comparison.h"

namespace safehaven::bench {
namespace {

constexpr size_t kTileBlocks = 16;
constexpr uint32_t kThreshold = 614;  // Dice of .6

struct Input {
  std::vector<linkage::Filter> filters;
  std::vector<linkage::FilterBlock> blocks;
};

std::shared_ptr<const Input> MakeInput(size_t records) {
  auto input = std::make_shared<Input>();
  std::mt19937_64 prng(1);
  input->filters.resize(records);
  for (linkage::Filter& filter : input->filters) {
    for (uint64_t& word : filter.words) word = prng() & (prng() | (prng() & prng()));
  }
  input->blocks = linkage::BlocksOf(input->filters);
  return input;
}

std::vector<linkage::DiceHit> CompareAll(linkage::DiceKernel kernel, const Input& input, size_t rows) {
  std::vector<linkage::DiceHit> hits;
  for (size_t tile = 0; tile < input.blocks.size(); tile += kTileBlocks) {
    const auto part = std::span(input.blocks).subspan(tile, std::min(kTileBlocks, input.blocks.size() - tile));
    const auto first = static_cast<uint32_t>(tile * linkage::kFiltersPerBlock);
    for (size_t row = 0; row < rows; ++row) kernel(input.filters[row], part, first, kThreshold, hits);
  }
  return hits;
}

void Run(linkage::DiceKernel kernel, const Input& input, size_t rows, benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(CompareAll(kernel, input, rows));
  state.counters[kItems] = static_cast<double>(state.iterations()) * static_cast<double>(rows) *
                           static_cast<double>(input.filters.size());
}

}  // namespace

std::vector<Comparison> Comparisons(bool quick) {
  const std::shared_ptr<const Input> input = MakeInput(quick ? 500 : 20'000);
  const size_t few = input->filters.size() / 20;
  const bool wide = linkage::WideDice() != nullptr && !quick;
  Comparison dice;
  dice.name = "linkage/dice";
  dice.sides = {
      {.name = "dispatched",
       .body = [input](benchmark::State& s) { Run(linkage::BestDice(), *input, input->filters.size(), s); },
       .iterations = 1},
      {.name = "popcount",
       .body = [input](benchmark::State& s) {
         Run(linkage::PopcountDice() != nullptr ? linkage::PopcountDice() : &linkage::PortableDice, *input,
             input->filters.size() / 4, s);
       },
       .iterations = 1},
      {.name = "portable",
       .body = [input, few](benchmark::State& s) { Run(&linkage::PortableDice, *input, few, s); },
       .iterations = 1}};
  dice.figures = {
      {.name = "comparisons a core", .unit = "million/s", .of = MillionsPerCpuSecond(0),
       .bound = wide ? std::optional<Bound>(AtLeast(500)) : std::nullopt,
       .physical_limit = "16 counts of 8 words each for 8 filters: 2 to 4 cycles a filter"},
      {.name = "comparisons a core, portable", .unit = "million/s", .of = MillionsPerCpuSecond(2)},
      {.name = "comparisons a core, counting word by word", .unit = "million/s", .of = MillionsPerCpuSecond(1)},
      {.name = "dispatched, of portable", .unit = "ratio",
       .of = [](const Round& round) {
         return MillionsPerCpuSecond(0)(round) / MillionsPerCpuSecond(2)(round);
       },
       .bound = wide ? std::optional<Bound>(AtLeast(4)) : std::nullopt}};
  dice.agrees = [input, few] {
    return CompareAll(linkage::BestDice(), *input, few) == CompareAll(&linkage::PortableDice, *input, few)
               ? absl::OkStatus()
               : Internal("KERNELS_DISAGREE", "the kernels find different pairs");
  };
  return {dice};
}

}  // namespace safehaven::bench
