// consent's rpcs beside deciding: batches, looking back at what was decided and
// released, a person's own question, and what has to be erased. What follows from the
// law is in core/, what is kept in store/. Thread-safe; everything borrowed outlives the
// handlers.
#ifndef SAFEHAVEN_SERVICES_CONSENT_RPC_LOOK_BACK_H_
#define SAFEHAVEN_SERVICES_CONSENT_RPC_LOOK_BACK_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/consent/rpc/handlers.h"

namespace safehaven::consent {

// Most people of one inquiry, and most candidates of one answer.
inline constexpr size_t kInquiryNumbersMax = 65'536;
inline constexpr size_t kCandidatesMax = 10'000;
// How long costing may ask for the people of an inquiry.
inline constexpr absl::Duration kInquiryLife = absl::Hours(1);
// Leaves that one call erases at most.
inline constexpr size_t kErasedMax = 2'000;

// Who looks back: an information governance officer or Caldicott Guardian, where
// `auditors_too` also an auditor. PERMISSION_DENIED with reason ROLE_REFUSED; else as
// Identify().
absl::StatusOr<Caller> IdentifyOfficer(const ConsentWorld& world, const type::v1::Evidence& evidence,
                                       const SignedAct& act, bool auditors_too);

// Two different people who may sign the register. PERMISSION_DENIED with reason
// SECOND_OFFICER_MISSING, SECOND_OFFICER_IS_FIRST, OFFICER_IS_PROGRAM or ROLE_REFUSED.
absl::StatusOr<std::vector<Caller>> IdentifyTwoOfficers(const ConsentWorld& world, const SignedAct& act,
                                                        const type::v1::Evidence& first,
                                                        const type::v1::Evidence& second);

// Warrants for answers that `wanted` names (with why), oldest first, those after leaf
// `after_leaf` (0: all); at most kCandidatesMax. Erased ones cannot be named any more.
struct Candidates {
  std::vector<v1::CandidateRelease> releases;
  bool complete = true;
};
absl::StatusOr<Candidates> FindCandidates(const ConsentStore& store, uint64_t after_leaf, absl::Time deadline,
                                          const std::function<std::string(const Warrant&)>& wanted);

// Many questions. (batch_handlers.cc)
class BatchHandlers {
 public:
  // `decide` outlives it.
  explicit BatchHandlers(DecideHandlers& decide) : decide_(decide) {}
  absl::Status DecideBatch(const Call& call, Reader<v1::DecideBatchRequest>& reader,
                           Writer<v1::DecideBatchResponse>& writer);

 private:
  absl::StatusOr<v1::BatchedAnswer> Answer(const Call& call, const v1::BatchedQuestion& item);
  DecideHandlers& decide_;
};

// Past decisions and releases. (look_back_handlers.cc, impact_handlers.cc)
class LookBackHandlers {
 public:
  explicit LookBackHandlers(ConsentWorld& world) : world_(world) {}
  absl::StatusOr<v1::ReconstructResponse> Reconstruct(const Call& call, const v1::ReconstructRequest& request);
  absl::StatusOr<v1::ListDueResponse> ListDue(const Call& call, const v1::ListDueRequest& request);
  absl::StatusOr<v1::ListDriftResponse> ListDrift(const Call& call, const v1::ListDriftRequest& request);
  absl::StatusOr<v1::ImpactOfResponse> ImpactOf(const Call& call, const v1::ImpactOfRequest& request);

 private:
  absl::StatusOr<v1::ImpactOfResponse> ImpactOfLate(const Call& call, const v1::ImpactOfRequest& request,
                                                    const std::vector<Caller>& officers);
  absl::StatusOr<v1::ImpactOfResponse> ImpactOfInvalid(const Call& call, const v1::ImpactOfRequest& request,
                                                       const Caller& officer);
  ConsentWorld& world_;
};

// A person's own question, and the people of inquiries. (patient_handlers.cc)
class PatientHandlers {
 public:
  explicit PatientHandlers(ConsentWorld& world) : world_(world) {}
  absl::StatusOr<v1::AnswerPatientResponse> AnswerPatient(const Call& call, const v1::AnswerPatientRequest& request);
  absl::StatusOr<v1::ReadInquiryResponse> ReadInquiry(const Call& call, const v1::ReadInquiryRequest& request);
  absl::StatusOr<v1::AuthoriseInquiryResponse> AuthoriseInquiry(const Call& call,
                                                                const v1::AuthoriseInquiryRequest& request);

 private:
  absl::StatusOr<storage::v1::InquiryRecord> FindLive(const std::string& inquiry, absl::Time deadline) const;
  ConsentWorld& world_;
};

// What has to be erased. (retention_handlers.cc)
class RetentionHandlers {
 public:
  explicit RetentionHandlers(ConsentWorld& world) : world_(world) {}
  absl::StatusOr<v1::EraseEndedResponse> EraseEnded(const Call& call, const v1::EraseEndedRequest& request);

 private:
  ConsentWorld& world_;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_RPC_LOOK_BACK_H_
