// costing's rpcs: admit, do, record, answer. What is computed is in core/, what is kept
// in store/. Thread-safe; everything borrowed outlives the handlers.
#ifndef SAFEHAVEN_SERVICES_COSTING_RPC_HANDLERS_H_
#define SAFEHAVEN_SERVICES_COSTING_RPC_HANDLERS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/environment.h"
#include "libs/client/client.h"
#include "libs/follow/consent_follower.h"
#include "libs/follow/witness_notes.h"
#include "libs/log/transparency_log.h"
#include "libs/server/call.h"
#include "libs/server/log_service.h"
#include "libs/server/method_registry.h"
#include "libs/server/stream.h"
#include "safehaven/costing/v1/costing_service.pb.h"
#include "safehaven/costing/v1/runs.pb.h"
#include "safehaven/linkage/v1/linkage_service.pb.h"
#include "services/costing/rpc/held_runs.h"
#include "services/costing/rpc/live_state.h"
#include "services/costing/rpc/reply.h"
#include "services/costing/store/activity_store.h"
#include "services/costing/store/release_store.h"
#include "services/costing/store/run_store.h"

namespace safehaven::costing {

// What costing asks linkage; functions, so that tests need no linkage. All fail as the
// rpcs of the same names.
struct LinkageCalls {
  std::function<absl::StatusOr<linkage::v1::GetLoadResponse>(const std::string& load)> get_load;
  std::function<absl::Status(const std::string& load, uint64_t row_count)> confirm_load;
  std::function<absl::StatusOr<linkage::v1::ResolvePersonsResponse>(const linkage::v1::ResolvePersonsRequest&)>
      resolve_persons;
  std::function<absl::StatusOr<linkage::v1::ResolveInquiryResponse>(const linkage::v1::ResolveInquiryRequest&)>
      resolve_inquiry = {};
};
// Over gRPC; `linkage` outlives what is returned.
LinkageCalls MakeLinkageCalls(Client& linkage);

// What all handlers share.
struct CostingWorld {
  ActivityStore& activity;
  RunStore& runs;
  ReleaseStore& releases;
  TransparencyLog& log;
  // What witnesses say of the log; null if none is known.
  WitnessNotes* witnesses = nullptr;
  LiveState& live;
  ConsentFollower& consent;
  LinkageCalls linkage;
  const Clock& clock;
  Randomness& randomness;
  // May this evidence read the log? costing has no register of its own: it asks consent.
  std::function<absl::Status(const type::v1::Evidence&)> authorise_reader;
  // Is it of an officer who made this inquiry?
  std::function<absl::Status(const type::v1::Evidence&, const std::string& inquiry)> authorise_inquiry;
  // Why we are not ready; empty if we are.
  std::function<std::string()> not_ready_reason;
};

// A call's question and warrant, admitted.
struct AdmittedQuestion {
  Question question;
  AdmittedWarrant admitted;
  std::string incarnation;  // of consent's log
};
absl::StatusOr<AdmittedQuestion> Admit(const CostingWorld& world, const Call& call,
                                       const type::v1::PresentedWarrant& warrant,
                                       const type::v1::Question& question, Operation operation);

// Loads. (load_handlers.cc)
class LoadHandlers {
 public:
  explicit LoadHandlers(CostingWorld& world) : world_(world) {}
  absl::StatusOr<v1::OpenLoadResponse> OpenLoad(const Call& call, const v1::OpenLoadRequest& request);
  absl::Status AppendPayload(const Call& call, Reader<v1::AppendPayloadRequest>& reader,
                             Writer<v1::AppendPayloadResponse>& writer);
  absl::StatusOr<v1::CloseLoadResponse> CloseLoad(const Call& call, const v1::CloseLoadRequest& request);

  // Confirms every visible load to linkage again, for one that a crash left between.
  absl::Status ConfirmVisibleLoads(absl::Time deadline);

 private:
  absl::StatusOr<uint64_t> AppendBatch(const Call& call, const storage::v1::LoadRecord& load,
                                       const v1::AppendPayloadRequest& batch);
  CostingWorld& world_;
};

// Costing runs. (run_handlers.cc, and compare, publish and explain: explain_handlers.cc)
class RunHandlers {
 public:
  explicit RunHandlers(CostingWorld& world) : world_(world) {}
  absl::StatusOr<v1::RunCostingResponse> RunCosting(const Call& call, const v1::RunCostingRequest& request);
  absl::StatusOr<v1::ListRunsResponse> ListRuns(const Call& call, const v1::ListRunsRequest& request);
  absl::StatusOr<v1::PublishRunResponse> PublishRun(const Call& call, const v1::PublishRunRequest& request);
  absl::StatusOr<v1::CompareRunsResponse> CompareRuns(const Call& call, const v1::CompareRunsRequest& request);
  absl::StatusOr<v1::ExplainCostResponse> ExplainCost(const Call& call, const v1::ExplainCostRequest& request);

