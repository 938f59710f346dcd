// m from pairs that are known to be one person's: labels of a data set, or what clerks
// have settled. What training without labels found counts as kLabelPriorPairs pairs, so a
// few labels change little and many decide. u is left alone: it is known from chance, and
// pairs that clerks saw are no sample of strangers. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_LABELS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_LABELS_H_

#include <span>
#include <utility>

#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/model.h"

namespace safehaven::linkage {

inline constexpr double kLabelPriorPairs = 200;

// Moves m of every field towards its shares among `same`.
void TrainFromLabels(const Profiles& profiles, std::span<const std::pair<ProfileIndex, ProfileIndex>> same,
                     Model& model);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_LABELS_H_
