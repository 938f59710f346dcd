// h: how two different people of one household agree, and how many such pairs there
// are. The shares below are general knowledge about families; they are what is believed
// where the data show no households. Where they do, what a household shares beside its
// address is counted: one telephone for all, children born on one day. Two people of a
// household are told by their given names, which nothing makes alike, and not by what is
// counted. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_HOUSEHOLD_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_HOUSEHOLD_H_

#include <vector>

#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/train/provisional.h"

namespace safehaven::linkage {

// Of pairs of people in one household: share with one family name (couples and
// their children; ONS counts most families so).
inline constexpr double kHouseholdFamilyName = 0.75;
// Share with one given name, as father and son.
inline constexpr double kHouseholdGivenName = 0.01;
// Share born on one day: twins are 3 in 200 births, and most pairs of a household
// are not two children of one age.
inline constexpr double kHouseholdTwins = 0.005;
// Share that is recorded under one number of an authority by mistake.
inline constexpr double kHouseholdNumber = 0.01;
// Other people that a person lives with, where that cannot be counted (ONS: 2.4
// people a household).
inline constexpr double kHouseholdOthers = 1.4;

// The shares above count like so many pairs of people seen.
inline constexpr double kHouseholdPriorPairs = 20;

// What people of one household share, as counted.
struct HouseholdShares {
  // Other people that a person lives with.
  double others = kHouseholdOthers;
  // Of pairs, share born on one day.
  double twins = kHouseholdTwins;
  // By field, of pairs that share a number of an authority or a telephone; of other fields
  // unused.
  std::vector<double> number;
};

// Counts over provisional people with one postcode and address, or one number in a
// further column, whose given names differ. O(n log n).
HouseholdShares CountHouseholds(const Profiles& profiles, const ProvisionalPeople& people, const Model& model);

// Sets h of every field of `model` from its m and u, and `model.household`.
void SetHousehold(const HouseholdShares& shares, const ProvisionalPeople& people, Model& model);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_HOUSEHOLD_H_
