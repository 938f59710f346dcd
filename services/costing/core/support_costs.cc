#include "services/costing/core/support_costs.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/status.h"
#include "services/costing/core/apportion.h"
#include "services/costing/core/big_integer.h"

namespace safehaven::costing {
namespace {

constexpr size_t kNotSupport = std::numeric_limits<size_t>::max();

// The place of each pool among the senders, or kNotSupport.
std::vector<size_t> SenderPlaces(const SupportProblem& problem) {
  std::vector<size_t> places(problem.direct.size(), kNotSupport);
  for (size_t i = 0; i < problem.senders.size(); ++i) places[problem.senders[i]] = i;
  return places;
}

absl::Status CheckProblem(const SupportProblem& problem) {
  SH_CHECK(problem.names.size() == problem.direct.size());
  const absl::Status invalid =
      InvalidArgument("SUPPORT_STATISTIC_INVALID",
                      "a support statistic needs a support pool that serves another pool by a weight above 0");
  if (problem.senders.size() > kSupportPoolsMax) {
    return InvalidArgument("SUPPORT_STATISTIC_INVALID",
                           absl::StrCat("there are more than ", kSupportPoolsMax, " support pools"));
  }
  for (const size_t sender : problem.senders) {
    if (sender >= problem.direct.size()) return invalid;
  }
  const std::vector<size_t> places = SenderPlaces(problem);
  for (const SupportStatistic& statistic : problem.statistics) {
    if (statistic.weight <= 0 || statistic.sender >= problem.direct.size() ||
        statistic.receiver >= problem.direct.size() || statistic.sender == statistic.receiver ||
        places[statistic.sender] == kNotSupport) {
      return invalid;
    }
  }
  return absl::OkStatus();
}

absl::Status ClosedLoop(const SupportProblem& problem, const std::vector<size_t>& pools) {
  const std::string names = absl::StrJoin(pools, ", ", [&problem](std::string* out, size_t pool) {
    out->append(problem.names[pool]);
  });
  return Failure(absl::StatusCode::kInvalidArgument, "SUPPORT_POOL_CLOSED_LOOP",
                 absl::StrCat("cost in these support pools could never leave them: ", names), {{"pools", names}});
}

// Every support pool must reach, through receivers, a pool that is none. Otherwise
// the equations have no solution (I - A is singular).
absl::Status CheckEveryPoolDrains(const SupportProblem& problem, const std::vector<size_t>& places) {
  std::vector<bool> drains(problem.senders.size(), false);
  for (bool changed = true; changed;) {
    changed = false;
    for (const SupportStatistic& statistic : problem.statistics) {
      const size_t sender = places[statistic.sender];
      const size_t receiver = places[statistic.receiver];
      if (!drains[sender] && (receiver == kNotSupport || drains[receiver])) {
        drains[sender] = true;
        changed = true;
      }
    }
  }
  std::vector<size_t> stuck;
  for (size_t i = 0; i < drains.size(); ++i) {
    if (!drains[i]) stuck.push_back(problem.senders[i]);
  }
  return stuck.empty() ? absl::OkStatus() : ClosedLoop(problem, stuck);
}

// A square system in whole numbers, the right-hand side as the last column.
using Matrix = std::vector<std::vector<BigInteger>>;

// Row i: W_i h_i - sum over j of w_ji h_j = d_i, where h_i is the cost a unit of
// pool i's statistic carries, so that no fraction appears.
Matrix Equations(const SupportProblem& problem, const std::vector<size_t>& places, bool negate) {
  const size_t count = problem.senders.size();
  Matrix matrix(count, std::vector<BigInteger>(count + 1));
  for (const SupportStatistic& statistic : problem.statistics) {
    const size_t sender = places[statistic.sender];
    const size_t receiver = places[statistic.receiver];
    const BigInteger weight(statistic.weight);
    matrix[sender][sender] = matrix[sender][sender] + weight;
    if (receiver != kNotSupport) matrix[receiver][sender] = matrix[receiver][sender] - weight;
  }
  for (size_t i = 0; i < count; ++i) {
    const BigInteger direct(problem.direct[problem.senders[i]].e8_pounds());
    matrix[i][count] = negate ? BigInteger(0) - direct : direct;
  }
  return matrix;
}

// Fraction-free Gauss-Jordan elimination (E. H. Bareiss, Mathematics of Computation
// 22, 1968): every division is exact. Afterwards unknown i is numerators[i] / determinant.
// The matrix is a non-singular M-matrix (its columns are weakly dominated by the
// diagonal and every pool drains), so every pivot is above 0 and no rows are swapped.
struct Solution {
  std::vector<BigInteger> numerators;
  BigInteger determinant;
};

Solution Solve(Matrix matrix) {
  const size_t count = matrix.size();
  BigInteger previous(1);
  for (size_t pivot = 0; pivot < count; ++pivot) {
    const BigInteger lead = matrix[pivot][pivot];
    SH_CHECK(Compare(lead, BigInteger(0)) > 0);
    for (size_t row = 0; row < count; ++row) {
      if (row == pivot) continue;
      const BigInteger factor = matrix[row][pivot];
      for (size_t column = 0; column <= count; ++column) {
        matrix[row][column] =
            BigInteger::DivideFloor(lead * matrix[row][column] - factor * matrix[pivot][column], previous).quotient;
      }
    }
    previous = lead;
  }
  Solution solution;
  solution.determinant = previous;
  for (size_t row = 0; row < count; ++row) solution.numerators.push_back(matrix[row][count]);
  return solution;
}

absl::StatusOr<Money> ToMoney(const BigInteger& value, bool negate) {
  const std::optional<int64_t> units = value.ToInt64();
  if (!units) {
    return Failure(absl::StatusCode::kOutOfRange, "MONEY_OVERFLOW", "a support cost does not fit 64 bits");
  }
  return WideMoney(negate ? -int128{*units} : int128{*units}).Narrow();
}

// Rounds fractions over one denominator to whole units that add up to `total`: all
// are rounded down, then the largest remainders are served, ties in order.
std::vector<BigInteger> RoundToTotal(const std::vector<BigInteger>& numerators, const BigInteger& denominator,
                                     const BigInteger& total) {
  std::vector<BigInteger> units;
  std::vector<BigInteger> remainders;
  BigInteger left = total;
  for (const BigInteger& numerator : numerators) {
    BigInteger::Division division = BigInteger::DivideFloor(numerator, denominator);
    left = left - division.quotient;
    units.push_back(std::move(division.quotient));
    remainders.push_back(std::move(division.remainder));
  }
  std::vector<size_t> order(numerators.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&remainders](size_t a, size_t b) { return Compare(remainders[a], remainders[b]) > 0; });
  const std::optional<int64_t> left_count = left.ToInt64();
  SH_CHECK(left_count && *left_count >= 0 && static_cast<size_t>(*left_count) <= order.size());
  for (size_t i = 0; i < static_cast<size_t>(*left_count); ++i) {
    units[order[i]] = units[order[i]] + BigInteger(1);
  }
  return units;
}

// May cost of the pool at `place` go to `receiver`? A pool that is closed receives
// nothing more; the weights of the others stand.
bool IsOpen(const std::vector<size_t>& places, size_t place, size_t receiver) {
  return places[receiver] == kNotSupport || places[receiver] > place;
}

}  // namespace

