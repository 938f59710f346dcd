// Checkpoints (C2SP tlog-checkpoint): what a log said of itself at one moment.
//
//     demo.safehaven.invalid/consent          origin: which log
//     42                                      leaves
//     <base64 of the root>                    over all of them
//     incarnation <32 lower-case hex digits>  which life of its store
//
// A checkpoint is believed as far as the note around it is signed (note.h); whether
// it fits what was seen before is the follower's question (checkpoint_follower.h).
// Values and pure functions; thread-safe.
#ifndef SAFEHAVEN_LIBS_MERKLE_CHECKPOINT_H_
#define SAFEHAVEN_LIBS_MERKLE_CHECKPOINT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/revision.h"
#include "libs/merkle/note.h"
#include "libs/merkle/sha256.h"

namespace safehaven {

// Lines of other extensions that a reader accepts and keeps.
inline constexpr size_t kCheckpointExtensionsMax = 16;

struct Checkpoint {
  std::string origin;       // "demo.safehaven.invalid/consent"
  uint64_t size = 0;        // leaves
  Digest root{};            // RFC 9162 root of the leaves
  std::string incarnation;  // 32 lower-case hex digits
  std::vector<std::string> extensions;  // other lines, without newlines, in order

  Revision revision() const { return {incarnation, size}; }
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// The text of the note. The fields must be well formed: what ParseCheckpoint would
// not read back is a programmer error here.
std::string CheckpointText(const Checkpoint& checkpoint);

// INVALID_ARGUMENT with reason CHECKPOINT_MALFORMED, also without an incarnation.
absl::StatusOr<Checkpoint> ParseCheckpoint(absl::string_view text);

// A note with the checkpoint, signed by the log: with its key, or with all of its keys
// while one takes over from another.
absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, const NoteSigner& signer);
absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, std::span<const NoteSigner> signers);

// The checkpoint of a note that one of `log_keys` signed. The failures of OpenNote
// and ParseCheckpoint. Witnesses are not looked at.
absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note,
                                          std::span<const NoteVerifier> log_keys);

// Is `text` 32 lower-case hex digits?
bool IsIncarnation(absl::string_view text);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_MERKLE_CHECKPOINT_H_
