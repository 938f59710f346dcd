// Who of one crosswalk is who of another: by the records that both hold, because numbers
// of persons are a crosswalk's own. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_BRIDGE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_BRIDGE_H_

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "services/linkage/core/persons.h"

namespace safehaven::linkage {

struct Bridged {
  // A person of each, ascending by the first: all the records that both crosswalks hold of
  // the one are the other's.
  std::vector<std::pair<PersonNumber, PersonNumber>> pairs;
  // Persons of the first whose shared records are several people's in the second, or one's
  // who has shared records of others too.
  uint64_t ambiguous = 0;
};

// Both ascending by token. O(n log n).
Bridged BridgePersons(std::span<const RecordPerson> first, std::span<const RecordPerson> second);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_BRIDGE_H_
