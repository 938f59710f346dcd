// Coarse attributes of persons: what costing may know to tell one commissioner's
// people from another's and to group them, and no more. Pure; thread-safe.
//
// Where a person's records disagree:
// - a register's registrations come before all other records, the latest begun
//   registration first (no begin date last, then the smallest token): the first that
//   gives a value decides;
// - without one, the value that most of the person's records give; between equally
//   many the value is unknown.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_ATTRIBUTES_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_ATTRIBUTES_H_

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "libs/base/civil_day.h"
#include "services/linkage/core/persons.h"
#include "services/linkage/core/record.h"

namespace safehaven::linkage {

// The last day of a membership that goes on.
inline constexpr CivilDay kOpenEnd{std::numeric_limits<int32_t>::max()};

// On one commissioner's list, both days inclusive.
struct ListMembership {
  std::string commissioner;
  CivilDay first_day;
  CivilDay last_day = kOpenEnd;
  friend bool operator==(const ListMembership&, const ListMembership&) = default;
};

inline constexpr int kAgeBandUnknown = -1;
inline constexpr int kAgeBandYears = 5;
// The oldest band: 95 years and more.
inline constexpr int kAgeBandMax = 95;

struct PersonAttributes {
  PersonNumber person = kNoPerson;
  // First year of the five-year band at the reference day (at death, if earlier): 0,
  // 5, ... 95. Unknown if the known parts of the date of birth allow two bands.
  int age_band = kAgeBandUnknown;
  Sex sex = Sex::kUnknown;
  std::string small_area;
  std::string practice;
  // Ascending, not overlapping: a registration ends where a later one begins, and on
  // the day of death. Registrations without a begin or a commissioner are left out.
  std::vector<ListMembership> memberships;
  // Months since January 1970; 0 if alive or not known.
  int death_month = 0;
  friend bool operator==(const PersonAttributes&, const PersonAttributes&) = default;
};

// Attributes of every person in `assignment` (ascending by token), ascending by
// person. `records` may be in any order; those not assigned are ignored. O(n log n).
std::vector<PersonAttributes> DeriveAttributes(std::span<const StandardRecord> records,
                                               std::span<const SourceRule> sources,
                                               std::span<const RecordPerson> assignment,
                                               CivilDay reference_day);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_ATTRIBUTES_H_
