// consent's rpcs: convert, decide, record, convert. What is decided is in core/, what
// is kept in store/. Thread-safe; everything borrowed outlives the handlers.
#ifndef SAFEHAVEN_SERVICES_CONSENT_RPC_HANDLERS_H_
#define SAFEHAVEN_SERVICES_CONSENT_RPC_HANDLERS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/environment.h"
#include "libs/evidence/evidence.h"
#include "libs/evidence/verified_tokens.h"
#include "libs/follow/witness_notes.h"
#include "libs/server/call.h"
#include "libs/server/log_service.h"
#include "libs/server/method_registry.h"
#include "libs/server/stream.h"
#include "libs/warrant/caller.h"
#include "libs/warrant/question.h"
#include "safehaven/consent/v1/consent_service.pb.h"
#include "services/consent/core/fence.h"
#include "services/consent/core/identify.h"
#include "services/consent/rpc/convert.h"
#include "services/consent/rpc/followers.h"
#include "services/consent/store/consent_store.h"

namespace safehaven::consent {

// What all handlers share.
struct ConsentWorld {
  ConsentStore& store;
  Followers& followers;
  const Clock& clock;
  Randomness& randomness;
  ReplayWindow& replays;
  Profile profile = Profile::kProduction;
  absl::Duration warrant_life = absl::Seconds(10);  // at most kWarrantLifeMax
  // How long a change that widens access waits after both have signed.
  absl::Duration widening_delay = absl::ZeroDuration();
  // What witnesses say of the log; null if none is known.
  WitnessNotes* witnesses = nullptr;
  // A pointer so that the struct can be moved; never null.
  std::unique_ptr<VerifiedTokens> tokens = std::make_unique<VerifiedTokens>();
};

// Verifies evidence against the register of now. `act` as in Identify() of core.
absl::StatusOr<Caller> Identify(const ConsentWorld& world, const View& view, const type::v1::Evidence& evidence,
                                const SignedAct& act);

absl::StatusOr<Caller> Identify(const ConsentWorld& world, const View& view, const CallerEvidence& evidence,
                                const SignedAct& act);

// Of a call that only reads, and of one that writes its use into its log entry. Both are
// bound to the whole request (libs/transport/act_digest.h).
SignedAct ReadingOf(const google::protobuf::Message& request);
SignedAct WritingOf(const google::protobuf::Message& request);

// The signed requests that `evidence` uses up, for the record of what is done on it.
std::vector<UsedRequest> UsedBy(const CallerEvidence& evidence);
template <typename Record>
void AddUsedRequests(const type::v1::Evidence& evidence, Record& record) {
  for (const UsedRequest& used : UsedBy(EvidenceFromProto(evidence))) *record.add_used_requests() = ToRecord(used);
}

// Questions: decide, evaluate, entitlements. (decide_handlers.cc)
class DecideHandlers {
 public:
  explicit DecideHandlers(ConsentWorld& world) : world_(world) {}
  absl::StatusOr<v1::DecideResponse> Decide(const Call& call, const v1::DecideRequest& request);
  absl::StatusOr<v1::EvaluateResponse> Evaluate(const Call& call, const v1::EvaluateRequest& request);
  absl::StatusOr<v1::ListEntitlementsResponse> ListEntitlements(const Call& call,
                                                                const v1::ListEntitlementsRequest& request);

 private:
  // What was asked, worked out once however often it is decided.
  struct Asking {
    Question question;
    std::string canonical_question;
    std::string question_digest;
    CallerEvidence evidence;
    Caller caller;
  };
  absl::StatusOr<v1::DecideResponse> DecideOnce(const Call& call, const Asking& asking);
  ConsentWorld& world_;
};

// The register. (register_handlers.cc)
class RegisterHandlers {
 public:
  explicit RegisterHandlers(ConsentWorld& world) : world_(world) {}
  absl::StatusOr<v1::PlanRegisterResponse> PlanRegister(const Call& call, const v1::PlanRegisterRequest& request);
  absl::StatusOr<v1::ApplyRegisterResponse> ApplyRegister(const Call& call, const v1::ApplyRegisterRequest& request);

 private:
  ConsentWorld& world_;
};

// Objections. (objection_handlers.cc)
class ObjectionHandlers {
 public:
  explicit ObjectionHandlers(ConsentWorld& world) : world_(world) {}
  absl::Status AppendObjections(const Call& call, Reader<v1::AppendObjectionsRequest>& reader,
                                Writer<v1::AppendObjectionsResponse>& writer);
  absl::StatusOr<v1::ReadObjectionsResponse> ReadObjections(const Call& call,
                                                            const v1::ReadObjectionsRequest& request);
  absl::StatusOr<v1::ScreenResponse> Screen(const Call& call, const v1::ScreenRequest& request);
  absl::Status ScreenStream(const Call& call, Reader<v1::ScreenRequest>& reader, Writer<v1::ScreenResponse>& writer);

 private:
  absl::StatusOr<v1::AppendObjectionsResponse> AppendBatch(const Call& call, const v1::AppendObjectionsRequest& batch,
                                                           const std::string& set, const std::string& load,
                                                           const type::v1::Evidence& evidence);
  // Decides and logs that `request`'s program may screen; the revision it may rely on.
  absl::StatusOr<type::v1::Revision> AdmitScreening(const Call& call, const v1::ScreenRequest& request);
  // The verdict on each number of `request`.
  std::string AllowedOf(const v1::ScreenRequest& request) const;
  ConsentWorld& world_;
};

// Followers and auditors. (watch_handlers.cc)
class WatchHandlers {
 public:
  explicit WatchHandlers(ConsentWorld& world) : world_(world) {}
  absl::StatusOr<v1::WatchResponse> Watch(const Call& call, const v1::WatchRequest& request);
  LogServiceHooks LogHooks();

 private:
  ConsentWorld& world_;
};

class BatchHandlers;
class LookBackHandlers;
class SupposeHandlers;
class PatientHandlers;
class RetentionHandlers;

// All of consent's methods, and LogService's. The handlers outlive the registry.
struct ConsentHandlers {
  explicit ConsentHandlers(ConsentWorld& world);
  ~ConsentHandlers();
  void Register(MethodRegistry& registry);

  DecideHandlers decide;
  RegisterHandlers registers;
  ObjectionHandlers objections;
  WatchHandlers watch;
  // Of look_back.h; never null.
  std::unique_ptr<BatchHandlers> batch;
  std::unique_ptr<LookBackHandlers> look_back;
  std::unique_ptr<PatientHandlers> patient;
  std::unique_ptr<RetentionHandlers> retention;
  // Of suppose.h; never null.
  std::unique_ptr<SupposeHandlers> suppose;

 private:
  void RegisterLookingBack(MethodRegistry& registry);
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_RPC_HANDLERS_H_
