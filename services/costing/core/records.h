// Selects the rows of a warranted question for records. What comes out still holds
// person numbers, which never leave the services: the caller turns them into
// pseudonyms or sealed identifiers of the warrant's domain. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_RECORDS_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/warrant/question.h"
#include "libs/warrant/warrant.h"
#include "services/costing/core/snapshot.h"

namespace safehaven::costing {

// Most rows of one answer; linkage resolves as many persons in one call.
inline constexpr size_t kRecordsMax = 65'536;

struct Record {
  // Number in the crosswalk of the snapshot. Nothing if the person's objection keeps
  // the record in the answer but unlinked: then what is known of the person (age
  // band, sex, pseudonym, NHS number) is empty too.
  std::optional<uint64_t> person;
  // A text a column. Empty for "pseudonym" and "nhs_number", which linkage knows.
  std::vector<std::string> values;
};

struct RecordTable {
  std::vector<std::string> columns;  // items of the question
  std::vector<Record> records;       // in ascending order of their values
  int64_t people_left_out = 0;       // on the list, removed from at least one source
};

// The rows of a normalised question for records: events that ended on one of its
// days, of people on the commissioner's list, in the warrant's flows, with objections
// applied source by source. Failures: those of CheckBinding() and ApplyObjections();
// INVALID_ARGUMENT with reason FIELD_INVALID for an item or filter that costing does
// not have; RESOURCE_EXHAUSTED with reason TOO_MANY_RECORDS beyond kRecordsMax (ask
// for fewer days or filter). A filter on a person's attribute never keeps an unlinked
// record, for it would tell the attribute.
absl::StatusOr<RecordTable> SelectRecords(const Snapshot& snapshot, const Question& question,
                                          const Warrant& warrant);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_RECORDS_H_
