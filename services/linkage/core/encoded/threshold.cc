#include "services/linkage/core/encoded/threshold.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace safehaven::linkage {
namespace {

constexpr int kRoundsMax = 50;

struct Expected {
  double matches = 0;
  double strangers = 0;
};

// Of `best` pairs: a record without a match is free to have a stranger for its best, one
// with a match is not. So strangers = chance * (records_a - matches) * (records_b - matches),
// and matches are the rest: the fixed point of the two.
Expected Split(double best, double chance, double records_a, double records_b) {
  double matches = best;
  for (int round = 0; round < kRoundsMax; ++round) {
    const double strangers = chance * std::max(0.0, records_a - matches) * std::max(0.0, records_b - matches);
    // Halfway, so that it does not swing.
    const double next = (matches + std::clamp(best - strangers, 0.0, best)) / 2;
    if (std::abs(next - matches) < 1e-3) break;
    matches = next;
  }
  return {.matches = matches, .strangers = best - matches};
}

// By step from 0, over all pairs of sources.
std::vector<Expected> ExpectedByStep(std::span<const BestPairs> between) {
  std::vector<Expected> expected(kDiceSteps);
  for (const BestPairs& pair : between) {
    double best = 0;
    for (size_t step = kDiceSteps; step-- > 0;) {
      best += static_cast<double>(pair.best[step]);
      const Expected split = Split(best, pair.strangers[step], pair.records_a, pair.records_b);
      expected[step].matches += split.matches;
      expected[step].strangers += split.strangers;
    }
  }
  return expected;
}

ChosenThreshold At(const std::vector<Expected>& expected, size_t floor_step, size_t step) {
  double most = 0;
  for (size_t s = floor_step; s < kDiceSteps; ++s) most = std::max(most, expected[s].matches);
  return {.step = step,
          .expected_matches = expected[step].matches,
          .expected_false = expected[step].strangers,
          .expected_missed = std::max(0.0, most - expected[step].matches)};
}

}  // namespace

ChosenThreshold ChooseThreshold(std::span<const BestPairs> between, size_t floor_step, double probability_min) {
  const std::vector<Expected> expected = ExpectedByStep(between);
  const double cost = probability_min / (1 - probability_min);
  size_t best = kDiceSteps - 1;
  double best_gain = 0;
  // From the top down, so that of equal gains the highest threshold is taken.
  for (size_t step = kDiceSteps; step-- > floor_step;) {
    const double gain = expected[step].matches - cost * expected[step].strangers;
    if (gain <= best_gain) continue;
    best_gain = gain;
    best = step;
  }
  return At(expected, floor_step, best);
}

ChosenThreshold ExpectedAt(std::span<const BestPairs> between, size_t floor_step, size_t step) {
  return At(ExpectedByStep(between), floor_step, step);
}

}  // namespace safehaven::linkage
