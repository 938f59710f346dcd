// Asks consent for a warrant on behalf of a program or a person, where the command
// line itself is the presenter (loads, links, costing runs).
#ifndef SAFEHAVEN_CLI_OPERATIONS_DECIDE_H_
#define SAFEHAVEN_CLI_OPERATIONS_DECIDE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/session/session.h"
#include "libs/warrant/question.h"
#include "safehaven/consent/v1/consent_service.pb.h"

namespace safehaven::cli {

// The decision, whatever it is. `program` connects and presents.
absl::StatusOr<consent::v1::DecideResponse> Decide(Session& session, absl::string_view program,
                                                   const Question& question, const type::v1::Evidence& evidence);

// As Decide(), but a decision that does not permit is PERMISSION_DENIED with reason
// DECISION_REFUSED and the failed gates with their reasons in the message.
absl::StatusOr<consent::v1::DecideResponse> DecideOrFail(Session& session, absl::string_view program,
                                                         const Question& question,
                                                         const type::v1::Evidence& evidence);

// DecideOrFail() on the signature of `signer`, a program. The client tries a call again
// whose answer was lost; consent may have used its signature up by then, so what was
// replayed is signed once more.
absl::StatusOr<consent::v1::DecideResponse> DecideForProgram(Session& session, absl::string_view program,
                                                             absl::string_view signer, const Question& question);

// "linkage: SOURCE_NOT_APPROVED; purpose: ...": the gates that did not pass.
std::string FailedGates(const consent::v1::Decision& decision);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_DECIDE_H_
