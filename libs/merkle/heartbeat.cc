#include "libs/merkle/heartbeat.h"

#include <limits>
#include <optional>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "libs/merkle/checkpoint.h"
#include "libs/merkle/note_lines.h"

namespace safehaven {
namespace {

constexpr absl::string_view kOriginSuffix = "/heartbeat";
constexpr size_t kLines = 7;

absl::Status Malformed(absl::string_view why) {
  return InvalidArgument("HEARTBEAT_MALFORMED", why);
}

std::string Text(const Heartbeat& heartbeat) {
  return absl::StrCat(heartbeat.origin, kOriginSuffix, "\nincarnation ", heartbeat.incarnation,
                      "\nsize ", heartbeat.size, "\nroot ",
                      absl::Base64Escape(AsBytes(heartbeat.root)), "\ntime ",
                      absl::ToUnixMillis(heartbeat.time), "\nfloor ", heartbeat.floor,
                      "\nobjections ", heartbeat.objections_size, "\n");
}

absl::StatusOr<uint64_t> NumberOf(absl::string_view line, absl::string_view name) {
  const auto value = note_lines::Value(line, name);
  const auto number = value.has_value() ? note_lines::Number(*value) : std::nullopt;
  if (!number.has_value()) return Malformed(absl::StrCat("expected '", name, " <number>'"));
  return *number;
}

absl::StatusOr<Heartbeat> Parse(absl::string_view text) {
  const auto lines = note_lines::Split(text, kLines);
  if (!lines.has_value() || lines->size() != kLines) return Malformed("a heartbeat has 7 lines");
  Heartbeat heartbeat;
  absl::string_view origin = (*lines)[0];
  if (!absl::ConsumeSuffix(&origin, kOriginSuffix) || origin.empty()) {
    return Malformed("the first line is the origin and /heartbeat");
  }
  heartbeat.origin = std::string(origin);
  const auto incarnation = note_lines::Value((*lines)[1], "incarnation");
  if (!incarnation.has_value() || !IsIncarnation(*incarnation)) return Malformed("no incarnation");
  heartbeat.incarnation = std::string(*incarnation);
  SH_ASSIGN_OR_RETURN(heartbeat.size, NumberOf((*lines)[2], "size"));
  const auto root_text = note_lines::Value((*lines)[3], "root");
  const auto root = root_text.has_value() ? note_lines::Root(*root_text) : std::nullopt;
  if (!root.has_value()) return Malformed("no root");
  heartbeat.root = *root;
  SH_ASSIGN_OR_RETURN(const uint64_t unix_ms, NumberOf((*lines)[4], "time"));
  if (unix_ms > uint64_t{std::numeric_limits<int64_t>::max()}) return Malformed("no such time");
  heartbeat.time = absl::FromUnixMillis(static_cast<int64_t>(unix_ms));
  SH_ASSIGN_OR_RETURN(heartbeat.floor, NumberOf((*lines)[5], "floor"));
  SH_ASSIGN_OR_RETURN(heartbeat.objections_size, NumberOf((*lines)[6], "objections"));
  if (heartbeat.floor > heartbeat.size || heartbeat.objections_size > heartbeat.size) {
    return Malformed("the floor and the last objection lie within the log");
  }
  return heartbeat;
}

}  // namespace

absl::StatusOr<std::string> SignHeartbeat(const Heartbeat& heartbeat, const NoteSigner& signer) {
  return SignHeartbeat(heartbeat, std::span(&signer, 1));
}

absl::StatusOr<std::string> SignHeartbeat(const Heartbeat& heartbeat, std::span<const NoteSigner> signers) {
  const std::string text = Text(heartbeat);
  SH_ASSIGN_OR_RETURN(const Heartbeat read_back, Parse(text));
  if (read_back != heartbeat) return Malformed("a field cannot be written exactly");
  return SignNote(text, signers);
}

absl::StatusOr<Heartbeat> OpenHeartbeat(absl::string_view note, absl::string_view origin,
                                        std::span<const NoteVerifier> log_keys) {
  SH_ASSIGN_OR_RETURN(const OpenedNote opened, OpenNote(note, log_keys));
  SH_ASSIGN_OR_RETURN(Heartbeat heartbeat, Parse(opened.text));
  if (heartbeat.origin != origin) {
    return PermissionDenied("HEARTBEAT_ORIGIN", "the heartbeat is of another log");
  }
  return heartbeat;
}

}  // namespace safehaven
