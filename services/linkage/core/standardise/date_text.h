// Reads dates as the most different systems write them, beyond the forms that the
// services take (standardise/date.h). Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_DATE_TEXT_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_DATE_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "services/linkage/core/record.h"

namespace safehaven::linkage {

// The order of the parts of a date that is written with separators.
enum class DateOrder : uint8_t { kDayFirst, kMonthFirst };

// A date in any of the forms of ParsePartialDate, with a time behind it that is not
// read; 31/12/1980 and 12/31/1980 (`order` decides where both are possible);
// 31 Dec 1980, December 31, 1980; DDMMYYYY; a year of two digits (00 to 29 is this
// century). Parts that cannot be are unknown.
PartialDate ReadDate(absl::string_view text, DateOrder order);

// A date from texts of its parts, of which any may be empty; months may be words.
PartialDate ReadDateParts(absl::string_view year, absl::string_view month, absl::string_view day);

// `date` as YYYY-MM-DD with zeros for what is not known; "" for nothing.
std::string IsoText(const PartialDate& date);

// Counts for deciding the order of a column.
struct OrderVotes {
  uint64_t first_above_12 = 0;   // the first of three numbers cannot be a month
  uint64_t second_above_12 = 0;  // the second cannot
};

// Adds the votes of one value.
void VoteOrder(absl::string_view text, OrderVotes& votes);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_DATE_TEXT_H_
