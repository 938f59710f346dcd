#include "services/costing/rpc/live_state.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::costing {
namespace {

std::shared_ptr<const ExclusionSets> MakeSets(const std::map<std::string, std::vector<uint64_t>>& exclusions,
                                              const People& people) {
  ExclusionSets sets;
  for (const auto& [name, persons] : exclusions) sets.emplace(name, MakeExclusionSet(persons, people));
  return std::make_shared<const ExclusionSets>(std::move(sets));
}

absl::Status NotLoaded(absl::string_view authority) {
  return FailedPrecondition("CROSSWALK_NOT_LOADED", absl::StrCat("there is no crosswalk of ", authority, " yet"));
}

}  // namespace

uint64_t LiveState::BeginReading() {
  absl::MutexLock lock(&mutex_);
  return ++last_reading_;
}

absl::Status LiveState::SetSegments(uint64_t reading, std::vector<SharedSegment> segments) {
  absl::MutexLock lock(&mutex_);
  if (reading < held_reading_) return absl::OkStatus();
  std::map<std::string, std::shared_ptr<const Snapshot>> made;
  for (const auto& [authority, held] : held_) {
    SH_ASSIGN_OR_RETURN(LinkedEvents events,
                        LinkedEvents::Make(segments, held.crosswalk.entries, *held.crosswalk.people));
    Snapshot next = *held.snapshot;
    next.events = std::make_shared<const LinkedEvents>(std::move(events));
    made[authority] = std::make_shared<const Snapshot>(std::move(next));
  }
  for (auto& [authority, snapshot] : made) held_.at(authority).snapshot = std::move(snapshot);
  segments_ = std::move(segments);
  held_reading_ = reading;
  changed_.SignalAll();
  return absl::OkStatus();
}

std::vector<SharedSegment> LiveState::segments() const {
  absl::MutexLock lock(&mutex_);
  return segments_;
}

absl::Status LiveState::SetCrosswalk(LoadedCrosswalk crosswalk, const Revision& objections,
                                     const std::map<std::string, std::vector<uint64_t>>& exclusions) {
  absl::MutexLock lock(&mutex_);
  SH_ASSIGN_OR_RETURN(LinkedEvents events, LinkedEvents::Make(segments_, crosswalk.entries, *crosswalk.people));
  Snapshot snapshot = {.authority = crosswalk.authority,
                       .crosswalk_revision = crosswalk.revision,
                       .objection_revision = objections,
                       .people = crosswalk.people,
                       .events = std::make_shared<const LinkedEvents>(std::move(events)),
                       .exclusions = MakeSets(exclusions, *crosswalk.people)};
  Held& held = held_[crosswalk.authority];
  held.crosswalk = std::move(crosswalk);
  held.snapshot = std::make_shared<const Snapshot>(std::move(snapshot));
  changed_.SignalAll();
  return absl::OkStatus();
}

absl::Status LiveState::SetExclusions(absl::string_view authority, uint64_t revision, const Revision& objections,
                                      const std::map<std::string, std::vector<uint64_t>>& exclusions) {
  absl::MutexLock lock(&mutex_);
  const auto found = held_.find(std::string(authority));
  if (found == held_.end() || found->second.crosswalk.revision != revision) return NotLoaded(authority);
  Snapshot next = *found->second.snapshot;
  next.objection_revision = objections;
  next.exclusions = MakeSets(exclusions, *next.people);
  found->second.snapshot = std::make_shared<const Snapshot>(std::move(next));
  changed_.SignalAll();
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const Snapshot>> LiveState::Await(absl::string_view authority,
                                                                 const Revision& objections,
                                                                 absl::Time deadline) const {
  absl::MutexLock lock(&mutex_);
  while (true) {
    const auto found = held_.find(std::string(authority));
    if (found == held_.end()) return NotLoaded(authority);
    if (found->second.snapshot->objection_revision.Covers(objections)) return found->second.snapshot;
    const absl::Duration rest = deadline - clock_.Now();
    if (rest <= absl::ZeroDuration()) {
      return Unavailable("OBJECTIONS_NOT_APPLIED", "the newest objections have not been applied here yet");
    }
    changed_.WaitWithTimeout(&mutex_, rest);
  }
}

std::map<std::string, std::shared_ptr<const Snapshot>> LiveState::All() const {
  absl::MutexLock lock(&mutex_);
  std::map<std::string, std::shared_ptr<const Snapshot>> all;
  for (const auto& [authority, held] : held_) all.emplace(authority, held.snapshot);
  return all;
}

}  // namespace safehaven::costing
