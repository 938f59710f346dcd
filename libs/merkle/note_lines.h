// Reading the lines of a note's text strictly: one way to write each value. For
// checkpoint.cc, heartbeat.cc and log_keys.cc only. Pure; thread-safe.
#ifndef SAFEHAVEN_LIBS_MERKLE_NOTE_LINES_H_
#define SAFEHAVEN_LIBS_MERKLE_NOTE_LINES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "libs/merkle/sha256.h"

namespace safehaven::note_lines {

// The lines of `text` without their newlines; nothing if it does not end with a
// newline, has an empty line, or more than `count_max` lines.
inline std::optional<std::vector<absl::string_view>> Split(absl::string_view text,
                                                           size_t count_max) {
  if (!absl::ConsumeSuffix(&text, "\n")) return std::nullopt;
  std::vector<absl::string_view> lines =
      absl::StrSplit(text, absl::MaxSplits('\n', static_cast<int>(count_max)));
  if (lines.size() > count_max) return std::nullopt;
  for (const absl::string_view line : lines) {
    if (line.empty()) return std::nullopt;
  }
  return lines;
}

// Decimal without sign, blanks or leading zeroes.
inline std::optional<uint64_t> Number(absl::string_view text) {
  uint64_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || absl::StrCat(number) != text) return std::nullopt;
  return number;
}

// Base64 of 32 bytes, with padding.
inline std::optional<Digest> Root(absl::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) || absl::Base64Escape(bytes) != text) return std::nullopt;
  const absl::StatusOr<Digest> digest = DigestFromBytes(bytes);
  if (!digest.ok()) return std::nullopt;
  return *digest;
}

// What follows "`name` " in `line`, or nothing if it does not begin so.
inline std::optional<absl::string_view> Value(absl::string_view line, absl::string_view name) {
  if (!absl::ConsumePrefix(&line, name) || !absl::ConsumePrefix(&line, " ")) return std::nullopt;
  return line;
}

}  // namespace safehaven::note_lines

#endif  // SAFEHAVEN_LIBS_MERKLE_NOTE_LINES_H_