absl::Status CheckStepDown(const SupportProblem& problem) {
  SH_RETURN_IF_ERROR(CheckProblem(problem));
  const std::vector<size_t> places = SenderPlaces(problem);
  std::vector<bool> has_receiver(problem.senders.size(), false);
  for (const SupportStatistic& statistic : problem.statistics) {
    const size_t place = places[statistic.sender];
    if (IsOpen(places, place, statistic.receiver)) has_receiver[place] = true;
  }
  for (size_t place = 0; place < has_receiver.size(); ++place) {
    if (!has_receiver[place]) return ClosedLoop(problem, {problem.senders[place]});
  }
  return absl::OkStatus();
}

absl::Status CheckReciprocal(const SupportProblem& problem) {
  SH_RETURN_IF_ERROR(CheckProblem(problem));
  return CheckEveryPoolDrains(problem, SenderPlaces(problem));
}

absl::StatusOr<SupportResult> AllocateStepDown(const SupportProblem& problem) {
  SH_RETURN_IF_ERROR(CheckStepDown(problem));
  const std::vector<size_t> places = SenderPlaces(problem);
  SupportResult result;
  result.final_cost = problem.direct;
  result.gross_cost.resize(problem.direct.size());
  for (size_t place = 0; place < problem.senders.size(); ++place) {
    const size_t sender = problem.senders[place];
    std::vector<size_t> receivers;
    std::vector<int64_t> weights;
    for (const SupportStatistic& statistic : problem.statistics) {
      if (statistic.sender != sender || !IsOpen(places, place, statistic.receiver)) continue;
      receivers.push_back(statistic.receiver);
      weights.push_back(statistic.weight);
    }
    result.gross_cost[sender] = result.final_cost[sender];
    SH_ASSIGN_OR_RETURN(const std::vector<Money> shares, Apportion(result.final_cost[sender], weights));
    result.final_cost[sender] = Money(0);
    for (size_t i = 0; i < receivers.size(); ++i) {
      SH_ASSIGN_OR_RETURN(result.final_cost[receivers[i]], Add(result.final_cost[receivers[i]], shares[i]));
      result.transfers.push_back({sender, receivers[i], shares[i]});
    }
  }
  return result;
}

