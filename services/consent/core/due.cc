#include "services/consent/core/due.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/consent/core/retention.h"

namespace safehaven::consent {
namespace {

class Collector {
 public:
  Collector(const RegisterSnapshot& snapshot, CivilDay day, int horizon_days)
      : snapshot_(snapshot), day_(day), until_(day.AddDays(horizon_days)) {}

  void AddApproval(const Versioned<Approval>& entry) {
    const Approval& approval = entry.value;
    const auto life = LifecycleOn(approval, day_);
    if (!life.ok()) return;
    AddWaiting(entry, *life);
    if (life->IsInForce()) {
      AddInForce(entry, *life);
    } else if (life->state == ApprovalState::kExpired || life->state == ApprovalState::kClosed ||
               life->state == ApprovalState::kWithdrawn) {
      AddEnded(entry, *life);
    }
  }

  void AddAgreement(const Versioned<Agreement>& entry) {
    const Period& period = entry.value.period;
    if (!period.last_day.has_value() || !period.HasBegun(day_) || period.last_day->AddDays(kRegisterKeptDays) < day_) {
      return;
    }
    Add(*period.last_day, DueKind::kAgreementEnds, entry.key,
        absl::StrCat("The agreement ", entry.value.reference, " ends; renew it, or stop and delete."));
  }

  // Entries that nothing keeps any longer (retention.h).
  void AddErasures() {
    for (const ErasableEntry& entry : ErasableEntries(snapshot_, until_)) {
      Add(entry.due_day, DueKind::kEraseRegisterEntry, entry.key,
          absl::StrCat(entry.key, " has been over for a year: erase it from the log (`safehaven officer erase-ended`)."));
    }
  }

  // The last return of each organisation that has any.
  void AddSecurity() {
    std::map<std::string, const Versioned<SecurityStatus>*> latest;
    for (const auto& [key, status] : snapshot_.All<SecurityStatus>()) {
      const Versioned<SecurityStatus>*& known = latest[status->value.organisation];
      if (known == nullptr || known->value.period.last_day < status->value.period.last_day) known = status.get();
    }
    for (const auto& [organisation, status] : latest) {
      const Versioned<Organisation>* body = snapshot_.FindOrganisation(organisation);
      if (body == nullptr || body->value.period.HasEnded(day_) || !status->value.period.last_day.has_value()) continue;
      Add(*status->value.period.last_day, DueKind::kSecurityEnds, status->key,
          absl::StrCat("The security return of ", organisation, " for ", status->value.year,
                       " holds no longer; register the next one, reviewed."));
    }
  }

  void AddObjections(const People& people) {
    std::map<std::tuple<CivilDay, ObjectionKind, std::string>, size_t> waiting;
    for (const Objection& objection : people.objections) {
      const CivilDay received = objection.received_day.value_or(objection.effective_day);
      const bool acted = !objection.unactioned && (!objection.actioned_day.has_value() || *objection.actioned_day <= day_);
      const bool withdrawn = objection.withdrawn_day.has_value() && *objection.withdrawn_day <= day_;
      if (acted || withdrawn || received > day_) continue;
      ++waiting[{received, objection.kind, objection.source_system}];
    }
    for (const auto& [group, count] : waiting) {
      const auto& [received, kind, system] = group;
      const int age_days = day_.days_since_1970() - received.days_since_1970();
      Add(received.AddDays(kObjectionActionDaysMax), DueKind::kObjectionNotActioned, "people",
          absl::StrCat(count, " objections (", EnumText<ObjectionKind>::Of(kind), ") received ", age_days,
                       " days ago", system.empty() ? "" : absl::StrCat(" from ", system),
                       " are not in effect; put them into effect."));
    }
  }

  std::vector<DueItem> Sorted() {
    std::sort(items_.begin(), items_.end(), [](const DueItem& a, const DueItem& b) {
      return std::tie(a.day, a.kind, a.subject, a.text) < std::tie(b.day, b.kind, b.subject, b.text);
    });
    return std::move(items_);
  }

 private:
  void Add(CivilDay day, DueKind kind, const std::string& subject, std::string text) {
    if (day > until_) return;
    items_.push_back({day, kind, subject, std::move(text), day < day_});
  }

  void AddWaiting(const Versioned<Approval>& entry, const Lifecycle& life) {
    const Approval& approval = entry.value;
    const auto since = [&](ApprovalEvent event) {
      CivilDay day = approval.period.first_day;
      for (const HistoryEvent& one : approval.history) {
        if (one.event == event && one.day <= day_) day = one.day;
      }
      return day;
    };
    const std::string printed = approval.reference.printed();
    if (life.overlays.review_advised) {
      Add(since(ApprovalEvent::kReviewAdvised), DueKind::kReviewDecision, entry.key,
          absl::StrCat("The review of ", printed, " is advised on and not decided; the support goes on meanwhile."));
    }
    if (life.state == ApprovalState::kAdvised) {
      Add(since(ApprovalEvent::kAdvised), DueKind::kDecision, entry.key,
          absl::StrCat(printed, " is advised on and not decided; nothing is in force by advice."));
    }
    if (life.state == ApprovalState::kProvisional) {
      Add(since(ApprovalEvent::kDecidedProvisional), DueKind::kDecision, entry.key,
          absl::StrCat(printed, " is provisional: answers are owed, and nothing is in force."));
    }
  }

