// The yardstick: linkage as one would write it in an afternoon. One thread, texts compared
// as texts, seven blocking rules, fixed weights, a set of pairs seen. It is right, and
// slow; nothing but the benchmark uses it.
#ifndef SAFEHAVEN_TESTS_BENCH_LINKAGE_NAIVE_LINKER_H_
#define SAFEHAVEN_TESTS_BENCH_LINKAGE_NAIVE_LINKER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace safehaven::bench {

struct NaiveResult {
  // By record.
  std::vector<uint32_t> cluster_of;
  uint64_t pairs = 0;
};

// `csv` as PeopleCsv writes it.
NaiveResult LinkNaively(const std::string& csv);

}  // namespace safehaven::bench

#endif  // SAFEHAVEN_TESTS_BENCH_LINKAGE_NAIVE_LINKER_H_
