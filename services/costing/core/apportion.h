// Exact division of money over weights by largest remainder.
//
// A pool P over weights w with sum W gives row i floor(P * w_i / W) units, and the
// units that are left go one each to the rows with the largest remainders
// P * w_i mod W (the method of Hamilton; costing.md 7). So the shares always add up
// to the pool. Equal remainders are served in the order of the rows: the caller
// puts rows into an order of its own (by id, by record key), and the answer then
// depends on nothing else. A negative pool is divided as its absolute value and
// the sign restored.
//
// Rows of equal weight have equal remainders, so the work is done once per distinct
// weight and a row costs one look-up. Products are 128-bit wherever 64 bits could
// overflow. Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_APPORTION_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_APPORTION_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/base/money.h"

namespace safehaven::costing {

// Most rows that one division may have.
inline constexpr size_t kApportionRowsMax = 1'000'000'000;

// A fixed list of weights over which any number of pools can be divided.
class Apportioner {
 public:
  // `weights` in the order in which ties are served. INVALID_ARGUMENT with reason
  // WEIGHT_NEGATIVE if one is below 0; OUT_OF_RANGE with reason WEIGHT_OVERFLOW if
  // their sum does not fit 63 bits or there are more than kApportionRowsMax.
  static absl::StatusOr<Apportioner> Make(std::span<const int64_t> weights);

  size_t row_count() const { return class_of_row_.size(); }
  uint64_t weight_total() const { return weight_total_; }

  // Writes the shares of `pool`, in 1e-8 pounds, to `shares` (row_count() long).
  // FAILED_PRECONDITION with reason NO_DRIVER, and nothing written, if all weights
  // are 0 and the pool is not: the caller decides where such a pool is shown.
  absl::Status Share(Money pool, std::span<int64_t> shares) const;

 private:
  // Rows with the same weight.
  struct WeightClass {
    uint64_t weight = 0;
    uint64_t row_count = 0;
  };

  Apportioner() = default;
  void AssignClassesByTable(std::span<const int64_t> weights, uint64_t weight_max);
  void AssignClassesBySorting(std::span<const int64_t> weights);

  std::vector<uint32_t> class_of_row_;
  std::vector<WeightClass> classes_;
  uint64_t weight_total_ = 0;
};

// One division: the shares of `pool` over `weights`. Failures as above.
absl::StatusOr<std::vector<Money>> Apportion(Money pool, std::span<const int64_t> weights);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_APPORTION_H_
