// Beginning a log in an empty store, and going on with one: a new incarnation after a
// restore, and another set of keys. Internal to libs/log. Functions; used once, at
// start-up.
#ifndef SAFEHAVEN_LIBS_LOG_LOG_START_H_
#define SAFEHAVEN_LIBS_LOG_LOG_START_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/log/stored_log.h"
#include "libs/merkle/log_keys.h"
#include "libs/merkle/note.h"
#include "libs/storage/store.h"

namespace safehaven {

struct LogStart {
  const StoredLogName& name;
  const std::vector<NoteSigner>& signers;         // at least one; the first began the log
  const std::vector<NoteVerifier>& earlier_keys;  // may be removed
  LogKeyReason key_reason = LogKeyReason::kPlanned;
  Store& store;
  const Clock& clock;
  Randomness& randomness;
  absl::Time deadline;
};

// An empty log with a new incarnation, written to the store; signed by the first key,
// so that others are added by leaves. ABORTED with reason PRECONDITION_FAILED if another
// process has begun one meanwhile.
absl::StatusOr<StoredLog> BeginLog(const LogStart& start);

// `stored` with what its start adds: a leaf that says that a new incarnation begins, one
// that says which keys sign from now on; `stored` itself if neither. Leaves and the
// checkpoint that covers them are one write. FAILED_PRECONDITION with reason
// LOG_KEY_MISSING if a key that signs the log is neither there nor an earlier one, or
// LOG_KEY_UNCHAINED if none of them signs on, unless it was lost.
absl::StatusOr<StoredLog> GoOn(const LogStart& start, StoredLog stored, bool new_incarnation);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_LOG_LOG_START_H_
