// Whom objections keep out, at rest: so that a person who is held (a fragment of a
// split, somebody whom a newer model sees differently) stays out after a restart.
// Thread-safe; the store is borrowed and outlives it.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_STORE_EXCLUSION_STORE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_STORE_EXCLUSION_STORE_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/storage/store.h"
#include "services/linkage/core/exclusion.h"

namespace safehaven::linkage {

// By name of the set of objections. Of a stored set, persons with their causes and the
// crosswalk's revision are kept; counts are computed anew.
using ExclusionSets = std::map<std::string, ExclusionSet>;

class ExclusionStore {
 public:
  explicit ExclusionStore(Store& store) : store_(store) {}

  // DATA_LOSS with reason EXCLUSIONS_CORRUPT.
  absl::StatusOr<ExclusionSets> Read(absl::string_view authority, absl::Time deadline);

  // Replaces the sets named; all in one batch. At most kBatchBytesMax in all, which is
  // about two million persons kept out.
  absl::Status Write(absl::string_view authority, const ExclusionSets& sets, absl::Time deadline);

 private:
  Store& store_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_STORE_EXCLUSION_STORE_H_
