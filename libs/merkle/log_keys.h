// The keys of a log and how they change: a leaf of the log itself says so, in a note
// that every key which signs from then on has signed.
//
//     demo.safehaven.invalid/consent/log-key
//     index 41                       the leaf's own place in the log
//     time 1767225600000             milliseconds since 1970, UTC
//     reason PLANNED                 or COMPROMISED, LOST
//     kept <key>                     each as NoteVerifier::ToText(); signed before and
//     added <key>                    after; signs from now on; does so no more
//     removed <key>
//
// A key that is added while another is kept is vouched for by the kept one: whoever
// believes the first key can follow the leaves to the present ones. A checkpoint of the
// log is signed by all of its keys of that moment. The first line differs from a
// checkpoint's, so that neither passes for the other. Values and pure functions;
// thread-safe.
#ifndef SAFEHAVEN_LIBS_MERKLE_LOG_KEYS_H_
#define SAFEHAVEN_LIBS_MERKLE_LOG_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/merkle/log_auditor.h"
#include "libs/merkle/note.h"

namespace safehaven {

// The kind of these leaves, in every log. Persistent: never changes its value.
inline constexpr uint8_t kLogKeyKind = 255;
// Keys that a log has at one time, or that one change removes.
inline constexpr size_t kLogKeysMax = 8;

enum class LogKeyReason : uint8_t {
  kPlanned,      // in the ordinary course of things
  kCompromised,  // somebody else may have a removed key
  kLost,         // a removed key is gone and cannot vouch for its successor
};
// "PLANNED", "COMPROMISED", "LOST".
absl::string_view Name(LogKeyReason reason);
std::optional<LogKeyReason> ParseLogKeyReason(absl::string_view name);

struct LogKeyChange {
  std::string origin;  // of the log, without "/log-key"
  uint64_t index = 0;  // of the leaf
  absl::Time time;     // whole milliseconds, not before 1970
  LogKeyReason reason = LogKeyReason::kPlanned;
  std::vector<NoteVerifier> kept;
  std::vector<NoteVerifier> added;
  std::vector<NoteVerifier> removed;
};

// Those that sign from the change on: kept, then added.
std::vector<NoteVerifier> KeysAfter(const LogKeyChange& change);

// The leaf's body, signed by `signers`, which are the keys after the change and no
// other: INVALID_ARGUMENT with reason LOG_KEY_MALFORMED, also if nothing changes or a
// field is out of its range.
absl::StatusOr<std::string> SignLogKeyChange(const LogKeyChange& change, std::span<const NoteSigner> signers);

// The change of a leaf's body that all keys after it have signed. INVALID_ARGUMENT or
// PERMISSION_DENIED with reason LOG_KEY_MALFORMED.
absl::StatusOr<LogKeyChange> OpenLogKeyChange(absl::string_view body, absl::string_view origin);

// A leaf of kLogKeyKind; its body is empty if it is not there.
struct LogKeyLeaf {
  uint64_t index = 0;
  std::string body;
};

struct LogKeyAudit {
  std::vector<LogKeyChange> changes;    // all that could be read
  std::vector<NoteVerifier> in_force;   // at the checkpoint, as far as they are vouched for
  // LOG_KEY_MALFORMED: a leaf that is no change of keys, or not of this place.
  // LOG_KEY_UNCHAINED: a change that no key before it vouches for, or that does not fit
  // the keys before it. CHECKPOINT_REFUSED: a signature does not hold, or there is none.
  // LOG_KEY_UNANNOUNCED: the checkpoint is signed by a key that no leaf announced.
  // LOG_KEY_REMOVED: by one that a leaf removed. The last three name the log's size.
  std::optional<LogFault> first_fault;
};

// Did the log's keys change as its leaves say, and is `checkpoint` signed by those in
// force at its end, and by no other key of the log? The chain begins with the first of
// `believed`, which is not empty: at the beginning of the log, or where a leaf added it.
// What is before that is read and not judged, as its keys are not known. `leaves` are all
// of kLogKeyKind below the checkpoint, ascending.
LogKeyAudit AuditLogKeys(std::span<const LogKeyLeaf> leaves, absl::string_view checkpoint,
                         absl::string_view origin, std::span<const NoteVerifier> believed);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_MERKLE_LOG_KEYS_H_
