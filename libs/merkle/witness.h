// Witnesses: parties apart from a log who look at nothing but whether each checkpoint
// that they are shown extends the last one, keep that durably, and sign it with the time
// (C2SP tlog-witness, tlog-cosignature). A log that shows two histories must find
// witnesses for both, and an honest one signs one alone (docs/adr/0009).
//
// Pure functions; thread-safe.
#ifndef SAFEHAVEN_LIBS_MERKLE_WITNESS_H_
#define SAFEHAVEN_LIBS_MERKLE_WITNESS_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/merkle/checkpoint_follower.h"
#include "libs/merkle/note.h"

namespace safehaven {

// Witnesses by their texts (NoteVerifier::ToText). INVALID_ARGUMENT with reason
// KEY_MALFORMED, also for a key that is not for cosignatures.
absl::StatusOr<std::vector<NoteVerifier>> ReadWitnesses(std::span<const std::string> texts);

// What a witness takes.
struct Witnessed {
  std::string note;         // the checkpoint with one more signature
  FollowedCheckpoint kept;  // to be stored durably before the note leaves the witness
};

// May a witness that signed for `last` sign `note`? The failures of AcceptCheckpoint: a
// fork, a roll-back and a new incarnation are refused. `signer` is of kind cosignature:
// INVALID_ARGUMENT with reason KEY_MALFORMED. Whom else `rules` ask for does not matter.
absl::StatusOr<Witnessed> Witness(absl::string_view note, std::span<const Digest> consistency_proof,
                                  FollowRules rules, const std::optional<FollowedCheckpoint>& last,
                                  const NoteSigner& signer, absl::Time now);

// That a witness saw a checkpoint, and when.
struct WitnessWord {
  std::string public_key;  // the witness's
  absl::Time time;         // whole seconds
  Checkpoint checkpoint;
};

// What the witnesses of `rules` say in `note`, which the log signed too; a key that is
// also the log's says nothing. The failures of ReadCheckpoint; PERMISSION_DENIED with
// reason WITNESS_UNKNOWN if no witness of `rules` signed, or WITNESS_SIGNATURE if what
// one signed does not hold.
absl::StatusOr<std::vector<WitnessWord>> ReadWitnessWords(absl::string_view note, FollowRules rules);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_MERKLE_WITNESS_H_
