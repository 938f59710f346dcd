// WhatIf and NearestLawful: passed on to consent, under the limits of every question.
#include <utility>

#include "libs/base/status.h"
#include "services/gateway/rpc/convert.h"
#include "services/gateway/rpc/gateway_handlers.h"

namespace safehaven::gateway {

absl::StatusOr<v1::WhatIfResponse> GatewayHandlers::WhatIf(const Asker& asker, const v1::WhatIfRequest& request) {
  SH_RETURN_IF_ERROR(Admit(asker));
  SH_RETURN_IF_ERROR(CheckIsForAnswers(request.question()));
  consent::v1::WhatIfRequest to_suppose;
  *to_suppose.mutable_question() = request.question();
  *to_suppose.mutable_evidence() = EvidenceOf(asker);
  to_suppose.mutable_caller()->set_environment(request.environment());
  if (request.has_then_question()) {
    SH_RETURN_IF_ERROR(CheckIsForAnswers(request.then_question()));
    *to_suppose.mutable_then()->mutable_question() = request.then_question();
  }
  if (!request.then_day().empty()) {
    SH_ASSIGN_OR_RETURN(*to_suppose.mutable_then()->mutable_day(), DateOf(request.then_day(), "then_day"));
  }
  to_suppose.mutable_then()->set_environment(request.then_environment());
  SH_ASSIGN_OR_RETURN(const consent::v1::WhatIfResponse supposed, backends_.WhatIf(to_suppose, asker.deadline));
  const type::v1::Question& then = request.has_then_question() ? request.then_question() : request.question();
  v1::WhatIfResponse response;
  SH_ASSIGN_OR_RETURN(*response.mutable_now(), ViewOf(supposed.now(), request.question().approval()));
  SH_ASSIGN_OR_RETURN(*response.mutable_then(), ViewOf(supposed.then(), then.approval()));
  for (const consent::v1::VerdictChange& change : supposed.changes()) {
    v1::VerdictChange* shown = response.add_changes();
    shown->set_gate(change.gate());
    shown->set_now(change.now());
    shown->set_then(change.then());
  }
  return response;
}

absl::StatusOr<v1::NearestLawfulResponse> GatewayHandlers::NearestLawful(const Asker& asker,
                                                                        const v1::NearestLawfulRequest& request) {
  SH_RETURN_IF_ERROR(Admit(asker));
  SH_RETURN_IF_ERROR(CheckIsForAnswers(request.question()));
  consent::v1::NearestLawfulRequest to_find;
  *to_find.mutable_question() = request.question();
  *to_find.mutable_evidence() = EvidenceOf(asker);
  to_find.mutable_caller()->set_environment(request.environment());
  SH_ASSIGN_OR_RETURN(consent::v1::NearestLawfulResponse found, backends_.NearestLawful(to_find, asker.deadline));
  v1::NearestLawfulResponse response;
  if (!found.found()) return response;
  if (!IsPermitted(found.decision().effect())) {
    return Internal("DECISION_MALFORMED", "consent calls a question lawful that it does not permit");
  }
  response.set_found(true);
  *response.mutable_changes() = found.changes();
  SH_ASSIGN_OR_RETURN(*response.mutable_decision(), ViewOf(found.decision(), found.question().approval()));
  response.set_day(TextOf(found.decision().day()));
  response.set_environment(found.environment());
  *response.mutable_question() = std::move(*found.mutable_question());
  return response;
}

}  // namespace safehaven::gateway
