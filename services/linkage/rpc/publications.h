// What linkage has published: of each authority its newest crosswalk, with exclusion
// sets for exact pairs of (crosswalk revision, objection revision).
//
// A crosswalk is published only together with sets that were computed for it, and a set
// only once what it keeps out is durable. So nobody ever sees persons of a revision
// without knowing who of them is left out, and a person who is held stays out after a
// restart. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_PUBLICATIONS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_PUBLICATIONS_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/revision.h"
#include "services/linkage/rpc/objections.h"
#include "services/linkage/store/crosswalk_store.h"
#include "services/linkage/store/exclusion_store.h"

namespace safehaven::linkage {

// Pairs of an authority that stay readable, so that costing can finish reading one.
inline constexpr size_t kPairsKept = 8;

// The name of one publication.
struct PublishedPair {
  std::string authority;
  uint64_t crosswalk_revision = 0;
  Revision objection_revision;
  friend bool operator==(const PublishedPair&, const PublishedPair&) = default;
};

using PublishedSets = std::map<std::string, std::shared_ptr<const ExclusionSet>>;

// A crosswalk with the newest sets for it. Shared with readers, and immutable.
struct CurrentPublication {
  std::shared_ptr<const StoredCrosswalk> crosswalk;
  Revision objection_revision;
  std::shared_ptr<const PublishedSets> sets;
};

class Publications {
 public:
  // Both are borrowed and outlive it.
  Publications(CrosswalkStore& crosswalks, ExclusionStore& exclusions)
      : crosswalks_(crosswalks), exclusions_(exclusions) {}

  // Reads every authority's newest crosswalk and whom it kept out. Call once, first.
  absl::Status Open() ABSL_LOCKS_EXCLUDED(work_mutex_);

  // A committed revision. It is published with sets for the objections of now; where
  // none were followed yet, by the next PublishObjections(). As the store fails: then by
  // PublishWaiting().
  absl::Status PublishCrosswalk(std::shared_ptr<const StoredCrosswalk> crosswalk)
      ABSL_LOCKS_EXCLUDED(work_mutex_, mutex_);

  // Publishes what could not be published when it came. Cheap if there is nothing.
  absl::Status PublishWaiting() ABSL_LOCKS_EXCLUDED(work_mutex_, mutex_);

  // Newer objections: sets for all authorities, also those that failed before.
  absl::Status PublishObjections(std::shared_ptr<const Objections> objections)
      ABSL_LOCKS_EXCLUDED(work_mutex_, mutex_);

  // The newest pair of each authority, in order of authority.
  std::vector<PublishedPair> Newest() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits until Newest() differs from `have` (in order of authority), at most `timeout`.
  std::vector<PublishedPair> AwaitChange(const std::vector<PublishedPair>& have, absl::Duration timeout) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // NOT_FOUND with reason EXCLUSIONS_NOT_PUBLISHED unless exactly this pair is kept.
  absl::StatusOr<std::shared_ptr<const PublishedSets>> FindSets(const PublishedPair& pair) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // NOT_FOUND with reason CROSSWALK_NOT_PUBLISHED; UNAVAILABLE with reason
  // OBJECTIONS_NOT_APPLIED while what is stored was not published since the start.
  absl::StatusOr<CurrentPublication> Find(absl::string_view authority) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // A set with what it was computed from.
  struct Computed {
    std::shared_ptr<const ExclusionSet> set;
    uint64_t changed_size = 0;  // of its objections
    bool in_this_life = false;  // complete, not just what was stored
  };
  struct Authority {
    std::shared_ptr<const StoredCrosswalk> crosswalk;
    std::map<std::string, Computed> computed;
    bool waits = false;  // what there is could not be published
  };
  struct Pair {
    PublishedPair name;
    std::shared_ptr<const StoredCrosswalk> crosswalk;
    std::shared_ptr<const PublishedSets> sets;
  };

  absl::Status Recompute(Authority& authority) ABSL_EXCLUSIVE_LOCKS_REQUIRED(work_mutex_);
  // Computes set `name` anew if it is out of date; says whether it did.
  absl::StatusOr<bool> RecomputeSet(Authority& authority, const std::string& name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(work_mutex_);
  void Publish(const Authority& authority) ABSL_EXCLUSIVE_LOCKS_REQUIRED(work_mutex_) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<PublishedPair> NewestLocked() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  CrosswalkStore& crosswalks_;
  ExclusionStore& exclusions_;

  // One computation at a time: each set follows from the one before. Readers do not
  // take it, and it is held over writes to the store for that reason.
  absl::Mutex work_mutex_;
  std::map<std::string, Authority> authorities_ ABSL_GUARDED_BY(work_mutex_);
  std::shared_ptr<const Objections> objections_ ABSL_GUARDED_BY(work_mutex_);

  mutable absl::Mutex mutex_ ABSL_ACQUIRED_AFTER(work_mutex_);
  mutable absl::CondVar changed_;
  std::map<std::string, std::deque<Pair>> pairs_ ABSL_GUARDED_BY(mutex_);  // newest last
  bool complete_ ABSL_GUARDED_BY(mutex_) = false;  // every stored crosswalk was published once
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_PUBLICATIONS_H_
