#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "libs/transport/act_digest.h"
#include "libs/warrant/wire.h"
#include "services/consent/core/entitlement.h"
#include "services/consent/core/lifecycle.h"
#include "services/consent/rpc/convert.h"
#include "services/consent/rpc/handlers.h"

namespace safehaven::consent {
namespace {

// How often a decision is made again because register or objections changed under it.
constexpr int kDecideTriesMax = 16;

std::string NewId(Randomness& randomness) { return absl::BytesToHexString(randomness.Bytes(16)); }

// Who carries out the operation, in the order of DecideResponse: first `warrant`, then
// `linkage_warrant`. Which services a load or a record answer goes through is in
// docs/architecture.md.
std::vector<std::string> Audiences(Operation operation) {
  switch (operation) {
    case Operation::kCollect:
    case Operation::kRecords: return {"costing", "linkage"};
    case Operation::kLink: return {"linkage"};
    default: return {"costing"};
  }
}

// Whoever asked presents the warrant, but on the record path costing presents
// linkage's.
absl::StatusOr<std::string> PresenterOf(const ConsentWorld& world, const Call& call, Operation operation,
                                        absl::string_view audience) {
  if (operation != Operation::kRecords || audience != "linkage") return call.peer().thumbprint;
  const std::optional<std::string> costing = world.followers.LiveThumbprint("costing");
  if (!costing.has_value()) return Unavailable("COSTING_NOT_LIVE", "costing has not called within one lease");
  return *costing;
}

absl::StatusOr<std::vector<Warrant>> MakeWarrants(const ConsentWorld& world, const Call& call,
                                                  const Question& question, const Grant& grant) {
  std::vector<Warrant> warrants;
  for (const std::string& audience : Audiences(question.operation)) {
    SH_ASSIGN_OR_RETURN(std::string presenter, PresenterOf(world, call, question.operation, audience));
    SH_ASSIGN_OR_RETURN(Warrant warrant, MakeWarrant(grant, {.id = NewId(world.randomness),
                                                            .presenter_thumbprint = std::move(presenter),
                                                            .audience = audience,
                                                            .life = world.warrant_life}));
    warrants.push_back(std::move(warrant));
  }
  return warrants;
}

storage::v1::DecisionRecord RecordOf(const LiveDecision& decision, const std::string& question, const Caller& caller,
                                     const std::vector<Warrant>& warrants, const DecisionContext& context) {
  storage::v1::DecisionRecord record;
  record.set_question(question);
  record.set_caller(caller.subject);
  record.set_organisation(caller.organisation);
  record.set_role(caller.role);
  record.set_environment(caller.environment);
  record.set_effect(EffectText(decision.evaluation.effect));
  for (const GateVerdict& verdict : decision.evaluation.verdicts) record.add_verdicts(VerdictLine(verdict));
  record.set_decision_unix_ms(absl::ToUnixMillis(context.now));
  record.set_register_size(context.register_revision.size);
  for (const Warrant& warrant : warrants) record.add_warrants(warrant.id);
  if (decision.grant.has_value()) {
    for (const Holding& holding : decision.grant->holdings()) *record.add_holdings() = ToRecord(holding);
  }
  record.set_evaluator(kEvaluator);
  return record;
}

}  // namespace

absl::StatusOr<Caller> Identify(const ConsentWorld& world, const View& view, const type::v1::Evidence& evidence,
                                const SignedAct& act) {
  return Identify(world, view, EvidenceFromProto(evidence), act);
}

absl::StatusOr<Caller> Identify(const ConsentWorld& world, const View& view, const CallerEvidence& evidence,
                                const SignedAct& act) {
  return Identify(*view.snapshot, evidence, act, world.clock.Now(), world.replays, *world.tokens);
}

SignedAct ReadingOf(const google::protobuf::Message& request) { return {ActDigest(request), UseKept::kInMemory}; }
SignedAct WritingOf(const google::protobuf::Message& request) { return {ActDigest(request), UseKept::kInLog}; }

std::vector<UsedRequest> UsedBy(const CallerEvidence& evidence) {
  std::vector<UsedRequest> used;
  const auto add = [&used](SignerKind kind, const std::optional<SignedRequest>& request) {
    if (request.has_value()) used.push_back({.kind = kind, .signer = request->signer, .nonce = request->nonce});
  };
  add(SignerKind::kProgram, evidence.program);
  add(SignerKind::kEnvironment, evidence.environment);
  return used;
}

absl::StatusOr<v1::DecideResponse> DecideHandlers::Decide(const Call& call, const v1::DecideRequest& request) {
  Asking asking;
  SH_ASSIGN_OR_RETURN(asking.question, QuestionFromProto(request.question()));
  asking.canonical_question = CanonicalQuestion(asking.question);
  asking.question_digest = ToBytes(Sha256(asking.canonical_question));
  asking.evidence = EvidenceFromProto(request.evidence());
  SH_ASSIGN_OR_RETURN(asking.caller, Identify(world_, world_.store.state().view(), asking.evidence,
                                              {asking.question_digest, UseKept::kInLog}));
  for (int i = 0; i < kDecideTriesMax; ++i) {
    absl::StatusOr<v1::DecideResponse> response = DecideOnce(call, asking);
    if (!absl::IsAborted(response.status())) return response;
  }
  return Unavailable("REGISTER_BUSY", "register or objections change faster than a decision can be made");
}

absl::StatusOr<v1::DecideResponse> DecideHandlers::DecideOnce(const Call& call, const Asking& asking) {
  const Question& question = asking.question;
  const Caller& caller = asking.caller;
  const GuardedView guarded = world_.store.view();
  const std::string incarnation = world_.store.log().revision().incarnation;
  const DecisionContext context = {
      .now = world_.clock.Now(),
      .holdings = *guarded.view.holdings,
      .holding_index = guarded.view.holding_index.get(),
      .register_revision = {.incarnation = incarnation, .size = guarded.view.register_size},
      .objection_revision = {.incarnation = incarnation, .size = guarded.view.objections_size},
      .disclosure = {},
      .question_digest = asking.question_digest};
  const LiveDecision decision = consent::Decide(*guarded.view.snapshot, question, caller, context);
  std::vector<Warrant> warrants;
  if (decision.grant.has_value()) {
    SH_ASSIGN_OR_RETURN(warrants, MakeWarrants(world_, call, question, *decision.grant));
  }
  std::vector<std::string> bodies;
  for (const Warrant& warrant : warrants) bodies.push_back(SerialiseWarrant(warrant));
  storage::v1::DecisionRecord record = RecordOf(decision, asking.canonical_question, caller, warrants, context);
  for (const UsedRequest& used : UsedBy(asking.evidence)) *record.add_used_requests() = ToRecord(used);
  SH_ASSIGN_OR_RETURN(const std::vector<ProvenLeaf> leaves,
                      world_.store.AppendDecision(std::move(bodies), record, guarded, call.deadline()));
  v1::DecideResponse response;
  *response.mutable_decision() = DecisionToProto(decision.evaluation, question, caller);
  response.mutable_decision()->set_decision_unix_ms(absl::ToUnixMillis(context.now));
  *response.mutable_decision()->mutable_register_revision() = RevisionToProto(context.register_revision);
  *response.mutable_decision()->mutable_objection_revision() = RevisionToProto(context.objection_revision);
  if (warrants.empty()) {
    *response.mutable_refusal() = ProvenLeafToProto(leaves[0]);
  } else {
    *response.mutable_warrant() = ProvenLeafToProto(leaves[0]);
    if (warrants.size() > 1) *response.mutable_linkage_warrant() = ProvenLeafToProto(leaves[1]);
  }
  return response;
}

absl::StatusOr<v1::EvaluateResponse> DecideHandlers::Evaluate(const Call&, const v1::EvaluateRequest& request) {
  SH_ASSIGN_OR_RETURN(const Question question, QuestionFromProto(request.question()));
  const View view = world_.store.state().view();
  SH_ASSIGN_OR_RETURN(Caller caller, Identify(world_, view, request.evidence(), ReadingOf(request)));
  if (!request.organisation().empty()) {
    if (caller.role != "information_governance" && caller.role != "caldicott_guardian") {
      return PermissionDenied("ROLE_REFUSED", "only information governance officers evaluate for others");
    }
    caller.organisation = request.organisation();
    caller.role = request.role();
  }
  CivilDay day = CivilDay::InLondon(world_.clock.Now());
  if (request.has_day()) {
    SH_ASSIGN_OR_RETURN(day, DateFromProto(request.day(), "day"));
  }
  std::optional<RegisterSnapshot> earlier;
  if (request.known_at_size() != 0) earlier = SnapshotAsKnown(world_.store.state().Events(), request.known_at_size());
  const RegisterSnapshot& known = earlier.has_value() ? *earlier : *view.snapshot;
  v1::EvaluateResponse response;
  *response.mutable_decision() = HistoricalToProto(EvaluateAsOf(known, question, caller, day, *view.holdings), question);
  response.mutable_decision()->mutable_known()->set_incarnation(world_.store.log().revision().incarnation);
  return response;
}

absl::StatusOr<v1::ListEntitlementsResponse> DecideHandlers::ListEntitlements(
    const Call&, const v1::ListEntitlementsRequest& request) {
  const View view = world_.store.state().view();
  SH_ASSIGN_OR_RETURN(const Caller caller, Identify(world_, view, request.evidence(), ReadingOf(request)));
  const CivilDay day = CivilDay::InLondon(world_.clock.Now());
  v1::ListEntitlementsResponse response;
  response.set_organisation(caller.organisation);
  response.set_role(caller.role);
  for (const auto& [key, approval] : view.snapshot->All<Approval>()) {
    if (!MayRelyOn(approval->value, caller, day)) continue;
    // One that was withdrawn or is not decided yet is in its dates and permits nothing.
    const absl::StatusOr<Lifecycle> life = LifecycleOn(approval->value, day);
    if (!life.ok() || !life->IsInForce()) continue;
    *response.add_entitlements() = EntitlementToProto(approval->value, day);
  }
  response.set_complete(true);
  return response;
}

}  // namespace safehaven::consent
