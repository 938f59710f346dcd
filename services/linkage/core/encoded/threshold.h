// The threshold of Dice from the data alone. Within a source of one record a person every
// pair is of strangers (or relatives), so the source itself shows how often those are how
// alike. Between two sources each person's best candidates are matches or such strangers;
// their number at every threshold, less the strangers to be expected, is that of matches.
// Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_THRESHOLD_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_THRESHOLD_H_

#include <array>
#include <cstdint>
#include <span>

namespace safehaven::linkage {

// Dice in steps of 1/500 from 0 to 1.
inline constexpr size_t kDiceSteps = 501;
inline constexpr uint32_t kDiceStep = 2'000;  // in millionths
using DiceCounts = std::array<uint64_t, kDiceSteps>;

// Two sources.
struct BestPairs {
  double records_a = 0;
  double records_b = 0;
  // Probability that two strangers are so alike or more, by step; does not rise.
  std::array<double, kDiceSteps> strangers{};
  // Pairs that are the best of both their records, by step.
  DiceCounts best{};
};

struct ChosenThreshold {
  size_t step = kDiceSteps - 1;
  double expected_matches = 0;  // at or above the step
  double expected_false = 0;
  double expected_missed = 0;   // against the most matches at any step
};

// The step, from `floor_step` on, from which on links are matches with `probability_min` or
// more: where matches - false * probability_min / (1 - probability_min) is largest.
ChosenThreshold ChooseThreshold(std::span<const BestPairs> between, size_t floor_step, double probability_min);

// What is expected at a step that was chosen otherwise.
ChosenThreshold ExpectedAt(std::span<const BestPairs> between, size_t floor_step, size_t step);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_THRESHOLD_H_
