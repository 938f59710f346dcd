#include "services/linkage/core/train/household.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "services/linkage/core/compare/values.h"

namespace safehaven::linkage {
namespace {

constexpr double kChanceMin = 1e-9;
// A block of flats written as one address is no household.
constexpr size_t kHouseholdMax = 12;
// Fewer households than one person in twenty has are not believed: addresses may be
// made up or the households not be in the data.
constexpr double kOthersMin = 0.05;

using Shares = std::vector<double>;

// `share` of pairs agree as matches do, the rest as strangers do.
Shares Blend(const Shares& m, const Shares& u, double share) {
  Shares h(m.size());
  for (size_t i = 0; i < h.size(); ++i) h[i] = std::max(kChanceMin, share * m[i] + (1 - share) * u[i]);
  return h;
}

// Given and family names are independent within a household, as they are among
// strangers, only with other shares.
Shares NameHousehold(const FieldModel& name) {
  const auto begin = [](const Shares& shares, Level from) { return shares.begin() + from; };
  const auto part = [&](const Shares& shares, Level from, Level to) {
    return Shares(begin(shares, from), begin(shares, to));
  };
  const Shares given = Blend(part(name.m, name_level::kGivenAlone, name_level::kGivenCrossed),
                             part(name.u, name_level::kGivenAlone, name_level::kGivenCrossed),
                             kHouseholdGivenName);
  const Shares family = Blend(part(name.m, name_level::kFamilyAlone, name_level::kFamilyCrossed),
                              part(name.u, name_level::kFamilyAlone, name_level::kFamilyCrossed),
                              kHouseholdFamilyName);
  Shares h = name.u;
  for (size_t i = 0; i < given.size(); ++i) {
    for (size_t j = 0; j < family.size(); ++j) {
      h[static_cast<size_t>(name_level::Joint(static_cast<Level>(i), static_cast<Level>(j)))] =
          std::max(kChanceMin, given[i] * family[j]);
    }
    h[static_cast<size_t>(name_level::kGivenAlone) + i] = given[i];
  }
  for (size_t j = 0; j < family.size(); ++j) h[static_cast<size_t>(name_level::kFamilyAlone) + j] = family[j];
  return h;
}

// Other people a person lives with, by provisional people at one address whose given
// names differ; negative if no record has an address.
double CountOthers(const Profiles& profiles, const ProvisionalPeople& people) {
  std::vector<std::tuple<Code, Code, ProfileIndex>> placed;
  for (const ProfileIndex p : people.first_profile) {
    const Profile& profile = profiles.rows[p];
    if (profile.postcode != kNoCode && profile.address != kNoCode && profile.given != kNoCode) {
      placed.emplace_back(profile.postcode, profile.address, p);
    }
  }
  if (placed.size() < 2) return -1;
  std::sort(placed.begin(), placed.end());
  double pairs = 0;
  for (size_t i = 0; i < placed.size(); ++i) {
    const auto& [postcode, address, p] = placed[i];
    for (size_t j = i + 1; j < std::min(placed.size(), i + kHouseholdMax); ++j) {
      const auto& [other_postcode, other_address, q] = placed[j];
      if (postcode != other_postcode || address != other_address) break;
      pairs += CompareGiven(profiles.vocabulary.atoms, profiles.vocabulary.given[profiles.rows[p].given],
                            profiles.vocabulary.given[profiles.rows[q].given]) == given_level::kDifferent;
    }
  }
  return 2 * pairs / static_cast<double>(placed.size());
}

}  // namespace

void EstimateHousehold(const Profiles& profiles, const ProvisionalPeople& people, Model& model) {
  if (people.count() < 2) return;
  for (FieldModel& field : model.fields) {
    switch (field.comparator) {
      case Comparator::kName: field.h = NameHousehold(field); break;
      case Comparator::kBirthDate: field.h = Blend(field.m, field.u, kHouseholdTwins); break;
      case Comparator::kPlace:
      case Comparator::kText: field.h = field.m; break;
      // One twin's number on the other's record, a mother's on her baby's.
      case Comparator::kNhsNumber:
      case Comparator::kIdentifier: field.h = Blend(field.m, field.u, kHouseholdNumber); break;
      case Comparator::kLocalId:
      case Comparator::kSex: field.h = field.u; break;
    }
  }
  const double counted = CountOthers(profiles, people);
  const double others = counted < 0 ? kHouseholdOthers : std::max(counted, kOthersMin);
  model.household = std::min(0.5, others / static_cast<double>(people.count()));
}

}  // namespace safehaven::linkage
