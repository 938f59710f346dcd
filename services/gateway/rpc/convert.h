// Between the APIs of consent and costing and the gateway's own: what a caller may see
// of a decision, an answer, an entitlement. Also checks that the two said what they may
// say: a decision with an effect we do not know is no permission. Pure functions;
// thread-safe.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_RPC_CONVERT_H_
#define SAFEHAVEN_SERVICES_GATEWAY_RPC_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "safehaven/consent/v1/consent_service.pb.h"
#include "safehaven/costing/v1/answer.pb.h"
#include "safehaven/gateway/v1/gateway_service.pb.h"
#include "safehaven/type/v1/question.pb.h"

namespace safehaven::gateway {

// Does the effect allow the question to be answered?
bool IsPermitted(consent::v1::Effect effect);

// INTERNAL with reason DECISION_MALFORMED if the effect or a gate's outcome is not one
// that we know, or if a gate that does not pass stands beside a permission.
absl::StatusOr<v1::DecisionView> ViewOf(const consent::v1::Decision& decision);
absl::StatusOr<v1::DecisionView> ViewOf(const consent::v1::HistoricalDecision& decision,
                                        absl::string_view approval);

// INTERNAL with reason ANSWER_MALFORMED if a row has not one value a column, or there
// are more keys than columns.
absl::StatusOr<v1::Table> TableOf(const costing::v1::ProtectedAnswer& answer);

v1::GetEntitlementsResponse EntitlementsOf(const consent::v1::ListEntitlementsResponse& entitlements);

// YYYY-MM-DD.
std::string TextOf(const type::v1::Date& date);

// YYYY-MM-DD to a date. INVALID_ARGUMENT with reason FIELD_INVALID and metadata "field".
absl::StatusOr<type::v1::Date> DateOf(absl::string_view text, absl::string_view field);

// The gateway asks for answers only: loading, linking and costing have doors of their
// own. INVALID_ARGUMENT with reason FIELD_INVALID and metadata "field" otherwise.
absl::Status CheckIsForAnswers(const type::v1::Question& question);

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_RPC_CONVERT_H_
