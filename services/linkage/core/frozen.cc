#include "services/linkage/core/frozen.h"

namespace safehaven::linkage {

StandardRules FreezeRules(StandardRules rules) {
  rules.numbers.test_numbers_allowed = false;
  rules.dates.latest = rules.dates.latest.AddDays(kFrozenDays);
  // Who was not too old at the training is not a year later.
  ++rules.dates.age_years_max;
  return rules;
}

StandardRules ThawRules(const Frozen& frozen, bool test_numbers_allowed) {
  StandardRules rules = frozen.standard;
  rules.numbers.test_numbers_allowed = test_numbers_allowed;
  return rules;
}

}  // namespace safehaven::linkage
