#include "services/gateway/rpc/gateway_handlers.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "libs/evidence/evidence.h"
#include "libs/merkle/sha256.h"
#include "libs/transport/wire_status.h"
#include "services/gateway/rpc/convert.h"

namespace safehaven::gateway {
namespace {

constexpr absl::string_view kBearer = "Bearer ";

absl::Status IdentityMissing() {
  return Failure(absl::StatusCode::kUnauthenticated, "IDENTITY_MISSING",
                 "sign in, or send a token as \"authorization: Bearer ...\"");
}

costing::v1::AnswerRequest ForCosting(const type::v1::Question& question, consent::v1::DecideResponse& decided) {
  costing::v1::AnswerRequest request;
  *request.mutable_question() = question;
  *request.mutable_warrant()->mutable_proof() = std::move(*decided.mutable_warrant());
  if (decided.has_linkage_warrant()) {
    *request.mutable_linkage_warrant()->mutable_proof() = std::move(*decided.mutable_linkage_warrant());
  }
  return request;
}

}  // namespace

type::v1::Evidence EvidenceOf(const Asker& asker) {
  type::v1::Evidence evidence;
  evidence.set_token(asker.token.Reveal());
  return evidence;
}

absl::StatusOr<Sensitive<std::string>> BearerToken(absl::string_view authorization) {
  // The scheme's name is compared without case (RFC 9110, 11.1).
  if (!absl::StartsWithIgnoreCase(authorization, kBearer)) return IdentityMissing();
  const absl::string_view token = absl::StripAsciiWhitespace(authorization.substr(kBearer.size()));
  if (token.empty() || token.size() > kTokenBytesMax) return IdentityMissing();
  return Sensitive<std::string>(std::string(token));
}

absl::Status GatewayHandlers::Admit(const Asker& asker) {
  if (asker.token.Reveal().empty()) return IdentityMissing();
  // By digest, so that the table holds no token. The token is not verified here: a
  // made-up one costs its maker a place among strangers (core/rate_limit.h).
  const Digest caller = Sha256(asker.token.Reveal());
  absl::Duration wait;
  {
    absl::MutexLock lock(&mutex_);
    wait = limiter_.Take(AsBytes(caller), clock_.Now());
  }
  if (wait <= absl::ZeroDuration()) return absl::OkStatus();
  return WithRetryAfter(Failure(absl::StatusCode::kResourceExhausted, "RATE_LIMITED",
                                "too many questions at once: wait, then ask again"),
                        wait);
}

absl::StatusOr<v1::QueryResponse> GatewayHandlers::Query(const Asker& asker, const v1::QueryRequest& request) {
  SH_RETURN_IF_ERROR(Admit(asker));
  return Ask(asker, request);
}

absl::StatusOr<v1::PreviewResponse> GatewayHandlers::Preview(const Asker& asker,
                                                             const v1::PreviewRequest& request) {
  SH_RETURN_IF_ERROR(Admit(asker));
  v1::QueryRequest query;
  *query.mutable_question() = request.question();
  if (request.has_environment()) *query.mutable_environment() = request.environment();
  SH_ASSIGN_OR_RETURN(v1::QueryResponse answered, Ask(asker, query));
  v1::PreviewResponse response;
  *response.mutable_decision() = std::move(*answered.mutable_decision());
  response.set_row_count(static_cast<uint64_t>(answered.table().rows_size()));
  response.set_suppressed_cell_count(answered.table().suppressed_cell_count());
  response.set_receipt(answered.receipt());
  return response;
}

absl::StatusOr<v1::QueryResponse> GatewayHandlers::Ask(const Asker& asker, const v1::QueryRequest& request) {
  SH_RETURN_IF_ERROR(CheckIsForAnswers(request.question()));
  absl::StatusOr<v1::QueryResponse> response = AskOnce(asker, request);
  // The register moved between decision and answer. A second decision sees the move;
  // more than one would be a loop. An environment's signature is good for one use, so
  // there only the caller can ask again.
  const bool superseded = !response.ok() && ReasonOf(response.status()) == "WARRANT_SUPERSEDED";
  if (superseded && !request.has_environment()) return AskOnce(asker, request);
  return response;
}

absl::StatusOr<v1::QueryResponse> GatewayHandlers::AskOnce(const Asker& asker, const v1::QueryRequest& request) {
  consent::v1::DecideRequest to_decide;
  *to_decide.mutable_question() = request.question();
  *to_decide.mutable_evidence() = EvidenceOf(asker);
  if (request.has_environment()) {
    *to_decide.mutable_evidence()->mutable_environment() = request.environment();
  }
  SH_ASSIGN_OR_RETURN(consent::v1::DecideResponse decided, backends_.Decide(to_decide, asker.deadline));

  v1::QueryResponse response;
  SH_ASSIGN_OR_RETURN(*response.mutable_decision(), ViewOf(decided.decision()));
  if (!IsPermitted(decided.decision().effect())) return response;
  if (!decided.has_warrant()) return Internal("DECISION_MALFORMED", "consent permitted without a warrant");

  SH_ASSIGN_OR_RETURN(costing::v1::AnswerResponse answered,
                      backends_.Answer(ForCosting(request.question(), decided), asker.deadline));
  // Without a receipt nobody could show what was released, so it is not passed on.
  if (!answered.has_answer() || !answered.has_receipt()) {
    return Internal("ANSWER_MALFORMED", "costing answered without an answer or a receipt");
  }
  SH_ASSIGN_OR_RETURN(*response.mutable_table(), TableOf(answered.answer()));
  response.set_receipt(answered.receipt().SerializeAsString());
  return response;
}

absl::StatusOr<v1::GetEntitlementsResponse> GatewayHandlers::GetEntitlements(const Asker& asker,
                                                                             const v1::GetEntitlementsRequest&) {
  SH_RETURN_IF_ERROR(Admit(asker));
  consent::v1::ListEntitlementsRequest to_list;
  *to_list.mutable_evidence() = EvidenceOf(asker);
  SH_ASSIGN_OR_RETURN(const consent::v1::ListEntitlementsResponse listed,
                      backends_.ListEntitlements(to_list, asker.deadline));
  return EntitlementsOf(listed);
}

absl::StatusOr<v1::ExplainResponse> GatewayHandlers::Explain(const Asker& asker, const v1::ExplainRequest& request) {
  SH_RETURN_IF_ERROR(Admit(asker));
  SH_RETURN_IF_ERROR(CheckIsForAnswers(request.question()));
  consent::v1::EvaluateRequest to_evaluate;
  *to_evaluate.mutable_question() = request.question();
  *to_evaluate.mutable_evidence() = EvidenceOf(asker);
  if (!request.day().empty()) {
    SH_ASSIGN_OR_RETURN(*to_evaluate.mutable_day(), DateOf(request.day(), "day"));
  }
  SH_ASSIGN_OR_RETURN(const consent::v1::EvaluateResponse evaluated,
                      backends_.Evaluate(to_evaluate, asker.deadline));
  v1::ExplainResponse response;
  SH_ASSIGN_OR_RETURN(*response.mutable_decision(), ViewOf(evaluated.decision(), request.question().approval()));
  return response;
}

}  // namespace safehaven::gateway
