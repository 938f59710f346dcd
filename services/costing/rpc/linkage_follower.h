// Follows linkage's publications into the live state. Poll() is called again and again
// by one thread. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_RPC_LINKAGE_FOLLOWER_H_
#define SAFEHAVEN_SERVICES_COSTING_RPC_LINKAGE_FOLLOWER_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/client/cancellation.h"
#include "libs/client/client.h"
#include "safehaven/linkage/v1/linkage_service.pb.h"
#include "services/costing/rpc/live_state.h"
#include "services/costing/store/activity_store.h"

namespace safehaven::costing {

// How linkage's publications are read; functions, so that tests need no linkage. All
// fail as the rpcs of the same names.
struct PublicationCalls {
  std::function<absl::StatusOr<linkage::v1::WatchPublicationsResponse>(const linkage::v1::WatchPublicationsRequest&,
                                                                       Cancellation&)>
      watch;
  std::function<absl::StatusOr<linkage::v1::ReadCrosswalkResponse>(const linkage::v1::ReadCrosswalkRequest&)>
      read_crosswalk;
  std::function<absl::StatusOr<linkage::v1::ReadExclusionsResponse>(const linkage::v1::ReadExclusionsRequest&)>
      read_exclusions;
};
// Over gRPC; `linkage` outlives what is returned.
PublicationCalls MakePublicationCalls(Client& linkage);

class LinkageFollower {
 public:
  // `activity` and `live` are borrowed and outlive it.
  LinkageFollower(PublicationCalls linkage, ActivityStore& activity, LiveState& live)
      : linkage_(std::move(linkage)), activity_(activity), live_(live) {}

  // Waits at most a second for news, then applies them. FAILED_PRECONDITION with reason
  // LINKAGE_INCARNATION_CHANGED, then and for ever after, if linkage's store is another
  // than before: what was published by the one says nothing of the other.
  absl::Status Poll(Cancellation& cancellation);

  // OK once a poll has succeeded and linkage is the one it was.
  absl::Status Health() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::Status Apply(const linkage::v1::Publication& publication);
  absl::StatusOr<LoadedCrosswalk> ReadCrosswalk(const linkage::v1::Publication& publication);
  // Turns tokens into record keys: each by the join key that gives a record we hold.
  absl::StatusOr<std::vector<CrosswalkEntry>> OpenTokens(const std::string& tokens,
                                                         const std::vector<uint64_t>& persons);

  const PublicationCalls linkage_;
  ActivityStore& activity_;
  LiveState& live_;
  mutable absl::Mutex mutex_;
  std::string incarnation_ ABSL_GUARDED_BY(mutex_);
  absl::Status health_ ABSL_GUARDED_BY(mutex_) =
      absl::UnavailableError("linkage has not been heard yet");
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_RPC_LINKAGE_FOLLOWER_H_
