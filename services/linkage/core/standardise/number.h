// NHS numbers and sex codes as they are compared. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_NUMBER_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_NUMBER_H_

#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/record.h"

namespace safehaven::linkage {

struct NumberRules {
  // May numbers of the test range 900 to 999 million be used? Only in the demo.
  bool test_numbers_allowed = false;
  // Numbers known to be shared by many people, which therefore say nothing.
  absl::flat_hash_set<uint64_t> denied;
};

// The number in `text`, or 0 where it cannot be used; adds to `changes` why not. An
// empty text is no change.
uint64_t StandardNhsNumber(absl::string_view text, const NumberRules& rules, uint32_t& changes);

// Person stated gender code or a word for it: 1, M, male; 2, F, female. All else is
// unknown, and is a change unless it was empty.
Sex StandardSex(absl::string_view text, uint32_t& changes);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_NUMBER_H_
