#include "services/consent/core/impact.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/consent/core/opt_out_dates.h"

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

// Did the release itself, as it is recorded, honour the set as the rule orders?
bool HonouredIn(const Release& release, const std::vector<std::string>& release_sets, const ObjectionRule& rule,
                const std::string& set) {
  if (release.mode == ObjectionMode::kIgnore) return false;
  // To strip identifiers is less than to remove the record.
  if (rule.mode == ObjectionMode::kRemoveRecord && release.mode == ObjectionMode::kStripIdentifiers) return false;
  return std::find(release_sets.begin(), release_sets.end(), set) != release_sets.end();
}

// Can anybody's objection of this set bear on records of the source on the day? A type 1
// objection keeps the record in the practice.
bool CanBear(const std::string& set, absl::string_view source, CivilDay day) {
  if (set == "type1") return source == "gp" && day >= kPracticeObjectionsBegan;
  if (set == "type2") return day >= kPracticeObjectionsBegan && day < kNationalOptOutBegan;
  return set != "national" || day >= kNationalOptOutBegan;
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

// The drift of a release that honoured fewer objections than its approval ordered.
std::optional<Drift> DriftOfDissent(const RegisterSnapshot& snapshot, const Release& release) {
  const Versioned<Approval>* approval = snapshot.FindApproval(release.approval);
  if (approval == nullptr) return std::nullopt;
  const std::vector<std::string> honoured = SetsHonouredIn(release);
  std::set<std::string> missed;
  for (const ObjectionRule& rule : RulesOf(snapshot, release)) {
    if (rule.mode == ObjectionMode::kIgnore) continue;
    for (const std::string& set : rule.sets) {
      if (CanBear(set, rule.source, release.day) && !HonouredIn(release, honoured, rule, set)) {
        missed.insert(absl::StrCat(set, " in ", rule.source));
      }
    }
  }
  if (missed.empty()) return std::nullopt;
  return Drift{&release, Fail(Gate::kDissent, "OBJECTIONS_NOT_HONOURED_AS_APPROVED", {approval},
                              absl::StrCat("The approval orders objections to be honoured that this release did not "
                                           "honour as ordered: ", absl::StrJoin(missed, ", "),
                                           "; find whose records it held and tell the recipient."))};
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
    const std::vector<std::string> honoured = SetsHonouredIn(release);
    for (const Objection& objection : people.objections) {
      const std::optional<std::string> why = WhyMissed(objection, people, release.day);
      const bool consented = ConsentOn(people.consents, objection.person, release.approval, release.day) == ConsentStatus::kGiven;
      for (const ObjectionRule& rule : rules) {
        const std::string set = StandingSet(objection, rule.source, release.day, kKnownNow);
        const bool ordered = rule.mode != ObjectionMode::kIgnore &&
                             std::find(rule.sets.begin(), rule.sets.end(), set) != rule.sets.end();
        if (set.empty() || !ordered || (consented && ConsentOutweighs(set, release.day))) continue;
        if (why.has_value()) {
          ++counts[{objection.kind, rule.source, *why}];
        } else if (CanBear(set, rule.source, release.day) && !HonouredIn(release, honoured, rule, set)) {
          ++counts[{objection.kind, rule.source, "NOT_HONOURED"}];
        }
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
    if (std::optional<Drift> dissent = DriftOfDissent(snapshot, release)) drifts.push_back(*std::move(dissent));
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
