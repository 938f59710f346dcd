#include "libs/merkle/witness.h"

#include <algorithm>
#include <utility>

#include "libs/base/status.h"

namespace safehaven {

absl::StatusOr<std::vector<NoteVerifier>> ReadWitnesses(std::span<const std::string> texts) {
  std::vector<NoteVerifier> witnesses;
  for (const std::string& text : texts) {
    SH_ASSIGN_OR_RETURN(NoteVerifier witness, NoteVerifier::Parse(text));
    if (witness.kind() != NoteKeyKind::kCosignature) {
      return InvalidArgument("KEY_MALFORMED", "a witness's key is one for cosignatures");
    }
    witnesses.push_back(std::move(witness));
  }
  return witnesses;
}

absl::StatusOr<Witnessed> Witness(absl::string_view note, std::span<const Digest> consistency_proof,
                                  FollowRules rules, const std::optional<FollowedCheckpoint>& last,
                                  const NoteSigner& signer, absl::Time now) {
  if (signer.verifier().kind() != NoteKeyKind::kCosignature) {
    return InvalidArgument("KEY_MALFORMED", "a witness signs with a key for cosignatures");
  }
  rules.witnesses_min = 0;
  SH_ASSIGN_OR_RETURN(FollowedCheckpoint kept, AcceptCheckpoint(note, consistency_proof, rules, last));
  SH_ASSIGN_OR_RETURN(std::string cosigned, AddSignature(note, signer, now));
  return Witnessed{.note = std::move(cosigned), .kept = std::move(kept)};
}

absl::StatusOr<std::vector<WitnessWord>> ReadWitnessWords(absl::string_view note, FollowRules rules) {
  rules.witnesses_min = 0;
  SH_ASSIGN_OR_RETURN(const Checkpoint checkpoint, ReadCheckpoint(note, rules));
  const absl::StatusOr<OpenedNote> opened = OpenNote(note, rules.witnesses);
  if (ReasonOf(opened.status()) == "NOTE_SIGNATURE") return PermissionDenied("WITNESS_SIGNATURE", opened.status().message());
  std::vector<WitnessWord> words;
  if (opened.ok()) {
    for (const NoteSignature& signature : opened->signatures) {
      const bool own = std::any_of(rules.log_keys.begin(), rules.log_keys.end(), [&signature](const NoteVerifier& key) {
        return key.key().bytes() == signature.public_key;
      });
      if (own || signature.kind != NoteKeyKind::kCosignature) continue;
      words.push_back({.public_key = signature.public_key, .time = signature.time, .checkpoint = checkpoint});
    }
  }
  if (words.empty()) return PermissionDenied("WITNESS_UNKNOWN", "no witness that is known here has signed");
  return words;
}

}  // namespace safehaven
