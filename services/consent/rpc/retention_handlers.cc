// EraseEnded: what nothing keeps any longer goes from the side store of the log.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/warrant/canonical_question.h"
#include "libs/warrant/verify.h"
#include "libs/warrant/wire.h"
#include "services/consent/core/retention.h"
#include "services/consent/core/widening.h"
#include "services/consent/rpc/look_back.h"

namespace safehaven::consent {
namespace {

constexpr char kEraseReason[] = "RETENTION_OVER";

// What is over: entries by key, and the approvals that these are or were.
struct Ended {
  std::set<std::string> keys;
  std::vector<Reference> approvals;
  CivilDay today;
};

// Which leaves hold something of it, and what they say beside it.
struct ErasurePlan {
  std::vector<storage::v1::RedactionRecord> redactions;  // of the register, and of decisions with holdings
  std::vector<uint64_t> plain;                           // what goes whole: decisions, warrants, proposals, inquiries
  std::vector<uint64_t> outdated;                        // earlier redactions, to go after the new ones
  uint64_t register_leaf_count = 0;
  uint64_t decision_leaf_count = 0;
};

class Planner {
 public:
  Planner(const View& view, Ended ended)
      : snapshot_(*view.snapshot), register_size_(view.register_size), ended_(std::move(ended)) {}

  absl::Status Visit(const LogEntry& entry) {
    if (entry.erased) return absl::OkStatus();
    switch (entry.kind) {
      case kRegisterLeaf: return VisitChange(entry);
      case kRedactionLeaf: return VisitRedaction(entry);
      case kProposalLeaf: return VisitProposal(entry);
      case kInquiryLeaf: return VisitInquiry(entry);
      case kDecisionLeaf: return VisitDecision(entry);
      case kWarrantLeafKind: return VisitWarrant(entry);
      default: return absl::OkStatus();
    }
  }

  const ErasurePlan& plan() const { return plan_; }
  ErasurePlan Take() { return std::move(plan_); }

 private:
  // The change without the entries; nothing if it has none of them.
  std::optional<storage::v1::RegisterChangeRecord> Without(const storage::v1::RegisterChangeRecord& change) const {
    storage::v1::RegisterChangeRecord kept = change;
    kept.clear_entries();
    for (const storage::v1::RegisterEntryRecord& entry : change.entries()) {
      if (!ended_.keys.contains(entry.key())) *kept.add_entries() = entry;
    }
    if (kept.entries_size() == change.entries_size()) return std::nullopt;
    return kept;
  }

  void Redact(uint64_t index, storage::v1::RegisterChangeRecord change) {
    storage::v1::RedactionRecord redaction;
    redaction.set_index(index);
    redaction.set_reason(kEraseReason);
    *redaction.mutable_change() = std::move(change);
    plan_.redactions.push_back(std::move(redaction));
    ++plan_.register_leaf_count;
  }

  absl::Status VisitChange(const LogEntry& entry) {
    storage::v1::RegisterChangeRecord change;
    if (!change.ParseFromString(entry.body)) return DataLoss("LEAF_CORRUPT", "a change does not parse");
    std::optional<storage::v1::RegisterChangeRecord> kept = Without(change);
    if (kept.has_value()) Redact(entry.index, *std::move(kept));
    return absl::OkStatus();
  }

  // An earlier redaction that still says something of the entries goes, and a new one
  // says the rest.
  absl::Status VisitRedaction(const LogEntry& entry) {
    storage::v1::RedactionRecord redaction;
    if (!redaction.ParseFromString(entry.body)) return DataLoss("LEAF_CORRUPT", "a redaction does not parse");
    if (!redaction.has_change()) return absl::OkStatus();
    std::optional<storage::v1::RegisterChangeRecord> kept = Without(redaction.change());
    if (!kept.has_value()) return absl::OkStatus();
    Redact(redaction.index(), *std::move(kept));
    plan_.outdated.push_back(entry.index);
    return absl::OkStatus();
  }

