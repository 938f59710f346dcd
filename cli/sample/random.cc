#include "cli/sample/random.h"

#include <algorithm>

#include "libs/base/money.h"
#include "libs/base/status.h"

namespace safehaven::sample {
namespace {

// FNV-1a (Fowler, Noll, Vo), 64 bits: spreads stream names over seeds.
uint64_t HashName(absl::string_view name) {
  uint64_t hash = 14695981039346656037ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

Random::Random(uint64_t seed, absl::string_view stream) : state_(seed) {
  // One step apart, so that neighbouring seeds do not give shifted streams.
  state_ = Next() ^ HashName(stream);
  Next();
}

uint64_t Random::Next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
  return mixed ^ (mixed >> 31);
}

uint64_t Random::Below(uint64_t bound) {
  SH_CHECK(bound > 0);
  return static_cast<uint64_t>((static_cast<uint128>(Next()) * bound) >> 64);
}

int64_t Random::Between(int64_t low, int64_t high) {
  SH_CHECK(low <= high);
  return low + static_cast<int64_t>(Below(static_cast<uint64_t>(high - low) + 1));
}

int Random::GeometricCount(uint64_t mean_per_million, int count_max) {
  // Going on with probability m / (1 + m) gives mean m.
  int count = 0;
  while (count < count_max && Below(1'000'000 + mean_per_million) < mean_per_million) ++count;
  return count;
}

size_t Random::PickIndex(std::span<const uint32_t> weights) {
  uint64_t total = 0;
  for (const uint32_t weight : weights) total += weight;
  if (total == 0) return 0;
  uint64_t left = Below(total);
  for (size_t index = 0; index < weights.size(); ++index) {
    if (left < weights[index]) return index;
    left -= weights[index];
  }
  return weights.size() - 1;
}

WeightedChoice::WeightedChoice(std::span<const uint32_t> weights) {
  uint64_t sum = 0;
  sums_.reserve(weights.size());
  for (const uint32_t weight : weights) sums_.push_back(sum += weight);
}

size_t WeightedChoice::Pick(Random& random) const {
  SH_CHECK(!empty());
  const uint64_t at = random.Below(sums_.back());
  return static_cast<size_t>(std::upper_bound(sums_.begin(), sums_.end(), at) - sums_.begin());
}

}  // namespace safehaven::sample
