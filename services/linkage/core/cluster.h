// From linked pairs to people: the strongest links first, and none that would join
// what cannot be one person. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_CLUSTER_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_CLUSTER_H_

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/score/scorer.h"
#include "services/linkage/core/weight.h"

namespace safehaven::linkage {

// Pairs across two clusters that are asked about joining them, evenly spread.
inline constexpr size_t kBridgePairsMax = 100;
// One pair counts at most so much, for or against.
inline constexpr Weight kBridgePairWeightMax = 20 * kWeightPerBit;

// More distinct identities than this are no person but a mistake that grew.
inline constexpr uint32_t kClusterProfilesMax = 500;

// What may not be in one cluster, and what must be.
struct ClusterRules {
  // Sources with at most one record a person, by index.
  std::span<const SourceRule> sources;
  // Pairs that a person has decided: never together, and together whatever the
  // weight (unless that is forbidden). The first index is the lower.
  std::vector<std::pair<ProfileIndex, ProfileIndex>> forbidden;
  std::vector<std::pair<ProfileIndex, ProfileIndex>> forced;
  // What a pair's levels say for (above 0) or against being one person, without the prior.
  // If set, a join of clusters of which one has several profiles is refused where the
  // pairs across speak against it on average: a single link is a weak bridge then.
  std::function<Weight(ProfileIndex, ProfileIndex)> evidence;
  // Profiles whose records are not one person's although they say the same, because they
  // say too little or a person said so: they take part in no link, nor in what was decided
  // together of one of their records (by profile; empty: none).
  std::vector<bool> unlinkable;
};

// Links that were not made although their weight was enough.
struct RefusedLinks {
  uint64_t numbers_conflict = 0;  // two verified NHS numbers would meet
  uint64_t source_repeated = 0;   // a duplicate-free source twice
  uint64_t decided_apart = 0;     // a forbidden pair would meet
  uint64_t too_large = 0;
  uint64_t weak_bridge = 0;       // the clusters as a whole speak against it
  uint64_t unlinkable = 0;
};

struct Clusters {
  // By profile: 0 .. count - 1, in order of the first profile.
  std::vector<uint32_t> cluster_of;
  uint32_t count = 0;
  RefusedLinks refused;
};

// Joins along pairs whose decision links, strongest first (forced ones before all,
// then cross-checks, then by weight, ties by profile order, which depends on content
// only). A join that would break a rule is refused and counted. O(n log n).
Clusters Cluster(const Profiles& profiles, std::span<const ScoredPair> pairs, const ClusterRules& rules);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_CLUSTER_H_
