// linkage's rpcs: convert, decide, act, convert. Who persons are is decided in core/,
// what is kept in store/. Thread-safe; everything borrowed outlives the handlers.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_HANDLERS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_HANDLERS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/environment.h"
#include "libs/ingest/staging/staged_loads.h"
#include "libs/server/call.h"
#include "libs/server/method_registry.h"
#include "libs/server/stream.h"
#include "safehaven/linkage/v1/linkage_service.pb.h"
#include "services/linkage/rpc/consent_calls.h"
#include "services/linkage/rpc/consent_gate.h"
#include "services/linkage/rpc/linkage_runner.h"
#include "services/linkage/rpc/live_people.h"
#include "services/linkage/rpc/match_limits.h"
#include "services/linkage/rpc/protection_book.h"
#include "services/linkage/rpc/publications.h"
#include "services/linkage/rpc/sessions.h"
#include "services/linkage/store/crosswalk_history.h"
#include "services/linkage/store/custody_store.h"
#include "services/linkage/store/domain_keys.h"
#include "services/linkage/store/run_store.h"

namespace safehaven::linkage {

// The demo takes NHS numbers of the never-issued 999 range and no others; production
// takes all but those of the test ranges.
enum class ServiceProfile { kProduction, kDemo };

// What all handlers share.
struct LinkageWorld {
  StagedLoads& loads;
  CrosswalkStore& crosswalks;
  RunStore& runs;
  DomainKeys& domain_keys;
  CustodyStore& custody;
  CrosswalkHistory& history;
  ProtectionBook& protections;
  ConsentGate& gate;
  Publications& publications;
  LinkageRunner& runner;
  ReviewStore& reviews;
  LivePeopleBook& live;
  Sessions& sessions;
  MatchLimits& match_limits;
  const Clock& clock;
  ServiceProfile profile = ServiceProfile::kProduction;
  std::string incarnation;  // of our own store
  std::function<Revision()> objections_followed;      // up to where
  std::function<std::string()> not_ready_reason;      // "" if ready
  ReadInquiry read_inquiry = {};
};

// May the row's values be taken at all? INVALID_ARGUMENT with reason VALUE_TOO_LONG;
// FAILED_PRECONDITION with reason NHS_NUMBER_NOT_OF_DEMO or NHS_NUMBER_OF_DEMO.
absl::Status CheckIdentity(ServiceProfile profile, const v1::IdentityRow& row);

// Identity halves of loads. (load_handlers.cc)
class LoadHandlers {
 public:
  explicit LoadHandlers(LinkageWorld& world) : world_(world) {}
  absl::StatusOr<v1::OpenLoadResponse> OpenLoad(const Call& call, const v1::OpenLoadRequest& request);
  absl::Status AppendIdentities(const Call& call, Reader<v1::AppendIdentitiesRequest>& reader,
                                Writer<v1::AppendIdentitiesResponse>& writer);
  absl::StatusOr<v1::CloseLoadResponse> CloseLoad(const Call& call, const v1::CloseLoadRequest& request);
  absl::StatusOr<v1::GetLoadResponse> GetLoad(const Call& call, const v1::GetLoadRequest& request);
  absl::StatusOr<v1::ConfirmLoadResponse> ConfirmLoad(const Call& call, const v1::ConfirmLoadRequest& request);

 private:
  // The load, if the caller may know it; LOAD_UNKNOWN otherwise, whether it is there or not.
  absl::StatusOr<storage::v1::LoadRecord> FindOwn(const Call& call, const std::string& load);
  absl::Status CheckReplaced(const Call& call, const v1::OpenLoadRequest& request);
  absl::StatusOr<uint64_t> AppendBatch(const Call& call, const std::string& load,
                                       const v1::AppendIdentitiesRequest& batch);
  LinkageWorld& world_;
};

// Runs and their quality. (run_handlers.cc)
class RunHandlers {
 public:
  explicit RunHandlers(LinkageWorld& world) : world_(world) {}
  absl::StatusOr<v1::RunLinkageResponse> RunLinkage(const Call& call, const v1::RunLinkageRequest& request);
  absl::StatusOr<v1::GetLinkageRunResponse> GetLinkageRun(const Call& call, const v1::GetLinkageRunRequest& request);
  absl::StatusOr<v1::EvaluateResponse> Evaluate(const Call& call, const v1::EvaluateRequest& request);
  absl::StatusOr<v1::GetStatusResponse> GetStatus(const Call& call, const v1::GetStatusRequest& request);

 private:
  LinkageWorld& world_;
};

// What costing reads. (publication_handlers.cc)
class PublicationHandlers {
 public:
  explicit PublicationHandlers(LinkageWorld& world) : world_(world) {}
  absl::StatusOr<v1::WatchPublicationsResponse> WatchPublications(const Call& call,
                                                                  const v1::WatchPublicationsRequest& request);
  absl::StatusOr<v1::ReadCrosswalkResponse> ReadCrosswalk(const Call& call, const v1::ReadCrosswalkRequest& request);
  absl::StatusOr<v1::ReadExclusionsResponse> ReadExclusions(const Call& call,
                                                            const v1::ReadExclusionsRequest& request);

