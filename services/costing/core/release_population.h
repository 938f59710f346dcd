// Who was in the population of a release: what is kept of it, so that years later it can
// be said whether a person's record was in it, although crosswalks and objections have
// changed since.
//
// By source, because objections are honoured by source. People before the question's
// filters: on the commissioner's list on its day, and not left out or stripped in that
// source. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_RELEASE_POPULATION_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_RELEASE_POPULATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/warrant/question.h"
#include "libs/warrant/warrant.h"
#include "services/costing/core/snapshot.h"

namespace safehaven::costing {

struct SourcePopulation {
  std::string source;
  std::vector<std::string> sets;  // of objections that were honoured, sorted
  std::vector<uint64_t> persons;  // numbers of the crosswalk, ascending
};

// 32 bytes: the same for releases whose populations cannot differ.
std::string PopulationKey(const Snapshot& snapshot, const Question& question, const Warrant& warrant);

// In order of source. As ApplyObjections().
absl::StatusOr<std::vector<SourcePopulation>> PopulationOf(const Snapshot& snapshot, const Question& question,
                                                           const Warrant& warrant);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_RELEASE_POPULATION_H_
