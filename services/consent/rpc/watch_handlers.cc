#include "absl/functional/bind_front.h"
#include "libs/base/status.h"
#include "safehaven/log/v1/log_service.pb.h"
#include "services/consent/rpc/convert.h"
#include "services/consent/rpc/handlers.h"

namespace safehaven::consent {
namespace {

constexpr absl::Duration kWatchWaitMax = absl::Seconds(1);
constexpr char kConsentService[] = "safehaven.consent.v1.ConsentService";

std::vector<std::string> ToWire(const std::vector<Digest>& digests) {
  std::vector<std::string> wire;
  for (const Digest& digest : digests) wire.push_back(ToBytes(digest));
  return wire;
}

}  // namespace

absl::StatusOr<v1::WatchResponse> WatchHandlers::Watch(const Call& call, const v1::WatchRequest& request) {
  TransparencyLog& log = world_.store.log();
  const Revision now = log.revision();
  const bool same_life = request.have().incarnation() == now.incarnation;
  const uint64_t applied_floor = request.applied().incarnation() == now.incarnation ? request.applied().size() : 0;
  world_.followers.Heard(call.peer().spiffe_path, call.peer().thumbprint, applied_floor);
  if (same_life && request.have().size() >= now.size) {
    world_.followers.WaitForNews({.size = now.size, .floor = applied_floor}, kWatchWaitMax);
  }
  const View view = world_.store.view().view;
  const SignedCheckpoint newest = log.Newest();
  v1::WatchResponse response;
  SH_ASSIGN_OR_RETURN(*response.mutable_heartbeat(),
                      log.SignedHeartbeat(world_.clock.Now(),
                                          {.floor = view.floor, .objections_size = view.objections_size}));
  response.set_checkpoint(newest.note);
  const uint64_t have = request.have().size();
  if (same_life && have > 0 && have < newest.checkpoint.size) {
    SH_ASSIGN_OR_RETURN(const std::vector<Digest> proof, log.ConsistencyProof(have, newest.checkpoint.size));
    for (const Digest& digest : proof) response.add_consistency(ToBytes(digest));
  }
  return response;
}

LogServiceHooks WatchHandlers::LogHooks() {
  TransparencyLog& log = world_.store.log();
  LogServiceHooks hooks;
  hooks.checkpoint = [&log](absl::Time) -> absl::StatusOr<std::string> { return log.Newest().note; };
  hooks.size = [&log](absl::Time) -> absl::StatusOr<uint64_t> { return log.revision().size; };
  hooks.prove_consistency = [&log](uint64_t first, uint64_t second,
                                   absl::Time) -> absl::StatusOr<std::vector<std::string>> {
    SH_ASSIGN_OR_RETURN(const std::vector<Digest> proof, log.ConsistencyProof(first, second));
    return ToWire(proof);
  };
  hooks.authorise_reader = [this](const Call&, const type::v1::Evidence& evidence) -> absl::Status {
    // Bound to the method and not to a range: costing hands on what its own callers signed.
    SH_ASSIGN_OR_RETURN(const Caller caller, Identify(world_, world_.store.state().view(), evidence,
                                                      ReadingOf(log::v1::ReadLogRequest())));
    if (caller.role != "information_governance" && caller.role != "caldicott_guardian" && caller.role != "auditor") {
      return PermissionDenied("ROLE_REFUSED", "only information governance officers and auditors read the log");
    }
    return absl::OkStatus();
  };
  hooks.add_cosigned = [this, &log](const std::string& note) {
    return TakeCosigned(world_.witnesses, note, log.revision().size);
  };
  hooks.cosigned = [this] { return KeptCosigned(world_.witnesses); };
  hooks.read = [&log](uint64_t begin, uint64_t end, absl::Time deadline) -> absl::StatusOr<std::vector<LogLeaf>> {
    SH_ASSIGN_OR_RETURN(const std::vector<LogEntry> entries, log.ReadRange(begin, end - begin, deadline));
    std::vector<LogLeaf> leaves;
    for (const LogEntry& entry : entries) {
      leaves.push_back({.kind = entry.kind,
                        .commitment = ToBytes(entry.commitment),
                        .salt = entry.salt,
                        .body = entry.body});
    }
    return leaves;
  };
  return hooks;
}

void ConsentHandlers::Register(MethodRegistry& registry) {
  using absl::bind_front;
  registry.Unary<v1::DecideRequest, v1::DecideResponse>(kConsentService, "Decide",
                                                        bind_front(&DecideHandlers::Decide, &decide));
  registry.Unary<v1::EvaluateRequest, v1::EvaluateResponse>(kConsentService, "Evaluate",
                                                            bind_front(&DecideHandlers::Evaluate, &decide));
  registry.Unary<v1::ListEntitlementsRequest, v1::ListEntitlementsResponse>(
      kConsentService, "ListEntitlements", bind_front(&DecideHandlers::ListEntitlements, &decide));
  registry.Unary<v1::PlanRegisterRequest, v1::PlanRegisterResponse>(
      kConsentService, "PlanRegister", bind_front(&RegisterHandlers::PlanRegister, &registers));
  registry.Unary<v1::ApplyRegisterRequest, v1::ApplyRegisterResponse>(
      kConsentService, "ApplyRegister", bind_front(&RegisterHandlers::ApplyRegister, &registers));
  registry.BidiStream<v1::AppendObjectionsRequest, v1::AppendObjectionsResponse>(
      kConsentService, "AppendObjections", bind_front(&ObjectionHandlers::AppendObjections, &objections));
  registry.Unary<v1::ReadObjectionsRequest, v1::ReadObjectionsResponse>(
      kConsentService, "ReadObjections", bind_front(&ObjectionHandlers::ReadObjections, &objections));
  registry.Unary<v1::ScreenRequest, v1::ScreenResponse>(kConsentService, "Screen",
                                                        bind_front(&ObjectionHandlers::Screen, &objections));
  registry.BidiStream<v1::ScreenRequest, v1::ScreenResponse>(
      kConsentService, "ScreenStream", bind_front(&ObjectionHandlers::ScreenStream, &objections));
  registry.Unary<v1::WatchRequest, v1::WatchResponse>(kConsentService, "Watch",
                                                      bind_front(&WatchHandlers::Watch, &watch));
  RegisterLookingBack(registry);
  RegisterLogService(registry, watch.LogHooks());
}

}  // namespace safehaven::consent
