// The records that are left over when everybody else has been found. Between two
// sources of one record a person, most records find their other half without doubt.
// Of the few that remain, the chance that two belong together is far larger than for
// any two records at the start, because there are so few to choose from, and each can
// have one only (the prior of a bipartite matching: Sadinle 2017). So their weights
// are judged anew, under the prior that the left-over records themselves suggest, and
// against each other. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_SCORE_LEFT_OVER_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_SCORE_LEFT_OVER_H_

#include <span>
#include <vector>

#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/score/scorer.h"

namespace safehaven::linkage {

// The most by which the prior may rise.
inline constexpr Weight kLeftOverRiseMax = 6 * kWeightPerBit;

// Pairs of two duplicate-free sources that are worth keeping although their weight is
// below every threshold, as LinkLeftOver may still raise them: is any such pair possible?
bool HasLeftOver(std::span<const SourceRule> sources);

// By round, how far the prior rose between which two sources.
using LeftOverRises = std::vector<std::vector<LeftOverRise>>;

// Turns pairs of left-over records into kClear, two sources at a time, where the
// probability among all candidates of both records reaches that of `thresholds.link`.
// Pairs below all thresholds that stay there are removed. The prior rises as the records
// at hand suggest, or as it rose when the version of `model` was frozen; then what becomes
// of a pair depends only on those that are reached from it along pairs. Returns the rises.
// O(n log n).
LeftOverRises LinkLeftOver(const Profiles& profiles, std::span<const SourceRule> sources, const Model& model,
                           std::vector<ScoredPair>& pairs);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_SCORE_LEFT_OVER_H_
