// How sure an accuracy is: 95% intervals by resampling people, with all their records,
// so that the many pairs of one large cluster count as the one observation that they
// are (bootstrap: Efron 1979; by person because pairs of a person depend on each other).
#ifndef SAFEHAVEN_TESTS_BENCH_ACCURACY_INTERVALS_H_
#define SAFEHAVEN_TESTS_BENCH_ACCURACY_INTERVALS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/linkage/core/match.h"

namespace safehaven::bench {

inline constexpr int kResamples = 1000;

struct Interval {
  double low = 0;
  double high = 0;
};

struct AccuracyIntervals {
  Interval precision;
  Interval recall;
  Interval f1;
  Interval b_cubed_f1;
};

// `clusters` and `truth` have one label a record. A false link counts half for each of
// its two people. Deterministic.
AccuracyIntervals Resample(const std::vector<uint64_t>& clusters, const std::vector<uint64_t>& truth);

}  // namespace safehaven::bench

#endif  // SAFEHAVEN_TESTS_BENCH_ACCURACY_INTERVALS_H_
