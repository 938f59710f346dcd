#include "services/consent/core/widening.h"

#include <algorithm>
#include <variant>

#include "libs/base/status.h"
#include "libs/warrant/caller.h"

// Each Narrows(before, after) takes a copy of `after`, checks every field that may
// differ, sets it as it was before, and asks at the end that nothing else differs. A
// field that is forgotten here, or added later, therefore counts as widening.

namespace safehaven::consent {
namespace {

template <typename T>
bool IsSubset(const std::vector<T>& small, const std::vector<T>& large) {
  return std::all_of(small.begin(), small.end(),
                     [&](const T& one) { return std::find(large.begin(), large.end(), one) != large.end(); });
}

// `before` bounds `after` if each of the new is within one of the old.
template <typename T, typename Within>
bool EachWithin(const std::vector<T>& after, const std::vector<T>& before, const Within& within) {
  return std::all_of(after.begin(), after.end(), [&](const T& one) {
    return std::any_of(before.begin(), before.end(), [&](const T& old) { return within(old, one); });
  });
}

bool Narrows(const Organisation& before, Organisation after) {
  if (!before.period.Covers(after.period)) return false;
  after.period = before.period;
  after.name = before.name;
  after.successors = before.successors;  // a pointer for people; it gives nothing
  return after == before;
}

// Entries in which only the dates can narrow.
template <typename T>
bool NarrowsInTime(const T& before, T after) {
  if (!before.period.Covers(after.period)) return false;
  after.period = before.period;
  return after == before;
}
bool Narrows(const Member& before, const Member& after) { return NarrowsInTime(before, after); }
bool Narrows(const Program& before, const Program& after) { return NarrowsInTime(before, after); }
bool Narrows(const Environment& before, const Environment& after) { return NarrowsInTime(before, after); }
bool Narrows(const Issuer& before, const Issuer& after) { return NarrowsInTime(before, after); }

bool Narrows(const SecurityStatus& before, SecurityStatus after) {
  if (!before.period.Covers(after.period) || after.level > before.level || after.evidence > before.evidence)
    return false;
  after.period = before.period;
  after.level = before.level;
  after.evidence = before.evidence;
  return after == before;
}

bool Narrows(const Agreement& before, Agreement after) {
  if (!before.period.Covers(after.period) || !IsSubset(after.providers, before.providers) ||
      !IsSubset(after.controllers, before.controllers) || !IsSubset(after.processors, before.processors) ||
      !IsSubset(after.approvals, before.approvals) || !IsSubset(after.datasets, before.datasets) ||
      after.data_type > before.data_type || (after.sublicensing_allowed && !before.sublicensing_allowed)) {
    return false;
  }
  after.period = before.period;
  after.providers = before.providers;
  after.controllers = before.controllers;
  after.processors = before.processors;
  after.approvals = before.approvals;
  after.datasets = before.datasets;
  after.data_type = before.data_type;
  after.sublicensing_allowed = before.sublicensing_allowed;
  after.title = before.title;
  after.objectives = before.objectives;
  after.opt_out_reason = before.opt_out_reason;
  return after == before;
}

bool Narrows(const DataProtectionBasis& before, DataProtectionBasis after) {
  if (!before.period.Covers(after.period)) return false;
  after.period = before.period;
  if (after.article_9.empty()) after.article_9 = before.article_9;
  return after == before;
}

bool Narrows(const Flow& before, Flow after) {
  if (!before.activity.Covers(after.activity)) return false;
  after.activity = before.activity;
  return after == before;
}

// What a data set is bears on every approval of it.
bool Narrows(const Dataset&, const Dataset&) { return false; }

// A larger domain compares more holdings, so more is refused.
bool Narrows(const DisclosureDomain& before, DisclosureDomain after) {
  if (!after.period.Covers(before.period) || !IsSubset(before.organisations, after.organisations)) return false;
  after.period = before.period;
  after.organisations = before.organisations;
  return after == before;
}

bool Narrows(const WaiverDecision& before, WaiverDecision after) {
  const bool datasets_within =
      IsSubset(after.datasets, before.datasets) || before.datasets == std::vector<std::string>{"*"};
  if (!before.period.Covers(after.period) || !datasets_within) return false;
  after.period = before.period;
  after.datasets = before.datasets;
  return after == before;
}

bool ParticipantWithin(const Participant& before, Participant after) {
  if (!before.period.Covers(after.period)) return false;
  const bool acts_for_within =
      before.acts_for.empty() || (!after.acts_for.empty() && IsSubset(after.acts_for, before.acts_for));
  if (!acts_for_within) return false;
  after.period = before.period;
  after.acts_for = before.acts_for;
  after.name = before.name;
  after.address = before.address;
  return after == before;
}

bool PurposesWithin(const std::vector<Purpose>& before, const std::vector<Purpose>& after) {
  return before.empty() || (!after.empty() && IsSubset(after, before));  // none named: all of the approval's
}

bool VolumeWithin(const std::optional<int>& before, const std::optional<int>& after) {
  return !before.has_value() || (after.has_value() && *after <= *before);  // none named: any volume
}

bool FlowWithin(const ApprovedFlow& before, ApprovedFlow after) {
  const bool items_within = IsSubset(after.items, before.items) || before.items == std::vector<std::string>{"*"};
  if (!before.period.Covers(after.period) || !items_within || !IsSubset(after.datasets, before.datasets) ||
      !PurposesWithin(before.purposes, after.purposes) ||
      !VolumeWithin(before.releases_per_month_max, after.releases_per_month_max) ||
      !VolumeWithin(before.records_per_release_max, after.records_per_release_max) ||
      !IsSubset(after.restrictions, before.restrictions) || !IsSubset(before.depends_on, after.depends_on) ||
      after.identifiability_in > before.identifiability_in || after.identifiability_out > before.identifiability_out ||
      (after.linkage_allowed && !before.linkage_allowed)) {
    return false;
  }
  return after.source == before.source;
}

// The condition is still there and not milder; saying that it is met is milder.
bool ConditionKept(Condition before, const Condition& after) {
  if (before.suspends && !after.suspends) return false;
  before.suspends = after.suspends;
  if (after.status == ConditionStatus::kBreached) before.status = ConditionStatus::kBreached;
  return before == after;
}

bool OnlyNarrowingEventsAdded(const std::vector<HistoryEvent>& before, const std::vector<HistoryEvent>& after) {
  if (after.size() < before.size() || !std::equal(before.begin(), before.end(), after.begin())) return false;
  return std::all_of(after.begin() + static_cast<std::ptrdiff_t>(before.size()), after.end(),
                     [](const HistoryEvent& one) {
                       switch (one.event) {
                         case ApprovalEvent::kConditionBreached:
                         case ApprovalEvent::kWithdrawn:
                         case ApprovalEvent::kClosed:
                         case ApprovalEvent::kEnded:
                         case ApprovalEvent::kReviewFellDue:
                         case ApprovalEvent::kReviewDatePassed:
                         case ApprovalEvent::kReviewAdvised:
                         case ApprovalEvent::kAmendmentAdvised:
                         case ApprovalEvent::kAmendmentSubmitted:
                         case ApprovalEvent::kSuccessionBegan:
                           return true;
                         default:
                           return false;
                       }
                     });
}

bool PlacesWithin(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  return before.empty() || (!after.empty() && IsSubset(after, before));  // none named: any place
}

bool PartiesWithin(const Approval& before, const Approval& after) {
  return EachWithin(after.controllers, before.controllers, ParticipantWithin) &&
         EachWithin(after.processors, before.processors, ParticipantWithin) &&
         EachWithin(after.members, before.members, ParticipantWithin) && IsSubset(after.roles, before.roles) &&
         PlacesWithin(before.recipient_environments, after.recipient_environments) &&
         (before.joint_controllers || !after.joint_controllers);
}

bool ScopeWithin(const Approval& before, const Approval& after) {
  return IsSubset(after.schedule_paragraphs, before.schedule_paragraphs) &&
         IsSubset(after.medical_purposes, before.medical_purposes) && IsSubset(after.purposes, before.purposes) &&
         IsSubset(after.provisions, before.provisions) && IsSubset(before.depends_on, after.depends_on) &&
         EachWithin(after.flows, before.flows, FlowWithin) &&
         EachWithin(before.conditions, after.conditions,
                    [](const Condition& now, const Condition& then) { return ConditionKept(then, now); });
}

bool ReviewWithin(const Approval& before, const Approval& after) {
  if (before.lapses_without_review && !after.lapses_without_review) return false;
  return !before.next_review.has_value() ||
         (after.next_review.has_value() && *after.next_review <= *before.next_review);
}

bool Narrows(const Approval& before, Approval after) {
  if (!before.period.Covers(after.period) || !PartiesWithin(before, after) || !ScopeWithin(before, after) ||
      !ReviewWithin(before, after) || !OnlyNarrowingEventsAdded(before.history, after.history)) {
    return false;
  }
  // Everything compared above, and text for people.
  after.period = before.period;
  after.controllers = before.controllers;
  after.processors = before.processors;
  after.members = before.members;
  after.roles = before.roles;
  after.recipient_environments = before.recipient_environments;
  after.joint_controllers = before.joint_controllers;
  after.schedule_paragraphs = before.schedule_paragraphs;
  after.medical_purposes = before.medical_purposes;
  after.purposes = before.purposes;
  after.provisions = before.provisions;
  after.depends_on = before.depends_on;
  after.flows = before.flows;
  after.conditions = before.conditions;
  after.lapses_without_review = before.lapses_without_review;
  after.next_review = before.next_review;
  after.history = before.history;
  after.title = before.title;
  after.applicant = before.applicant;
  after.information = before.information;
  after.letter = before.letter;
  after.source_url = before.source_url;
  return after == before;
}

bool IsRegisterRole(const std::string& role) {
  return std::find(kRegisterRoles.begin(), kRegisterRoles.end(), role) != kRegisterRoles.end();
}

}  // namespace

Widening Classify(const std::optional<Entry>& before, const std::optional<Entry>& after) {
  if (!before.has_value() && !after.has_value()) return Widening::kUnchanged;
  if (before.has_value() && after.has_value() && *before == *after) return Widening::kUnchanged;
  // To register that organisations pool what they see gives nobody anything; to take
  // it off lets them hold apart what they pool.
  if (!before.has_value()) {
    return std::holds_alternative<DisclosureDomain>(*after) ? Widening::kNarrows : Widening::kWidens;
  }
  if (!after.has_value()) {
    return std::holds_alternative<DisclosureDomain>(*before) ? Widening::kWidens : Widening::kNarrows;
  }
  if (before->index() != after->index()) return Widening::kWidens;
  const bool narrows = std::visit(
      [&after](const auto& old) { return Narrows(old, std::get<std::decay_t<decltype(old)>>(*after)); }, *before);
  return narrows ? Widening::kNarrows : Widening::kWidens;
}

absl::Status CheckSignatures(Widening widening, const Signatory& proposer, const std::optional<Signatory>& approver) {
  if (proposer.subject.empty() || !IsRegisterRole(proposer.role)) {
    return PermissionDenied("PROPOSER_ROLE_REFUSED", "this role may not propose a change of the register");
  }
  if (widening != Widening::kWidens) return absl::OkStatus();
  if (!approver.has_value()) {
    return PermissionDenied("APPROVER_MISSING", "a change that widens access needs a second person's approval");
  }
  if (approver->subject.empty() || !IsRegisterRole(approver->role)) {
    return PermissionDenied("APPROVER_ROLE_REFUSED", "this role may not approve a change of the register");
  }
  if (approver->subject == proposer.subject) {
    return PermissionDenied("APPROVER_IS_PROPOSER", "nobody approves a change of their own");
  }
  if (approver->role == proposer.role) {
    return PermissionDenied("APPROVER_OF_SAME_ROLE", "proposer and approver must have different roles");
  }
  if (IsProgramSubject(proposer.subject) || IsProgramSubject(approver->subject)) {
    return PermissionDenied("SIGNATORY_IS_PROGRAM", "a change that widens access is signed by two people, and by no program");
  }
  return absl::OkStatus();
}

}  // namespace safehaven::consent
