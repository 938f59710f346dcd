// Costing runs: immutable, and whole or not there. Costs of events are written first,
// in chunks; the run exists once its record does, written last in one batch with its
// leaf in the log, the counter and, unless it is a draft, the pointer that makes it the
// current run of its provider and period. Nothing of a run is changed or deleted after;
// publishing another moves the pointer. No two current runs of a provider share a day.
//
//     ("cost_run", run)               -> CostRunRecord
//     ("cost_run_events", run, chunk) -> EventCostsRecord
//     ("cost_run_inputs", run)        -> CostRunInputsRecord
//     ("cost_run_published", run)     -> run: it was published once
//     ("cost_run_count")              -> number of the last run
//     ("cost_run_request", uuid)      -> run
//     ("cost_run_current", provider, first day) -> run
//
// Thread-safe; the store is borrowed and outlives it.
#ifndef SAFEHAVEN_SERVICES_COSTING_STORE_RUN_STORE_H_
#define SAFEHAVEN_SERVICES_COSTING_STORE_RUN_STORE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/storage/store.h"
#include "safehaven/storage/v1/costing.pb.h"
#include "services/costing/store/activity_store.h"

namespace safehaven::costing {

class RunStore {
 public:
  explicit RunStore(Store& store) : store_(store) {}

  // The run that a request made before, or nothing.
  absl::StatusOr<std::optional<storage::v1::CostRunRecord>> FindRequest(absl::string_view request_id,
                                                                        absl::Time deadline);

  // Writes `batch` and logs `body`, atomically (ReleaseStore::LogRun).
  using Commit = std::function<absl::Status(std::string body, Batch batch)>;

  // Writes costs and inputs, then the run by `commit`; gives it its number. `record`
  // without number and chunk count. Runs of one process are written one at a time. ABORTED with
  // reason PRECONDITION_FAILED if there is a run of that request id by now.
  // FAILED_PRECONDITION with reason PERIOD_OVERLAPS if it is no draft and another current
  // run of its provider shares days with it, unless that begins on the same day and this
  // one has all its days.
  absl::StatusOr<storage::v1::CostRunRecord> Save(storage::v1::CostRunRecord record,
                                                  const storage::v1::CostRunInputsRecord& inputs,
                                                  const EventCosts& costs, const Commit& commit, absl::Time deadline)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // NOT_FOUND with reason RUN_UNKNOWN if there is none of that number, or it is another
  // provider's: which of the two is not for the caller to know.
  absl::StatusOr<storage::v1::CostRunRecord> Get(uint64_t run, absl::string_view provider, absl::Time deadline);
  // A run of any provider that answers were made of once. NOT_FOUND with reason RUN_UNKNOWN if
  // there is none of that number, or it was never published.
  absl::StatusOr<storage::v1::CostRunRecord> Published(uint64_t run, absl::Time deadline);
  absl::StatusOr<storage::v1::CostRunInputsRecord> Inputs(uint64_t run, absl::Time deadline);
  // Costs of the events of one run, also of one that is superseded.
  absl::StatusOr<EventCosts> Costs(uint64_t run, absl::Time deadline);

  enum class State { kDraft, kCurrent, kSuperseded };
  struct Listed {
    storage::v1::CostRunRecord record;
    State state = State::kDraft;
  };
  // The provider's runs, the last first, at most `count_max` and whether these are all.
  absl::StatusOr<std::pair<std::vector<Listed>, bool>> List(absl::string_view provider, size_t count_max,
                                                            absl::Time deadline);

  // The current run of the record's provider and period; 0 if there is none.
  absl::StatusOr<uint64_t> Current(const storage::v1::CostRunRecord& record, absl::Time deadline);

  // Makes `record`'s run the current one in place of `superseded`, which Current() said, by
  // `commit` of `body`. ABORTED with reason PRECONDITION_FAILED if another is by now;
  // PERIOD_OVERLAPS as of Save().
  absl::Status Publish(const storage::v1::CostRunRecord& record, uint64_t superseded, std::string body,
                       const Commit& commit, absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);

  // Costs of all current runs together: what answers are made of. A record belongs to
  // one provider and ends on one day, so no two runs cost it.
  absl::StatusOr<EventCosts> CurrentCosts(absl::Time deadline);

 private:
  absl::Status WriteChunks(uint64_t run, const EventCosts& costs, absl::Time deadline, uint32_t& chunk_count);

  Store& store_;
  absl::Mutex mutex_;
  uint64_t last_tried_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_STORE_RUN_STORE_H_
