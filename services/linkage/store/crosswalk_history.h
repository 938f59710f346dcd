// Crosswalks as they stood: of each revision when it was published, and the way back from
// it to the one before (whose each record was that is somebody else's now). The newest
// crosswalk and the ways back give the persons of any earlier revision, so that a
// pseudonym given out then can be followed to now. Begins with the first revision that
// was published with it; goes on while the authority has a crosswalk. Thread-safe, but
// one writer an authority; the store is borrowed and outlives it.
//
//     ("crosswalk_time", authority, revision)        -> LinkageRevisionTimeRecord
//     ("crosswalk_back", authority, revision, chunk) -> LinkageBackChunk
#ifndef SAFEHAVEN_SERVICES_LINKAGE_STORE_CROSSWALK_HISTORY_H_
#define SAFEHAVEN_SERVICES_LINKAGE_STORE_CROSSWALK_HISTORY_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/civil_day.h"
#include "libs/storage/store.h"
#include "services/linkage/core/crosswalk.h"

namespace safehaven::linkage {

class CrosswalkHistory {
 public:
  explicit CrosswalkHistory(Store& store) : store_(store) {}

  // Writes the way back from `next` to `previous`, and returns the put that makes it known:
  // to be written together with the revision. May be repeated.
  absl::StatusOr<KeyValue> Stage(const Crosswalk& previous, const Crosswalk& next, absl::Time published,
                                 absl::Time deadline);

  // The revision that was the newest at the end of `day` in London. NOT_FOUND with reason
  // HISTORY_NOT_KEPT if that was before the history begins; DATA_LOSS with reason
  // CROSSWALK_CORRUPT.
  absl::StatusOr<uint64_t> RevisionOn(absl::string_view authority, CivilDay day, absl::Time deadline);

  // Whose each record was in `revision`, ascending by token, from `newest`, the authority's
  // newest crosswalk. INVALID_ARGUMENT with reason REVISION_UNKNOWN if it is above that;
  // otherwise as RevisionOn(). O(newest + what changed since).
  absl::StatusOr<std::vector<RecordPerson>> RecordsAsOf(const Crosswalk& newest, uint64_t revision,
                                                        absl::Time deadline);

 private:
  Store& store_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_STORE_CROSSWALK_HISTORY_H_