 private:
  // Admits a cost question and uses its warrant for `purpose`, as often as it is asked.
  absl::StatusOr<AdmittedQuestion> AdmitFor(const std::string& purpose, const Call& call,
                                            const type::v1::PresentedWarrant& warrant, const type::v1::Question& question);
  // The run in memory; made again from what was kept of it if it is not there.
  absl::StatusOr<std::shared_ptr<const HeldRun>> Held(const storage::v1::CostRunRecord& record, absl::Time deadline);
  // OK if all that the run was made of was decided: PERMISSION_DENIED with reason
  // RUN_NOT_DECIDED if its days, data sets or flows are not all among the warrant's.
  absl::Status CheckDecided(const storage::v1::CostRunRecord& record, const AdmittedQuestion& asked, absl::Time deadline);
  // The provider's run, if it was decided.
  absl::StatusOr<storage::v1::CostRunRecord> DecidedRun(uint64_t run, const AdmittedQuestion& asked, absl::Time deadline);
  // Uses the warrant for `purpose` and logs what is about to be told of a run. `reading` with
  // runs and figure; the rest is filled in.
  absl::Status LogReading(const std::string& purpose, const AdmittedQuestion& asked, v1::CostRunReading reading,
                          absl::Time deadline);
  absl::Status ExplainIndex(const v1::ExplainCostRequest& request, const AdmittedQuestion& asked, const HeldRun& held,
                            absl::Time deadline, v1::ExplainCostResponse& response);

  HeldRuns held_;
  CostingWorld& world_;
};

// Answers, status, log. (answer_handlers.cc)
class AnswerHandlers {
 public:
  explicit AnswerHandlers(CostingWorld& world) : world_(world) {}
  // Who asks again with the same warrant gets the bytes that it got, or was to get:
  // nothing is computed twice. PERMISSION_DENIED with reason WARRANT_USED while the
  // first is still at it, and for ever if that failed or was cut off before its closing
  // entry: then a new decision is needed.
  absl::StatusOr<v1::AnswerResponse> Answer(const Call& call, const v1::AnswerRequest& request);
  // Closes the releases that the process before was cut off in, with reason
  // RELEASE_CUT_OFF, so that the log says of each what became of it. Before serving.
  absl::Status CloseCutOff(absl::Time deadline);
  absl::StatusOr<v1::GetStatusResponse> GetStatus(const Call& call, const v1::GetStatusRequest& request);
  LogServiceHooks LogHooks();

 private:
  // Everything between the opening and the closing entry.
  absl::StatusOr<ReleasableAnswer> Compute(const v1::AnswerRequest& request, const AdmittedQuestion& asked,
                                           const Snapshot& current, absl::Time deadline);
  // The snapshot that the question is about: itself, or its events as the costing runs that the
  // question names costed them. NOT_FOUND with reason RUN_UNKNOWN for a run that was never
  // published; INVALID_ARGUMENT with FIELD_INVALID for two of one provider that share days.
  absl::StatusOr<Snapshot> AskedAbout(const Snapshot& current, const Question& question, absl::Time deadline);
  // The bytes that the used warrant got, or is to get: by who was given it and asks again.
  absl::StatusOr<v1::AnswerResponse> AnswerAgain(const v1::AnswerRequest& request, const std::string& warrant,
                                                 const storage::v1::UsedWarrantRecord& used, absl::Time deadline);
  // Keeps the reply for retries, then gives it: what was kept first.
  absl::StatusOr<v1::AnswerResponse> Reply(const v1::AnswerRequest& request, const std::string& warrant,
                                           const ReleasableAnswer& answer, const ClosedRelease& release,
                                           absl::Time deadline);
  absl::StatusOr<ResolvedPersons> Resolve(const v1::AnswerRequest& request, const Snapshot& snapshot,
                                          const RecordTable& table);
  CostingWorld& world_;
};

// Which releases were made, and whom they held. (confirm_handlers.cc)
class ConfirmHandlers {
 public:
  explicit ConfirmHandlers(CostingWorld& world) : world_(world) {}
  absl::StatusOr<v1::ConfirmReleasesResponse> ConfirmReleases(const Call& call,
                                                              const v1::ConfirmReleasesRequest& request);

 private:
  CostingWorld& world_;
};

// Reads the events that are visible now, with their costs, into the live state.
absl::Status RefreshSegments(CostingWorld& world);

struct CostingHandlers {
  explicit CostingHandlers(CostingWorld& world) : loads(world), runs(world), answers(world), confirm(world) {}
  void Register(MethodRegistry& registry);

  LoadHandlers loads;
  RunHandlers runs;
  AnswerHandlers answers;
  ConfirmHandlers confirm;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_RPC_HANDLERS_H_
