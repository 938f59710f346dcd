// A made-up population as CSV text for the speed of linkage: names by Zipf's law, dates of
// a century, one person in four with a second record that has slips in it, as in the
// million of linkage.md 3 (bench_1m), whose own file is used where it is given.
#ifndef SAFEHAVEN_TESTS_BENCH_LINKAGE_PEOPLE_H_
#define SAFEHAVEN_TESTS_BENCH_LINKAGE_PEOPLE_H_

#include <cstdint>
#include <string>

namespace safehaven::bench {

// Columns unique_id, cluster (the truth), first_name, surname, dob, sex, postcode,
// house_no. Deterministic.
std::string PeopleCsv(uint32_t people);

}  // namespace safehaven::bench

#endif  // SAFEHAVEN_TESTS_BENCH_LINKAGE_PEOPLE_H_
