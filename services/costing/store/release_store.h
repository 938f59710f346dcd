// What costing releases, in its own log: an opening entry before anything is computed,
// a closing one before anything is sent. A warrant is used up by its opening entry, in
// the same atomic batch, so no answer exists without an entry and no warrant is used
// twice. Thread-safe; store and log are borrowed and outlive it.
//
//     ("used_warrant", id) -> UsedWarrantRecord
//     ("followed_consent") -> FollowedCheckpointRecord
#ifndef SAFEHAVEN_SERVICES_COSTING_STORE_RELEASE_STORE_H_
#define SAFEHAVEN_SERVICES_COSTING_STORE_RELEASE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/log/transparency_log.h"
#include "libs/merkle/checkpoint_follower.h"
#include "libs/merkle/proven_leaf.h"
#include "libs/storage/store.h"
#include "safehaven/storage/v1/costing.pb.h"

namespace safehaven::costing {

// Kinds of leaves in costing's log (docs/formats.md, "Log leaves"). Persistent: never
// change a value.
inline constexpr uint8_t kReleaseOpeningLeaf = 16;
inline constexpr uint8_t kReleaseClosingLeaf = 17;
inline constexpr uint8_t kCostRunLeaf = 18;

class ReleaseStore {
 public:
  ReleaseStore(Store& store, TransparencyLog& log) : store_(store), log_(log) {}

  // The record of a warrant that was used before, or nothing.
  absl::StatusOr<std::optional<storage::v1::UsedWarrantRecord>> FindUsed(absl::string_view warrant,
                                                                         absl::Time deadline);

  // Uses the warrant up and logs `opening`, in one batch. Returns the leaf's index.
  // PERMISSION_DENIED with reason WARRANT_USED if somebody was first.
  absl::StatusOr<uint64_t> Open(absl::string_view warrant, absl::Time expire_time, std::string opening,
                                absl::Time deadline);

  // Logs `closing`; returns its leaf with proof.
  absl::StatusOr<ProvenLeaf> Close(std::string closing, absl::Time deadline);

  // Keeps the answer of a used warrant for a retry.
  absl::Status KeepAnswer(absl::string_view warrant, std::string answer, absl::Time deadline);

  // Logs a costing run's certificate.
  absl::Status LogRun(std::string body, absl::Time deadline);

  absl::StatusOr<std::optional<FollowedCheckpoint>> Followed(absl::Time deadline);
  absl::Status SaveFollowed(const FollowedCheckpoint& checkpoint, absl::Time deadline);

 private:
  Store& store_;
  TransparencyLog& log_;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_STORE_RELEASE_STORE_H_
