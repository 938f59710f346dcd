// Beginning a log in an empty store, and a new incarnation of one after a restore.
// Internal to libs/log. Functions; used once, at start-up.
#ifndef SAFEHAVEN_LIBS_LOG_LOG_START_H_
#define SAFEHAVEN_LIBS_LOG_LOG_START_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/log/stored_log.h"
#include "libs/merkle/note.h"
#include "libs/storage/store.h"

namespace safehaven {

struct LogStart {
  const StoredLogName& name;
  const NoteSigner& signer;
  Store& store;
  Randomness& randomness;
  absl::Time deadline;
};

// An empty log with a new incarnation, written to the store. ABORTED with reason
// PRECONDITION_FAILED if another process has begun one meanwhile.
absl::StatusOr<StoredLog> BeginLog(const LogStart& start);

// `stored` with a new incarnation and a leaf that says so, written to the store.
absl::StatusOr<StoredLog> BeginIncarnation(const LogStart& start, StoredLog stored);

// `stored` with its checkpoint signed by the present key, if an earlier one had.
absl::StatusOr<StoredLog> SignAnew(const LogStart& start, StoredLog stored);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_LOG_LOG_START_H_
