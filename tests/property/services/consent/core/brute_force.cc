#include "tests/property/services/consent/core/brute_force.h"

#include <algorithm>
#include <optional>

namespace safehaven::consent {
namespace {

bool On(const Period& period, CivilDay day) {
  if (day.days_since_1970() < period.first_day.days_since_1970()) return false;
  return !period.last_day.has_value() || day.days_since_1970() <= period.last_day->days_since_1970();
}

bool Holds(const std::vector<std::string>& list, const std::string& one) {
  for (const std::string& element : list) {
    if (element == one) return true;
  }
  return false;
}

template <typename T>
std::vector<T> AllOf(const std::vector<Entry>& entries) {
  std::vector<T> found;
  for (const Entry& entry : entries) {
    if (const T* value = std::get_if<T>(&entry)) found.push_back(*value);
  }
  return found;
}

// "no" beats "not yet" beats "yes".
struct Tally {
  bool no = false;
  bool not_yet = false;
  void No(bool when) { no = no || when; }
  void NotYet(bool when) { not_yet = not_yet || when; }
};

void TallyApproval(const Approval& approval, const Question& question, const Caller& caller, CivilDay day, Tally& tally) {
  // The last event up to the day says the state: these worlds have short histories.
  std::optional<ApprovalEvent> last;
  for (const HistoryEvent& event : approval.history) {
    if (event.day <= day) last = event.event;
  }
  const bool in_force = last == ApprovalEvent::kDecidedSupported || last == ApprovalEvent::kDecidedConditional;
  const bool over = last == ApprovalEvent::kWithdrawn || last == ApprovalEvent::kDecidedNotSupported;
  tally.No(over);
  tally.NotYet(!in_force && !over);
  tally.No(!On(approval.period, day));
  tally.No(std::count(approval.purposes.begin(), approval.purposes.end(), question.purpose) == 0);
  tally.No(std::count(approval.schedule_paragraphs.begin(), approval.schedule_paragraphs.end(), 5) == 0);
  bool named = false;
  for (const Participant& one : approval.controllers) named = named || (one.organisation == caller.organisation && On(one.period, day));
  tally.No(!named);
  tally.No(!Holds(approval.roles, caller.role));
  tally.No(!approval.recipient_environments.empty());
  bool covered = false;
  for (const ApprovedFlow& flow : approval.flows) covered = covered || (On(flow.period, day) && Holds(flow.datasets, question.datasets[0]));
  tally.No(!covered);
  for (const Condition& one : approval.conditions) {
    const bool late = one.status == ConditionStatus::kOpen && one.due_day.has_value() && day > *one.due_day;
    tally.No(one.suspends && (late || one.status == ConditionStatus::kBreached));
  }
  for (const DissentPolicy& one : approval.dissent) {
    const bool honours = one.mode != ObjectionMode::kIgnore && Holds(one.sets, "national");
    tally.NotYet(On(one.period, day) && !honours && one.exemption_evidence.empty());
  }
}

}  // namespace

Effect BruteForceEffect(const std::vector<Entry>& entries, const Question& question, const Caller& caller,
                        CivilDay day) {
  Tally tally;
  bool approved = false;
  for (const Approval& approval : AllOf<Approval>(entries)) {
    if (approval.reference.printed() != question.approval) continue;
    approved = true;
    TallyApproval(approval, question, caller, day, tally);
  }
  tally.No(!approved);
  bool exists = false;
  for (const Organisation& one : AllOf<Organisation>(entries)) exists = exists || (one.code == caller.organisation && On(one.period, day));
  tally.No(!exists);
  bool pair = false;
  for (const DataProtectionBasis& one : AllOf<DataProtectionBasis>(entries)) {
    pair = pair || (one.controller == caller.organisation && one.purpose == question.purpose && !one.article_9.empty() && On(one.period, day));
  }
  tally.NotYet(!pair);
  bool any_status = false, stale = false, met = false, reviewed = false;
  for (const SecurityStatus& one : AllOf<SecurityStatus>(entries)) {
    if (one.organisation != caller.organisation) continue;
    stale = stale || (one.period.last_day.has_value() && *one.period.last_day < day);
    if (!On(one.period, day)) continue;
    any_status = true;
    met = met || one.level >= SecurityLevel::kStandardsMet;
    reviewed = reviewed || (one.level >= SecurityLevel::kStandardsMet && one.evidence == SecurityEvidence::kReviewed);
  }
  tally.No(!any_status && stale);
  tally.NotYet(!any_status && !stale);
  tally.No(any_status && !(met && reviewed));
  bool agreed = false;
  for (const Agreement& one : AllOf<Agreement>(entries)) {
    agreed = agreed || (On(one.period, day) && Holds(one.datasets, question.datasets[0]) && Holds(one.controllers, caller.organisation));
  }
  bool supplied = false;
  for (const Flow& one : AllOf<Flow>(entries)) supplied = supplied || one.dataset == question.datasets[0];
  tally.No(!agreed || !supplied);
  if (tally.no) return Effect::kRefused;
  return tally.not_yet ? Effect::kNeedsMore : Effect::kPermitted;
}

}  // namespace safehaven::consent
