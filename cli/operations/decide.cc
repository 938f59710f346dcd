#include "cli/operations/decide.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"

namespace safehaven::cli {

absl::StatusOr<consent::v1::DecideResponse> Decide(Session& session, absl::string_view program,
                                                   const Question& question, const type::v1::Evidence& evidence) {
  SH_ASSIGN_OR_RETURN(Client * consent, session.Connect(program, "consent"));
  consent::v1::DecideRequest request;
  *request.mutable_question() = QuestionToProto(question);
  *request.mutable_evidence() = evidence;
  return consent->CallUnary<consent::v1::DecideResponse>("safehaven.consent.v1.ConsentService", "Decide", request, {});
}

std::string FailedGates(const consent::v1::Decision& decision) {
  std::string text;
  for (const consent::v1::GateVerdict& verdict : decision.verdicts()) {
    if (verdict.outcome() == consent::v1::GATE_OUTCOME_PASS) continue;
    absl::StrAppend(&text, text.empty() ? "" : "; ", verdict.gate(), ": ", verdict.reason());
  }
  return text;
}

absl::StatusOr<consent::v1::DecideResponse> DecideOrFail(Session& session, absl::string_view program,
                                                         const Question& question,
                                                         const type::v1::Evidence& evidence) {
  SH_ASSIGN_OR_RETURN(consent::v1::DecideResponse response, Decide(session, program, question, evidence));
  const consent::v1::Effect effect = response.decision().effect();
  if (effect != consent::v1::EFFECT_PERMITTED && effect != consent::v1::EFFECT_REQUIRED) {
    return PermissionDenied("DECISION_REFUSED", absl::StrCat("not permitted: ", FailedGates(response.decision())));
  }
  return response;
}

absl::StatusOr<consent::v1::DecideResponse> DecideForProgram(Session& session, absl::string_view program,
                                                             absl::string_view signer, const Question& question) {
  SH_ASSIGN_OR_RETURN(const type::v1::Evidence first, session.ProgramEvidence(signer, question));
  absl::StatusOr<consent::v1::DecideResponse> response = DecideOrFail(session, program, question, first);
  if (ReasonOf(response.status()) != "EVIDENCE_REPLAYED") return response;
  SH_ASSIGN_OR_RETURN(const type::v1::Evidence second, session.ProgramEvidence(signer, question));
  return DecideOrFail(session, program, question, second);
}

}  // namespace safehaven::cli
