// Patients' events as costing holds them: batches of staged loads, and what of them is
// to be read now. Thread-safe; the store is borrowed and outlives it.
#ifndef SAFEHAVEN_SERVICES_COSTING_STORE_ACTIVITY_STORE_H_
#define SAFEHAVEN_SERVICES_COSTING_STORE_ACTIVITY_STORE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/ingest/staging/staged_loads.h"
#include "services/costing/core/events_of_runs.h"
#include "services/costing/core/linked_events.h"
#include "services/costing/core/segment.h"

namespace safehaven::costing {

// One batch of a load, as it is staged.
struct PayloadBatch {
  EventSegment segment;              // without cost; may have no rows
  std::vector<RecordKey> deleted;    // records that the source deletes
};

std::string SerialiseBatch(const PayloadBatch& batch);
// DATA_LOSS with reason SEGMENT_DAMAGED.
absl::StatusOr<PayloadBatch> ParseBatch(absl::string_view bytes);

class ActivityStore {
 public:
  explicit ActivityStore(Store& store) : loads_(store) {}

  StagedLoads& loads() { return loads_; }

  // Every event that is visible now: of visible loads in the order in which they became
  // so, a later row in place of an earlier one with its key, deleted ones left out.
  // With the cost of `costs` where it has one.
  absl::StatusOr<std::vector<SharedSegment>> Visible(const EventCosts& costs, absl::Time deadline);

 private:
  StagedLoads loads_;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_STORE_ACTIVITY_STORE_H_