  void AddInForce(const Versioned<Approval>& entry, const Lifecycle&) {
    const Approval& approval = entry.value;
    const std::string printed = approval.reference.printed();
    if (approval.next_review.has_value()) {
      Add(*approval.next_review, DueKind::kReview, entry.key,
          absl::StrCat("Annual review of ", printed, "; the report goes in four weeks before.",
                       approval.lapses_without_review ? " The letter ends the support without it." : ""));
    }
    if (approval.period.last_day.has_value()) {
      Add(*approval.period.last_day, DueKind::kApprovalEnds, entry.key,
          absl::StrCat(printed, " ends; extend it, or stop and delete."));
    }
    for (const AssertedEnd& end : approval.asserted_ends) {
      if (!end.settled_by.empty()) continue;
      Add(end.last_day, DueKind::kEndDisputed, entry.key,
          absl::StrCat("Settle when ", printed, " ends: ", end.source, " says ", end.last_day.ToString(), "."));
    }
    for (const Condition& condition : approval.conditions) AddCondition(entry, condition);
    AddSuccession(entry);
  }

  void AddCondition(const Versioned<Approval>& entry, const Condition& condition) {
    const ConditionStatus status = condition.StatusOn(day_);
    if (!condition.Stands(day_) || status == ConditionStatus::kMet) return;
    if (status == ConditionStatus::kOpen && !condition.due_day.has_value()) return;
    const std::string owner = condition.owner.empty() ? "" : absl::StrCat(" (", condition.owner, ")");
    Add(condition.due_day.value_or(day_.AddDays(-1)), DueKind::kCondition, entry.key,
        absl::StrCat(condition.IsBroken(day_) ? "BREACHED: " : "", "condition '", condition.id, "' of ",
                     entry.value.reference.printed(), owner, ": ", condition.text,
                     condition.suspends ? " Its breach suspends the support." : ""));
  }

  void AddSuccession(const Versioned<Approval>& entry) {
    for (const auto* list : {&entry.value.controllers, &entry.value.members}) {
      for (const Participant& one : *list) {
        const Versioned<Organisation>* body = snapshot_.FindOrganisation(one.organisation);
        if (body == nullptr || !body->value.period.last_day.has_value()) continue;
        const CivilDay last_day = *body->value.period.last_day;
        if (one.period.last_day.has_value() && *one.period.last_day <= last_day) continue;
        Add(last_day, DueKind::kSuccession, entry.key,
            absl::StrCat(one.organisation, " ends and is still named in ", entry.value.reference.printed(), "; ",
                         body->value.successors.empty() ? std::string("no successor is registered")
                                                        : absl::StrJoin(body->value.successors, ", "),
                         ": nothing is inherited without an act."));
      }
    }
  }

  void AddEnded(const Versioned<Approval>& entry, const Lifecycle& life) {
    const Approval& approval = entry.value;
    const CivilDay ended = EndedOn(approval, day_).value_or(day_);
    const CivilDay kept_until = ended.AddDays(kRegisterKeptDays);
    const std::string state(EnumText<ApprovalState>::Of(life.state));
    if (day_ <= kept_until) {
      Add(ended.AddDays(1), DueKind::kDeleteOrMoveBasis, entry.key,
          absl::StrCat(approval.reference.printed(), " is ", state, " since ", ended.ToString(),
                       ": delete what is held under it alone, or register the other basis."));
    }
    if (day_ > kept_until) return;
    Add(kept_until, DueKind::kRegisterEntryKept, entry.key,
        absl::StrCat("The entry of ", approval.reference.printed(), " is kept at least until then (regulation 6)."));
  }

  const RegisterSnapshot& snapshot_;
  const CivilDay day_;
  const CivilDay until_;
  std::vector<DueItem> items_;
};

}  // namespace

std::vector<DueItem> ListDue(const RegisterSnapshot& snapshot, const People& people, CivilDay day, int horizon_days) {
  Collector collector(snapshot, day, horizon_days);
  for (const auto& [key, entry] : snapshot.All<Approval>()) collector.AddApproval(*entry);
  for (const auto& [key, entry] : snapshot.All<Agreement>()) collector.AddAgreement(*entry);
  collector.AddSecurity();
  collector.AddErasures();
  collector.AddObjections(people);
  return collector.Sorted();
}

}  // namespace safehaven::consent
