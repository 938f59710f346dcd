// Results of benchmarks as a table for people and as JSON for programs. Pure.
#ifndef SAFEHAVEN_TESTS_BENCH_SUPPORT_REPORT_H_
#define SAFEHAVEN_TESTS_BENCH_SUPPORT_REPORT_H_

#include <string>
#include <vector>

#include "tests/bench/support/comparison.h"
#include "tests/bench/support/probe.h"

namespace safehaven::bench {

// One block a comparison: a line for each figure with median, lowest and highest, its
// bound and whether that is met, and the physical limit below it.
std::string TableOf(const ComparisonResult& result);

// {"machine": {...}, "benchmarks": [{"name", "cores", "rounds", "error"?, "figures": [...]}]}
std::string JsonOf(const MachineKind& machine, const std::vector<ComparisonResult>& results);

}  // namespace safehaven::bench

#endif  // SAFEHAVEN_TESTS_BENCH_SUPPORT_REPORT_H_
