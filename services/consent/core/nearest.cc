#include "services/consent/core/nearest.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace safehaven::consent {
namespace {

// One small change; `apply` returns false where it changes nothing or leaves no question.
struct Edit {
  std::string text;
  std::function<bool(Asked&)> apply;
};

bool Erase(std::vector<std::string>& list, const std::string& one) {
  const auto found = std::find(list.begin(), list.end(), one);
  if (found == list.end() || list.size() == 1) return false;
  list.erase(found);
  return true;
}

void AddParticulars(const Asked& asked, std::vector<Edit>& edits) {
  if (!asked.particulars.onward_to.empty()) {
    edits.push_back({"pass nothing on", [](Asked& a) { return !std::exchange(a.particulars.onward_to, "").empty(); }});
  }
  if (asked.particulars.reidentifies) {
    edits.push_back({"identify nobody", [](Asked& a) { return std::exchange(a.particulars.reidentifies, false); }});
  }
  if (asked.particulars.contacts_people) {
    edits.push_back({"contact nobody", [](Asked& a) { return std::exchange(a.particulars.contacts_people, false); }});
  }
}

void AddOmissions(const Asked& asked, std::vector<Edit>& edits) {
  const Question& question = asked.question;
  for (const std::string& item : question.items) {
    edits.push_back({absl::StrCat("leave out the item ", item), [item](Asked& a) { return Erase(a.question.items, item); }});
  }
  for (const std::string& dimension : question.dimensions) {
    edits.push_back({absl::StrCat("leave out the dimension ", dimension), [dimension](Asked& a) {
                       auto& list = a.question.dimensions;  // a table may have none
                       const size_t before = list.size();
                       list.erase(std::remove(list.begin(), list.end(), dimension), list.end());
                       return list.size() < before;
                     }});
  }
  for (const std::string& measure : question.measures) {
    edits.push_back(
        {absl::StrCat("leave out the measure ", measure), [measure](Asked& a) { return Erase(a.question.measures, measure); }});
  }
  for (const std::string& dataset : question.datasets) {
    edits.push_back(
        {absl::StrCat("leave out the data set ", dataset), [dataset](Asked& a) { return Erase(a.question.datasets, dataset); }});
  }
}

void AddForms(const Asked& asked, std::vector<Edit>& edits) {
  const Operation operation = asked.question.operation;
  for (int form = static_cast<int>(asked.question.identifiability) - 1; form > 0; --form) {
    const Identifiability less = static_cast<Identifiability>(form);
    // A form that no answer of the operation has is no help.
    const bool offered = operation == Operation::kRecords     ? less == Identifiability::kPseudonymised
                         : operation == Operation::kAggregate ? less == Identifiability::kAggregateSuppressed
                                                              : true;
    if (!offered) continue;
    edits.push_back({absl::StrCat("ask for ", Name(less), " data"), [less](Asked& a) {
                       if (a.question.identifiability <= less) return false;
                       a.question.identifiability = less;
                       return true;
                     }});
  }
}

void AddPlaces(const RegisterSnapshot& snapshot, const Asked& asked, std::vector<Edit>& edits) {
  for (const auto& [key, environment] : snapshot.All<Environment>()) {
    const std::string id = environment->value.id;
    if (environment->value.organisation != asked.caller.organisation || id == asked.caller.environment) continue;
    edits.push_back({absl::StrCat("ask from inside ", id), [id](Asked& a) {
                       a.caller.environment = id;
                       return true;
                     }});
  }
}

void AddPeriod(const Period& period, std::set<CivilDay>& days) {
  days.insert(period.first_day);
  if (period.last_day.has_value()) days.insert(*period.last_day);
}

// Days on which something of the approval's begins or ends: the law changes on no other.
std::set<CivilDay> TurningDays(const RegisterSnapshot& snapshot, const Approval& approval) {
  std::set<CivilDay> days;
  AddPeriod(approval.period, days);
  for (const ApprovedFlow& flow : approval.flows) AddPeriod(flow.period, days);
  for (const Participant& one : approval.controllers) AddPeriod(one.period, days);
  for (const Participant& one : approval.members) AddPeriod(one.period, days);
  for (const HistoryEvent& event : approval.history) days.insert(event.day);
  for (const Condition& condition : approval.conditions) {
    if (condition.met_day.has_value()) days.insert(*condition.met_day);
    if (condition.due_day.has_value()) days.insert(*condition.due_day);
  }
  for (const auto& [key, agreement] : snapshot.All<Agreement>()) AddPeriod(agreement->value.period, days);
  for (const auto& [key, status] : snapshot.All<SecurityStatus>()) AddPeriod(status->value.period, days);
  return days;
}

void AddDays(const RegisterSnapshot& snapshot, const Asked& asked, const NearestBounds& bounds,
             std::vector<Edit>& edits) {
  const Versioned<Approval>* approval = snapshot.FindApproval(asked.question.approval);
  if (approval == nullptr) return;
  std::vector<CivilDay> days;
  for (const CivilDay day : TurningDays(snapshot, approval->value)) days.push_back(day);
  const auto distance = [&asked](CivilDay day) {
    return std::abs(day.days_since_1970() - asked.day.days_since_1970());
  };
  std::sort(days.begin(), days.end(), [&](CivilDay a, CivilDay b) { return distance(a) < distance(b); });
  for (const CivilDay day : days) {
    if (day == asked.day || (bounds.first_day.has_value() && day < *bounds.first_day)) continue;
    edits.push_back({absl::StrCat(day < asked.day ? "have asked on " : "ask on ", day.ToString()), [day](Asked& a) {
                       a.day = day;
                       return true;
                     }});
  }
}

void AddApprovals(const RegisterSnapshot& snapshot, const Asked& asked, std::vector<Edit>& edits) {
  const Versioned<Approval>* own = snapshot.FindApproval(asked.question.approval);
  for (const auto& [key, approval] : snapshot.All<Approval>()) {
    if (approval.get() == own) continue;
    const std::string printed = approval->value.reference.printed();
    edits.push_back({absl::StrCat("ask under ", printed), [printed](Asked& a) {
                       a.question.approval = printed;
                       return true;
                     }});
  }
}

// Tries changes in order; the first that is permitted with the fewest changes wins.
class Search {
 public:
  Search(const RegisterSnapshot& snapshot, std::span<const Holding> holdings, const HoldingIndex* index,
         std::vector<Edit> edits)
      : snapshot_(snapshot), holdings_(holdings), index_(index), edits_(std::move(edits)) {}

