// Following a log: what a verifier keeps between checkpoints, and when it refuses the
// next one. This is how a forked or rolled-back log is found out: a log can sign
// anything, but it cannot prove that a different past led to a newer root.
//
// Pure functions over a small state that the caller keeps durably; thread-safe.
#ifndef SAFEHAVEN_LIBS_MERKLE_CHECKPOINT_FOLLOWER_H_
#define SAFEHAVEN_LIBS_MERKLE_CHECKPOINT_FOLLOWER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/merkle/checkpoint.h"
#include "libs/merkle/note.h"
#include "libs/merkle/sha256.h"

namespace safehaven {

// Whom to believe.
struct FollowRules {
  std::string origin;                   // the log's
  std::vector<NoteVerifier> log_keys;   // the log's keys; any one suffices
  std::vector<NoteVerifier> witnesses;  // known witnesses
  // How many distinct witness keys must have signed; 0 asks for none.
  size_t witnesses_min = 0;
};

// The last checkpoint that was accepted. To be stored by the follower.
struct FollowedCheckpoint {
  std::string incarnation;
  uint64_t size = 0;
  Digest root{};
  friend bool operator==(const FollowedCheckpoint&, const FollowedCheckpoint&) = default;
};

// Reads `note` by `rules`, without looking at what was seen before. INVALID_ARGUMENT
// with reason CHECKPOINT_MALFORMED; PERMISSION_DENIED with reason
// CHECKPOINT_SIGNATURE (no known key, or one that does not hold), CHECKPOINT_ORIGIN
// or WITNESSES_MISSING.
absl::StatusOr<Checkpoint> ReadCheckpoint(absl::string_view note, const FollowRules& rules);

// May `note` follow `last`? Returns what to keep from now on. Without a `last` the
// checkpoint is taken on trust in its signatures alone. `consistency_proof` is from
// last->size to the note's size; empty if they are equal or there is no `last`.
//
// The failures of ReadCheckpoint, and: FAILED_PRECONDITION with reason
// INCARNATION_CHANGED (the store was restored; reconcile, then follow from nothing);
// PERMISSION_DENIED with reason LOG_ROLLED_BACK (smaller than `last`) or LOG_FORKED
// (not an extension of `last`, or the proof does not show it).
absl::StatusOr<FollowedCheckpoint> AcceptCheckpoint(
    absl::string_view note, std::span<const Digest> consistency_proof, const FollowRules& rules,
    const std::optional<FollowedCheckpoint>& last);

// Is `note` an earlier or the same state of the log that `last` is of? For evidence
// made before the newest checkpoint was seen: a warrant carries the checkpoint of its
// moment, and a busy follower may be ahead of it. `consistency_proof` is from the
// note's size to last.size. `last` stays what it is. Failures as above; LOG_FORKED
// also if the note is newer than `last`.
absl::StatusOr<Checkpoint> CheckEarlierCheckpoint(absl::string_view note,
                                                  std::span<const Digest> consistency_proof,
                                                  const FollowRules& rules,
                                                  const FollowedCheckpoint& last);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_MERKLE_CHECKPOINT_FOLLOWER_H_
