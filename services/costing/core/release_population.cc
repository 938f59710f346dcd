#include "services/costing/core/release_population.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "services/costing/core/population.h"

namespace safehaven::costing {
namespace {

std::vector<std::string> HonouredSets(const Warrant& warrant, const std::string& source) {
  std::set<std::string> sets;
  for (const ObjectionRule& rule : warrant.objections) {
    if (rule.mode == ObjectionMode::kIgnore || (rule.source != "*" && rule.source != source)) continue;
    sets.insert(rule.sets.begin(), rule.sets.end());
  }
  return {sets.begin(), sets.end()};
}

}  // namespace

std::string PopulationKey(const Snapshot& snapshot, const Question& question, const Warrant& warrant) {
  std::set<absl::string_view> sources;
  for (const std::string& dataset : question.datasets) sources.insert(SourceOf(dataset));
  std::string text = absl::StrCat(snapshot.authority, "\n", snapshot.crosswalk_revision, "\n",
                                  snapshot.objection_revision.incarnation, "\n", snapshot.objection_revision.size, "\n",
                                  warrant.population.commissioner, "\n", warrant.population.list_day.ToString(), "\n",
                                  absl::StrJoin(sources, ","), "\n");
  for (const ObjectionRule& rule : warrant.objections) {
    absl::StrAppend(&text, rule.source, "=", absl::StrJoin(rule.sets, ","), " ", Name(rule.mode), "\n");
  }
  return ToBytes(Sha256(text));
}

absl::StatusOr<std::vector<SourcePopulation>> PopulationOf(const Snapshot& snapshot, const Question& question,
                                                           const Warrant& warrant) {
  SH_ASSIGN_OR_RETURN(const Exclusions exclusions, ApplyObjections(snapshot, question, warrant));
  const PersonSet listed = snapshot.people->OnList(warrant.population.commissioner, warrant.population.list_day);
  std::vector<SourcePopulation> populations;
  for (const auto& [source, excluded] : exclusions.by_source) {
    SourcePopulation population = {.source = source, .sets = HonouredSets(warrant, source)};
    for (size_t place = 0; place < snapshot.people->count(); ++place) {
      if (!listed.Contains(place) || excluded.removed.Contains(place) || excluded.stripped.Contains(place)) continue;
      population.persons.push_back(snapshot.people->person(place));
    }
    std::sort(population.persons.begin(), population.persons.end());
    populations.push_back(std::move(population));
  }
  return populations;
}

}  // namespace safehaven::costing