  std::optional<NearestLawful> Find(const Asked& asked) {
    for (size_t count = 0; count <= kNearestChangesMax; ++count) {
      std::vector<std::string> changes;
      std::optional<NearestLawful> found = Extend(asked, 0, count, changes);
      if (found.has_value()) return found;
    }
    return std::nullopt;
  }

 private:
  std::optional<NearestLawful> Extend(const Asked& asked, size_t first, size_t count,
                                      std::vector<std::string>& changes) {
    if (count == 0) {
      if (++tries_ > kNearestTriesMax) return std::nullopt;
      Evaluation evaluation = EvaluateAsOf(snapshot_, asked.question, asked.caller, asked.day, holdings_,
                                           asked.particulars, index_)
                                  .evaluation;
      const bool lawful = evaluation.effect == Effect::kPermitted || evaluation.effect == Effect::kRequired;
      return lawful ? std::optional(NearestLawful{asked, changes, std::move(evaluation)}) : std::nullopt;
    }
    for (size_t i = first; i < edits_.size() && tries_ < kNearestTriesMax; ++i) {
      Asked changed = asked;
      if (!edits_[i].apply(changed)) continue;
      changes.push_back(edits_[i].text);
      std::optional<NearestLawful> found = Extend(changed, i + 1, count - 1, changes);
      if (found.has_value()) return found;
      changes.pop_back();
    }
    return std::nullopt;
  }

  const RegisterSnapshot& snapshot_;
  const std::span<const Holding> holdings_;
  const HoldingIndex* const index_;
  const std::vector<Edit> edits_;
  size_t tries_ = 0;
};

}  // namespace

std::optional<NearestLawful> FindNearestLawful(const RegisterSnapshot& snapshot, const Asked& asked,
                                               std::span<const Holding> holdings) {
  return FindNearestLawful(snapshot, asked, holdings, NearestBounds{});
}

std::optional<NearestLawful> FindNearestLawful(const RegisterSnapshot& snapshot, const Asked& asked,
                                               std::span<const Holding> holdings, const NearestBounds& bounds) {
  std::vector<Edit> edits;
  AddParticulars(asked, edits);
  AddOmissions(asked, edits);
  AddForms(asked, edits);
  AddPlaces(snapshot, asked, edits);
  AddDays(snapshot, asked, bounds, edits);
  AddApprovals(snapshot, asked, edits);
  return Search(snapshot, holdings, bounds.index, std::move(edits)).Find(asked);
}

}  // namespace safehaven::consent
