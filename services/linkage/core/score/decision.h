// What is done with a pair: the deterministic rules in front of the weights, the two
// thresholds behind them. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_SCORE_DECISION_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_SCORE_DECISION_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/linkage/core/compare/comparer.h"
#include "services/linkage/core/model.h"

namespace safehaven::linkage {

enum class Decision : uint8_t {
  kCrossCheck,  // both verified NHS numbers equal, date of birth compatible: linked
  kWeight,      // linked by weight
  kClear,       // linked below the weight, as each is the other's only good candidate
  kReview,      // a clerk should look
  kPossible,    // too weak to link, strong enough to exclude
  kNone,        // below every threshold
  kForbidden,   // never one person: refused whatever the weight
};

absl::string_view DecisionName(Decision decision);

// Is the pair one person's by this decision?
inline bool Links(Decision decision) {
  return decision == Decision::kCrossCheck || decision == Decision::kWeight ||
         decision == Decision::kClear;
}

// What the levels alone say, whatever the weight.
enum class Ruling : uint8_t {
  kByWeight,
  kCertain,    // cross-check
  kNotAlone,   // numbers and the rest conflict: at most review
  kForbidden,
};

// Rules, in this order:
// - both verified NHS numbers different: forbidden (one slip apart: not alone);
// - both verified NHS numbers equal: certain, unless date of birth and name both
//   conflict, which is what a card used by somebody else looks like: not alone;
// - sex and date of birth both conflict and no number agrees: forbidden.
// A number agrees if NHS number, local number or a further identifier is equal.
Ruling RulingOf(Pattern pattern, const PatternLayout& layout, const std::vector<FieldModel>& fields);

Decision Decide(Ruling ruling, Weight weight, const Thresholds& thresholds);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_SCORE_DECISION_H_
