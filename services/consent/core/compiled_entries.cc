#include "services/consent/core/compiled_entries.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::consent {
namespace {

bool Contains(const std::vector<std::string>& list, absl::string_view wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

}  // namespace

HonouredSets SetsOf(std::vector<std::string> names, ObjectionMode mode) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  HonouredSets sets;
  sets.mode = mode;
  sets.type1 = Contains(names, "type1");
  sets.type2 = Contains(names, "type2");
  sets.national = Contains(names, "national");
  sets.names = std::move(names);
  sets.manner = sets.IsIgnored() ? MannerOf({}, ObjectionMode::kIgnore) : MannerOf(sets.names, mode);
  return sets;
}

HonouredSets JoinPolicies(std::span<const CompiledPolicy* const> policies, const HonouredSets& every) {
  std::vector<std::string> honoured, waived;
  bool waives_by_name = false, removes = false, strips = false;
  for (const CompiledPolicy* policy : policies) {
    std::vector<std::string>& side = policy->Waives() ? waived : honoured;
    side.insert(side.end(), policy->named.begin(), policy->named.end());
    waives_by_name = waives_by_name || (policy->Waives() && !policy->named.empty());
    removes = removes || policy->policy->mode == ObjectionMode::kRemoveRecord;
    strips = strips || policy->policy->mode == ObjectionMode::kStripIdentifiers;
  }
  if (waives_by_name) {
    for (const std::string& set : every.names) {
      if (Contains(waived, set) || Contains(honoured, set)) continue;
      honoured.push_back(set);
      removes = true;  // nobody says that less would do
    }
  }
  if (honoured.empty()) return SetsOf({}, ObjectionMode::kIgnore);
  return SetsOf(std::move(honoured), strips && !removes ? ObjectionMode::kStripIdentifiers : ObjectionMode::kRemoveRecord);
}

std::string ExpandObjectionSet(const std::string& set, const Approval& approval) {
  if (set == "programme") return absl::StrCat("programme:", approval.reference.normalised());
  if (!absl::StartsWith(set, "programme:")) return set;
  const absl::StatusOr<Reference> reference = Reference::Parse(absl::string_view(set).substr(10));
  return reference.ok() ? absl::StrCat("programme:", reference->normalised()) : set;
}

void CompileTerms(const Approval& approval, CompiledApproval& compiled) {
  const std::string programme = ExpandObjectionSet("programme", approval);
  compiled.every_objection = SetsOf({"national", programme, "type1"}, ObjectionMode::kRemoveRecord);
  compiled.every_objection_before = SetsOf({"national", programme, "type1", "type2"}, ObjectionMode::kRemoveRecord);
  for (CompiledPolicy& policy : compiled.dissent) {
    const CompiledPolicy* const alone = &policy;
    policy.sets = JoinPolicies({&alone, 1}, compiled.every_objection);
    policy.sets_before = JoinPolicies({&alone, 1}, compiled.every_objection_before);
  }
  Lifecycle life;
  for (const HistoryEvent& event : approval.history) {
    const absl::StatusOr<Lifecycle> next = Next(life, event.event);
    compiled.history_breaks = !next.ok();
    if (!next.ok()) break;
    life = *next;
    compiled.lives.push_back({event.day, life});
  }
}

bool CoversSupply(const Agreement& agreement, const Flow& flow) {
  return Contains(agreement.datasets, flow.dataset) && Contains(agreement.providers, flow.provider);
}

absl::StatusOr<Lifecycle> CompiledApproval::DocumentedLifecycleOn(CivilDay day) const {
  // What is wrong with a history, its events themselves say best.
  if (history_breaks) return consent::DocumentedLifecycleOn(entry->value, day);
  Lifecycle life;
  for (const DatedLifecycle& dated : lives) {
    if (dated.first_day > day) break;
    life = dated.life;
  }
  return life;
}

absl::StatusOr<Lifecycle> CompiledApproval::LifecycleOn(CivilDay day) const {
  SH_ASSIGN_OR_RETURN(const Lifecycle documented, DocumentedLifecycleOn(day));
  return WithDates(documented, entry->value, day);
}

}  // namespace safehaven::consent
