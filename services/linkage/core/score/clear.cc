#include "services/linkage/core/score/clear.h"

#include <algorithm>
#include <limits>

#include "absl/container/flat_hash_map.h"

namespace safehaven::linkage {
namespace {

constexpr Weight kNothing = std::numeric_limits<Weight>::min() / 2;

// The two best candidates of a record in one other source.
struct Best {
  Weight first = kNothing;
  Weight second = kNothing;

  void Add(Weight weight) {
    if (weight > first) {
      second = first;
      first = weight;
    } else {
      second = std::max(second, weight);
    }
  }
};

uint64_t KeyOf(ProfileIndex profile, SourceIndex other) { return uint64_t{profile} << 16 | other; }

// A cross-check outweighs everything.
Weight Rank(const ScoredPair& pair) {
  return pair.decision == Decision::kCrossCheck ? std::numeric_limits<Weight>::max() / 2 : pair.weight;
}

}  // namespace

void LinkClearPairs(const Profiles& profiles, std::span<const SourceRule> sources, Weight margin,
                    std::vector<ScoredPair>& pairs) {
  const auto source_of = [&](ProfileIndex p) { return profiles.rows[p].source; };
  const auto between_registers = [&](const ScoredPair& pair) {
    return sources[source_of(pair.a)].duplicate_free && sources[source_of(pair.b)].duplicate_free;
  };
  absl::flat_hash_map<uint64_t, Best> best;
  for (const ScoredPair& pair : pairs) {
    if (!between_registers(pair)) continue;
    best[KeyOf(pair.a, source_of(pair.b))].Add(Rank(pair));
    best[KeyOf(pair.b, source_of(pair.a))].Add(Rank(pair));
  }
  for (ScoredPair& pair : pairs) {
    if (pair.decision != Decision::kReview || pair.not_alone || !between_registers(pair)) continue;
    const auto ahead = [&](ProfileIndex profile, ProfileIndex other) {
      const Best& found = best[KeyOf(profile, source_of(other))];
      return pair.weight == found.first && pair.weight - found.second >= margin;
    };
    if (ahead(pair.a, pair.b) && ahead(pair.b, pair.a)) pair.decision = Decision::kClear;
  }
}

}  // namespace safehaven::linkage
