#include "services/costing/core/apportion.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "libs/base/status.h"

namespace safehaven::costing {
namespace {

// Weights up to this are numbered through a table instead of by sorting; at least
// as many as rows, so that the table is never the larger part of the work.
constexpr uint64_t kWeightTableMin = 65'536;

// No remainder is as large: remainders are below a 63-bit total.
constexpr uint64_t kNoBoundary = std::numeric_limits<uint64_t>::max();

// What one weight class gets of one pool.
struct ClassShare {
  uint64_t quotient = 0;
  uint64_t remainder = 0;
};

// floor(pool * weight / total) and its remainder, for weight <= total.
//
// pool = a * total + b gives pool * weight / total = a * weight + b * weight / total,
// and b * weight nearly always fits 64 bits where pool * weight does not.
class Divider {
 public:
  Divider(uint64_t pool, uint64_t total)
      : whole_(pool / total), rest_(pool % total), total_(total),
        narrow_weight_max_(rest_ == 0 ? std::numeric_limits<uint64_t>::max()
                                      : std::numeric_limits<uint64_t>::max() / rest_) {}

  ClassShare Of(uint64_t weight) const {
    if (weight <= narrow_weight_max_) {
      const uint64_t product = rest_ * weight;
      return {whole_ * weight + product / total_, product % total_};
    }
    const uint128 product = uint128{rest_} * weight;
    return {whole_ * weight + static_cast<uint64_t>(product / total_),
            static_cast<uint64_t>(product % total_)};
  }

 private:
  uint64_t whole_;
  uint64_t rest_;
  uint64_t total_;
  uint64_t narrow_weight_max_;
};

uint64_t Magnitude(int64_t value) {
  return value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

// The magnitude with the pool's sign. A share never exceeds its pool, so the only
// magnitude of 2^63 is that of the most negative pool.
int64_t WithSign(uint64_t magnitude, bool negative) {
  return static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
}

// Serves whole groups of equal remainder, largest first, with a unit a row while
// `units_left` lasts. Returns the remainder of the group for which it does not.
template <typename WeightClasses>
uint64_t ServeLargestRemainders(const WeightClasses& classes, std::vector<ClassShare>& shares,
                                uint64_t& units_left) {
  std::vector<uint32_t> order(classes.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&shares](uint32_t a, uint32_t b) { return shares[a].remainder > shares[b].remainder; });
  for (size_t i = 0; units_left > 0;) {
    // The remainders of all rows add up to a multiple of the total weight, so the
    // units never outlast the rows that have a remainder.
    SH_CHECK(i < order.size());
    const uint64_t remainder = shares[order[i]].remainder;
    size_t end = i;
    uint64_t row_count = 0;
    for (; end < order.size() && shares[order[end]].remainder == remainder; ++end) {
      row_count += classes[order[end]].row_count;
    }
    if (row_count > units_left) return remainder;
    for (; i < end; ++i) ++shares[order[i]].quotient;
    units_left -= row_count;
  }
  return kNoBoundary;
}

}  // namespace

absl::StatusOr<Apportioner> Apportioner::Make(std::span<const int64_t> weights) {
  const absl::Status overflow = Failure(absl::StatusCode::kOutOfRange, "WEIGHT_OVERFLOW",
                                        "there are too many weights, or their sum does not fit 63 bits");
  if (weights.size() > kApportionRowsMax) return overflow;
  Apportioner result;
  uint128 total = 0;
  uint64_t weight_max = 0;
  for (const int64_t weight : weights) {
    if (weight < 0) return InvalidArgument("WEIGHT_NEGATIVE", "a weight is below 0");
    total += static_cast<uint64_t>(weight);
    weight_max = std::max(weight_max, static_cast<uint64_t>(weight));
  }
  if (total > uint128{static_cast<uint64_t>(std::numeric_limits<int64_t>::max())}) return overflow;
  result.weight_total_ = static_cast<uint64_t>(total);
  result.class_of_row_.resize(weights.size());
  if (weight_max <= std::max<uint64_t>(kWeightTableMin, weights.size())) {
    result.AssignClassesByTable(weights, weight_max);
  } else {
    result.AssignClassesBySorting(weights);
  }
  return result;
}

void Apportioner::AssignClassesByTable(std::span<const int64_t> weights, uint64_t weight_max) {
  constexpr uint32_t kUnseen = std::numeric_limits<uint32_t>::max();
  std::vector<uint32_t> class_of_weight(weight_max + 1, kUnseen);
  for (size_t row = 0; row < weights.size(); ++row) {
    uint32_t& index = class_of_weight[static_cast<size_t>(weights[row])];
    if (index == kUnseen) {
      index = static_cast<uint32_t>(classes_.size());
      classes_.push_back({.weight = static_cast<uint64_t>(weights[row])});
    }
    ++classes_[index].row_count;
    class_of_row_[row] = index;
  }
}

void Apportioner::AssignClassesBySorting(std::span<const int64_t> weights) {
  std::vector<int64_t> distinct(weights.begin(), weights.end());
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  classes_.resize(distinct.size());
  for (size_t i = 0; i < distinct.size(); ++i) classes_[i].weight = static_cast<uint64_t>(distinct[i]);
  for (size_t row = 0; row < weights.size(); ++row) {
    const auto at = std::lower_bound(distinct.begin(), distinct.end(), weights[row]);
    const auto index = static_cast<uint32_t>(at - distinct.begin());
    ++classes_[index].row_count;
    class_of_row_[row] = index;
  }
}

absl::Status Apportioner::Share(Money pool, std::span<int64_t> shares) const {
  SH_CHECK(shares.size() == class_of_row_.size());
  if (weight_total_ == 0) {
    if (pool != Money(0)) return FailedPrecondition("NO_DRIVER", "all weights are 0");
    std::fill(shares.begin(), shares.end(), 0);
    return absl::OkStatus();
  }
  const bool negative = pool.e8_pounds() < 0;
  const uint64_t magnitude = Magnitude(pool.e8_pounds());
  const Divider divider(magnitude, weight_total_);
  std::vector<ClassShare> class_shares(classes_.size());
  uint64_t units_left = magnitude;
  for (size_t i = 0; i < classes_.size(); ++i) {
    class_shares[i] = divider.Of(classes_[i].weight);
    units_left -= class_shares[i].quotient * classes_[i].row_count;
  }
  const uint64_t boundary = ServeLargestRemainders(classes_, class_shares, units_left);
  // Of the rows at the boundary, perhaps of several weights, the first get the rest.
  for (size_t row = 0; row < shares.size(); ++row) {
    const ClassShare& share = class_shares[class_of_row_[row]];
    uint64_t units = share.quotient;
    if (units_left > 0 && share.remainder == boundary) {
      ++units;
      --units_left;
    }
    shares[row] = WithSign(units, negative);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Money>> Apportion(Money pool, std::span<const int64_t> weights) {
  SH_ASSIGN_OR_RETURN(const Apportioner apportioner, Apportioner::Make(weights));
  std::vector<int64_t> shares(weights.size());
  SH_RETURN_IF_ERROR(apportioner.Share(pool, shares));
  std::vector<Money> result;
  result.reserve(shares.size());
  for (const int64_t share : shares) result.push_back(Money(share));
  return result;
}

}  // namespace safehaven::costing
