// Match weights: the logarithm (base 2) of how much likelier an agreement is for
// one person than for two, in thousandths of a bit. Integers, so that a sum and
// its comparison with a threshold are the same on every machine.
// Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_WEIGHT_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_WEIGHT_H_

#include <cmath>
#include <cstdint>

namespace safehaven::linkage {

// Thousandths of a bit. A whole score stays within a few hundred bits.
using Weight = int32_t;

inline constexpr Weight kWeightPerBit = 1000;

// Weight of a level with probability `m` among matches and `u` among others; both
// in (0, 1].
inline Weight WeightOfRatio(double m, double u) {
  return static_cast<Weight>(std::lround(std::log2(m / u) * kWeightPerBit));
}

// Weight of prior probability `lambda`, in (0, 1).
inline Weight WeightOfPrior(double lambda) { return WeightOfRatio(lambda, 1 - lambda); }

// The probability of a match that a total weight stands for.
inline double ProbabilityOf(Weight weight) {
  return 1 / (1 + std::exp2(-static_cast<double>(weight) / kWeightPerBit));
}

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_WEIGHT_H_
