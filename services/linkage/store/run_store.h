// Runs at rest: what was accepted is done, also after a crash. A run's record fixes
// everything that decides its result, so that doing it again gives the same.
// Thread-safe; the store is borrowed and outlives it.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_STORE_RUN_STORE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_STORE_RUN_STORE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/storage/store.h"
#include "safehaven/storage/v1/linkage.pb.h"

namespace safehaven::linkage {

class RunStore {
 public:
  explicit RunStore(Store& store) : store_(store) {}

  // Keeps a pending run, or returns the one of the same id that is there. ALREADY_EXISTS
  // with reason REQUEST_ID_REUSED if that one answers to another question.
  absl::StatusOr<storage::v1::LinkageRunRecord> Add(const storage::v1::LinkageRunRecord& run, absl::Time deadline);

  // NOT_FOUND with reason RUN_UNKNOWN.
  absl::StatusOr<storage::v1::LinkageRunRecord> Get(absl::string_view run, absl::Time deadline);

  // Runs to be done, in the order in which they were accepted.
  absl::StatusOr<std::vector<storage::v1::LinkageRunRecord>> Pending(absl::Time deadline);

  // The run that published the authority's newest revision. NOT_FOUND with reason
  // RUN_UNKNOWN.
  absl::StatusOr<storage::v1::LinkageRunRecord> NewestPublished(absl::string_view authority, absl::Time deadline);

  // The put by which a run's end is written together with what it published.
  static KeyValue PutOf(const storage::v1::LinkageRunRecord& run);

  absl::Status Update(const storage::v1::LinkageRunRecord& run, absl::Time deadline);

 private:
  Store& store_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_STORE_RUN_STORE_H_