  // A proposal repeats what it proposed. One on the newest register can still be applied.
  absl::Status VisitProposal(const LogEntry& entry) {
    storage::v1::ProposalRecord proposal;
    if (!proposal.ParseFromString(entry.body)) return DataLoss("LEAF_CORRUPT", "a proposal does not parse");
    if (proposal.register_size() >= register_size_ || !Without(proposal.change()).has_value()) return absl::OkStatus();
    ++plan_.register_leaf_count;
    plan_.plain.push_back(entry.index);
    return absl::OkStatus();
  }

  // Who looked for whom is kept as long as the register; an inquiry that names nobody stays.
  absl::Status VisitInquiry(const LogEntry& entry) {
    storage::v1::InquiryRecord inquiry;
    if (!inquiry.ParseFromString(entry.body)) return DataLoss("LEAF_CORRUPT", "an inquiry does not parse");
    const CivilDay made = CivilDay::InLondon(absl::FromUnixMillis(inquiry.record_unix_ms()));
    if (inquiry.nhs_numbers_size() > 0 && made.AddDays(kRegisterKeptDays + 1) <= ended_.today) plan_.plain.push_back(entry.index);
    return absl::OkStatus();
  }

  // Also of an approval that is not on the register any more.
  bool IsOfEntries(const std::string& approval) const {
    const Versioned<Approval>* found = snapshot_.FindApproval(approval);
    if (found != nullptr) return ended_.keys.contains(found->key);
    const absl::StatusOr<Reference> reference = Reference::Parse(approval);
    return reference.ok() && std::any_of(ended_.approvals.begin(), ended_.approvals.end(),
                                         [&](const Reference& one) { return one.IsNamedBy(*reference); });
  }

  absl::Status VisitDecision(const LogEntry& entry) {
    storage::v1::DecisionRecord record;
    if (!record.ParseFromString(entry.body)) return DataLoss("LEAF_CORRUPT", "a decision does not parse");
    SH_ASSIGN_OR_RETURN(const Question question, ParseCanonicalQuestion(record.question()));
    if (!IsOfEntries(question.approval)) return absl::OkStatus();
    ++plan_.decision_leaf_count;
    // Whoever was told then may hold it still, so the overlap rule has to go on knowing.
    std::string holdings;
    for (const storage::v1::HoldingRecord& held : record.holdings()) holdings += held.SerializeAsString();
    if (holdings.empty() || !known_holdings_.insert(holdings).second) {
      plan_.plain.push_back(entry.index);
      return absl::OkStatus();
    }
    storage::v1::RedactionRecord redaction;
    redaction.set_index(entry.index);
    redaction.set_reason(kEraseReason);
    *redaction.mutable_holdings() = record.holdings();
    plan_.redactions.push_back(std::move(redaction));
    return absl::OkStatus();
  }

  absl::Status VisitWarrant(const LogEntry& entry) {
    SH_ASSIGN_OR_RETURN(const Warrant warrant, ParseWarrant(entry.body));
    if (!IsOfEntries(warrant.approval)) return absl::OkStatus();
    ++plan_.decision_leaf_count;
    plan_.plain.push_back(entry.index);
    return absl::OkStatus();
  }

