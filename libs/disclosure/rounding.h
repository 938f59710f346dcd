// The arithmetic of disclosure control: how coarsely a figure has to be rounded.
// Pure; thread-safe.
#ifndef SAFEHAVEN_LIBS_DISCLOSURE_ROUNDING_H_
#define SAFEHAVEN_LIBS_DISCLOSURE_ROUNDING_H_

#include <cstdint>
#include <optional>

#include "libs/base/money.h"

namespace safehaven {

// The nearest multiple of `base` (above 0); halves go away from zero.
int128 RoundToMultiple(int128 value, int128 base);

// A magnitude and the people behind it, of whom the largest has to be protected.
struct Contributions {
  Money total;
  Money largest;         // by absolute value
  Money second_largest;  // the attacker: knows its own part exactly
};

struct RoundedMoney {
  Money amount;
  Money base;  // the true total lies within half of this
};

// `total` rounded to the nearest multiple of the finest base of 1, 2, 5, 10, 20, 50,
// ... pounds for which
//
//   (a) half the base is at least p per cent of the largest contribution, so that
//       neither the figure itself nor the difference between it and another figure
//       that leaves the largest contributor out tells that contribution to within p
//       per cent, and
//   (b) the p% rule holds of the figure that is shown: taking its own contribution
//       from the most that the total can be (the figure and half the base), the second
//       largest contributor still overestimates the largest by p per cent or more.
//
// (b) is the prior-posterior rule with q = 100, as in A. Hundepool and others,
// Statistical Disclosure Control (Wiley 2012), chapter 4, and in the tau-ARGUS manual
// of Statistics Netherlands, which suppress a cell with total - largest - second <
// p / 100 * largest; a figure that is shown only to within half a base has that much
// more protection, so rounding can give what the other contributors do not. The base
// is no part of an answer: it would bound the largest contribution from above.
//
// `p_percent` is 0 to 100. Nothing if the figure would be shown as 0 or does not fit 64 bits: then
// there is no figure that may be shown.
std::optional<RoundedMoney> RoundForLargest(const Contributions& contributions, int64_t p_percent);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_DISCLOSURE_ROUNDING_H_
