// Explaining figures of a run over mutual TLS. Single-threaded.
#ifndef SAFEHAVEN_TESTS_BENCH_COSTING_EXPLAIN_BENCH_H_
#define SAFEHAVEN_TESTS_BENCH_COSTING_EXPLAIN_BENCH_H_

#include "tests/bench/support/comparison.h"

namespace safehaven::bench {

Comparison ExplainComparison(bool quick);

}  // namespace safehaven::bench

#endif  // SAFEHAVEN_TESTS_BENCH_COSTING_EXPLAIN_BENCH_H_
