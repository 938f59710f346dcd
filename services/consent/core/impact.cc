#include "services/consent/core/impact.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace safehaven::consent {
namespace {

// Why the objection was not honoured in a release of `day`; nothing if it was.
std::optional<std::string> WhyMissed(const Objection& objection, const People& people, CivilDay day) {
  for (const ObjectionFault& fault : people.faults) {
    const bool of_kind =
        fault.kinds.empty() || std::find(fault.kinds.begin(), fault.kinds.end(), objection.kind) != fault.kinds.end();
    if (of_kind && fault.source_system == objection.source_system && fault.period.Contains(day)) return "SYSTEM_FAULT";
  }
  if (objection.received_day.has_value() && *objection.received_day > day) return "RECEIVED_LATE";
  const bool later = objection.actioned_day.has_value() && *objection.actioned_day > day;
  if (objection.unactioned || later) return "NOT_ACTIONED";
  return std::nullopt;
}

// The rules of the release's approval on its day, by source.
std::vector<ObjectionRule> RulesOf(const RegisterSnapshot& snapshot, const Release& release) {
  const Question question = QuestionOf(snapshot, release);
  const Caller caller = CallerOf(snapshot, release);
  return ObjectionRulesOf(MakeMatter(snapshot, question, caller, release.day, {}));
}

// Everything that depends on `approval`, itself included, by key.
std::set<std::string> DependentsOf(const RegisterSnapshot& snapshot, const Versioned<Approval>& approval) {
  std::set<std::string> dependents = {approval.key};
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [key, entry] : snapshot.All<Approval>()) {
      std::vector<Reference> needed = entry->value.depends_on;
      for (const ApprovedFlow& flow : entry->value.flows) {
        needed.insert(needed.end(), flow.depends_on.begin(), flow.depends_on.end());
      }
      const bool depends = std::any_of(needed.begin(), needed.end(), [&](const Reference& one) {
        const Versioned<Approval>* other = snapshot.FindApproval(one);
        return other != nullptr && dependents.contains(other->key);
      });
      if (depends) grown = dependents.insert(key).second || grown;
    }
  }
  return dependents;
}

// Is it about something that a record of a release does not tell?
bool IsOfTheUnknown(const Release& release, const GateVerdict& verdict) {
  if (verdict.gate != Gate::kRecipient) return false;
  return (release.environment.empty() && verdict.reason == "ENVIRONMENT_REQUIRED") ||
         (release.role.empty() && verdict.reason == "ROLE_NOT_ALLOWED");
}

}  // namespace

std::vector<AffectedRelease> ImpactOfObjections(const RegisterSnapshot& snapshot, const People& people,
                                                std::span<const Release> releases) {
  // What was late is known now, so everything received up to today counts.
  constexpr CivilDay kKnownNow(2'932'896);  // 9999-12-31
  std::vector<AffectedRelease> affected;
  for (const Release& release : releases) {
    std::map<std::tuple<ObjectionKind, std::string, std::string>, size_t> counts;
    const std::vector<ObjectionRule> rules = RulesOf(snapshot, release);
    for (const Objection& objection : people.objections) {
      const std::optional<std::string> why = WhyMissed(objection, people, release.day);
      if (!why.has_value()) continue;
      for (const ObjectionRule& rule : rules) {
        const std::string set = StandingSet(objection, rule.source, release.day, kKnownNow);
        const bool honoured = rule.mode != ObjectionMode::kIgnore &&
                              std::find(rule.sets.begin(), rule.sets.end(), set) != rule.sets.end();
        if (!set.empty() && honoured) ++counts[{objection.kind, rule.source, *why}];
      }
    }
    for (const auto& [group, count] : counts) {
      const auto& [kind, source, why] = group;
      affected.push_back({&release, kind, source, count, why});
    }
  }
  return affected;
}

std::vector<const Release*> ImpactOfApproval(const RegisterSnapshot& snapshot, std::span<const Release> releases,
                                             const Reference& approval, CivilDay from) {
  std::vector<const Release*> affected;
  const Versioned<Approval>* found = snapshot.FindApproval(approval);
  if (found == nullptr) return affected;
  const std::set<std::string> dependents = DependentsOf(snapshot, *found);
  for (const Release& release : releases) {
    const Versioned<Approval>* relied_on = snapshot.FindApproval(release.approval);
    if (release.day >= from && relied_on != nullptr && dependents.contains(relied_on->key)) affected.push_back(&release);
  }
  return affected;
}

std::vector<Drift> DriftOf(const RegisterSnapshot& snapshot, std::span<const Release> releases) {
  std::vector<Drift> drifts;
  for (const Release& release : releases) {
    const Evaluation evaluation = EvaluateAsOf(snapshot, QuestionOf(snapshot, release), CallerOf(snapshot, release),
                                               release.day, {})
                                      .evaluation;
    for (const GateVerdict& verdict : evaluation.verdicts) {
      if (verdict.verdict == Verdict::kPass || IsOfTheUnknown(release, verdict)) continue;
      drifts.push_back({&release, verdict});
    }
  }
  return drifts;
}

std::vector<Overlap> OverlapsOf(const RegisterSnapshot& snapshot, std::span<const Release> releases) {
  std::vector<Overlap> overlaps;
  for (size_t later = 0; later < releases.size(); ++later) {
    for (size_t earlier = 0; earlier < later; ++earlier) {
      const auto held = HoldingsOf(snapshot, releases.subspan(earlier, 1), releases[later].day);
      for (const Holding& added : HoldingsOf(snapshot, releases.subspan(later, 1), releases[later].day)) {
        const bool meets = std::any_of(held.begin(), held.end(), [&](const Holding& one) {
          return one.dataset == added.dataset && one.first_day <= added.last_day && added.first_day <= one.last_day &&
                 (one.organisation == added.organisation || one.disclosure_domain == added.disclosure_domain) &&
                 (one.sets != added.sets || one.mode != added.mode);
        });
        if (meets) overlaps.push_back({&releases[earlier], &releases[later], added.dataset});
      }
    }
  }
  return overlaps;
}

}  // namespace safehaven::consent
