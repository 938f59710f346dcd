#include "libs/merkle/checkpoint.h"

#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/merkle/note_lines.h"

namespace safehaven {
namespace {

constexpr size_t kFixedLines = 3;  // origin, size, root
constexpr size_t kIncarnationDigits = 32;
constexpr absl::string_view kIncarnationName = "incarnation";

absl::Status Malformed(absl::string_view why) {
  return InvalidArgument("CHECKPOINT_MALFORMED", why);
}

}  // namespace

bool IsIncarnation(absl::string_view text) {
  if (text.size() != kIncarnationDigits) return false;
  for (const char c : text) {
    if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return false;
  }
  return true;
}

std::string CheckpointText(const Checkpoint& checkpoint) {
  std::string text = absl::StrCat(checkpoint.origin, "\n", checkpoint.size, "\n",
                                  absl::Base64Escape(AsBytes(checkpoint.root)), "\n",
                                  kIncarnationName, " ", checkpoint.incarnation, "\n");
  for (const std::string& extension : checkpoint.extensions) absl::StrAppend(&text, extension, "\n");
  const absl::StatusOr<Checkpoint> read_back = ParseCheckpoint(text);
  SH_CHECK(read_back.ok() && *read_back == checkpoint);
  return text;
}

absl::StatusOr<Checkpoint> ParseCheckpoint(absl::string_view text) {
  const auto lines = note_lines::Split(text, kFixedLines + 1 + kCheckpointExtensionsMax);
  if (!lines.has_value()) return Malformed("empty lines, too many lines, or no last newline");
  if (lines->size() < kFixedLines + 1) return Malformed("a line is missing");
  Checkpoint checkpoint;
  checkpoint.origin = std::string((*lines)[0]);
  const std::optional<uint64_t> size = note_lines::Number((*lines)[1]);
  if (!size.has_value()) return Malformed("the second line is the size");
  checkpoint.size = *size;
  const std::optional<Digest> root = note_lines::Root((*lines)[2]);
  if (!root.has_value()) return Malformed("the third line is the root");
  checkpoint.root = *root;
  for (size_t i = kFixedLines; i < lines->size(); ++i) {
    const auto incarnation = note_lines::Value((*lines)[i], kIncarnationName);
    if (!incarnation.has_value()) {
      checkpoint.extensions.emplace_back((*lines)[i]);
      continue;
    }
    if (!checkpoint.incarnation.empty() || !IsIncarnation(*incarnation)) {
      return Malformed("one incarnation of 32 hex digits is named");
    }
    checkpoint.incarnation = std::string(*incarnation);
  }
  if (checkpoint.incarnation.empty()) return Malformed("no incarnation");
  if (checkpoint.extensions.size() > kCheckpointExtensionsMax) return Malformed("too many lines");
  return checkpoint;
}

absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, const NoteSigner& signer) {
  return SignNote(CheckpointText(checkpoint), signer);
}

absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, std::span<const NoteSigner> signers) {
  return SignNote(CheckpointText(checkpoint), signers);
}

absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note,
                                          std::span<const NoteVerifier> log_keys) {
  SH_ASSIGN_OR_RETURN(const OpenedNote opened, OpenNote(note, log_keys));
  return ParseCheckpoint(opened.text);
}

}  // namespace safehaven
