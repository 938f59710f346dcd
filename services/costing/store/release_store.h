// What costing releases, in its own log: an opening entry before anything is computed,
// a closing one before anything is sent. A warrant is used up by its opening entry, in
// the same atomic batch, so no answer exists without an entry and no warrant is used
// twice. The answer is kept in the same batch as its closing entry, so what the log
// says was released can be sent, even if the first sender was cut off. Thread-safe;
// store and log are borrowed and outlive it.
//
//     ("used_warrant", id)                 -> UsedWarrantRecord
//     ("used_warrant_expiry", time, id)    -> id: for purging
//     ("open_release", id)                 -> the opening entry's body, until it is closed
//     ("followed_consent")                 -> FollowedCheckpointRecord
#ifndef SAFEHAVEN_SERVICES_COSTING_STORE_RELEASE_STORE_H_
#define SAFEHAVEN_SERVICES_COSTING_STORE_RELEASE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/log/transparency_log.h"
#include "libs/merkle/checkpoint_follower.h"
#include "libs/merkle/proven_leaf.h"
#include "libs/storage/store.h"
#include "safehaven/storage/v1/costing.pb.h"
#include "services/costing/store/release_populations.h"

namespace safehaven::costing {

// Kinds of leaves in costing's log (docs/formats.md, "Log leaves"). Persistent: never
// change a value.
inline constexpr uint8_t kReleaseOpeningLeaf = 16;
inline constexpr uint8_t kReleaseClosingLeaf = 17;
inline constexpr uint8_t kCostRunLeaf = 18;
inline constexpr uint8_t kCostRunPublicationLeaf = 19;
inline constexpr uint8_t kCostRunReadingLeaf = 20;

// A warrant is kept longer than it is valid, for clocks that are set back.
inline constexpr absl::Duration kUsedWarrantKept = absl::Minutes(10);
// Most warrants that are forgotten at once.
inline constexpr size_t kPurgedMax = 10'000;

// A release that was opened. Values.
struct OpenedRelease {
  std::string warrant;  // id
  absl::Time expire_time;
  uint64_t opening_index = 0;
};

class ReleaseStore {
 public:
  ReleaseStore(Store& store, TransparencyLog& log) : store_(store), log_(log), populations_(store) {}

  // Who was in them.
  ReleasePopulations& populations() { return populations_; }

  // The record of a warrant that was used before, or nothing.
  absl::StatusOr<std::optional<storage::v1::UsedWarrantRecord>> FindUsed(absl::string_view warrant,
                                                                         absl::Time deadline);

  // Uses the warrant up for something that releases nothing. The same purpose again is a
  // retry; PERMISSION_DENIED with reason WARRANT_USED for any other.
  absl::Status UseFor(absl::string_view purpose, absl::string_view warrant, absl::Time expire_time,
                      absl::Time deadline);

  // Uses the warrant up and logs `opening`, in one batch. PERMISSION_DENIED with reason
  // WARRANT_USED if somebody was first.
  absl::StatusOr<OpenedRelease> Open(absl::string_view warrant, absl::Time expire_time, std::string opening,
                                     absl::Time deadline);

  // Logs `closing` and keeps `answer` (empty if there is none), in one batch; returns
  // the leaf with proof. To be called once for an opened release.
  absl::StatusOr<ProvenLeaf> Close(const OpenedRelease& release, std::string closing, std::string answer,
                                   absl::Time deadline);

  // Releases that were opened and not closed. Nothing of them was sent: an answer leaves
  // after its closing entry. To be asked before the first Open() of a process: then they
  // are those that the process before it was cut off in. Reads the log backwards as far
  // as they lie. DATA_LOSS with reason RELEASE_CORRUPT if one is not there.
  absl::StatusOr<std::vector<OpenedRelease>> CutOff(absl::Time deadline);

  // The closing entry of a release whose receipt was not kept. `used` has a closed
  // answer. Reads the log from the opening on: as much as one warrant's life brought.
  // DATA_LOSS with reason RELEASE_CORRUPT if there is none.
  absl::StatusOr<ProvenLeaf> FindClosing(const storage::v1::UsedWarrantRecord& used, absl::Time deadline);

  // Keeps the answer with its receipt for retries. Returns what is kept: `answer`, or
  // what somebody kept before, so that everybody sends the same bytes.
  absl::StatusOr<std::string> KeepAnswer(absl::string_view warrant, std::string answer, absl::Time deadline);

  // Logs a costing run's certificate, with `batch` in the same atomic write. ABORTED
  // with reason PRECONDITION_FAILED if the batch's preconditions fail.
  absl::Status LogRun(std::string body, Batch batch, absl::Time deadline);
  // The same for a CostRunPublicationRecord.
  absl::Status LogPublication(std::string body, Batch batch, absl::Time deadline);

  // Uses the warrant for `purpose` as UseFor() does, and logs `body`, a CostRunReading, in
  // one batch; a retry is logged again.
  absl::Status LogReading(absl::string_view purpose, absl::string_view warrant, absl::Time expire_time, std::string body,
                          absl::Time deadline);

  // Forgets warrants, and their answers, that expired long before `now`: at most
  // kPurgedMax, at most once a minute. Returns how many.
  absl::StatusOr<size_t> PurgeExpired(absl::Time now, absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);

  absl::StatusOr<std::optional<FollowedCheckpoint>> Followed(absl::Time deadline);
  absl::Status SaveFollowed(const FollowedCheckpoint& checkpoint, absl::Time deadline);

 private:
  struct Used {
    storage::v1::UsedWarrantRecord record;
    Version version;
  };
  absl::StatusOr<std::optional<Used>> Find(absl::string_view warrant, absl::Time deadline);
  // WARRANT_USED unless the warrant was used for this purpose.
  absl::Status CheckUsedFor(absl::string_view purpose, absl::string_view warrant, absl::Time deadline);

  Store& store_;
  TransparencyLog& log_;
  ReleasePopulations populations_;
  absl::Mutex mutex_;
  absl::Time next_purge_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_STORE_RELEASE_STORE_H_
