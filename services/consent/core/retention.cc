#include "services/consent/core/retention.h"

#include <algorithm>
#include <set>

namespace safehaven::consent {
namespace {

bool IsOver(ApprovalState state) {
  return state == ApprovalState::kExpired || state == ApprovalState::kClosed || state == ApprovalState::kWithdrawn;
}

void AddIfDue(const std::string& key, const std::optional<CivilDay>& ended, CivilDay day,
              std::vector<ErasableEntry>& entries) {
  if (!ended.has_value()) return;
  const CivilDay due = ended->AddDays(kRegisterKeptDays + 1);
  if (due <= day) entries.push_back({.key = key, .due_day = due});
}

std::vector<ErasableEntry> OverForAYear(const RegisterSnapshot& snapshot, CivilDay day) {
  std::vector<ErasableEntry> entries;
  for (const auto& [key, entry] : snapshot.All<Agreement>()) AddIfDue(key, entry->value.period.last_day, day, entries);
  for (const auto& [key, entry] : snapshot.All<Approval>()) AddIfDue(key, EndedOn(entry->value, day), day, entries);
  for (const auto& [key, entry] : snapshot.All<Flow>()) {
    const Versioned<Agreement>* agreement = snapshot.FindAgreement(entry->value.agreement);
    if (agreement != nullptr) AddIfDue(key, agreement->value.period.last_day, day, entries);
  }
  for (const auto& [key, entry] : snapshot.All<WaiverDecision>()) AddIfDue(key, entry->value.period.last_day, day, entries);
  for (const auto& [key, entry] : snapshot.All<Member>()) AddIfDue(key, entry->value.period.last_day, day, entries);
  return entries;
}

// Keys of approvals and agreements that entries outside `gone` name.
class Named {
 public:
  Named(const RegisterSnapshot& snapshot, const std::set<std::string>& gone) : snapshot_(snapshot) {
    for (const auto& [key, entry] : snapshot.All<Approval>()) {
      if (gone.contains(key)) continue;
      Add(entry->value.depends_on);
      for (const ApprovedFlow& flow : entry->value.flows) Add(flow.depends_on);
    }
    for (const auto& [key, entry] : snapshot.All<Agreement>()) {
      if (!gone.contains(key)) Add(entry->value.approvals);
    }
    for (const auto& [key, entry] : snapshot.All<WaiverDecision>()) {
      if (!gone.contains(key)) Add(entry->value.approvals);
    }
    for (const auto& [key, entry] : snapshot.All<Flow>()) {
      if (gone.contains(key)) continue;
      const Versioned<Agreement>* agreement = snapshot.FindAgreement(entry->value.agreement);
      if (agreement != nullptr) keys_.insert(agreement->key);
    }
  }
  const std::set<std::string>& keys() const { return keys_; }

 private:
  void Add(const std::vector<Reference>& references) {
    for (const Reference& reference : references) {
      const Versioned<Approval>* approval = snapshot_.FindApproval(reference);
      if (approval != nullptr) keys_.insert(approval->key);
    }
  }

  const RegisterSnapshot& snapshot_;
  std::set<std::string> keys_;
};

}  // namespace

std::optional<CivilDay> EndedOn(const Approval& approval, CivilDay day) {
  const auto life = LifecycleOn(approval, day);
  if (!life.ok() || !IsOver(life->state)) return std::nullopt;
  CivilDay ended = approval.period.last_day.value_or(day);
  for (const HistoryEvent& event : approval.history) {
    const bool ends = event.event == ApprovalEvent::kClosed || event.event == ApprovalEvent::kWithdrawn ||
                      event.event == ApprovalEvent::kEnded;
    if (ends && event.day <= day) ended = std::min(ended, event.day);
  }
  return ended;
}

std::vector<ErasableEntry> ErasableEntries(const RegisterSnapshot& snapshot, CivilDay day) {
  const std::vector<ErasableEntry> over = OverForAYear(snapshot, day);
  std::set<std::string> gone;
  for (const ErasableEntry& entry : over) gone.insert(entry.key);
  // What stays keeps what it names, which keeps what that names.
  for (bool changed = true; changed;) {
    const Named named(snapshot, gone);
    changed = std::erase_if(gone, [&named](const std::string& key) { return named.keys().contains(key); }) > 0;
  }
  std::vector<ErasableEntry> entries;
  for (const ErasableEntry& entry : over) {
    if (gone.contains(entry.key)) entries.push_back(entry);
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  return entries;
}

}  // namespace safehaven::consent
