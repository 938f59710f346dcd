// A rough first guess at who is whom, only for counting: how common a name is has to
// be counted over people, not over records, or a person with forty visits makes his
// own name common and chance agreement is mistaken for what it is not.
// Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_PROVISIONAL_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_PROVISIONAL_H_

#include <cstdint>
#include <vector>

#include "services/linkage/core/columns/profiles.h"

namespace safehaven::linkage {

struct ProvisionalPeople {
  // person_of[profile]: 0 .. count - 1, in order of first profile.
  std::vector<uint32_t> person_of;
  // The first profile of each person, its representative.
  std::vector<ProfileIndex> first_profile;

  size_t count() const { return first_profile.size(); }
};

// Joins profiles with an equal NHS number, or equal in three of given name, family
// name, date of birth and postcode; but not where both given name and sex differ, as
// those of twins may. O(n log n).
ProvisionalPeople GuessPeople(const Profiles& profiles);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TRAIN_PROVISIONAL_H_
