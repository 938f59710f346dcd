// One half of every load a service has been sent: staged, closed, then visible.
//
// Rows come in batches with offsets, each durable before it is acknowledged; a
// resumed client learns where to go on. A closed half waits until the other service
// has closed an equal one; then both are visible, at once and whole. Nothing of a load
// is read before that. Batches are bytes: what a row is, the service knows. Keys hold
// load ids and numbers, never an identifier.
//
//     ("load", id)              -> LoadRecord
//     ("rows", id, offset)      -> a batch
//     ("load_sequence")         -> how many loads have become visible
//
// Thread-safe; the store is borrowed and outlives it.
#ifndef SAFEHAVEN_LIBS_INGEST_STAGING_STAGED_LOADS_H_
#define SAFEHAVEN_LIBS_INGEST_STAGING_STAGED_LOADS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/storage/store.h"
#include "safehaven/storage/v1/load.pb.h"

namespace safehaven {

inline constexpr uint64_t kLoadBatchRowsMax = 8192;
inline constexpr size_t kLoadsMax = 100'000;

struct LoadBatch {
  uint64_t offset = 0;  // of the first row
  uint64_t row_count = 0;
  uint64_t stripped_count = 0;
  std::string bytes;
};

class StagedLoads {
 public:
  explicit StagedLoads(Store& store) : store_(store) {}

  // Opens a load, or finds it again. `facts` without phase and counts. INVALID_ARGUMENT
  // with reason LOAD_ID_MALFORMED; ALREADY_EXISTS with reason LOAD_EXISTS if there is
  // one of that id with other facts.
  absl::StatusOr<storage::v1::LoadRecord> Open(const storage::v1::LoadRecord& facts, absl::Time deadline);

  // Adds a batch. Returns the next offset once it is durable. ALREADY_EXISTS with
  // reason OFFSET_WRITTEN (harmless on retry), OUT_OF_RANGE with reason OFFSET_AHEAD,
  // FAILED_PRECONDITION with reason LOAD_CLOSED, INVALID_ARGUMENT with reason
  // BATCH_TOO_LARGE, ABORTED if two clients append at once.
  absl::StatusOr<uint64_t> Append(absl::string_view load, const LoadBatch& batch, absl::Time deadline);

  // No more rows. FAILED_PRECONDITION with reason LOAD_COUNT_MISMATCH unless exactly
  // `row_count` are there. Closing a closed load again changes nothing.
  absl::StatusOr<storage::v1::LoadRecord> Close(absl::string_view load, uint64_t row_count, absl::Time deadline);

  // Makes a closed load visible and those it replaces replaced, all in one batch.
  // FAILED_PRECONDITION with reason LOAD_OPEN or LOAD_COUNT_MISMATCH (the other half
  // had another count). Repeating it changes nothing.
  absl::Status MakeVisible(absl::string_view load, uint64_t row_count, absl::Time deadline);

  // NOT_FOUND with reason LOAD_UNKNOWN.
  absl::StatusOr<storage::v1::LoadRecord> Get(absl::string_view load, absl::Time deadline);

  // All loads, by visible_sequence, then id. RESOURCE_EXHAUSTED with reason TOO_MANY_LOADS
  // if there are more than kLoadsMax: some of them are not all of them.
  absl::StatusOr<std::vector<storage::v1::LoadRecord>> List(absl::Time deadline);

  // Batches of one load in order of offset, until `visit` returns false.
  absl::Status ReadBatches(absl::string_view load, absl::Time deadline,
                           const std::function<bool(absl::string_view bytes)>& visit);

 private:
  struct Versioned {
    storage::v1::LoadRecord record;
    Version version;
  };
  absl::StatusOr<Versioned> Find(absl::string_view load, absl::Time deadline);

  Store& store_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_INGEST_STAGING_STAGED_LOADS_H_
