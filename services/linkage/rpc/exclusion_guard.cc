#include "services/linkage/rpc/exclusion_guard.h"

#include <algorithm>
#include <set>
#include <utility>

#include "libs/base/status.h"
#include "libs/warrant/catalogue.h"

namespace safehaven::linkage {
namespace {

// Persons whom the rules take out of, or strip in, the records of `source`.
absl::StatusOr<std::vector<const ExclusionSet*>> SetsFor(absl::string_view source, const Warrant& warrant,
                                                         const PublishedSets& published) {
  std::vector<const ExclusionSet*> sets;
  bool known = false;
  for (const ObjectionRule& rule : warrant.objections) {
    if (rule.source != "*" && rule.source != source) continue;
    known = true;
    if (rule.mode == ObjectionMode::kIgnore) continue;
    for (const std::string& name : rule.sets) {
      const auto found = published.find(name);
      if (found == published.end()) {
        return FailedPrecondition("EXCLUSION_SET_NOT_LOADED", "the warrant names a set that is not published");
      }
      sets.push_back(found->second.get());
    }
  }
  // What no rule speaks of is unknown, and what is unknown excludes.
  if (!known) {
    for (const auto& [name, set] : published) sets.push_back(set.get());
  }
  return sets;
}

}  // namespace

absl::StatusOr<ExclusionGuard> ExclusionGuard::Make(const AdmittedCall& admitted, const PublishedSets& published) {
  ExclusionGuard guard;
  std::set<absl::string_view> sources;
  for (const std::string& dataset : admitted.question.datasets) sources.insert(FindDataset(dataset)->source);
  for (const absl::string_view source : sources) {
    SH_ASSIGN_OR_RETURN(std::vector<const ExclusionSet*> sets, SetsFor(source, admitted.warrant, published));
    guard.by_source_.push_back(std::move(sets));
  }
  return guard;
}

bool ExclusionGuard::Excludes(PersonNumber person) const {
  return std::all_of(by_source_.begin(), by_source_.end(), [person](const std::vector<const ExclusionSet*>& sets) {
    return std::any_of(sets.begin(), sets.end(), [person](const ExclusionSet* set) { return set->Contains(person); });
  });
}

}  // namespace safehaven::linkage
