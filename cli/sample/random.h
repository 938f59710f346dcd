// A reproducible stream of numbers: the same seed and stream name give the same
// numbers on every machine and compiler. The generators of <random> are fixed by
// the standard but its distributions are not, and floating-point logarithms differ
// between libraries, so everything here is integer arithmetic.
//
// Each part of the sample region draws from a stream of its own name, so that a
// change in one part does not reshuffle the others. Not for keys or salts.
// Thread-compatible.
#ifndef SAFEHAVEN_CLI_SAMPLE_RANDOM_H_
#define SAFEHAVEN_CLI_SAMPLE_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/strings/string_view.h"

namespace safehaven::sample {

class Random {
 public:
  Random(uint64_t seed, absl::string_view stream);

  // 64 bits (SplitMix64: Steele, Lea, Flood, OOPSLA 2014, figure 17).
  uint64_t Next();

  // 0 to `bound` - 1; `bound` > 0. Uniform to within bound / 2^64.
  uint64_t Below(uint64_t bound);

  // `low` to `high`, both included; `low` <= `high`.
  int64_t Between(int64_t low, int64_t high);

  // True in `rate` of 10,000 cases.
  bool Chance(uint32_t rate) { return Below(10'000) < rate; }

  // How often something happens whose mean is `mean_per_million` / 10^6: the
  // geometric distribution, cut at `count_max`. Use of care is overdispersed (a few
  // people use much), which a Poisson count is not.
  int GeometricCount(uint64_t mean_per_million, int count_max);

  // An index into `weights` with probability in proportion to them; 0 if all are 0.
  size_t PickIndex(std::span<const uint32_t> weights);

 private:
  uint64_t state_;
};

// Picks from a fixed list of weights in logarithmic time.
class WeightedChoice {
 public:
  explicit WeightedChoice(std::span<const uint32_t> weights);

  // An index in proportion to the weights, of which at least one was not 0.
  size_t Pick(Random& random) const;

  bool empty() const { return sums_.empty() || sums_.back() == 0; }

 private:
  std::vector<uint64_t> sums_;
};

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_RANDOM_H_
