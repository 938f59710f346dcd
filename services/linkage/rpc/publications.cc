#include "services/linkage/rpc/publications.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::linkage {
namespace {

const absl::Time kForever = absl::InfiniteFuture();

// Sets that a crosswalk is published with: all that any objection named, all that its
// warrants name, and those that every approval may name.
std::set<std::string> SetNames(const StoredCrosswalk& crosswalk, const Objections& objections) {
  std::set<std::string> names = {"national", "type1", absl::StrCat("programme:", crosswalk.crosswalk.authority)};
  names.insert(crosswalk.objection_sets.begin(), crosswalk.objection_sets.end());
  for (const auto& [name, set] : objections.sets) names.insert(name);
  return names;
}

}  // namespace

absl::Status Publications::Open() {
  SH_ASSIGN_OR_RETURN(const std::vector<std::string> names, crosswalks_.Authorities(kForever));
  absl::MutexLock lock(&work_mutex_);
  for (const std::string& name : names) {
    SH_ASSIGN_OR_RETURN(StoredCrosswalk stored, crosswalks_.ReadNewest(name, kForever));
    SH_ASSIGN_OR_RETURN(ExclusionSets sets, exclusions_.Read(name, kForever));
    Authority& authority = authorities_[name];
    authority.crosswalk = std::make_shared<const StoredCrosswalk>(std::move(stored));
    for (auto& [set_name, set] : sets) {
      authority.computed[set_name].set = std::make_shared<const ExclusionSet>(std::move(set));
    }
  }
  return absl::OkStatus();
}

absl::Status Publications::PublishCrosswalk(std::shared_ptr<const StoredCrosswalk> crosswalk) {
  absl::MutexLock lock(&work_mutex_);
  Authority& authority = authorities_[crosswalk->crosswalk.authority];
  authority.crosswalk = std::move(crosswalk);
  return objections_ == nullptr ? absl::OkStatus() : Recompute(authority);
}

absl::Status Publications::PublishWaiting() {
  absl::MutexLock lock(&work_mutex_);
  absl::Status first_failure;
  for (auto& [name, authority] : authorities_) {
    if (authority.waits) first_failure.Update(Recompute(authority));
  }
  return first_failure;
}

absl::Status Publications::PublishObjections(std::shared_ptr<const Objections> objections) {
  absl::MutexLock lock(&work_mutex_);
  objections_ = std::move(objections);
  absl::Status first_failure;
  for (auto& [name, authority] : authorities_) first_failure.Update(Recompute(authority));
  if (!first_failure.ok()) return first_failure;
  absl::MutexLock published_lock(&mutex_);
  complete_ = true;
  return absl::OkStatus();
}

absl::StatusOr<bool> Publications::RecomputeSet(Authority& authority, const std::string& name) {
  const StoredCrosswalk& stored = *authority.crosswalk;
  const auto standing = objections_->sets.find(name);
  const uint64_t changed_size = standing == objections_->sets.end() ? 0 : standing->second->changed_size;
  Computed& computed = authority.computed[name];
  const bool current = computed.in_this_life && computed.changed_size == changed_size &&
                       computed.set->crosswalk_revision == stored.crosswalk.revision;
  if (current) return false;
  std::vector<PersonEvent> events;
  if (computed.set != nullptr && computed.set->crosswalk_revision < stored.crosswalk.revision) {
    SH_ASSIGN_OR_RETURN(events, crosswalks_.EventsBetween(stored.crosswalk.authority, computed.set->crosswalk_revision,
                                                          stored.crosswalk.revision, kForever));
  }
  ExclusionInput input = {.crosswalk_revision = stored.crosswalk.revision,
                          .places = stored.places,
                          .evidence = stored.evidence,
                          .objectors = {},
                          .previous = computed.set.get(),
                          .events = events,
                          .reviewed = {}};
  if (standing != objections_->sets.end()) input.objectors = standing->second->numbers;
  auto set = std::make_shared<const ExclusionSet>(Exclude(input));
  computed = {.set = std::move(set), .changed_size = changed_size, .in_this_life = true};
  return true;
}

