#include "libs/log/log_start.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
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

// What is written together with a checkpoint at the start.
struct Writing {
  MerkleTree tree;
  Checkpoint checkpoint;
  std::optional<Version> present;  // the state's version now; nothing if there is none
  Batch batch;
};

// Signs the checkpoint, and writes it as the state together with the batch.
absl::StatusOr<StoredLog> WriteState(const LogStart& start, std::span<const NoteSigner> signers, Writing writing) {
  SH_ASSIGN_OR_RETURN(std::string note, SignCheckpoint(writing.checkpoint, signers));
  const std::string key = Keys(start.name.key_prefix).State();
  writing.batch.preconditions.push_back({key, writing.present});
  writing.batch.puts.push_back({key, log_records::Encode(log_records::StateRecord{
                                         .size = writing.checkpoint.size, .checkpoint = note})});
  SH_ASSIGN_OR_RETURN(const Version version, start.store.Apply(writing.batch, start.deadline));
  return StoredLog{.tree = std::move(writing.tree),
                   .newest = {.checkpoint = std::move(writing.checkpoint), .note = std::move(note)},
                   .state_version = version};
}

void AddLeaf(const LogStart& start, uint8_t kind, std::string body, Writing& writing) {
  const log_records::SideRecord side = {.kind = kind,
                                        .erased = false,
                                        .salt = start.randomness.Bytes(kSaltBytes),
                                        .body = std::move(body),
                                        .erase_reason = ""};
  const Digest commitment = Commitment({.kind = side.kind, .salt = side.salt, .body = side.body});
  const Keys keys(start.name.key_prefix);
  const uint64_t index = writing.tree.size();
  writing.batch.puts.push_back({keys.Leaf(index), log_records::EncodeLeaf(commitment)});
  writing.batch.puts.push_back({keys.Side(index), log_records::Encode(side)});
  writing.tree.Append(LeafHash(AsBytes(commitment)));
  writing.checkpoint.size = writing.tree.size();
  writing.checkpoint.root = writing.tree.Root();
}

// The removed keys by the hashes on the stored checkpoint, of those that were named.
absl::StatusOr<std::vector<NoteVerifier>> RemovedKeys(const LogStart& start, const std::vector<uint32_t>& signed_by) {
  std::vector<NoteVerifier> removed;
  for (const uint32_t hash : signed_by) {
    const auto has_hash = [hash](const NoteVerifier& key) { return key.key_hash() == hash; };
    const bool signs_on = std::any_of(start.signers.begin(), start.signers.end(),
                                      [&has_hash](const NoteSigner& signer) { return has_hash(signer.verifier()); });
    if (signs_on) continue;
    const auto named = std::find_if(start.earlier_keys.begin(), start.earlier_keys.end(), has_hash);
    if (named == start.earlier_keys.end()) {
      return Failure(absl::StatusCode::kFailedPrecondition, "LOG_KEY_MISSING",
                     "a key that signs this log is not there; give it, or its public half as an earlier key",
                     {{"key_hash", absl::StrFormat("%08x", hash)}});
    }
    removed.push_back(*named);
  }
  return removed;
}

// The body of the leaf that says how the keys differ from those that signed `note`;
// nothing if they do not.
absl::StatusOr<std::optional<std::string>> KeyChange(const LogStart& start, absl::string_view note, uint64_t index) {
  SH_ASSIGN_OR_RETURN(const std::vector<uint32_t> signed_by, KeyHashesOf(note, start.name.origin));
  LogKeyChange change = {.origin = start.name.origin,
                         .index = index,
                         .time = absl::FromUnixMillis(absl::ToUnixMillis(start.clock.Now())),
                         .reason = start.key_reason,
                         .kept = {},
                         .added = {},
                         .removed = {}};
  for (const NoteSigner& signer : start.signers) {
    const bool has_signed = std::count(signed_by.begin(), signed_by.end(), signer.verifier().key_hash()) > 0;
    (has_signed ? change.kept : change.added).push_back(signer.verifier());
  }
  SH_ASSIGN_OR_RETURN(change.removed, RemovedKeys(start, signed_by));
  if (change.added.empty() && change.removed.empty()) return std::optional<std::string>();
  if (change.kept.empty() && start.key_reason != LogKeyReason::kLost) {
    return FailedPrecondition("LOG_KEY_UNCHAINED",
                              "no key that signed this log is there to vouch for the new one; start once with both");
  }
  SH_ASSIGN_OR_RETURN(std::string body, SignLogKeyChange(change, start.signers));
  return std::optional<std::string>(std::move(body));
}

}  // namespace

absl::StatusOr<StoredLog> BeginLog(const LogStart& start) {
  Writing writing;
  writing.checkpoint.origin = start.name.origin;
  writing.checkpoint.root = EmptyRoot();
  writing.checkpoint.incarnation = NewIncarnation(start.randomness);
  return WriteState(start, std::span(start.signers).first(1), std::move(writing));
}

absl::StatusOr<StoredLog> GoOn(const LogStart& start, StoredLog stored, bool new_incarnation) {
  const uint64_t size = stored.newest.checkpoint.size;
  SH_ASSIGN_OR_RETURN(std::optional<std::string> key_change,
                      KeyChange(start, stored.newest.note, new_incarnation ? size + 1 : size));
  if (!new_incarnation && !key_change.has_value()) return stored;
  Writing writing = {.tree = std::move(stored.tree),
                     .checkpoint = std::move(stored.newest.checkpoint),
                     .present = stored.state_version,
                     .batch = {}};
  if (new_incarnation) {
    const std::string earlier = writing.checkpoint.incarnation;
    writing.checkpoint.incarnation = NewIncarnation(start.randomness);
    AddLeaf(start, kIncarnationKind,
            absl::StrCat("incarnation ", writing.checkpoint.incarnation, "\nafter ", earlier, "\nsize ", size, "\n"),
            writing);
  }
  if (key_change.has_value()) AddLeaf(start, kLogKeyKind, *std::move(key_change), writing);
  return WriteState(start, start.signers, std::move(writing));
}

}  // namespace safehaven
