#include "services/costing/core/population.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/warrant/catalogue.h"
#include "services/costing/core/events_of_runs.h"

namespace safehaven::costing {
namespace {

constexpr char kRegisterDataset[] = "gp/register";
constexpr char kRestrictionDimension[] = "restriction";

bool Contains(const std::vector<std::string>& list, absl::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Everybody in any of the sets that `rule` names.
absl::Status AddSets(const Snapshot& snapshot, const ObjectionRule& rule, PersonSet& people) {
  for (const std::string& name : rule.sets) {
    const auto set = snapshot.exclusions->find(name);
    if (set == snapshot.exclusions->end()) {
      return Failure(absl::StatusCode::kFailedPrecondition, "EXCLUSION_SET_NOT_LOADED",
                     absl::StrCat("the objections '", name, "' that the warrant names are not loaded"),
                     {{"set", name}});
    }
    people.InsertAll(set->second);
  }
  return absl::OkStatus();
}

absl::StatusOr<SourceExclusions> ExcludeFrom(const Snapshot& snapshot, absl::string_view source,
                                             const Warrant& warrant) {
  const size_t people_count = snapshot.people->count();
  SourceExclusions exclusions{PersonSet(people_count), PersonSet(people_count)};
  bool known = false;
  for (const ObjectionRule& rule : warrant.objections) {
    if (rule.source != source && rule.source != "*") continue;
    known = true;
    if (rule.mode == ObjectionMode::kIgnore) continue;
    SH_RETURN_IF_ERROR(AddSets(snapshot, rule,
                               rule.mode == ObjectionMode::kStripIdentifiers ? exclusions.stripped
                                                                             : exclusions.removed));
  }
  if (!known) {
    for (const auto& [name, set] : *snapshot.exclusions) exclusions.removed.InsertAll(set);
  }
  return exclusions;
}

}  // namespace

PersonSet MakeExclusionSet(std::span<const uint64_t> persons, const People& people) {
  PersonSet set(people.count());
  for (const uint64_t person : persons) {
    const std::optional<uint32_t> place = people.PlaceOf(person);
    if (place) set.Insert(*place);
  }
  return set;
}

absl::Status CheckBinding(const Snapshot& snapshot, const Question& question, const Warrant& warrant) {
  if (warrant.question_digest != QuestionDigest(question)) {
    return PermissionDenied("WARRANT_QUESTION", "the warrant is for another question");
  }
  if (warrant.operation != question.operation) {
    return PermissionDenied("WARRANT_OPERATION", "the warrant is for another operation");
  }
  if (warrant.population.commissioner.empty() || warrant.population.commissioner != question.commissioner ||
      warrant.population.list_day != question.list_day) {
    return PermissionDenied("WARRANT_POPULATION", "the warrant is for other people");
  }
  if (warrant.crosswalk.empty()) {
    return PermissionDenied("WARRANT_CROSSWALK",
                            "nothing may be linked under the warrant, so it cannot be told who is on a list");
  }
  if (warrant.flows.empty()) return PermissionDenied("WARRANT_DATASET", "the warrant allows no flow");
  if (warrant.crosswalk != snapshot.authority) {
    return FailedPrecondition("CROSSWALK_NOT_LOADED", "the crosswalk of the warrant is not loaded");
  }
  if (snapshot.costing_runs != CostingRunsOf(question)) {
    return Internal("SNAPSHOT_OF_OTHER_RUNS", "the events are of other costing runs than are asked about");
  }
  if (!snapshot.objection_revision.Covers(warrant.objection_revision)) {
    return Unavailable("OBJECTIONS_NOT_APPLIED", "objections that the warrant names are not applied yet");
  }
  return absl::OkStatus();
}

absl::StatusOr<Exclusions> ApplyObjections(const Snapshot& snapshot, const Question& question,
                                           const Warrant& warrant) {
  Exclusions exclusions{{}, PersonSet(snapshot.people->count())};
  for (const std::string& dataset : question.datasets) {
    const std::string source(SourceOf(dataset));
    if (exclusions.by_source.contains(source)) continue;
    SH_ASSIGN_OR_RETURN(SourceExclusions of_source, ExcludeFrom(snapshot, source, warrant));
    exclusions.anywhere.InsertAll(of_source.removed);
    exclusions.anywhere.InsertAll(of_source.stripped);
    exclusions.by_source.emplace(source, std::move(of_source));
  }
  return exclusions;
}

std::vector<bool> ReadableSegments(const Snapshot& snapshot, const Question& question, const Warrant& warrant) {
  std::vector<bool> readable;
  for (const SharedSegment& segment : snapshot.events->segments) {
    readable.push_back(Contains(warrant.flows, segment->flow) && Contains(question.datasets, segment->dataset) &&
                       segment->dataset != kRegisterDataset);
  }
  return readable;
}

bool AsksForRestricted(const Question& question) {
  return Contains(question.dimensions, kRestrictionDimension) ||
         std::any_of(question.filters.begin(), question.filters.end(),
                     [](const Filter& filter) { return filter.dimension == kRestrictionDimension; });
}

absl::string_view SourceOf(absl::string_view dataset) {
  const DatasetInfo* info = FindDataset(dataset);
  return info == nullptr ? absl::string_view() : info->source;
}

}  // namespace safehaven::costing
