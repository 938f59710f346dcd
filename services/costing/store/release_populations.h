// Populations of releases at rest (core/release_population.h): one record for all
// releases whose populations cannot differ, durable before any of them is closed.
//
//     ("release_population", key)   -> ReleasePopulationRecord
//
// Thread-safe; the store is borrowed and outlives it.
#ifndef SAFEHAVEN_SERVICES_COSTING_STORE_RELEASE_POPULATIONS_H_
#define SAFEHAVEN_SERVICES_COSTING_STORE_RELEASE_POPULATIONS_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/storage/store.h"
#include "services/costing/core/release_population.h"

namespace safehaven::costing {

class ReleasePopulations {
 public:
  explicit ReleasePopulations(Store& store) : store_(store) {}

  // Is the population of `key` kept? If not it is made by `make` and kept.
  absl::Status Keep(const std::string& key,
                    const std::function<absl::StatusOr<std::vector<SourcePopulation>>()>& make, absl::Time deadline)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Nothing if it was never kept, or is not any more. DATA_LOSS with reason
  // RELEASE_CORRUPT.
  absl::StatusOr<std::optional<std::vector<SourcePopulation>>> Find(absl::string_view key, absl::Time deadline) const;

 private:
  Store& store_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_set<std::string> kept_ ABSL_GUARDED_BY(mutex_);  // some of those that are
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_STORE_RELEASE_POPULATIONS_H_
