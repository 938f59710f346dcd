// A small region in memory, for tests of the sample generator.
#ifndef SAFEHAVEN_TESTS_UNIT_CLI_SAMPLE_REGION_H_
#define SAFEHAVEN_TESTS_UNIT_CLI_SAMPLE_REGION_H_

#include <cstdint>

#include "cli/sample/activity.h"
#include "cli/sample/people.h"

namespace safehaven::sample {

inline Period YearFrom(int year) {
  return {*CivilDay::FromYmd(year, 4, 1), *CivilDay::FromYmd(year + 1, 3, 31)};
}

struct Region {
  Population population;
  Activity activity;
};

inline Region MakeRegion(int64_t persons, uint64_t seed) {
  Region region;
  region.population = MakePopulation(persons, seed, YearFrom(2025));
  region.activity = MakeActivity(region.population, seed);
  return region;
}

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_TESTS_UNIT_CLI_SAMPLE_REGION_H_