 private:
  LinkageWorld& world_;
};

// The record path. (person_handlers.cc)
class PersonHandlers {
 public:
  explicit PersonHandlers(LinkageWorld& world) : world_(world) {}
  absl::StatusOr<v1::ResolvePersonsResponse> ResolvePersons(const Call& call, const v1::ResolvePersonsRequest& request);

 private:
  LinkageWorld& world_;
};

// Inquiries of consent. (inquiry_handlers.cc)
class InquiryHandlers {
 public:
  explicit InquiryHandlers(LinkageWorld& world) : world_(world) {}
  absl::StatusOr<v1::ResolveInquiryResponse> ResolveInquiry(const Call& call, const v1::ResolveInquiryRequest& request);

 private:
  LinkageWorld& world_;
};

// Asking about single records. (match_handlers.cc)
class MatchHandlers {
 public:
  explicit MatchHandlers(LinkageWorld& world) : world_(world) {}
  absl::StatusOr<v1::OpenSessionResponse> OpenSession(const Call& call, const v1::OpenSessionRequest& request);
  absl::StatusOr<v1::MatchResponse> Match(const Call& call, const v1::MatchRequest& request);

 private:
  LinkageWorld& world_;
};

// A session's authority as it is now: the people in memory, and who of them nobody may
// learn of, ascending: whom an objection keeps out, and who is protected. FAILED_PRECONDITION with reason MATCHING_NOT_READY; else as
// ConsentGate::CheckObjections. (match_handlers.cc)
struct SessionView {
  std::shared_ptr<MatchedPeople> people;
  CurrentPublication current;
  std::shared_ptr<const std::vector<PersonNumber>> hidden;
  std::shared_ptr<const std::vector<PersonNumber>> shielded;  // of these, the protected
};
absl::StatusOr<SessionView> ViewOf(LinkageWorld& world, const LinkSession& session);

// Clerical review. (review_handlers.cc)
class ReviewHandlers {
 public:
  explicit ReviewHandlers(LinkageWorld& world) : world_(world) {}
  absl::StatusOr<v1::ListReviewsResponse> ListReviews(const Call& call, const v1::ListReviewsRequest& request);
  absl::StatusOr<v1::DecideReviewResponse> DecideReview(const Call& call, const v1::DecideReviewRequest& request);
  absl::StatusOr<v1::ReadReviewAuditResponse> ReadReviewAudit(const Call& call,
                                                              const v1::ReadReviewAuditRequest& request);

 private:
  LinkageWorld& world_;
};

// What officers keep: protected identities, keys of pseudonyms, bridges. (custody_handlers.cc,
// pseudonym_map_handlers.cc)
class CustodyHandlers {
 public:
  explicit CustodyHandlers(LinkageWorld& world) : world_(world) {}
  absl::StatusOr<v1::ProtectIdentitiesResponse> ProtectIdentities(const Call& call,
                                                                  const v1::ProtectIdentitiesRequest& request);
  absl::StatusOr<v1::ProposeCustodyResponse> ProposeCustody(const Call& call,
                                                            const v1::ProposeCustodyRequest& request)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<v1::ApproveCustodyResponse> ApproveCustody(const Call& call,
                                                            const v1::ApproveCustodyRequest& request)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<v1::ListCustodyResponse> ListCustody(const Call& call, const v1::ListCustodyRequest& request);
  absl::StatusOr<v1::ReadPseudonymMapResponse> ReadPseudonymMap(const Call& call,
                                                                const v1::ReadPseudonymMapRequest& request);

 private:
  LinkageWorld& world_;
  // One act is carried out at a time, over writes to the store: each follows from the one before.
  absl::Mutex mutex_;
};

// What became of people. (trace_handlers.cc)
class TraceHandlers {
 public:
  explicit TraceHandlers(LinkageWorld& world) : world_(world) {}
  absl::StatusOr<v1::TracePseudonymsResponse> TracePseudonyms(const Call& call,
                                                              const v1::TracePseudonymsRequest& request);

 private:
  LinkageWorld& world_;
};

// All of linkage's methods. The handlers outlive the registry.
struct LinkageHandlers {
  explicit LinkageHandlers(LinkageWorld& world)
      : loads(world), runs(world), publications(world), persons(world), inquiries(world), matches(world), reviews(world),
        custody(world), traces(world) {}
  void Register(MethodRegistry& registry);

  LoadHandlers loads;
  RunHandlers runs;
  PublicationHandlers publications;
  PersonHandlers persons;
  InquiryHandlers inquiries;
  MatchHandlers matches;
  ReviewHandlers reviews;
  CustodyHandlers custody;
  TraceHandlers traces;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_HANDLERS_H_
