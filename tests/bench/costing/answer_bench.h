// An aggregate question over many costed events, and how its time grows with them.
// Single-threaded.
#ifndef SAFEHAVEN_TESTS_BENCH_COSTING_ANSWER_BENCH_H_
#define SAFEHAVEN_TESTS_BENCH_COSTING_ANSWER_BENCH_H_

#include "tests/bench/support/comparison.h"

namespace safehaven::bench {

// Two dimensions, exclusions applied, distinct people in every cell, over 1, 5, 25 and 100
// million events, beside reading the same columns once.
Comparison AnswerComparison(bool quick);

}  // namespace safehaven::bench

#endif  // SAFEHAVEN_TESTS_BENCH_COSTING_ANSWER_BENCH_H_
