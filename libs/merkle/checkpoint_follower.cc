#include "libs/merkle/checkpoint_follower.h"

#include <set>

#include "libs/base/status.h"
#include "libs/merkle/tree.h"

namespace safehaven {
namespace {

absl::Status Forked(absl::string_view why) { return PermissionDenied("LOG_FORKED", why); }

absl::Status SignatureRefused(const absl::Status& cause) {
  if (cause.code() == absl::StatusCode::kInvalidArgument) {
    return InvalidArgument("CHECKPOINT_MALFORMED", cause.message());
  }
  return PermissionDenied("CHECKPOINT_SIGNATURE", cause.message());
}

// Distinct keys, so that one witness listed under two names counts once, and a log
// does not witness itself.
size_t CountWitnesses(absl::string_view note, const FollowRules& rules) {
  const absl::StatusOr<OpenedNote> witnessed = OpenNote(note, rules.witnesses);
  if (!witnessed.ok()) return 0;
  std::set<std::string> keys;
  for (const NoteSignature& signature : witnessed->signatures) keys.insert(signature.public_key);
  for (const NoteVerifier& log_key : rules.log_keys) keys.erase(log_key.key().bytes());
  return keys.size();
}

absl::Status CheckIncarnation(const Checkpoint& checkpoint, const FollowedCheckpoint& last) {
  if (checkpoint.incarnation != last.incarnation) {
    return FailedPrecondition("INCARNATION_CHANGED",
                              "the log's store was restored; reconcile before going on");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Checkpoint> ReadCheckpoint(absl::string_view note, const FollowRules& rules) {
  const absl::StatusOr<OpenedNote> opened = OpenNote(note, rules.log_keys);
  if (!opened.ok()) return SignatureRefused(opened.status());
  SH_ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseCheckpoint(opened->text));
  if (checkpoint.origin != rules.origin) {
    return PermissionDenied("CHECKPOINT_ORIGIN", "the checkpoint is of another log");
  }
  if (rules.witnesses_min > 0 && CountWitnesses(note, rules) < rules.witnesses_min) {
    return PermissionDenied("WITNESSES_MISSING", "too few witnesses have signed the checkpoint");
  }
  return checkpoint;
}

absl::StatusOr<FollowedCheckpoint> AcceptCheckpoint(
    absl::string_view note, std::span<const Digest> consistency_proof, const FollowRules& rules,
    const std::optional<FollowedCheckpoint>& last) {
  SH_ASSIGN_OR_RETURN(const Checkpoint checkpoint, ReadCheckpoint(note, rules));
  const FollowedCheckpoint next = {checkpoint.incarnation, checkpoint.size, checkpoint.root};
  if (!last.has_value()) return next;
  SH_RETURN_IF_ERROR(CheckIncarnation(checkpoint, *last));
  if (checkpoint.size < last->size) {
    return PermissionDenied("LOG_ROLLED_BACK", "the log is shorter than it was");
  }
  const absl::Status extends = VerifyConsistency({.first_size = last->size,
                                                  .first_root = last->root,
                                                  .second_size = checkpoint.size,
                                                  .second_root = checkpoint.root},
                                                 consistency_proof);
  if (!extends.ok()) return Forked(extends.message());
  return next;
}

absl::StatusOr<Checkpoint> CheckEarlierCheckpoint(absl::string_view note,
                                                  std::span<const Digest> consistency_proof,
                                                  const FollowRules& rules,
                                                  const FollowedCheckpoint& last) {
  SH_ASSIGN_OR_RETURN(Checkpoint checkpoint, ReadCheckpoint(note, rules));
  SH_RETURN_IF_ERROR(CheckIncarnation(checkpoint, last));
  const absl::Status precedes = VerifyConsistency({.first_size = checkpoint.size,
                                                   .first_root = checkpoint.root,
                                                   .second_size = last.size,
                                                   .second_root = last.root},
                                                  consistency_proof);
  if (!precedes.ok()) return Forked(precedes.message());
  return checkpoint;
}

}  // namespace safehaven
