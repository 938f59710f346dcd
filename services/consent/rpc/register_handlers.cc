#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"
#include "services/consent/core/entry_text.h"
#include "services/consent/rpc/convert.h"
#include "services/consent/rpc/look_back.h"
#include "services/consent/rpc/proposal.h"
#include "services/consent/rpc/register_flips.h"

namespace safehaven::consent {
namespace {

// The changes of `proposal` that widen access, or those that do not.
std::vector<PlannedChange> ChangesThat(bool widen, const Proposal& proposal) {
  std::vector<PlannedChange> changes;
  for (const PlannedChange& change : proposal.changes) {
    if ((change.widening == Widening::kWidens) == widen) changes.push_back(change);
  }
  return changes;
}

// Who signs. Into an empty register nobody has been written yet, so the first change is
// signed by people whom it brings itself: two of them, like any other that widens.
absl::StatusOr<std::optional<Signatory>> SignatoryOf(const ConsentWorld& world, const View& view,
                                                     const Proposal& proposal, const SignedAct& act,
                                                     const type::v1::Evidence& evidence) {
  if (evidence.caller_case() == type::v1::Evidence::CALLER_NOT_SET) return std::optional<Signatory>();
  const RegisterSnapshot& snapshot = view.register_size == 0 ? proposal.after : *view.snapshot;
  SH_ASSIGN_OR_RETURN(const Caller caller, Identify(snapshot, EvidenceFromProto(evidence), act, world.clock.Now(),
                                                    world.replays));
  return std::optional(Signatory{.subject = caller.subject, .role = caller.role});
}

// Two people at most, and what their evidence uses up.
struct Signatures {
  Signatory proposer;
  std::optional<Signatory> approver;
  google::protobuf::RepeatedPtrField<storage::v1::UsedRequestRecord> used_requests;
};

absl::StatusOr<Signatures> SignaturesOf(const ConsentWorld& world, const View& view, const Proposal& proposal,
                                        const v1::ApplyRegisterRequest& request) {
  const SignedAct act = WritingOf(request);
  SH_ASSIGN_OR_RETURN(const std::optional<Signatory> proposer, SignatoryOf(world, view, proposal, act, request.proposer()));
  SH_ASSIGN_OR_RETURN(const std::optional<Signatory> approver, SignatoryOf(world, view, proposal, act, request.approver()));
  if (!proposer.has_value()) return PermissionDenied("PROPOSER_MISSING", "a change needs the evidence of who proposes it");
  SH_RETURN_IF_ERROR(CheckSignatures(proposal.widening, *proposer, approver));
  storage::v1::RegisterChangeRecord used;
  AddUsedRequests(request.proposer(), used);
  AddUsedRequests(request.approver(), used);
  return Signatures{.proposer = *proposer, .approver = approver, .used_requests = used.used_requests()};
}

storage::v1::RegisterChangeRecord RecordOf(const Proposal& proposal, const Signatures& signatures, absl::Time now,
                                           const std::string& request_id) {
  storage::v1::RegisterChangeRecord record;
  for (const PlannedChange& change : proposal.changes) {
    storage::v1::RegisterEntryRecord* entry = record.add_entries();
    entry->set_key(change.key);
    if (change.entry.has_value()) entry->set_text(SerialiseEntry(*change.entry));
  }
  record.set_proposer(signatures.proposer.subject);
  record.set_proposer_role(signatures.proposer.role);
  if (signatures.approver.has_value()) {
    record.set_approver(signatures.approver->subject);
    record.set_approver_role(signatures.approver->role);
  }
  *record.mutable_used_requests() = signatures.used_requests;
  record.set_record_unix_ms(absl::ToUnixMillis(now));
  record.set_request_id(request_id);
  record.set_narrows(proposal.narrows);
  return record;
}

bool SameEntries(const storage::v1::RegisterChangeRecord& a, const storage::v1::RegisterChangeRecord& b) {
  return std::equal(a.entries().begin(), a.entries().end(), b.entries().begin(), b.entries().end(),
                    [](const auto& one, const auto& other) {
                      return one.key() == other.key() && one.text() == other.text();
                    });
}

// What widens access waits (outside the demo), so that somebody can still object. Into an
// empty register nothing is widened yet: nobody holds data.
bool Waits(const ConsentWorld& world, const Proposal& proposal, uint64_t register_size) {
  return world.widening_delay > absl::ZeroDuration() && proposal.widening == Widening::kWidens && register_size > 0;
}

// When `record` may be applied: the past if that is now; records the proposal if it is new.
absl::StatusOr<absl::Time> AwaitedUntil(ConsentWorld& world, const Call& call, const Proposal& proposal,
                                        const storage::v1::RegisterChangeRecord& record, uint64_t register_size) {
  if (!Waits(world, proposal, register_size)) return absl::InfinitePast();
  SH_ASSIGN_OR_RETURN(const auto earlier, world.store.FindProposal(record.request_id(), call.deadline()));
  if (!earlier.has_value()) {
    storage::v1::ProposalRecord proposed;
    *proposed.mutable_change() = record;
    const absl::Time apply_time = world.clock.Now() + world.widening_delay;
    proposed.set_apply_unix_ms(absl::ToUnixMillis(apply_time));
    proposed.set_register_size(register_size);
    SH_RETURN_IF_ERROR(world.store.AppendProposal(proposed, call.deadline()));
    return apply_time;
  }
  if (!SameEntries(earlier->change(), record)) {
    return Failure(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED", "this request id proposed another change");
  }
  if (earlier->register_size() != register_size) {
    return FailedPrecondition("PROPOSAL_OUT_OF_DATE", "the register has changed since: propose anew");
  }
  const absl::Time apply_time = absl::FromUnixMillis(earlier->apply_unix_ms());
  return world.clock.Now() < apply_time ? apply_time : absl::InfinitePast();
}

// Under which id the part of a waiting change that narrows was applied.
std::string NarrowingId(const std::string& request_id) { return absl::StrCat(request_id, "/narrowing"); }

// A change that waits must not hold up what it takes away: that part is applied at once,
// by itself. Its place in the log; nothing if there is no such part.
absl::StatusOr<std::optional<uint64_t>> ApplyNarrowingFirst(ConsentWorld& world, const Call& call, const GuardedView& guarded,
                                                            const Proposal& whole, Signatures signatures,
                                                            const std::string& request_id) {
  if (!whole.narrows) return std::optional<uint64_t>(world.store.state().AppliedAs(NarrowingId(request_id)));
  const absl::StatusOr<Proposal> narrowing = ProposalOf(guarded.view, ChangesThat(false, whole));
  if (!narrowing.ok()) {
    return WithContext(narrowing.status(),
                       "part of the change narrows access and may not wait for the part that widens it, but cannot be "
                       "applied by itself; apply them as two changes");
  }
  signatures.approver.reset();  // one is enough
  SH_ASSIGN_OR_RETURN(
      const uint64_t size,
      world.store.AppendRegister(RecordOf(*narrowing, signatures, world.clock.Now(), NarrowingId(request_id)), guarded,
                                 call.deadline()));
  world.followers.Narrowed(size);
  return std::optional<uint64_t>(size);
}

// Waits until every follower has applied what narrowed at `size`.
absl::StatusOr<std::vector<std::string>> ConfirmedBy(ConsentWorld& world, const Call& call, uint64_t size) {
  std::vector<std::string> confirmed;
  if (!world.followers.AwaitApplied(size, call.deadline(), confirmed)) {
    return Failure(absl::StatusCode::kDeadlineExceeded, "FOLLOWERS_UNCONFIRMED",
                   "the change is durable, but not every follower has confirmed it; ask again with the same request_id");
  }
  return confirmed;
}

}  // namespace

absl::StatusOr<v1::PlanRegisterResponse> RegisterHandlers::PlanRegister(const Call& call,
                                                                       const v1::PlanRegisterRequest& request) {
  const View view = world_.store.state().view();
  // On an empty register nobody is known, and nothing has been asked.
  const bool with_flips =
      request.evidence().caller_case() != type::v1::Evidence::CALLER_NOT_SET && view.register_size > 0;
  if (with_flips) {
    SH_RETURN_IF_ERROR(IdentifyOfficer(world_, request.evidence(), ReadingOf(request), /*auditors_too=*/false));
  }
  SH_ASSIGN_OR_RETURN(const Proposal proposal, Propose(view, request.files(), world_.profile));
  v1::PlanRegisterResponse response;
  for (const PlannedChange& change : proposal.changes) *response.add_changes() = ChangeToProto(change);
  response.set_widens(proposal.widening == Widening::kWidens);
  if (with_flips) {
    SH_ASSIGN_OR_RETURN(*response.mutable_flips(), FlipsOfLog(world_.store, view, proposal.after,
                                                              world_.clock.Now(), call.deadline()));
  }
  return response;
}

absl::StatusOr<v1::ApplyRegisterResponse> RegisterHandlers::ApplyRegister(const Call& call,
                                                                         const v1::ApplyRegisterRequest& request) {
  if (request.request_id().empty()) return InvalidArgument("FIELD_INVALID", "request_id: is required");
  v1::ApplyRegisterResponse response;
  GuardedView guarded = world_.store.view();
  const std::string incarnation = world_.store.log().revision().incarnation;
  const auto answer = [&](uint64_t size, bool narrows) -> absl::StatusOr<v1::ApplyRegisterResponse> {
    if (narrows) {
      SH_ASSIGN_OR_RETURN(const std::vector<std::string> confirmed, ConfirmedBy(world_, call, size));
      response.mutable_confirmed_by()->Assign(confirmed.begin(), confirmed.end());
    }
    *response.mutable_revision() = RevisionToProto({.incarnation = incarnation, .size = size});
    return response;
  };
  // For a retry it is not known any more whether it narrowed: it waits in any case.
  const std::optional<uint64_t> applied = world_.store.state().AppliedAs(request.request_id());
  if (applied.has_value()) return answer(*applied, true);

  SH_ASSIGN_OR_RETURN(Proposal proposal, Propose(guarded.view, request.files(), world_.profile));
  SH_ASSIGN_OR_RETURN(const Signatures signatures, SignaturesOf(world_, guarded.view, proposal, request));
  for (const PlannedChange& change : proposal.changes) *response.add_changes() = ChangeToProto(change);
  if (proposal.changes.empty()) return answer(guarded.view.register_size, false);

  std::optional<uint64_t> narrowed;
  if (Waits(world_, proposal, guarded.view.register_size)) {
    SH_ASSIGN_OR_RETURN(narrowed, ApplyNarrowingFirst(world_, call, guarded, proposal, signatures, request.request_id()));
    guarded = world_.store.view();
    SH_ASSIGN_OR_RETURN(proposal, Propose(guarded.view, request.files(), world_.profile));
  }
  const storage::v1::RegisterChangeRecord record =
      RecordOf(proposal, signatures, world_.clock.Now(), request.request_id());
  SH_ASSIGN_OR_RETURN(const absl::Time until, AwaitedUntil(world_, call, proposal, record, guarded.view.register_size));
  if (until != absl::InfinitePast()) {
    response.set_pending_until_unix_ms(absl::ToUnixMillis(until));
    if (narrowed.has_value()) return answer(*narrowed, true);
    return response;
  }
  SH_ASSIGN_OR_RETURN(const uint64_t size, world_.store.AppendRegister(record, guarded, call.deadline()));
  if (proposal.narrows) world_.followers.Narrowed(size);
  return answer(size, proposal.narrows);
}

}  // namespace safehaven::consent
