#include "libs/log/stored_log.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/log/log_records.h"
#include "libs/merkle/commitment.h"
#include "libs/storage/key_codec.h"

namespace safehaven {
namespace {

using log_records::Keys;
using log_records::SideRecord;

// Leaves that an audit reads at a time, with their bodies.
constexpr uint64_t kAuditChunk = 1024;

struct StateAndVersion {
  SignedCheckpoint newest;
  Version version;
};

// Nothing if there is no state; CHAIN_BROKEN if it is not what a known key signed.
absl::StatusOr<std::optional<StateAndVersion>> ReadState(Store& store, const StoredLogName& name,
                                                         const Snapshot& snapshot,
                                                         absl::Time deadline) {
  const absl::StatusOr<Entry> entry =
      GetAt(store, Keys(name.key_prefix).State(), snapshot, deadline);
  if (absl::IsNotFound(entry.status())) return std::optional<StateAndVersion>();
  if (!entry.ok()) return entry.status();
  absl::StatusOr<log_records::StateRecord> state = log_records::DecodeState(entry->value);
  if (!state.ok()) return ChainBroken({.index = 0, .reason = "RECORD_MALFORMED"});
  absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(state->checkpoint, name.keys);
  if (!checkpoint.ok() || checkpoint->origin != name.origin || checkpoint->size != state->size) {
    return ChainBroken({.index = state->size, .reason = "CHECKPOINT_REFUSED"});
  }
  return std::optional<StateAndVersion>(
      {.newest = {.checkpoint = *std::move(checkpoint), .note = std::move(state->checkpoint)},
       .version = entry->version});
}

// One leaf as it lies in the store; empty where a record is missing or malformed.
struct StoredLeaf {
  std::optional<Digest> commitment;
  std::optional<SideRecord> side;
  bool malformed = false;
};

// The leaves of [begin, end) that are there, until kReadBytesMax bytes of bodies.
absl::StatusOr<std::map<uint64_t, StoredLeaf>> ReadLeaves(Store& store, const Keys& keys,
                                                          uint64_t begin, uint64_t end,
                                                          const Snapshot& snapshot,
                                                          absl::Time deadline) {
  std::map<uint64_t, StoredLeaf> leaves;
  size_t byte_count = 0;
  uint64_t read_end = end;
  SH_RETURN_IF_ERROR(store.Scan(
      keys.Side(begin), keys.Side(end), snapshot, deadline,
      [&](absl::string_view key, const Entry& entry) {
        const absl::StatusOr<uint64_t> index = log_records::IndexOf(key);
        if (!index.ok()) return true;  // not a key of ours; its leaf will lack a body
        byte_count += entry.value.size();
        if (byte_count > kReadBytesMax && !leaves.empty()) {
          read_end = *index;
          return false;
        }
        absl::StatusOr<SideRecord> side = log_records::DecodeSide(entry.value);
        StoredLeaf& leaf = leaves[*index];
        leaf.malformed = !side.ok();
        if (side.ok()) leaf.side = *std::move(side);
        return true;
      }));
  SH_RETURN_IF_ERROR(store.Scan(keys.Leaf(begin), keys.Leaf(read_end), snapshot, deadline,
                                [&](absl::string_view key, const Entry& entry) {
                                  const absl::StatusOr<uint64_t> index = log_records::IndexOf(key);
                                  if (!index.ok()) return true;
                                  const auto commitment = log_records::DecodeLeaf(entry.value);
                                  StoredLeaf& leaf = leaves[*index];
                                  leaf.malformed = leaf.malformed || !commitment.ok();
                                  if (commitment.ok()) leaf.commitment = *commitment;
                                  return true;
                                }));
  return leaves;
}

std::optional<LeafContent> ContentOf(const StoredLeaf& leaf) {
  if (!leaf.side.has_value() || leaf.side->erased) return std::nullopt;
  return LeafContent{.kind = leaf.side->kind, .salt = leaf.side->salt, .body = leaf.side->body};
}

// What is wrong with one leaf by itself; "" if nothing is.
absl::string_view FaultOf(const StoredLeaf& leaf) {
  if (leaf.malformed) return "RECORD_MALFORMED";
  if (!leaf.commitment.has_value()) return "LEAF_MISSING";
  if (!leaf.side.has_value()) return "BODY_MISSING";
  const std::optional<LeafContent> content = ContentOf(leaf);
  if (content.has_value() && !CheckCommitment(*leaf.commitment, *content).ok()) return "BODY_ALTERED";
  return "";
}

void AuditLeaf(uint64_t index, const StoredLeaf& leaf,
               const std::function<std::optional<Digest>(uint64_t)>& known_leaf,
               LogAuditor& auditor) {
  if (leaf.malformed) auditor.Report(index, "RECORD_MALFORMED");
  if (!leaf.commitment.has_value()) {
    auditor.Report(index, "LEAF_MISSING");
    return;
  }
  if (leaf.side.has_value() && leaf.side->erased) {
    auditor.AddErased(index, *leaf.commitment);
  } else {
    auditor.Add(index, *leaf.commitment, ContentOf(leaf));
  }
  const std::optional<Digest> known = known_leaf ? known_leaf(index) : std::nullopt;
  if (known.has_value() && *known != LeafHash(AsBytes(*leaf.commitment))) {
    auditor.Report(index, "LEAF_ALTERED");
  }
}

// All commitments in order; LEAF_MISSING at a gap, RECORD_MALFORMED at a bad record.
absl::StatusOr<MerkleTree> ReadTree(Store& store, const Keys& keys, const Snapshot& snapshot,
                                    absl::Time deadline) {
  MerkleTree tree;
  absl::Status fault;
  SH_RETURN_IF_ERROR(ScanPrefix(
      store, keys.Leaves(), snapshot, deadline, [&](absl::string_view key, const Entry& entry) {
        const absl::StatusOr<uint64_t> index = log_records::IndexOf(key);
        const absl::StatusOr<Digest> commitment = log_records::DecodeLeaf(entry.value);
        if (!index.ok() || !commitment.ok()) {
          fault = ChainBroken({.index = tree.size(), .reason = "RECORD_MALFORMED"});
        } else if (*index != tree.size()) {
          fault = ChainBroken({.index = tree.size(), .reason = "LEAF_MISSING"});
        } else {
          tree.Append(LeafHash(AsBytes(*commitment)));
        }
        return fault.ok();
      }));
  if (!fault.ok()) return fault;
  return tree;
}

}  // namespace

absl::Status ChainBroken(const LogFault& fault) {
  return Failure(absl::StatusCode::kDataLoss, "CHAIN_BROKEN",
                 absl::StrCat("the log in the store does not verify: ", fault.reason, " at leaf ",
                              fault.index),
                 {{"index", absl::StrCat(fault.index)}, {"fault", fault.reason}});
}

absl::StatusOr<std::optional<StoredLog>> LoadStoredLog(Store& store, const StoredLogName& name,
                                                       absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot,
                      store.TakeSnapshot(absl::InfiniteFuture()));
  SH_ASSIGN_OR_RETURN(std::optional<StateAndVersion> state,
                      ReadState(store, name, *snapshot, deadline));
  SH_ASSIGN_OR_RETURN(MerkleTree tree,
                      ReadTree(store, Keys(name.key_prefix), *snapshot, deadline));
  if (!state.has_value()) {
    // Leaves that nobody signed: the state was lost, not never written.
    if (tree.size() > 0) return ChainBroken({.index = 0, .reason = "LEAF_EXTRA"});
    return std::optional<StoredLog>();
  }
  const Checkpoint& checkpoint = state->newest.checkpoint;
  if (tree.size() != checkpoint.size || tree.Root() != checkpoint.root) {
    // Slow, but it says where.
    SH_ASSIGN_OR_RETURN(const LogAudit audit, AuditStoredLog(store, name, nullptr, deadline));
    return ChainBroken(audit.first_fault.value_or(
        LogFault{.index = checkpoint.size, .reason = "ROOT_MISMATCH"}));
  }
  return std::optional<StoredLog>({.tree = std::move(tree),
                                   .newest = std::move(state->newest),
                                   .state_version = state->version});
}

