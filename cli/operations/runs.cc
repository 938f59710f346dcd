#include "cli/operations/runs.h"

#include <cstdlib>

#include "absl/strings/str_format.h"
#include "cli/operations/decide.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"

namespace safehaven::cli {
namespace {

constexpr char kLinkage[] = "safehaven.linkage.v1.LinkageService";
constexpr absl::Duration kPollInterval = absl::Milliseconds(100);
constexpr absl::Duration kRunTimeMax = absl::Hours(6);

absl::StatusOr<linkage::v1::LinkageSummary> AwaitRun(Session& session, Client& linkage, const std::string& run,
                                                     const RunProgress& progress) {
  linkage::v1::GetLinkageRunRequest request;
  request.set_run(run);
  const absl::Time end = session.clock().Now() + kRunTimeMax;
  while (session.clock().Now() < end) {
    SH_ASSIGN_OR_RETURN(const linkage::v1::GetLinkageRunResponse state,
                        linkage.CallUnary<linkage::v1::GetLinkageRunResponse>(kLinkage, "GetLinkageRun", request, {}));
    progress(state.stage(), state.progress_per_mille());
    if (!state.error_reason().empty()) {
      return Failure(absl::StatusCode::kAborted, state.error_reason(), state.error_message());
    }
    if (state.done()) return state.summary();
    absl::SleepFor(kPollInterval);
  }
  return Failure(absl::StatusCode::kDeadlineExceeded, "RUN_TOO_LONG", "the run has not ended within six hours");
}

}  // namespace

absl::StatusOr<Question> LinkQuestionOf(const LinkPlan& plan) {
  return Normalise({.approval = plan.authority,
                    .purpose = plan.purpose,
                    .operation = Operation::kLink,
                    .identifiability = Identifiability::kIdentifiable,
                    .subject = plan.authority,
                    .commissioner = plan.commissioner,
                    .list_day = plan.list_day,
                    .first_day = plan.first_day,
                    .last_day = plan.last_day,
                    .datasets = plan.datasets});
}

absl::StatusOr<linkage::v1::LinkageSummary> RunLinkage(Session& session, const LinkPlan& plan,
                                                       const RunProgress& progress) {
  SH_ASSIGN_OR_RETURN(const Question question, LinkQuestionOf(plan));
  SH_ASSIGN_OR_RETURN(const type::v1::Evidence evidence, session.PersonEvidence(plan.person));
  SH_ASSIGN_OR_RETURN(const consent::v1::DecideResponse decided, DecideOrFail(session, kToolProgram, question, evidence));
  SH_ASSIGN_OR_RETURN(Client * linkage, session.Connect(kToolProgram, "linkage"));
  linkage::v1::RunLinkageRequest request;
  *request.mutable_warrant()->mutable_proof() = decided.warrant();
  *request.mutable_question() = QuestionToProto(question);
  request.set_request_id(NewUuid(session.randomness()));
  request.set_train(plan.train);
  SH_ASSIGN_OR_RETURN(const linkage::v1::RunLinkageResponse started,
                      linkage->CallUnary<linkage::v1::RunLinkageResponse>(kLinkage, "RunLinkage", request, {}));
  return AwaitRun(session, *linkage, started.run(), progress);
}

namespace {

absl::StatusOr<consent::v1::DecideResponse> CostDecision(Session& session, const CostPlan& plan,
                                                         const Question& question) {
  if (plan.person.empty()) return DecideForProgram(session, kToolProgram, plan.program, question);
  SH_ASSIGN_OR_RETURN(const type::v1::Evidence evidence, session.PersonEvidence(plan.person));
  return DecideOrFail(session, kToolProgram, question, evidence);
}

// Decides, and sends `request` with the warrant.
template <typename Response, typename Request>
absl::StatusOr<Response> CallCosting(Session& session, const CostPlan& plan, const char* method, Request request) {
  SH_ASSIGN_OR_RETURN(const Question question, Normalise({.approval = plan.approval,
                                                         .purpose = Purpose::kPatientLevelCosting,
                                                         .operation = Operation::kCost,
                                                         .identifiability = Identifiability::kPseudonymised,
                                                         .subject = plan.provider,
                                                         .commissioner = "",
                                                         .list_day = CivilDay(),
                                                         .first_day = plan.first_day,
                                                         .last_day = plan.last_day,
                                                         .datasets = plan.datasets}));
  SH_ASSIGN_OR_RETURN(const consent::v1::DecideResponse decided, CostDecision(session, plan, question));
  SH_ASSIGN_OR_RETURN(Client * costing, session.Connect(kToolProgram, "costing"));
  *request.mutable_warrant()->mutable_proof() = decided.warrant();
  *request.mutable_question() = QuestionToProto(question);
  return costing->CallUnary<Response>("safehaven.costing.v1.CostingService", method, request, {});
}

}  // namespace

absl::StatusOr<costing::v1::RunCostingResponse> RunCosting(Session& session, const CostPlan& plan) {
  costing::v1::RunCostingRequest request;
  request.set_ledger_csv(plan.ledger_csv);
  request.set_model_yaml(plan.model_yaml);
  request.set_draft(plan.draft);
  request.set_request_id(NewUuid(session.randomness()));
  return CallCosting<costing::v1::RunCostingResponse>(session, plan, "RunCosting", std::move(request));
}

absl::StatusOr<costing::v1::ListRunsResponse> ListRuns(Session& session, const CostPlan& plan) {
  return CallCosting<costing::v1::ListRunsResponse>(session, plan, "ListRuns", costing::v1::ListRunsRequest());
}

absl::StatusOr<costing::v1::PublishRunResponse> PublishRun(Session& session, const CostPlan& plan, uint64_t run) {
  costing::v1::PublishRunRequest request;
  request.set_run(run);
  return CallCosting<costing::v1::PublishRunResponse>(session, plan, "PublishRun", std::move(request));
}

absl::StatusOr<costing::v1::CompareRunsResponse> CompareRuns(Session& session, const CostPlan& plan,
                                                             costing::v1::CompareRunsRequest request) {
  return CallCosting<costing::v1::CompareRunsResponse>(session, plan, "CompareRuns", std::move(request));
}

absl::StatusOr<costing::v1::ExplainCostResponse> ExplainCost(Session& session, const CostPlan& plan,
                                                             costing::v1::ExplainCostRequest request) {
  return CallCosting<costing::v1::ExplainCostResponse>(session, plan, "ExplainCost", std::move(request));
}

std::string MoneyText(const google::type::Money& money) {
  const bool negative = money.units() < 0 || money.nanos() < 0;
  return absl::StrFormat("%s%d.%08d", negative ? "-" : "", std::llabs(money.units()), std::abs(money.nanos()) / 10);
}

}  // namespace safehaven::cli
