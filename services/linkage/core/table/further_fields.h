// Which further columns (numbers of authorities, texts) of several tables say the same
// thing and are compared with one another. Those of one name do; columns of other
// names only if their names mean the same, as "mobile" and "phone number". What a
// column holds is no ground: two columns of numbers are not one field for that.
// Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_FURTHER_FIELDS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_FURTHER_FIELDS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/linkage/core/table/candidate.h"

namespace safehaven::linkage {

// Further fields of a model: more would not fit a pattern of 64 bits beside the fields
// of a person.
inline constexpr size_t kFurtherFieldsMax = 12;

// What a further column's name means: "phone" of "mobile" and "Telephone No", and the
// compact name of one that no word is known for.
std::string MeaningOf(absl::string_view column);

// Gives every further column its field, and ignores those that cannot say anything: of
// one value, or without a counterpart where there are `table_count` > 1 tables. Of more
// fields than kFurtherFieldsMax the most telling stay.
void SettleFurther(size_t table_count, std::vector<Candidate>& candidates);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_FURTHER_FIELDS_H_
