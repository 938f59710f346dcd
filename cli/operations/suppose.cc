#include "cli/operations/suppose.h"

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"

namespace safehaven::cli {
namespace {

constexpr char kGateway[] = "safehaven.gateway.v1.GatewayService";
constexpr char kConsent[] = "safehaven.consent.v1.ConsentService";

// "PERMITTED", whichever service says it.
std::string EffectOf(const gateway::v1::DecisionView& view) { return absl::AsciiStrToUpper(view.effect()); }
std::string EffectOf(const consent::v1::HistoricalDecision& decision) {
  return std::string(absl::StripPrefix(consent::v1::Effect_Name(decision.effect()), "EFFECT_"));
}

template <typename Response>
SupposedAnswer AnswerOf(const Response& response) {
  SupposedAnswer answer = {.now = EffectOf(response.now()), .then = EffectOf(response.then())};
  for (const auto& change : response.changes()) answer.changes.push_back({change.gate(), change.now(), change.then()});
  return answer;
}

template <typename Response>
NearestAnswer NearestOf(const Response& response, CivilDay day) {
  return {{response.changes().begin(), response.changes().end()}, EffectOf(response.decision()), day};
}

template <typename Response, typename Request>
absl::StatusOr<Response> AskGateway(Session& session, const std::string& person, const char* method,
                                    const Request& request) {
  SH_ASSIGN_OR_RETURN(Client * gateway, session.Connect(kToolProgram, "gateway"));
  SH_ASSIGN_OR_RETURN(const CallOptions options, Authorised(session, person));
  return gateway->CallUnary<Response>(kGateway, method, request, options);
}

template <typename Response, typename Request>
absl::StatusOr<Response> AskConsent(Session& session, const char* method, const Request& request) {
  SH_ASSIGN_OR_RETURN(Client * consent, session.Connect(kToolProgram, "consent"));
  return consent->CallUnary<Response>(kConsent, method, request, {});
}

consent::v1::SupposedCaller CallerOf(const std::string& environment, const AsOthers& others) {
  consent::v1::SupposedCaller caller;
  caller.set_environment(environment);
  caller.set_organisation(others.organisation);
  caller.set_role(others.role);
  return caller;
}

absl::StatusOr<SupposedOutcome> WhatIfOfOfficer(Session& session, const Asking& asking, const Supposing& supposing) {
  consent::v1::WhatIfRequest request;
  *request.mutable_question() = QuestionToProto(asking.question);
  SH_ASSIGN_OR_RETURN(*request.mutable_evidence(), session.PersonEvidence(asking.person));
  *request.mutable_caller() = CallerOf(asking.environment, supposing.others);
  consent::v1::Supposition& then = *request.mutable_then();
  if (supposing.question.has_value()) *then.mutable_question() = QuestionToProto(*supposing.question);
  if (!supposing.day.empty()) {
    SH_ASSIGN_OR_RETURN(const CivilDay day, CivilDay::Parse(supposing.day));
    *then.mutable_day() = DateToProto(day);
  }
  then.set_environment(supposing.environment);
  then.mutable_files()->Assign(supposing.files.begin(), supposing.files.end());
  SH_ASSIGN_OR_RETURN(const auto response, AskConsent<consent::v1::WhatIfResponse>(session, "WhatIf", request));
  return SupposedOutcome{AnswerOf(response), {response.register_changes().begin(), response.register_changes().end()}};
}

}  // namespace

bool IsLawful(const std::string& effect) { return effect == "PERMITTED" || effect == "REQUIRED"; }

absl::StatusOr<SupposedOutcome> WhatIf(Session& session, const Asking& asking, const Supposing& supposing) {
  if (!supposing.files.empty() || !supposing.others.organisation.empty()) {
    return WhatIfOfOfficer(session, asking, supposing);
  }
  gateway::v1::WhatIfRequest request;
  *request.mutable_question() = QuestionToProto(asking.question);
  request.set_environment(asking.environment);
  if (supposing.question.has_value()) *request.mutable_then_question() = QuestionToProto(*supposing.question);
  request.set_then_day(supposing.day);
  request.set_then_environment(supposing.environment);
  SH_ASSIGN_OR_RETURN(const auto response,
                      AskGateway<gateway::v1::WhatIfResponse>(session, asking.person, "WhatIf", request));
  return SupposedOutcome{AnswerOf(response), {}};
}

absl::StatusOr<std::optional<NearestAnswer>> FindNearestLawful(Session& session, const Asking& asking,
                                                               const AsOthers& others) {
  if (others.organisation.empty()) {
    gateway::v1::NearestLawfulRequest request;
    *request.mutable_question() = QuestionToProto(asking.question);
    request.set_environment(asking.environment);
    SH_ASSIGN_OR_RETURN(const auto response, AskGateway<gateway::v1::NearestLawfulResponse>(session, asking.person,
                                                                                            "NearestLawful", request));
    if (!response.found()) return std::optional<NearestAnswer>();
    SH_ASSIGN_OR_RETURN(const CivilDay day, CivilDay::Parse(response.day()));
    return std::optional(NearestOf(response, day));
  }
  consent::v1::NearestLawfulRequest request;
  *request.mutable_question() = QuestionToProto(asking.question);
  SH_ASSIGN_OR_RETURN(*request.mutable_evidence(), session.PersonEvidence(asking.person));
  *request.mutable_caller() = CallerOf(asking.environment, others);
  SH_ASSIGN_OR_RETURN(const auto response,
                      AskConsent<consent::v1::NearestLawfulResponse>(session, "NearestLawful", request));
  if (!response.found()) return std::optional<NearestAnswer>();
  SH_ASSIGN_OR_RETURN(const CivilDay day, DateFromProto(response.decision().day(), "day"));
  return std::optional(NearestOf(response, day));
}

}  // namespace safehaven::cli
