// Answers a warranted question over one snapshot: exact figures for disclosure
// control to judge, never for anybody to see. Pure; thread-safe.
//
// Who counts. People on the commissioner's list on the list day (who did not die
// before), except those whom the objections of any of the question's sources keep
// out: a linked figure is about whole people, so somebody who has to be left out of
// one source, or to stand in it unlinked, is left out of the table and of its
// populations. Records without a link are in no answer.
//
// What counts. Events of the question's data sets in the warrant's flows that ended
// on one of its days. Cost is own-patient-care cost. A cell holds the people with an
// event in it; its population is that of its person dimensions (age band, sex, area,
// practice), whatever its event dimensions.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_ANSWER_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_ANSWER_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "libs/disclosure/cost_table.h"
#include "libs/warrant/question.h"
#include "libs/warrant/warrant.h"
#include "services/costing/core/snapshot.h"

namespace safehaven::costing {

// Most cells of one table.
inline constexpr size_t kCellsMax = 50'000;

// The table of a normalised aggregate question: every combination of values that
// occur, in ascending order of keys, and a total if there is any dimension. Failures:
// those of CheckBinding() and ApplyObjections(); INVALID_ARGUMENT with reason
// FIELD_INVALID (a dimension or measure that costing does not have) or
// TABLE_TOO_LARGE (filter, or ask for fewer dimensions); OUT_OF_RANGE with reason
// MONEY_OVERFLOW. Time is proportional to people and events of the snapshot.
absl::StatusOr<CostTable> Aggregate(const Snapshot& snapshot, const Question& question, const Warrant& warrant);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_ANSWER_H_