absl::StatusOr<std::vector<LogEntry>> ReadStoredEntries(Store& store, absl::string_view key_prefix,
                                                        uint64_t begin, uint64_t count,
                                                        absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot,
                      store.TakeSnapshot(absl::InfiniteFuture()));
  SH_ASSIGN_OR_RETURN(auto leaves,
                      ReadLeaves(store, Keys(key_prefix), begin,
                                 begin + std::min(count, kReadEntriesMax), *snapshot, deadline));
  if (leaves.empty()) return ChainBroken({.index = begin, .reason = "LEAF_MISSING"});
  std::vector<LogEntry> entries;
  for (auto& [index, leaf] : leaves) {
    const uint64_t expected = begin + entries.size();
    if (index != expected) return ChainBroken({.index = expected, .reason = "LEAF_MISSING"});
    const absl::string_view fault = FaultOf(leaf);
    if (!fault.empty()) return ChainBroken({.index = index, .reason = std::string(fault)});
    entries.push_back({.index = index,
                       .kind = leaf.side->kind,
                       .commitment = *leaf.commitment,
                       .erased = leaf.side->erased,
                       .salt = std::move(leaf.side->salt),
                       .body = std::move(leaf.side->body),
                       .erase_reason = std::move(leaf.side->erase_reason)});
  }
  return entries;
}

absl::StatusOr<LogAudit> AuditStoredLog(
    Store& store, const StoredLogName& name,
    const std::function<std::optional<Digest>(uint64_t)>& known_leaf, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot,
                      store.TakeSnapshot(absl::InfiniteFuture()));
  const Keys keys(name.key_prefix);
  LogAuditor auditor;
  const absl::StatusOr<std::optional<StateAndVersion>> state =
      ReadState(store, name, *snapshot, deadline);
  if (!state.ok() && ReasonOf(state.status()) != "CHAIN_BROKEN") return state.status();
  if (!state.ok()) {
    // Without a checkpoint to trust there is nothing to compare the root with.
    return LogAudit{.size = 0,
                    .erased_count = 0,
                    .first_fault = LogFault{.index = 0, .reason = "CHECKPOINT_REFUSED"}};
  }
  Checkpoint checkpoint;
  checkpoint.root = EmptyRoot();
  if (state->has_value()) checkpoint = (*state)->newest.checkpoint;
  for (uint64_t begin = 0;;) {
    SH_ASSIGN_OR_RETURN(const auto leaves, ReadLeaves(store, keys, begin, begin + kAuditChunk,
                                                      *snapshot, deadline));
    if (leaves.empty() && begin >= checkpoint.size) break;
    for (const auto& [index, leaf] : leaves) {
      AuditLeaf(index, leaf, known_leaf, auditor);
    }
    begin = leaves.empty() ? begin + kAuditChunk : leaves.rbegin()->first + 1;
  }
  return auditor.Finish(checkpoint);
}

}  // namespace safehaven
