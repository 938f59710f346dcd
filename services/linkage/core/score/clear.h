// The clearly-ahead rule (as the national Master Person Service has it): among
// sources that hold one record a person, a likely pair is accepted below the usual
// threshold if neither record has another good candidate. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_SCORE_CLEAR_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_SCORE_CLEAR_H_

#include <span>
#include <vector>

#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/score/scorer.h"

namespace safehaven::linkage {

// Turns kReview into kClear for pairs of two duplicate-free sources, ruled by weight
// alone, which are ahead of every other pair of either record with the same other
// source by `margin` or more. O(n log n).
void LinkClearPairs(const Profiles& profiles, std::span<const SourceRule> sources, Weight margin,
                    std::vector<ScoredPair>& pairs);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_SCORE_CLEAR_H_
