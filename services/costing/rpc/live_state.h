// What answers are made of, live: one immutable Snapshot per linkage authority, made
// anew and switched whenever activity, a crosswalk or objections change. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_RPC_LIVE_STATE_H_
#define SAFEHAVEN_SERVICES_COSTING_RPC_LIVE_STATE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/base/revision.h"
#include "services/costing/core/snapshot.h"

namespace safehaven::costing {

// One crosswalk as linkage published it, with tokens turned into record keys.
struct LoadedCrosswalk {
  std::string authority;
  uint64_t revision = 0;
  std::vector<CrosswalkEntry> entries;
  std::shared_ptr<const People> people;
};

class LiveState {
 public:
  // `clock` outlives it.
  explicit LiveState(const Clock& clock) : clock_(clock) {}

  // To be called before activity is read; numbers the reading for SetSegments().
  uint64_t BeginReading() ABSL_LOCKS_EXCLUDED(mutex_);
  // Other activity: every snapshot is made anew, or none if one fails. Activity whose
  // reading began before that of what is held is out of date and changes nothing.
  absl::Status SetSegments(uint64_t reading, std::vector<SharedSegment> segments) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<SharedSegment> segments() const ABSL_LOCKS_EXCLUDED(mutex_);

  // A crosswalk with the exclusion sets of exactly its pair, as one switch.
  absl::Status SetCrosswalk(LoadedCrosswalk crosswalk, const Revision& objections,
                            const std::map<std::string, std::vector<uint64_t>>& exclusions)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // New objections for a crosswalk that is loaded already. FAILED_PRECONDITION with
  // reason CROSSWALK_NOT_LOADED if it is not, or of another revision.
  absl::Status SetExclusions(absl::string_view authority, uint64_t revision, const Revision& objections,
                             const std::map<std::string, std::vector<uint64_t>>& exclusions)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The snapshot of `authority` once it covers `objections`. FAILED_PRECONDITION with
  // reason CROSSWALK_NOT_LOADED; UNAVAILABLE with reason OBJECTIONS_NOT_APPLIED if that
  // does not come before `deadline`.
  absl::StatusOr<std::shared_ptr<const Snapshot>> Await(absl::string_view authority, const Revision& objections,
                                                        absl::Time deadline) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Snapshots by authority, for status and for telling linkage what is held.
  std::map<std::string, std::shared_ptr<const Snapshot>> All() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Held {
    LoadedCrosswalk crosswalk;
    std::shared_ptr<const Snapshot> snapshot;
  };
  const Clock& clock_;
  mutable absl::Mutex mutex_;
  mutable absl::CondVar changed_;
  uint64_t last_reading_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t held_reading_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<SharedSegment> segments_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Held> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_RPC_LIVE_STATE_H_
