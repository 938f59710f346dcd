#include "services/linkage/core/score/left_over.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace safehaven::linkage {
namespace {

constexpr size_t kRoundsMax = 4;
constexpr int kPriorRoundsMax = 30;

double OddsOf(Weight weight) { return std::exp2(static_cast<double>(weight) / kWeightPerBit); }

// The pairs of two sources whose records have both found nobody, and how many records
// of each source have not.
struct LeftOver {
  std::vector<ScoredPair*> pairs;
  double records_a = 0;
  double records_b = 0;
};

constexpr Weight kNoRise = INT32_MIN;

// The rise of the two sources in a round of a frozen version.
Weight FrozenRise(const std::vector<LeftOverRise>& round, const std::string& a, const std::string& b) {
  const auto [first, second] = std::minmax(a, b);
  for (const LeftOverRise& rise : round) {
    if (rise.first == first && rise.second == second) return rise.rise;
  }
  return kNoRise;
}

// Sums are the same only if they are made in the same order.
void SortByProfiles(std::vector<ScoredPair*>& pairs) {
  std::sort(pairs.begin(), pairs.end(), [](const ScoredPair* x, const ScoredPair* y) {
    return std::pair(x->a, x->b) < std::pair(y->a, y->b);
  });
}

// Sums of odds over the candidates of each record.
using OddsByProfile = absl::flat_hash_map<ProfileIndex, double>;

OddsByProfile SumOdds(const std::vector<ScoredPair*>& pairs, Weight rise) {
  OddsByProfile sums;
  for (const ScoredPair* pair : pairs) {
    const double odds = OddsOf(pair->weight + rise);
    sums[pair->a] += odds;
    sums[pair->b] += odds;
  }
  return sums;
}

// The probability that this pair is the one match of both its records, where each has
// one match among its candidates or none.
double ProbabilityAmong(const ScoredPair& pair, Weight rise, const OddsByProfile& sums) {
  const double odds = OddsOf(pair.weight + rise);
  return odds / (1 + sums.at(pair.a) + sums.at(pair.b) - odds);
}

// By how much the prior rises: the fixed point of "as likely as the share of matches
// that is expected among the left-over records".
Weight RiseOf(const LeftOver& left, double lambda) {
  Weight rise = 0;
  const double all_pairs = std::max(1.0, left.records_a * left.records_b);
  for (int round = 0; round < kPriorRoundsMax; ++round) {
    const OddsByProfile sums = SumOdds(left.pairs, rise);
    double matches = 0;
    for (const ScoredPair* pair : left.pairs) matches += ProbabilityAmong(*pair, rise, sums);
    const double share = std::clamp(matches / all_pairs, 1e-12, 0.5);
    const Weight next = std::clamp(WeightOfPrior(share) - WeightOfPrior(lambda), Weight{0}, kLeftOverRiseMax);
    if (std::abs(next - rise) < 10) return next;
    rise = next;
  }
  return rise;
}

bool BetweenRegisters(const Profiles& profiles, std::span<const SourceRule> sources, const ScoredPair& pair) {
  const SourceIndex a = profiles.rows[pair.a].source;
  const SourceIndex b = profiles.rows[pair.b].source;
  return a != b && sources[a].duplicate_free && sources[b].duplicate_free;
}

std::pair<SourceIndex, SourceIndex> SourcesOf(const Profiles& profiles, const ScoredPair& pair) {
  return std::minmax(profiles.rows[pair.a].source, profiles.rows[pair.b].source);
}

}  // namespace

bool HasLeftOver(std::span<const SourceRule> sources) {
  return std::count_if(sources.begin(), sources.end(), [](const SourceRule& s) { return s.duplicate_free; }) > 1;
}

LeftOverRises LinkLeftOver(const Profiles& profiles, std::span<const SourceRule> sources, const Model& model,
                           std::vector<ScoredPair>& pairs) {
  LeftOverRises rises;
  if (!HasLeftOver(sources)) return rises;
  std::vector<double> records(sources.size(), 0);
  for (const Profile& profile : profiles.rows) ++records[profile.source];
  const double probability_min = ProbabilityOf(model.thresholds.link);
  const LeftOverRises* frozen = model.frozen.has_value() ? &model.frozen->left_over : nullptr;
  const size_t rounds = frozen != nullptr ? frozen->size() : kRoundsMax;
  for (size_t round = 0; round < rounds; ++round) {
    std::vector<LeftOverRise>& learned = rises.emplace_back();
    // Which records have found their other half in which source.
    absl::flat_hash_map<uint64_t, bool> found;
    std::map<std::pair<SourceIndex, SourceIndex>, LeftOver> by_sources;
    const auto key = [&](ProfileIndex profile, ProfileIndex other) {
      return uint64_t{profile} << 16 | profiles.rows[other].source;
    };
    for (const ScoredPair& pair : pairs) {
      if (!Links(pair.decision) || !BetweenRegisters(profiles, sources, pair)) continue;
      const auto [a, b] = SourcesOf(profiles, pair);
      LeftOver& left = by_sources[{a, b}];
      const bool a_first = profiles.rows[pair.a].source == a;
      const bool new_a = found.try_emplace(key(pair.a, pair.b), true).second;
      const bool new_b = found.try_emplace(key(pair.b, pair.a), true).second;
      left.records_a += a_first ? new_a : new_b;
      left.records_b += a_first ? new_b : new_a;
    }
    for (ScoredPair& pair : pairs) {
      if (pair.not_alone || Links(pair.decision) || pair.decision == Decision::kForbidden) continue;
      if (!BetweenRegisters(profiles, sources, pair)) continue;
      if (found.contains(key(pair.a, pair.b)) || found.contains(key(pair.b, pair.a))) continue;
      by_sources[SourcesOf(profiles, pair)].pairs.push_back(&pair);
    }
    bool changed = false;
    for (auto& [two, left] : by_sources) {
      left.records_a = records[two.first] - left.records_a;
      left.records_b = records[two.second] - left.records_b;
      SortByProfiles(left.pairs);
      const std::string& name_a = sources[two.first].name;
      const std::string& name_b = sources[two.second].name;
      const Weight rise = frozen != nullptr ? FrozenRise((*frozen)[round], name_a, name_b) : RiseOf(left, model.lambda);
      if (rise == kNoRise) continue;
      learned.push_back({.first = std::min(name_a, name_b), .second = std::max(name_a, name_b), .rise = rise});
      const OddsByProfile sums = SumOdds(left.pairs, rise);
      for (ScoredPair* pair : left.pairs) {
        if (ProbabilityAmong(*pair, rise, sums) < probability_min) continue;
        pair->decision = Decision::kClear;
        changed = true;
      }
    }
    if (!changed && frozen == nullptr) break;
  }
  std::erase_if(pairs, [](const ScoredPair& pair) { return pair.decision == Decision::kNone; });
  return rises;
}

}  // namespace safehaven::linkage
