#include "libs/log/commit_plan.h"

#include <set>

namespace safehaven {
namespace {

// Keys that earlier appends of the group write, with the value they leave (nothing:
// deleted). A put gets a new version, which no precondition can know.
using Overlay = std::map<std::string, std::optional<std::string>>;

bool Holds(const Precondition& precondition, const Overlay& overlay, const KeyVersions& versions) {
  const auto written = overlay.find(precondition.key);
  if (written != overlay.end()) {
    return !written->second.has_value() && !precondition.version.has_value();
  }
  return versions.at(precondition.key) == precondition.version;
}

}  // namespace

std::vector<std::string> PreconditionKeys(std::span<const PendingAppend> group) {
  std::set<std::string> keys;
  for (const PendingAppend& pending : group) {
    for (const Precondition& precondition : pending.request.batch.preconditions) {
      keys.insert(precondition.key);
    }
  }
  return {keys.begin(), keys.end()};
}

CommitPlan PlanCommit(std::span<const PendingAppend> group, const KeyVersions& versions) {
  CommitPlan plan;
  Overlay overlay;
  std::set<std::string> judged_by_store;
  for (size_t place = 0; place < group.size(); ++place) {
    const Batch& batch = group[place].request.batch;
    bool holds = true;
    for (const Precondition& precondition : batch.preconditions) {
      holds = holds && Holds(precondition, overlay, versions);
    }
    if (!holds) {
      plan.refused.push_back(place);
      continue;
    }
    plan.accepted.push_back(place);
    for (const Precondition& precondition : batch.preconditions) {
      if (!overlay.contains(precondition.key)) judged_by_store.insert(precondition.key);
    }
    for (const KeyValue& put : batch.puts) overlay[put.key] = put.value;
    for (const std::string& key : batch.deletes) overlay[key] = std::nullopt;
  }
  for (const std::string& key : judged_by_store) {
    plan.batch.preconditions.push_back({key, versions.at(key)});
  }
  for (auto& [key, value] : overlay) {
    if (value.has_value()) {
      plan.batch.puts.push_back({key, std::move(*value)});
    } else {
      plan.batch.deletes.push_back(key);
    }
  }
  return plan;
}

}  // namespace safehaven
