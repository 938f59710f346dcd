// From records as received to records as compared, with a count of every change.
// Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_STANDARDISE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_STANDARDISE_H_

#include <span>
#include <vector>

#include "services/linkage/core/record.h"
#include "services/linkage/core/standardise/change.h"
#include "services/linkage/core/standardise/date.h"
#include "services/linkage/core/standardise/number.h"

namespace safehaven::linkage {

struct StandardRules {
  NumberRules numbers;
  DateRules dates;
};

// A number that this many different family names give says nothing about anybody.
inline constexpr int kNamesPerNumberMax = 20;

// Completes `rules` with what only the data show: default dates (see
// LearnDefaultDates) and NHS numbers that more than kNamesPerNumberMax different
// family names give. The order of the records does not matter. O(n log n).
StandardRules LearnRules(std::span<const SourceRecord> records, StandardRules rules);

// One record. Adds its changes to `report`.
StandardRecord Standardise(const SourceRecord& record, const StandardRules& rules,
                           StandardiseReport& report);

struct StandardisedRecords {
  std::vector<StandardRecord> records;
  StandardiseReport report;
};

// All records, in their order.
StandardisedRecords StandardiseAll(std::span<const SourceRecord> records, const StandardRules& rules);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_STANDARDISE_H_
