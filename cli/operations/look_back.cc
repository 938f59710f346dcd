#include "cli/operations/look_back.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"

namespace safehaven::cli {
namespace {

constexpr char kConsent[] = "safehaven.consent.v1.ConsentService";
constexpr char kCosting[] = "safehaven.costing.v1.CostingService";
constexpr size_t kItemsPerMessage = 64;

template <typename Response, typename Request>
absl::StatusOr<Response> CallConsent(Session& session, const char* method, const Request& request) {
  SH_ASSIGN_OR_RETURN(Client * consent, session.Connect(kToolProgram, "consent"));
  return consent->CallUnary<Response>(kConsent, method, request, {});
}

using Candidates = google::protobuf::RepeatedPtrField<consent::v1::CandidateRelease>;

// Adds those that were released and that costing does not say had nobody of the inquiry.
absl::Status Confirm(Session& session, const std::string& person, const std::string& inquiry, const Candidates& all,
                     TouchedReleases& touched) {
  costing::v1::ConfirmReleasesRequest request;
  SH_ASSIGN_OR_RETURN(*request.mutable_evidence(), session.PersonEvidence(person));
  request.set_inquiry(inquiry);
  for (const consent::v1::CandidateRelease& candidate : all) request.add_warrants(candidate.warrant());
  if (request.warrants().empty()) return absl::OkStatus();
  SH_ASSIGN_OR_RETURN(Client * costing, session.Connect(kToolProgram, "costing"));
  SH_ASSIGN_OR_RETURN(const costing::v1::ConfirmReleasesResponse response,
                      costing->CallUnary<costing::v1::ConfirmReleasesResponse>(kCosting, "ConfirmReleases", request, {}));
  if (response.releases_size() != all.size()) return DataLoss("RELEASES_UNEQUAL", "costing confirmed other releases");
  for (int i = 0; i < all.size(); ++i) {
    const costing::v1::ConfirmedRelease& confirmed = response.releases(i);
    if (!confirmed.released() || confirmed.membership() == costing::v1::MEMBERSHIP_NOT_HELD) continue;
    touched.releases.push_back({.candidate = all.Get(i), .confirmed = confirmed});
  }
  return absl::OkStatus();
}

// Where the next candidates begin; nothing after the last.
template <typename Response>
absl::StatusOr<std::optional<uint64_t>> NextOf(const Response& response) {
  if (response.complete()) return std::optional<uint64_t>();
  if (response.candidates().empty()) return DataLoss("RELEASES_UNEQUAL", "consent says there are more and names none");
  return std::optional(response.candidates().rbegin()->leaf());
}

absl::StatusOr<TouchedReleases> ImpactOf(Session& session, const std::string& person, const std::string& second_officer,
                                         consent::v1::ImpactOfRequest request) {
  TouchedReleases touched;
  for (std::optional<uint64_t> after = 0; after.has_value();) {
    request.set_after_leaf(*after);
    SH_ASSIGN_OR_RETURN(*request.mutable_evidence(), session.PersonEvidence(person));
    if (!second_officer.empty()) {
      SH_ASSIGN_OR_RETURN(*request.mutable_second_officer(), session.PersonEvidence(second_officer));
    }
    SH_ASSIGN_OR_RETURN(const auto response, CallConsent<consent::v1::ImpactOfResponse>(session, "ImpactOf", request));
    SH_RETURN_IF_ERROR(Confirm(session, person, response.inquiry(), response.candidates(), touched));
    SH_ASSIGN_OR_RETURN(after, NextOf(response));
  }
  return touched;
}

}  // namespace

absl::StatusOr<TouchedReleases> ImpactOfObjections(Session& session, const std::string& person,
                                                   const std::string& second_officer,
                                                   const consent::v1::LateObjections& late) {
  consent::v1::ImpactOfRequest request;
  *request.mutable_objections() = late;
  return ImpactOf(session, person, second_officer, std::move(request));
}

absl::StatusOr<TouchedReleases> ImpactOfApproval(Session& session, const std::string& person,
                                                 const std::string& reference, CivilDay from) {
  consent::v1::ImpactOfRequest request;
  request.mutable_approval()->set_reference(reference);
  *request.mutable_approval()->mutable_from() = DateToProto(from);
  return ImpactOf(session, person, "", std::move(request));
}

absl::StatusOr<PatientAnswered> AnswerPatient(Session& session, const PatientRequest& request) {
  consent::v1::AnswerPatientRequest wire;
  uint64_t number = 0;
  SH_CHECK(absl::SimpleAtoi(request.person.ToDigits(), &number));
  wire.set_nhs_number(number);
  wire.set_request(request.request);
  wire.set_identity_proof(request.identity_proof);
  PatientAnswered answered;
  for (std::optional<uint64_t> after = 0; after.has_value();) {
    wire.set_after_leaf(*after);
    SH_ASSIGN_OR_RETURN(*wire.mutable_officer(), session.PersonEvidence(request.officer));
    if (!request.second_officer.empty()) {
      SH_ASSIGN_OR_RETURN(*wire.mutable_second_officer(), session.PersonEvidence(request.second_officer));
    }
    SH_ASSIGN_OR_RETURN(answered.answer,
                        CallConsent<consent::v1::AnswerPatientResponse>(session, "AnswerPatient", wire));
    SH_RETURN_IF_ERROR(Confirm(session, request.officer, answered.answer.inquiry(), answered.answer.candidates(),
                               answered.releases));
    SH_ASSIGN_OR_RETURN(after, NextOf(answered.answer));
  }
  return answered;
}

absl::StatusOr<consent::v1::ListDueResponse> ListDue(Session& session, const std::string& person, int horizon_days) {
  consent::v1::ListDueRequest request;
  SH_ASSIGN_OR_RETURN(*request.mutable_evidence(), session.PersonEvidence(person));
  request.set_horizon_days(horizon_days);
  return CallConsent<consent::v1::ListDueResponse>(session, "ListDue", request);
}

absl::StatusOr<consent::v1::ListDriftResponse> ListDrift(Session& session, const std::string& person, CivilDay from) {
  consent::v1::ListDriftRequest request;
  SH_ASSIGN_OR_RETURN(*request.mutable_evidence(), session.PersonEvidence(person));
  *request.mutable_from() = DateToProto(from);
  return CallConsent<consent::v1::ListDriftResponse>(session, "ListDrift", request);
}

absl::StatusOr<consent::v1::ReconstructResponse> Reconstruct(Session& session, const std::string& person,
                                                             uint64_t leaf) {
  consent::v1::ReconstructRequest request;
  SH_ASSIGN_OR_RETURN(*request.mutable_evidence(), session.PersonEvidence(person));
  request.set_leaf(leaf);
  return CallConsent<consent::v1::ReconstructResponse>(session, "Reconstruct", request);
}

absl::StatusOr<consent::v1::EraseEndedResponse> EraseEnded(Session& session, const std::string& proposer,
                                                           const std::string& approver, bool validate_only) {
  consent::v1::EraseEndedRequest request;
  SH_ASSIGN_OR_RETURN(*request.mutable_proposer(), session.PersonEvidence(proposer));
  if (!approver.empty()) {
    SH_ASSIGN_OR_RETURN(*request.mutable_approver(), session.PersonEvidence(approver));
  }
  request.set_validate_only(validate_only);
  return CallConsent<consent::v1::EraseEndedResponse>(session, "EraseEnded", request);
}

absl::StatusOr<std::vector<consent::v1::BatchedAnswer>> DecideBatch(Session& session, const std::string& person,
                                                                    const std::vector<Question>& questions,
                                                                    const std::optional<CivilDay>& day) {
  SH_ASSIGN_OR_RETURN(Client * consent, session.Connect(kToolProgram, "consent"));
  SH_ASSIGN_OR_RETURN(auto stream, (consent->OpenStream<consent::v1::DecideBatchRequest,
                                                        consent::v1::DecideBatchResponse>(kConsent, "DecideBatch", {})));
  std::vector<consent::v1::BatchedAnswer> answers;
  for (size_t begin = 0; begin < questions.size(); begin += kItemsPerMessage) {
    consent::v1::DecideBatchRequest request;
    for (size_t i = begin; i < std::min(questions.size(), begin + kItemsPerMessage); ++i) {
      consent::v1::BatchedQuestion* item = request.add_items();
      SH_ASSIGN_OR_RETURN(const type::v1::Evidence evidence, session.PersonEvidence(person));
      if (day.has_value()) {
        *item->mutable_evaluate()->mutable_question() = QuestionToProto(questions[i]);
        *item->mutable_evaluate()->mutable_evidence() = evidence;
        *item->mutable_evaluate()->mutable_day() = DateToProto(*day);
      } else {
        *item->mutable_decide()->mutable_question() = QuestionToProto(questions[i]);
        *item->mutable_decide()->mutable_evidence() = evidence;
      }
    }
    if (!stream.Write(request)) return stream.Finish();
    consent::v1::DecideBatchResponse response;
    SH_ASSIGN_OR_RETURN(const bool any, stream.Read(response));
    if (!any) return stream.Finish();
    if (response.answers_size() != request.items_size()) {
      return DataLoss("ANSWERS_MISSING", "not every question of a message was answered");
    }
    answers.insert(answers.end(), response.answers().begin(), response.answers().end());
  }
  stream.CloseWrites();
  SH_RETURN_IF_ERROR(stream.Finish());
  return answers;
}

}  // namespace safehaven::cli
