// Everything that one answer is made of: events, people and objections of one
// crosswalk, switched together, so that no answer mixes two states. Immutable; any
// number of threads may read one while the next is being made.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_SNAPSHOT_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_SNAPSHOT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "libs/base/revision.h"
#include "services/costing/core/linked_events.h"
#include "services/costing/core/people.h"

namespace safehaven::costing {

// Who is in each set of objections ("national", "programme:<approval>"), by name. A
// set that nobody is in is there too, empty: a set that is not there is not known.
using ExclusionSets = std::map<std::string, PersonSet>;

// The set of those of `persons` (numbers of the crosswalk) who have attributes. The
// others are on no list, so no answer can hold them.
PersonSet MakeExclusionSet(std::span<const uint64_t> persons, const People& people);

// The parts are shared: new objections replace one of them and leave the others.
struct Snapshot {
  std::string authority;  // linkage authority of the crosswalk
  uint64_t crosswalk_revision = 0;
  Revision objection_revision;  // what `exclusions` holds, exactly
  std::shared_ptr<const People> people;
  std::shared_ptr<const LinkedEvents> events;
  std::shared_ptr<const ExclusionSets> exclusions;
  // The runs that `events` are of (events_of_runs.h), as the question names them; empty: every
  // event, at the cost of the current run.
  std::vector<std::string> costing_runs = {};
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_SNAPSHOT_H_
