// Is one text the other with a single slip of the keyboard? Thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_EDIT_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_EDIT_H_

#include "absl/strings/string_view.h"

namespace safehaven::linkage {

// Are the texts equal, or does one letter replaced, dropped or added, or one pair of
// neighbours exchanged, make them so (Damerau 1964, distance at most 1)? O(length).
bool WithinOneEdit(absl::string_view a, absl::string_view b);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_EDIT_H_
