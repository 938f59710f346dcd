// The events of an answer as other costing runs than the current ones costed them: what was
// superseded stays answerable. Who may be in the answer, and which records are still there, is
// as of now; only costs are of then. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_EVENTS_OF_RUNS_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_EVENTS_OF_RUNS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "libs/base/civil_day.h"
#include "libs/warrant/question.h"
#include "services/costing/core/linked_events.h"

namespace safehaven::costing {

// Own-patient-care cost by the 16 bytes of a record key.
using EventCosts = absl::flat_hash_map<std::string, int64_t>;

struct CostedRun {
  std::string provider;
  CivilDay first_day, last_day;  // inclusive
  EventCosts costs;              // of the provider's events that ended on these days
};

// The values of the question's filter by costing run, in order; empty if it has none.
std::vector<std::string> CostingRunsOf(const Question& question);

// INVALID_ARGUMENT with reason FIELD_INVALID, metadata "field" = "filters", if two of them are
// of one provider and share a day: then an event would have two costs.
absl::Status CheckDisjoint(std::span<const CostedRun> runs);

// The rows that one of `runs` costed, at its cost, people by people as before. What is counted
// of rows without a person is that of `events`. `runs` are disjoint.
LinkedEvents EventsOfRuns(const LinkedEvents& events, std::span<const CostedRun> runs);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_EVENTS_OF_RUNS_H_
