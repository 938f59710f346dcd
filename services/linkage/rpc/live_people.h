// The people of one published crosswalk in memory, for asking about single records
// (core/live/match_one.h) and explaining pairs. Immutable but for its lanes; Match() and
// Explain() are thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_LIVE_PEOPLE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_LIVE_PEOPLE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/linkage/core/explain.h"
#include "services/linkage/core/live/live_index.h"
#include "services/linkage/core/live/match_one.h"
#include "services/linkage/rpc/publications.h"

namespace safehaven::linkage {

// Records that are asked about at once; more wait, but not for long.
inline constexpr size_t kMatchLanes = 8;
inline constexpr absl::Duration kLaneWaitMax = absl::Seconds(1);

// What a run leaves.
struct LivePeople {
  std::unique_ptr<LiveIndex> index;
  uint64_t revision = 0;
  std::string model;  // its identity
  bool test_numbers_allowed = false;
};

class MatchedPeople {
 public:
  explicit MatchedPeople(LivePeople people);

  uint64_t revision() const { return people_.revision; }
  const std::string& model() const { return people_.model; }
  const std::vector<SourceRule>& sources() const { return people_.index->sources(); }

  // Whose is a record of that source? As LiveQuery::Match, or RESOURCE_EXHAUSTED with
  // reason MATCHING_BUSY. `hidden` is ascending.
  absl::StatusOr<LiveMatch> Match(const SourceRecord& record, std::span<const PersonNumber> hidden)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Who is in any of the sets or shielded, ascending; worked out once for those of one moment.
  std::shared_ptr<const std::vector<PersonNumber>> HiddenBy(
      const std::shared_ptr<const PublishedSets>& sets,
      const std::shared_ptr<const std::vector<PersonNumber>>& shielded) ABSL_LOCKS_EXCLUDED(mutex_);

  // NOT_FOUND with reason REVIEW_UNKNOWN if a record is not there.
  absl::StatusOr<Waterfall> Explain(const RecordToken& a, const RecordToken& b, ShowValues show) const;

 private:
  const LivePeople people_;
  const StandardRules rules_;
  absl::Mutex mutex_;
  std::vector<std::unique_ptr<LiveQuery>> idle_ ABSL_GUARDED_BY(mutex_);
  // Shared with those who ask while newer sets come.
  std::shared_ptr<const PublishedSets> sets_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const std::vector<PersonNumber>> shielded_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const std::vector<PersonNumber>> hidden_ ABSL_GUARDED_BY(mutex_);
};

// By authority, the people of the newest crosswalk. Thread-safe.
class LivePeopleBook {
 public:
  // Replaces what the authority had; who is being asked still finishes.
  void Publish(absl::string_view authority, LivePeople people) ABSL_LOCKS_EXCLUDED(mutex_);

  // FAILED_PRECONDITION with reason MATCHING_NOT_READY. Shared with those who ask.
  absl::StatusOr<std::shared_ptr<MatchedPeople>> Find(absl::string_view authority) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<MatchedPeople>> people_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_LIVE_PEOPLE_H_
