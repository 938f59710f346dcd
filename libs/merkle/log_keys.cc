#include "libs/merkle/log_keys.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/merkle/checkpoint.h"
#include "libs/merkle/note_lines.h"

namespace safehaven {
namespace {

constexpr absl::string_view kOriginSuffix = "/log-key";
constexpr size_t kFixedLines = 4;  // origin, index, time, reason
constexpr absl::string_view kKept = "kept", kAdded = "added", kRemoved = "removed";

absl::Status Malformed(absl::string_view why) { return InvalidArgument("LOG_KEY_MALFORMED", why); }

bool SameKey(const NoteVerifier& a, const NoteVerifier& b) { return a.key().bytes() == b.key().bytes(); }

bool Has(std::span<const NoteVerifier> keys, const NoteVerifier& key) {
  return std::any_of(keys.begin(), keys.end(), [&key](const NoteVerifier& each) { return SameKey(each, key); });
}

bool HasHash(std::span<const NoteVerifier> keys, uint32_t hash) {
  return std::any_of(keys.begin(), keys.end(), [hash](const NoteVerifier& each) { return each.key_hash() == hash; });
}

std::vector<NoteVerifier> Joined(std::vector<NoteVerifier> first, const std::vector<NoteVerifier>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::string Text(const LogKeyChange& change) {
  std::string text = absl::StrCat(change.origin, kOriginSuffix, "\nindex ", change.index, "\ntime ",
                                  absl::ToUnixMillis(change.time), "\nreason ", Name(change.reason), "\n");
  const auto add = [&text](absl::string_view word, const std::vector<NoteVerifier>& keys) {
    for (const NoteVerifier& key : keys) absl::StrAppend(&text, word, " ", key.ToText(), "\n");
  };
  add(kKept, change.kept);
  add(kAdded, change.added);
  add(kRemoved, change.removed);
  return text;
}

// Are the keys the log's own, each there once, and do some sign on?
absl::Status CheckKeys(const LogKeyChange& change) {
  if (change.added.empty() && change.removed.empty()) return Malformed("a change adds or removes a key");
  if (change.kept.empty() && change.added.empty()) return Malformed("a log has a key");
  const std::vector<NoteVerifier> all = Joined(KeysAfter(change), change.removed);
  if (all.size() > 2 * kLogKeysMax) return Malformed("too many keys");
  std::vector<NoteVerifier> seen;
  for (const NoteVerifier& key : all) {
    if (key.name() != change.origin || key.kind() != NoteKeyKind::kEd25519) {
      return Malformed("a log's keys are Ed25519 keys named as its origin");
    }
    if (Has(seen, key)) return Malformed("a key is named twice");
    seen.push_back(key);
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> NumberOf(absl::string_view line, absl::string_view name) {
  const auto value = note_lines::Value(line, name);
  const auto number = value.has_value() ? note_lines::Number(*value) : std::nullopt;
  if (!number.has_value()) return Malformed(absl::StrCat("expected '", name, " <number>'"));
  return *number;
}

absl::Status AddKey(absl::string_view line, LogKeyChange& change) {
  const std::pair<absl::string_view, std::vector<NoteVerifier>*> places[] = {
      {kKept, &change.kept}, {kAdded, &change.added}, {kRemoved, &change.removed}};
  for (const auto& [word, keys] : places) {
    const auto value = note_lines::Value(line, word);
    if (!value.has_value()) continue;
    absl::StatusOr<NoteVerifier> key = NoteVerifier::Parse(*value);
    if (!key.ok()) return Malformed(key.status().message());
    keys->push_back(*std::move(key));
    return absl::OkStatus();
  }
  return Malformed("a line names a key that is kept, added or removed");
}

absl::StatusOr<LogKeyChange> Parse(absl::string_view text, absl::string_view origin) {
  const auto lines = note_lines::Split(text, kFixedLines + 2 * kLogKeysMax);
  if (!lines.has_value() || lines->size() < kFixedLines) return Malformed("not the lines of a change of keys");
  if ((*lines)[0] != absl::StrCat(origin, kOriginSuffix)) return Malformed("not a change of this log's keys");
  LogKeyChange change;
  change.origin = std::string(origin);
  SH_ASSIGN_OR_RETURN(change.index, NumberOf((*lines)[1], "index"));
  SH_ASSIGN_OR_RETURN(const uint64_t unix_ms, NumberOf((*lines)[2], "time"));
  if (unix_ms > uint64_t{std::numeric_limits<int64_t>::max()}) return Malformed("no such time");
  change.time = absl::FromUnixMillis(static_cast<int64_t>(unix_ms));
  const auto reason_text = note_lines::Value((*lines)[3], "reason");
  const auto reason = reason_text.has_value() ? ParseLogKeyReason(*reason_text) : std::nullopt;
  if (!reason.has_value()) return Malformed("no reason that is known");
  change.reason = *reason;
  for (size_t i = kFixedLines; i < lines->size(); ++i) SH_RETURN_IF_ERROR(AddKey((*lines)[i], change));
  SH_RETURN_IF_ERROR(CheckKeys(change));
  if (Text(change) != text) return Malformed("the lines are not in their order");
  return change;
}

// Where the chain begins: at the last leaf that added `anchor`, or at the first leaf.
size_t ChainBegin(const std::vector<LogKeyChange>& changes, const NoteVerifier& anchor) {
  for (size_t i = changes.size(); i > 0; --i) {
    if (Has(changes[i - 1].added, anchor)) return i - 1;
  }
  return 0;
}

// Do the keys that `change` names from before it give exactly `in_force`, and does one
// of them sign on?
bool Follows(const LogKeyChange& change, std::span<const NoteVerifier> in_force) {
  const std::vector<NoteVerifier> before = Joined(change.kept, change.removed);
  const bool same = before.size() == in_force.size() &&
                    std::all_of(before.begin(), before.end(),
                                [&in_force](const NoteVerifier& key) { return Has(in_force, key); });
  return same && !change.kept.empty();
}

// Who signed the checkpoint; "" if exactly keys in force did.
absl::string_view CheckpointFault(absl::string_view note, absl::string_view origin, const LogKeyAudit& audit) {
  const absl::StatusOr<std::vector<uint32_t>> hashes = KeyHashesOf(note, origin);
  if (!hashes.ok()) return "CHECKPOINT_REFUSED";
  for (const uint32_t hash : *hashes) {
    if (HasHash(audit.in_force, hash)) continue;
    const bool removed = std::any_of(audit.changes.begin(), audit.changes.end(), [hash](const LogKeyChange& change) {
      return HasHash(change.removed, hash);
    });
    return removed ? "LOG_KEY_REMOVED" : "LOG_KEY_UNANNOUNCED";
  }
  return OpenNote(note, audit.in_force).ok() ? "" : "CHECKPOINT_REFUSED";
}

}  // namespace

absl::string_view Name(LogKeyReason reason) {
  switch (reason) {
    case LogKeyReason::kPlanned: return "PLANNED";
    case LogKeyReason::kCompromised: return "COMPROMISED";
    case LogKeyReason::kLost: return "LOST";
  }
  return "";
}

std::optional<LogKeyReason> ParseLogKeyReason(absl::string_view name) {
  for (const LogKeyReason reason : {LogKeyReason::kPlanned, LogKeyReason::kCompromised, LogKeyReason::kLost}) {
    if (name == Name(reason)) return reason;
  }
  return std::nullopt;
}

std::vector<NoteVerifier> KeysAfter(const LogKeyChange& change) { return Joined(change.kept, change.added); }

absl::StatusOr<std::string> SignLogKeyChange(const LogKeyChange& change, std::span<const NoteSigner> signers) {
  const std::string text = Text(change);
  SH_ASSIGN_OR_RETURN(const LogKeyChange read_back, Parse(text, change.origin));
  if (read_back.time != change.time) return Malformed("the time cannot be written exactly");
  const std::vector<NoteVerifier> after = KeysAfter(change);
  const bool all = signers.size() == after.size() &&
                   std::all_of(signers.begin(), signers.end(),
                               [&after](const NoteSigner& signer) { return Has(after, signer.verifier()); });
  if (!all) return Malformed("each key that signs from now on signs the change");
  return SignNote(text, signers);
}

absl::StatusOr<LogKeyChange> OpenLogKeyChange(absl::string_view body, absl::string_view origin) {
  const size_t gap = body.rfind("\n\n");
  if (gap == absl::string_view::npos) return Malformed("not a signed note");
  SH_ASSIGN_OR_RETURN(LogKeyChange change, Parse(body.substr(0, gap + 1), origin));
  const std::vector<NoteVerifier> after = KeysAfter(change);
  const absl::StatusOr<OpenedNote> opened = OpenNote(body, after);
  if (!opened.ok() || opened->signatures.size() != after.size()) {
    return PermissionDenied("LOG_KEY_MALFORMED", "not signed by each key that signs from now on");
  }
  return change;
}

LogKeyAudit AuditLogKeys(std::span<const LogKeyLeaf> leaves, absl::string_view checkpoint, absl::string_view origin,
                         std::span<const NoteVerifier> believed) {
  LogKeyAudit audit;
  for (const LogKeyLeaf& leaf : leaves) {
    absl::StatusOr<LogKeyChange> change = OpenLogKeyChange(leaf.body, origin);
    // One that was signed for another place was copied here.
    if (change.ok() && change->index == leaf.index) {
      audit.changes.push_back(*std::move(change));
    } else if (!audit.first_fault.has_value()) {
      audit.first_fault = LogFault{.index = leaf.index, .reason = "LOG_KEY_MALFORMED"};
    }
  }
  const NoteVerifier& anchor = believed.front();
  audit.in_force = {anchor};
  for (size_t i = ChainBegin(audit.changes, anchor); i < audit.changes.size(); ++i) {
    const LogKeyChange& change = audit.changes[i];
    if (!Has(change.added, anchor) && !Follows(change, audit.in_force)) {
      if (!audit.first_fault.has_value() || audit.first_fault->index > change.index) {
        audit.first_fault = LogFault{.index = change.index, .reason = "LOG_KEY_UNCHAINED"};
      }
      break;
    }
    audit.in_force = KeysAfter(change);
  }
  const absl::string_view signed_wrongly = CheckpointFault(checkpoint, origin, audit);
  if (!signed_wrongly.empty() && !audit.first_fault.has_value()) {
    const size_t gap = checkpoint.rfind("\n\n");
    const auto read = ParseCheckpoint(gap == absl::string_view::npos ? "" : checkpoint.substr(0, gap + 1));
    audit.first_fault = LogFault{.index = read.ok() ? read->size : 0, .reason = std::string(signed_wrongly)};
  }
  return audit;
}

}  // namespace safehaven
