// Frozen versions at rest, by their identity: what a crosswalk names as its model can be
// used again for the next run, for one record and for explaining. Written once, never
// changed. Thread-safe; the store is borrowed and outlives it.
//
//     ("model", identity)            -> LinkageModelRecord
//     ("model_text", identity, n)    -> a part of the model's file (core/model_yaml.h)
#ifndef SAFEHAVEN_SERVICES_LINKAGE_STORE_MODEL_STORE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_STORE_MODEL_STORE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/storage/store.h"
#include "services/linkage/core/model.h"

namespace safehaven::linkage {

class ModelStore {
 public:
  explicit ModelStore(Store& store) : store_(store) {}

  // Keeps a version; again is nothing.
  absl::Status Put(const Model& model, absl::Time deadline);

  // NOT_FOUND with reason MODEL_UNKNOWN; DATA_LOSS with reason MODEL_CORRUPT if what is
  // there is not that version.
  absl::StatusOr<Model> Get(absl::string_view identity, absl::Time deadline);

 private:
  Store& store_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_STORE_MODEL_STORE_H_
