// The shared messages of safehaven.type.v1 to and from their domain types: the one
// place for all services. Pure; thread-safe.
#ifndef SAFEHAVEN_LIBS_WARRANT_WIRE_H_
#define SAFEHAVEN_LIBS_WARRANT_WIRE_H_

#include "absl/status/statusor.h"
#include "libs/base/civil_day.h"
#include "libs/base/revision.h"
#include "libs/merkle/proven_leaf.h"
#include "libs/warrant/question.h"
#include "safehaven/type/v1/log.pb.h"
#include "safehaven/type/v1/question.pb.h"

namespace safehaven {

type::v1::Date DateToProto(CivilDay day);
// INVALID_ARGUMENT with reason FIELD_INVALID if there is no such day; `field` names it.
absl::StatusOr<CivilDay> DateFromProto(const type::v1::Date& date, absl::string_view field);

// The result is normalised. INVALID_ARGUMENT with reason FIELD_INVALID as by
// Normalise(), and for names and dates that do not exist.
absl::StatusOr<Question> QuestionFromProto(const type::v1::Question& question);
type::v1::Question QuestionToProto(const Question& question);

type::v1::Revision RevisionToProto(const Revision& revision);
Revision RevisionFromProto(const type::v1::Revision& revision);

// INVALID_ARGUMENT with reason LEAF_MALFORMED for a kind or a digest of wrong size.
absl::StatusOr<ProvenLeaf> ProvenLeafFromProto(const type::v1::ProvenLeaf& leaf);
type::v1::ProvenLeaf ProvenLeafToProto(const ProvenLeaf& leaf);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_WARRANT_WIRE_H_