absl::Status Publications::Recompute(Authority& authority) {
  // What was computed is taken back if it cannot be kept: the next set follows from
  // what is durable.
  const std::map<std::string, Computed> before = authority.computed;
  ExclusionSets to_write;
  absl::Status status;
  for (const std::string& name : SetNames(*authority.crosswalk, *objections_)) {
    const absl::StatusOr<bool> recomputed = RecomputeSet(authority, name);
    status.Update(recomputed.status());
    if (!status.ok()) break;
    if (*recomputed) to_write[name] = *authority.computed[name].set;
  }
  if (status.ok()) status = exclusions_.Write(authority.crosswalk->crosswalk.authority, to_write, kForever);
  authority.waits = !status.ok();
  if (!status.ok()) {
    authority.computed = before;
    return status;
  }
  Publish(authority);
  return absl::OkStatus();
}

void Publications::Publish(const Authority& authority) {
  PublishedSets sets;
  for (const std::string& name : SetNames(*authority.crosswalk, *objections_)) {
    sets[name] = authority.computed.at(name).set;
  }
  Pair pair = {.name = {.authority = authority.crosswalk->crosswalk.authority,
                        .crosswalk_revision = authority.crosswalk->crosswalk.revision,
                        .objection_revision = objections_->revision},
               .crosswalk = authority.crosswalk,
               .sets = std::make_shared<const PublishedSets>(std::move(sets))};
  absl::MutexLock lock(&mutex_);
  std::deque<Pair>& pairs = pairs_[pair.name.authority];
  // One name, one content: the same pair again cannot differ.
  if (!pairs.empty() && pairs.back().name == pair.name) return;
  pairs.push_back(std::move(pair));
  if (pairs.size() > kPairsKept) pairs.pop_front();
  changed_.SignalAll();
}

std::vector<PublishedPair> Publications::NewestLocked() const {
  std::vector<PublishedPair> newest;
  for (const auto& [authority, pairs] : pairs_) newest.push_back(pairs.back().name);
  return newest;
}

std::vector<PublishedPair> Publications::Newest() const {
  absl::MutexLock lock(&mutex_);
  return NewestLocked();
}

std::vector<PublishedPair> Publications::AwaitChange(const std::vector<PublishedPair>& have,
                                                     absl::Duration timeout) const {
  absl::MutexLock lock(&mutex_);
  // Waking early is harmless: whoever watches asks again.
  if (NewestLocked() == have) changed_.WaitWithTimeout(&mutex_, timeout);
  return NewestLocked();
}

absl::StatusOr<std::shared_ptr<const PublishedSets>> Publications::FindSets(const PublishedPair& pair) const {
  absl::MutexLock lock(&mutex_);
  const auto found = pairs_.find(pair.authority);
  if (found != pairs_.end()) {
    for (const Pair& kept : found->second) {
      if (kept.name == pair) return kept.sets;
    }
  }
  return NotFound("EXCLUSIONS_NOT_PUBLISHED", "there are no exclusion sets for exactly this pair of revisions");
}

absl::StatusOr<CurrentPublication> Publications::Find(absl::string_view authority) const {
  absl::MutexLock lock(&mutex_);
  const auto found = pairs_.find(std::string(authority));
  if (found == pairs_.end() && !complete_) {
    return Unavailable("OBJECTIONS_NOT_APPLIED", "objections have not been followed yet since the start");
  }
  if (found == pairs_.end()) return NotFound("CROSSWALK_NOT_PUBLISHED", "there is no crosswalk of that authority");
  const Pair& newest = found->second.back();
  return CurrentPublication{.crosswalk = newest.crosswalk,
                            .objection_revision = newest.name.objection_revision,
                            .sets = newest.sets};
}

}  // namespace safehaven::linkage
