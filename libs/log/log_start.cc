#include "libs/log/log_start.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/log/log_records.h"
#include "libs/merkle/commitment.h"

namespace safehaven {
namespace {

using log_records::Keys;

constexpr size_t kIncarnationBytes = 16;

std::string NewIncarnation(Randomness& randomness) {
  return absl::BytesToHexString(randomness.Bytes(kIncarnationBytes));
}

// Signs `checkpoint`, and writes it as the state together with what `batch` has.
// `present` is the state's version now; nothing if there is no state.
absl::StatusOr<StoredLog> WriteState(const LogStart& start, MerkleTree tree, Checkpoint checkpoint,
                                     std::optional<Version> present, Batch batch) {
  SH_ASSIGN_OR_RETURN(std::string note, SignCheckpoint(checkpoint, start.signer));
  const std::string key = Keys(start.name.key_prefix).State();
  batch.preconditions.push_back({key, present});
  batch.puts.push_back({key, log_records::Encode(log_records::StateRecord{
                                 .size = checkpoint.size, .checkpoint = note})});
  SH_ASSIGN_OR_RETURN(const Version version, start.store.Apply(batch, start.deadline));
  return StoredLog{.tree = std::move(tree),
                   .newest = {.checkpoint = std::move(checkpoint), .note = std::move(note)},
                   .state_version = version};
}

}  // namespace

absl::StatusOr<StoredLog> BeginLog(const LogStart& start) {
  Checkpoint checkpoint;
  checkpoint.origin = start.name.origin;
  checkpoint.root = EmptyRoot();
  checkpoint.incarnation = NewIncarnation(start.randomness);
  return WriteState(start, MerkleTree(), std::move(checkpoint), std::nullopt, Batch());
}

absl::StatusOr<StoredLog> BeginIncarnation(const LogStart& start, StoredLog stored) {
  Checkpoint checkpoint = stored.newest.checkpoint;
  const std::string earlier = checkpoint.incarnation;
  checkpoint.incarnation = NewIncarnation(start.randomness);
  const log_records::SideRecord side = {
      .kind = kIncarnationKind,
      .erased = false,
      .salt = start.randomness.Bytes(kSaltBytes),
      .body = absl::StrCat("incarnation ", checkpoint.incarnation, "\nafter ", earlier, "\nsize ",
                           checkpoint.size, "\n"),
      .erase_reason = ""};
  const Digest commitment =
      Commitment({.kind = side.kind, .salt = side.salt, .body = side.body});
  const Keys keys(start.name.key_prefix);
  Batch batch;
  batch.puts.push_back({keys.Leaf(checkpoint.size), log_records::EncodeLeaf(commitment)});
  batch.puts.push_back({keys.Side(checkpoint.size), log_records::Encode(side)});
  stored.tree.Append(LeafHash(AsBytes(commitment)));
  checkpoint.size = stored.tree.size();
  checkpoint.root = stored.tree.Root();
  return WriteState(start, std::move(stored.tree), std::move(checkpoint), stored.state_version,
                    std::move(batch));
}

absl::StatusOr<StoredLog> SignAnew(const LogStart& start, StoredLog stored) {
  const std::vector<NoteVerifier> present_key = {start.signer.verifier()};
  if (OpenCheckpoint(stored.newest.note, present_key).ok()) return stored;
  return WriteState(start, std::move(stored.tree), std::move(stored.newest.checkpoint),
                    stored.state_version, Batch());
}

}  // namespace safehaven
