#include "tests/e2e/support/presenting.h"

#include "cli/operations/decide.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"

namespace safehaven::testing_support {

absl::StatusOr<consent::v1::DecideResponse> PermittedFor(cli::Session& session, const std::string& program,
                                                         const std::string& person, const Question& question) {
  SH_ASSIGN_OR_RETURN(const type::v1::Evidence evidence, session.PersonEvidence(person));
  return cli::DecideOrFail(session, program, question, evidence);
}

costing::v1::AnswerRequest AnswerRequestOf(const consent::v1::DecideResponse& decided, const Question& question) {
  costing::v1::AnswerRequest request;
  *request.mutable_warrant()->mutable_proof() = decided.warrant();
  if (decided.has_linkage_warrant()) *request.mutable_linkage_warrant()->mutable_proof() = decided.linkage_warrant();
  *request.mutable_question() = QuestionToProto(question);
  return request;
}

absl::StatusOr<costing::v1::AnswerResponse> AnswerAt(cli::Session& session, const std::string& program,
                                                     const costing::v1::AnswerRequest& request) {
  SH_ASSIGN_OR_RETURN(Client * costing, session.Connect(program, "costing"));
  return costing->CallUnary<costing::v1::AnswerResponse>("safehaven.costing.v1.CostingService", "Answer", request, {});
}

absl::StatusOr<linkage::v1::ResolvePersonsResponse> ResolveAt(cli::Session& session, const std::string& program,
                                                              const linkage::v1::ResolvePersonsRequest& request) {
  SH_ASSIGN_OR_RETURN(Client * linkage, session.Connect(program, "linkage"));
  return linkage->CallUnary<linkage::v1::ResolvePersonsResponse>("safehaven.linkage.v1.LinkageService",
                                                                 "ResolvePersons", request, {});
}

type::v1::ProvenLeaf Changed(type::v1::ProvenLeaf leaf, const std::function<void(Warrant&)>& change) {
  absl::StatusOr<Warrant> warrant = ParseWarrant(leaf.body());
  SH_CHECK(warrant.ok());
  change(*warrant);
  leaf.set_body(SerialiseWarrant(*warrant));
  return leaf;
}

absl::Status AskCosting(cli::Session& session, const std::string& person, const Question& question) {
  SH_ASSIGN_OR_RETURN(const auto decided, PermittedFor(session, kGateway, person, question));
  return AnswerAt(session, kGateway, AnswerRequestOf(decided, question)).status();
}

}  // namespace safehaven::testing_support
