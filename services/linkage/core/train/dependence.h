// How fields depend on one another among strangers. Two people born in one town mostly
// live under postcodes of that town: where the town agrees, an agreeing area of the
// postcode says nothing more, and counting both in full makes strangers look alike
// (Splink's issue 198 has the same for rarity). The same holds for town and county, and
// for given name and sex.
//
// So u of the second field is estimated once more among strangers who agree in the
// first, and where a pair agrees in the first the larger of the two u counts.
// Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_DEPENDENCE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_DEPENDENCE_H_

#include <vector>

#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/compare/comparer.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/train/provisional.h"

namespace safehaven::linkage {

// Fewer strangers than this say too little.
inline constexpr double kDependencePairsMin = 100;

// Sets `model.dependences` from strangers among the provisional people. u of `model` has
// to be there.
void EstimateDependence(const Profiles& profiles, const ProvisionalPeople& people, Model& model);

// u of one field's level in a pattern, dependences taken into account. `agreeing` may name
// fields that all pairs agree in although the pattern does not show them (blocked on);
// by field, or empty.
double ChanceOf(const Model& model, const PatternLayout& layout, Pattern pattern, size_t field,
                const std::vector<bool>& agreeing);

// Does the level mean that a field on which others depend agrees?
bool AgreesForDependence(Comparator comparator, Level level);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_DEPENDENCE_H_
