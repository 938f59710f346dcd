// How common values are among people. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_FREQUENCIES_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_FREQUENCIES_H_

#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/train/provisional.h"

namespace safehaven::linkage {

// Counts each value once for each (provisional) person that has it. A value's share
// is of those people who have any; `agreement` is the chance that two of them drawn
// at random have the same, sum n_v (n_v - 1) / (n (n - 1)), never below 1e-9.
Frequencies CountFrequencies(const Profiles& profiles, const ProvisionalPeople& people);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_FREQUENCIES_H_
