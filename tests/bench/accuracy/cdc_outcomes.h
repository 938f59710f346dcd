// The three-way outcomes (match, possible match, no match) that the tests of CDC's
// RecordLinker expect of corrupted records against the people they were made of, beside
// those of `safehaven link --model auto`.
#ifndef SAFEHAVEN_TESTS_BENCH_ACCURACY_CDC_OUTCOMES_H_
#define SAFEHAVEN_TESTS_BENCH_ACCURACY_CDC_OUTCOMES_H_

#include <string>

#include "absl/status/statusor.h"

namespace safehaven::bench {

// A section for docs/accuracy.md: agreement in all, by case, and every kind of difference
// with what the two records agree and differ in. `folder` is that of the linkage data.
absl::StatusOr<std::string> CdcSection(const std::string& folder);

}  // namespace safehaven::bench

#endif  // SAFEHAVEN_TESTS_BENCH_ACCURACY_CDC_OUTCOMES_H_
