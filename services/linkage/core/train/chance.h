// u: how often two different people agree by chance, without any labels.
//
// Exact agreement comes from the frequencies of values, without sampling error
// (sum over values of the square of their shares). The weaker levels come from
// pairs of provisional people drawn by a fixed sequence, where nearly none are
// matches. Joint levels: given and family name are multiplied from their parts; the
// address is counted among people of one postcode apart from all others, because
// neighbours share more than strangers do. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_CHANCE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_CHANCE_H_

#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/train/provisional.h"

namespace safehaven::linkage {

// Pairs drawn; with so many, a level of one in ten thousand is known to 15%.
inline constexpr uint64_t kChancePairsMax = 400'000;

// Sets u of every field of `model` from `profiles` and `model.frequencies`. Fields
// without values keep their defaults. Does nothing for fewer than two people.
void EstimateChance(const Profiles& profiles, const ProvisionalPeople& people, Model& model);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_CHANCE_H_
