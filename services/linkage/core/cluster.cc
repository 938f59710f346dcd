#include "services/linkage/core/cluster.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "services/linkage/core/union_find.h"

namespace safehaven::linkage {
namespace {

// What a cluster may not meet a second time.
struct State {
  // The one verified NHS number of the cluster; 0: none yet.
  uint64_t verified_number = 0;
  // Duplicate-free sources already in it, as bits.
  uint64_t sources = 0;
  // Profiles that were decided apart from one in here.
  std::vector<ProfileIndex> apart;
};

class Joiner {
 public:
  Joiner(const Profiles& profiles, const ClusterRules& rules)
      : rules_(rules), sets_(profiles.size()), states_(profiles.size()), next_(profiles.size()) {
    std::iota(next_.begin(), next_.end(), ProfileIndex{0});
    for (ProfileIndex p = 0; p < profiles.size(); ++p) {
      const Profile& profile = profiles.rows[p];
      if (profile.nhs_number_verified) states_[p].verified_number = profile.nhs_number;
      if (rules.sources[profile.source].duplicate_free) states_[p].sources = uint64_t{1} << profile.source;
    }
    for (const auto& [a, b] : rules.forbidden) {
      states_[a].apart.push_back(b);
      states_[b].apart.push_back(a);
    }
  }

  // Joins the clusters of `a` and `b` if no rule is broken; counts if one would be.
  // `told` by a person: what the records say does not matter.
  void Join(ProfileIndex a, ProfileIndex b, bool told, RefusedLinks& refused) {
    const uint32_t x = sets_.Find(a);
    const uint32_t y = sets_.Find(b);
    if (x == y) return;
    State& s = states_[x];
    State& t = states_[y];
    if (s.verified_number != 0 && t.verified_number != 0 && s.verified_number != t.verified_number) {
      ++refused.numbers_conflict;
    } else if ((s.sources & t.sources) != 0) {
      ++refused.source_repeated;
    } else if (DecidedApart(s, y) || DecidedApart(t, x)) {
      ++refused.decided_apart;
    } else if (sets_.SizeOf(x) + sets_.SizeOf(y) > kClusterProfilesMax) {
      ++refused.too_large;
    } else if (!told && SpeakAgainst(x, y)) {
      ++refused.weak_bridge;
    } else {
      Merge(x, y);
    }
  }

  uint32_t Find(ProfileIndex profile) { return sets_.Find(profile); }

 private:
  bool DecidedApart(const State& state, uint32_t other) {
    return std::any_of(state.apart.begin(), state.apart.end(),
                       [&](ProfileIndex profile) { return sets_.Find(profile) == other; });
  }

  // The profiles of the cluster that `profile` is in.
  std::vector<ProfileIndex> MembersOf(ProfileIndex profile) const {
    std::vector<ProfileIndex> members = {profile};
    for (ProfileIndex p = next_[profile]; p != profile; p = next_[p]) members.push_back(p);
    std::sort(members.begin(), members.end());
    return members;
  }

  bool SpeakAgainst(uint32_t x, uint32_t y) {
    if (!rules_.evidence || (sets_.SizeOf(x) == 1 && sets_.SizeOf(y) == 1)) return false;
    const std::vector<ProfileIndex> left = MembersOf(x);
    const std::vector<ProfileIndex> right = MembersOf(y);
    const size_t pairs = left.size() * right.size();
    const size_t step = pairs / kBridgePairsMax + 1;
    int64_t sum = 0;
    for (size_t i = 0; i < pairs; i += step) {
      const Weight weight = rules_.evidence(left[i / right.size()], right[i % right.size()]);
      sum += std::clamp(weight, -kBridgePairWeightMax, kBridgePairWeightMax);
    }
    return sum < 0;
  }

  void Merge(uint32_t x, uint32_t y) {
    // Two rings become one by exchanging what follows one member of each.
    std::swap(next_[x], next_[y]);
    const uint32_t winner = sets_.Union(x, y);
    State& into = states_[winner];
    State& from = states_[winner == x ? y : x];
    into.verified_number = std::max(into.verified_number, from.verified_number);
    into.sources |= from.sources;
    into.apart.insert(into.apart.end(), from.apart.begin(), from.apart.end());
    from.apart.clear();
  }

  const ClusterRules& rules_;
  UnionFind sets_;
  std::vector<State> states_;
  // The members of a cluster as a ring.
  std::vector<ProfileIndex> next_;
};

}  // namespace

Clusters Cluster(const Profiles& profiles, std::span<const ScoredPair> pairs, const ClusterRules& rules) {
  Clusters clusters;
  Joiner joiner(profiles, rules);
  const auto unlinkable = [&rules](ProfileIndex a, ProfileIndex b) {
    return !rules.unlinkable.empty() && (rules.unlinkable[a] || rules.unlinkable[b]);
  };
  for (const auto& [a, b] : rules.forced) {
    // Said of one record of several that are not one person's: the profile cannot tell which.
    if (unlinkable(a, b)) {
      ++clusters.refused.unlinkable;
    } else {
      joiner.Join(a, b, /*told=*/true, clusters.refused);
    }
  }

  std::vector<const ScoredPair*> links;
  for (const ScoredPair& pair : pairs) {
    if (!Links(pair.decision)) continue;
    if (unlinkable(pair.a, pair.b)) {
      ++clusters.refused.unlinkable;
    } else {
      links.push_back(&pair);
    }
  }
  std::sort(links.begin(), links.end(), [](const ScoredPair* x, const ScoredPair* y) {
    const auto key = [](const ScoredPair* p) {
      return std::tuple(p->decision != Decision::kCrossCheck, -p->weight, p->a, p->b);
    };
    return key(x) < key(y);
  });
  for (const ScoredPair* link : links) joiner.Join(link->a, link->b, /*told=*/false, clusters.refused);

  constexpr uint32_t kUnnumbered = UINT32_MAX;
  std::vector<uint32_t> number(profiles.size(), kUnnumbered);
  clusters.cluster_of.resize(profiles.size());
  for (ProfileIndex p = 0; p < profiles.size(); ++p) {
    uint32_t& cluster = number[joiner.Find(p)];
    if (cluster == kUnnumbered) cluster = clusters.count++;
    clusters.cluster_of[p] = cluster;
  }
  return clusters;
}

}  // namespace safehaven::linkage
