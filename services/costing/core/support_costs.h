// Spreading support costs (estates, finance, ...) over the pools that they support.
//
// Two methods (costing.md 7). Step-down closes the support pools one after another;
// what is closed receives nothing more, so no cost can be sent back and lost.
// Reciprocal solves all of them together: the gross cost of pool i is its own cost
// and what the others send it,
//
//     g_i = d_i + sum over support pools j of g_j * w_ji / W_j,
//
// with w_ji the statistic by which j serves i and W_j the sum of j's statistics.
// It is solved in whole numbers (fraction-free elimination after Bareiss, 1968), so
// nothing is lost to iteration; money is made once, at the end, by largest
// remainder with ties in pool order. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_SUPPORT_COSTS_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_SUPPORT_COSTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/base/money.h"

namespace safehaven::costing {

// Most support pools in one model: the exact solution takes the cube of it.
inline constexpr size_t kSupportPoolsMax = 64;

// `sender` serves `receiver` by `weight` units of its statistic (square metres, ...).
struct SupportStatistic {
  size_t sender = 0;
  size_t receiver = 0;
  int64_t weight = 0;  // above 0
};

// Pools are named by their index in `names` and `direct`.
struct SupportProblem {
  std::vector<std::string> names;
  std::vector<Money> direct;   // cost before allocation
  std::vector<size_t> senders;  // the support pools, in the order in which step-down closes them
  std::vector<SupportStatistic> statistics;
};

// Money that one sender handed on when it closed (step-down only: a reciprocal
// solution has no such moments).
struct SupportTransfer {
  size_t sender = 0;
  size_t receiver = 0;
  Money amount;
};

struct SupportResult {
  std::vector<Money> final_cost;  // after allocation; exactly 0 for every support pool
  // What each support pool had to hand on, itself included. For step-down exact;
  // for reciprocal rounded down to 1e-8 pounds, for reading only: no sum is made of it.
  std::vector<Money> gross_cost;
  std::vector<SupportTransfer> transfers;
};

// Can the problem be solved, whatever the amounts? INVALID_ARGUMENT with reason
// SUPPORT_STATISTIC_INVALID for a weight that is not above 0, an index out of range,
// a sender that is no support pool or that serves itself; SUPPORT_POOL_CLOSED_LOOP,
// with the pools in metadata "pools", if cost in them could never leave.
absl::Status CheckStepDown(const SupportProblem& problem);
absl::Status CheckReciprocal(const SupportProblem& problem);

// Both conserve exactly: the final costs add up to the direct ones. The failures
// above, or OUT_OF_RANGE with reason MONEY_OVERFLOW if an amount does not fit.
absl::StatusOr<SupportResult> AllocateStepDown(const SupportProblem& problem);
absl::StatusOr<SupportResult> AllocateReciprocal(const SupportProblem& problem);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_SUPPORT_COSTS_H_
