// Which values a filter may name. A value that nobody can have would be answered with 0,
// which reads like a finding; so it is refused before anybody decides on it. Pure;
// thread-safe.
#ifndef SAFEHAVEN_LIBS_WARRANT_FILTER_VALUES_H_
#define SAFEHAVEN_LIBS_WARRANT_FILTER_VALUES_H_

#include "absl/status/status.h"
#include "libs/warrant/question.h"

namespace safehaven {

// OK if each value of `filter` is one that its dimension can have: bands as "05-09",
// "95+" or "unknown"; sex as PERSON STATED GENDER CODE (NHS Data Dictionary: 0 not
// known, 1 male, 2 female, 9 indeterminate); months as "2025-04"; data sets and sectors
// that are in `datasets`; legal restrictions by name; costing runs by number. Dimensions whose codes others keep
// (practices, areas, currencies, points of delivery) take any value. INVALID_ARGUMENT
// with reason FIELD_INVALID and metadata "field" = "filters"; the message names the
// value and what would be right.
absl::Status CheckFilterValues(const Filter& filter, const std::vector<std::string>& datasets);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_WARRANT_FILTER_VALUES_H_