  const RegisterSnapshot& snapshot_;
  const uint64_t register_size_;
  const Ended ended_;
  std::set<std::string> known_holdings_;
  ErasurePlan plan_;
};

// Keys that were taken off the register more than a year ago.
void AddRemoved(const std::vector<RegisterEvent>& events, CivilDay day, std::set<std::string>& keys) {
  std::map<std::string, const RegisterEvent*> last;
  for (const RegisterEvent& event : events) last[event.key] = &event;
  for (const auto& [key, event] : last) {
    const CivilDay due = CivilDay::InLondon(event->recorded_time).AddDays(kRegisterKeptDays + 1);
    if (!event->entry.has_value() && due <= day) keys.insert(key);
  }
}

// What is over on `day`.
Ended FindEnded(const RegisterSnapshot& snapshot, const std::vector<RegisterEvent>& events, CivilDay day) {
  Ended ended = {.keys = {}, .approvals = {}, .today = day};
  for (const ErasableEntry& entry : ErasableEntries(snapshot, day)) ended.keys.insert(entry.key);
  AddRemoved(events, day, ended.keys);
  for (const RegisterEvent& event : events) {
    if (!event.entry.has_value() || !ended.keys.contains(event.key)) continue;
    if (const auto* approval = std::get_if<Approval>(&*event.entry)) ended.approvals.push_back(approval->reference);
  }
  return ended;
}

// Says whether all of the plan was done. Decisions first: they are found by the approvals
// in the register's history, also by a second call.
absl::StatusOr<bool> CarryOut(ConsentStore& store, ErasurePlan plan, const std::vector<Caller>& officers,
                              absl::Time deadline) {
  size_t erased = 0;
  for (const uint64_t leaf : plan.plain) {
    if (++erased > kErasedMax) return false;
    SH_RETURN_IF_ERROR(store.log().Erase(leaf, kEraseReason, deadline));
  }
  std::stable_partition(plan.redactions.begin(), plan.redactions.end(),
                        [](const storage::v1::RedactionRecord& one) { return !one.has_change(); });
  for (storage::v1::RedactionRecord& redaction : plan.redactions) {
    if (++erased > kErasedMax) return false;
    for (const Caller& officer : officers) redaction.add_officers(officer.subject);
    SH_RETURN_IF_ERROR(store.Redact(redaction, deadline));
  }
  for (const uint64_t leaf : plan.outdated) SH_RETURN_IF_ERROR(store.log().Erase(leaf, kEraseReason, deadline));
  return true;
}

// Who erases, before anything is: most of what goes leaves no other word of it.
absl::Status LogErasure(ConsentWorld& world, const Call& call, const v1::EraseEndedRequest& request,
                        const std::vector<Caller>& officers) {
  storage::v1::InquiryRecord record;
  record.set_id(absl::BytesToHexString(world.randomness.Bytes(16)));
  record.set_kind(kErasureInquiry);
  record.set_record_unix_ms(absl::ToUnixMillis(world.clock.Now()));
  for (const Caller& officer : officers) record.add_officers(officer.subject);
  AddUsedRequests(request.proposer(), record);
  AddUsedRequests(request.approver(), record);
  return world.store.AppendInquiry(record, call.deadline()).status();
}

}  // namespace

absl::StatusOr<v1::EraseEndedResponse> RetentionHandlers::EraseEnded(const Call& call,
                                                                     const v1::EraseEndedRequest& request) {
  SH_ASSIGN_OR_RETURN(const std::vector<Caller> officers,
                      IdentifyTwoOfficers(world_, request.validate_only() ? ReadingOf(request) : WritingOf(request),
                                          request.proposer(), request.approver()));
  SH_RETURN_IF_ERROR(CheckSignatures(Widening::kWidens, {officers[0].subject, officers[0].role},
                                     Signatory{officers[1].subject, officers[1].role}));
  const View view = world_.store.state().view();
  const CivilDay today = CivilDay::InLondon(world_.clock.Now());
  Ended ended = FindEnded(*view.snapshot, world_.store.state().Events(), today);
  v1::EraseEndedResponse response;
  response.mutable_entries()->Assign(ended.keys.begin(), ended.keys.end());
  response.set_complete(true);
  Planner planner(view, std::move(ended));
  SH_RETURN_IF_ERROR(world_.store.Scan(0, call.deadline(),
                                       [&planner](const LogEntry& entry) { return planner.Visit(entry); }));
  response.set_register_leaf_count(planner.plan().register_leaf_count);
  response.set_decision_leaf_count(planner.plan().decision_leaf_count);
  if (!request.validate_only()) {
    SH_RETURN_IF_ERROR(LogErasure(world_, call, request, officers));
    SH_ASSIGN_OR_RETURN(const bool complete, CarryOut(world_.store, planner.Take(), officers, call.deadline()));
    response.set_complete(complete);
  }
  *response.mutable_revision() = RevisionToProto(world_.store.log().revision());
  return response;
}

}  // namespace safehaven::consent
