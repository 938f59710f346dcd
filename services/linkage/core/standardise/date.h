// Dates of birth as they are compared: parts that are known, and nothing where a
// system wrote a date because it had to write one. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_DATE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_DATE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"
#include "services/linkage/core/record.h"

namespace safehaven::linkage {

struct DateRules {
  // No date of birth may lie after this day (normally the day of the extract).
  CivilDay latest;
  // Nor more than this many years before it.
  int age_years_max = 120;
  // Packed complete dates that stand for "not known".
  absl::flat_hash_set<uint32_t> defaults;
  // Is 1 January used where only the year is known? Then such a date keeps its year.
  bool first_of_january_is_year_only = false;
};

// The dates that mean "not known" in any system: 1800-01-01, 1900-01-01,
// 1901-01-01, 1911-11-11 and 9999-12-31 (linkage practice; docs/formats.md).
absl::flat_hash_set<uint32_t> WellKnownDefaultDates();

// Reads YYYY-MM-DD, YYYYMMDD, DD/MM/YYYY, DD-MM-YYYY or DD.MM.YYYY; parts that are
// empty or zeros are unknown ("1980-00-00", "-05-17"), and so is a month or day
// that no calendar has. Empty where nothing can be read. No rules applied.
PartialDate ParsePartialDate(absl::string_view text);

// The date in `text` under `rules`; adds to `changes` what was done. An empty text
// is no change.
PartialDate StandardDate(absl::string_view text, const DateRules& rules, uint32_t& changes);

// One date of birth and who has it, for LearnDefaultDates.
struct DatedName {
  uint32_t packed_date = 0;
  // Hash of the family name. One person's many records count once.
  uint64_t name_hash = 0;
};

// Completes `rules` from the data: a date is a default if at least 20 different
// family names have it and that is more than 20 times what its neighbours (three
// days before and after) have on average; 1 January means "year only" if over all
// years it has more than 20 times the names of 2 to 7 January. O(n log n).
DateRules LearnDefaultDates(DateRules rules, std::vector<DatedName> dates);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_DATE_H_
