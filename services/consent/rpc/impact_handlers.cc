// ImpactOf: which past releases objections should have stopped, or rested on an approval
// that was found invalid.
#include <algorithm>
#include <limits>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/warrant/verify.h"
#include "libs/warrant/wire.h"
#include "services/consent/core/impact.h"
#include "services/consent/rpc/look_back.h"

namespace safehaven::consent {
namespace {

constexpr char kObjectionsInquiry[] = "objections";
constexpr char kApprovalInquiry[] = "approval";

bool IsAnswer(const Warrant& warrant) {
  return warrant.audience == "costing" &&
         (warrant.operation == Operation::kAggregate || warrant.operation == Operation::kRecords);
}

v1::CandidateRelease CandidateOf(const Warrant& warrant, uint64_t leaf, const std::string& why) {
  v1::CandidateRelease candidate;
  candidate.set_warrant(warrant.id);
  *candidate.mutable_day() = DateToProto(CivilDay::InLondon(warrant.issue_time));
  candidate.set_organisation(warrant.organisation);
  candidate.set_approval(warrant.approval);
  candidate.set_purpose(std::string(Name(warrant.purpose)));
  candidate.set_leaf(leaf);
  candidate.set_why(why);
  return candidate;
}

bool Honours(const Warrant& warrant, const std::string& set) {
  return std::any_of(warrant.objections.begin(), warrant.objections.end(), [&](const ObjectionRule& rule) {
    return rule.mode != ObjectionMode::kIgnore && std::find(rule.sets.begin(), rule.sets.end(), set) != rule.sets.end();
  });
}

// The objections that an inquiry is about, as columns, and what bounds its releases.
struct LateSet {
  storage::v1::InquiryRecord record;
  int32_t effective_day_min = std::numeric_limits<int32_t>::max();
  int32_t received_day_min = std::numeric_limits<int32_t>::max();
  uint64_t size_max = 0;
};

absl::StatusOr<LateSet> ReadLate(ConsentStore& store, const v1::LateObjections& late, absl::Time deadline) {
  LateSet set;
  for (const ObjectionLeaf& leaf : store.state().ObjectionsAfter(late.after_size())) {
    if (leaf.set != late.set()) continue;
    SH_ASSIGN_OR_RETURN(const storage::v1::ObjectionBatchRecord batch, store.ReadObjections(leaf.index, deadline));
    if (!late.load().empty() && batch.load() != late.load()) continue;
    for (int i = 0; i < batch.nhs_numbers_size(); ++i) {
      if (batch.withdrawn()[static_cast<size_t>(i)] != '\0') continue;
      set.record.add_nhs_numbers(batch.nhs_numbers(i));
      set.record.add_effective_days(batch.effective_days(i));
      set.record.add_sizes(leaf.index + 1);
      set.effective_day_min = std::min(set.effective_day_min, batch.effective_days(i));
      set.received_day_min = std::min(set.received_day_min, batch.received_days(i));
      set.size_max = std::max(set.size_max, leaf.index + 1);
    }
    if (static_cast<size_t>(set.record.nhs_numbers_size()) > kInquiryNumbersMax) {
      return Failure(absl::StatusCode::kResourceExhausted, "INQUIRY_TOO_LARGE",
                     "ask for one load at a time, or for later ones (after_size)");
    }
  }
  if (set.record.nhs_numbers().empty()) return NotFound("OBJECTIONS_UNKNOWN", "no such objections were handed in");
  return set;
}

}  // namespace

absl::StatusOr<Candidates> FindCandidates(const ConsentStore& store, uint64_t after_leaf, absl::Time deadline,
                                          const std::function<std::string(const Warrant&)>& wanted) {
  Candidates found;
  const uint64_t begin = after_leaf == 0 ? 0 : after_leaf + 1;
  SH_RETURN_IF_ERROR(store.Scan(begin, deadline, [&](const LogEntry& entry) -> absl::Status {
    if (entry.kind != kWarrantLeafKind || entry.erased) return absl::OkStatus();
    SH_ASSIGN_OR_RETURN(const Warrant warrant, ParseWarrant(entry.body));
    const std::string why = IsAnswer(warrant) ? wanted(warrant) : std::string();
    if (why.empty()) return absl::OkStatus();
    if (found.releases.size() == kCandidatesMax) {
      found.complete = false;
    } else {
      found.releases.push_back(CandidateOf(warrant, entry.index, why));
    }
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<v1::ImpactOfResponse> LookBackHandlers::ImpactOfLate(const Call& call,
                                                                    const v1::ImpactOfRequest& request,
                                                                    const std::vector<Caller>& officers) {
  const v1::LateObjections& late = request.objections();
  SH_ASSIGN_OR_RETURN(LateSet set, ReadLate(world_.store, late, call.deadline()));
  // What consent had logged before the decision was named by its warrant, so only what
  // came after it can have been missed.
  const auto wanted = [&](const Warrant& warrant) -> std::string {
    const int32_t day = CivilDay::InLondon(warrant.issue_time).days_since_1970();
    const bool missed = warrant.objection_revision.size < set.size_max && set.effective_day_min <= day;
    if (!missed || !Honours(warrant, late.set())) return "";
    return set.received_day_min <= day ? "NOT_ACTIONED" : "RECEIVED_LATE";
  };
  SH_ASSIGN_OR_RETURN(Candidates found, FindCandidates(world_.store, request.after_leaf(), call.deadline(), wanted));
  set.record.set_id(absl::BytesToHexString(world_.randomness.Bytes(16)));
  set.record.set_kind(kObjectionsInquiry);
  set.record.set_record_unix_ms(absl::ToUnixMillis(world_.clock.Now()));
  for (const Caller& officer : officers) set.record.add_officers(officer.subject);
  set.record.set_subject(late.set());
  AddUsedRequests(request.evidence(), set.record);
  AddUsedRequests(request.second_officer(), set.record);
  SH_RETURN_IF_ERROR(world_.store.AppendInquiry(set.record, call.deadline()));
  v1::ImpactOfResponse response;
  response.set_inquiry(set.record.id());
  response.mutable_candidates()->Assign(found.releases.begin(), found.releases.end());
  response.set_complete(found.complete);
  return response;
}

absl::StatusOr<v1::ImpactOfResponse> LookBackHandlers::ImpactOfInvalid(const Call& call,
                                                                       const v1::ImpactOfRequest& request,
                                                                       const Caller& officer) {
  const v1::InvalidApproval& invalid = request.approval();
  SH_ASSIGN_OR_RETURN(const CivilDay from, DateFromProto(invalid.from(), "from"));
  SH_ASSIGN_OR_RETURN(const Reference reference, Reference::Parse(invalid.reference()));
  const View view = world_.store.state().view();
  if (view.snapshot->FindApproval(reference) == nullptr) {
    return NotFound("APPROVAL_UNKNOWN", "there is no such approval on the register");
  }
  std::map<std::string, bool> rests;  // by the reference of a warrant
  const auto wanted = [&](const Warrant& warrant) -> std::string {
    if (CivilDay::InLondon(warrant.issue_time) < from) return "";
    const auto [found, is_new] = rests.emplace(warrant.approval, false);
    if (is_new) {
      const absl::StatusOr<Reference> relied_on = Reference::Parse(warrant.approval);
      if (relied_on.ok()) {
        const Release release = {.id = warrant.id, .day = from, .approval = *relied_on};
        found->second = !ImpactOfApproval(*view.snapshot, {&release, 1}, reference, from).empty();
      }
    }
    return found->second ? "RESTS_ON_THE_APPROVAL" : "";
  };
  SH_ASSIGN_OR_RETURN(const Candidates found,
                      FindCandidates(world_.store, request.after_leaf(), call.deadline(), wanted));
  storage::v1::InquiryRecord record;
  record.set_id(absl::BytesToHexString(world_.randomness.Bytes(16)));
  record.set_kind(kApprovalInquiry);
  record.set_record_unix_ms(absl::ToUnixMillis(world_.clock.Now()));
  record.add_officers(officer.subject);
  record.set_subject(invalid.reference());
  AddUsedRequests(request.evidence(), record);
  SH_RETURN_IF_ERROR(world_.store.AppendInquiry(record, call.deadline()));
  v1::ImpactOfResponse response;
  response.mutable_candidates()->Assign(found.releases.begin(), found.releases.end());
  response.set_complete(found.complete);
  return response;
}

absl::StatusOr<v1::ImpactOfResponse> LookBackHandlers::ImpactOf(const Call& call, const v1::ImpactOfRequest& request) {
  if (request.has_objections()) {
    // Objections may be one person's, so this is a look at somebody.
    SH_ASSIGN_OR_RETURN(const std::vector<Caller> officers,
                        IdentifyTwoOfficers(world_, WritingOf(request), request.evidence(), request.second_officer()));
    return ImpactOfLate(call, request, officers);
  }
  SH_ASSIGN_OR_RETURN(const Caller officer,
                      IdentifyOfficer(world_, request.evidence(), WritingOf(request), /*auditors_too=*/false));
  if (request.has_approval()) return ImpactOfInvalid(call, request, officer);
  return InvalidArgument("FIELD_INVALID", "late objections, or an approval found invalid");
}

}  // namespace safehaven::consent