absl::StatusOr<SupportResult> AllocateReciprocal(const SupportProblem& problem) {
  SH_RETURN_IF_ERROR(CheckReciprocal(problem));
  const std::vector<size_t> places = SenderPlaces(problem);
  // A negative total is solved with all signs turned, so that turning the sign of a
  // ledger turns the sign of every answer.
  int128 support_total = 0;
  for (const size_t sender : problem.senders) support_total += problem.direct[sender].e8_pounds();
  const bool negate = support_total < 0;
  const Solution solution = Solve(Equations(problem, places, negate));

  SupportResult result;
  result.final_cost = problem.direct;
  result.gross_cost.resize(problem.direct.size());
  std::vector<BigInteger> received(problem.direct.size());
  std::vector<BigInteger> sent(problem.senders.size());
  for (const SupportStatistic& statistic : problem.statistics) {
    const size_t sender = places[statistic.sender];
    const BigInteger flow = BigInteger(statistic.weight) * solution.numerators[sender];
    sent[sender] = sent[sender] + flow;
    if (places[statistic.receiver] == kNotSupport) {
      received[statistic.receiver] = received[statistic.receiver] + flow;
    }
  }
  for (size_t i = 0; i < sent.size(); ++i) {
    SH_ASSIGN_OR_RETURN(result.gross_cost[problem.senders[i]],
                        ToMoney(BigInteger::DivideFloor(sent[i], solution.determinant).quotient, negate));
    result.final_cost[problem.senders[i]] = Money(0);
  }
  SH_ASSIGN_OR_RETURN(const Money total, WideMoney(negate ? -support_total : support_total).Narrow());
  const std::vector<BigInteger> units =
      RoundToTotal(received, solution.determinant, BigInteger(total.e8_pounds()));
  for (size_t pool = 0; pool < units.size(); ++pool) {
    SH_ASSIGN_OR_RETURN(const Money share, ToMoney(units[pool], negate));
    SH_ASSIGN_OR_RETURN(result.final_cost[pool], Add(result.final_cost[pool], share));
  }
  return result;
}

}  // namespace safehaven::costing
