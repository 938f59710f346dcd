// Keys made of parts: tuples of texts and numbers, encoded so that byte order is the
// order of the tuples, part by part. A text sorts before a number, a shorter tuple
// before its extensions, and no two tuples have the same bytes.
//
//     text     0x02, the bytes with 0x00 written as 0x00 0xFF, then 0x00 0x01
//     number   0x03, eight bytes, most significant first
//
// (The idea is that of tuple layers on ordered stores; the end of a text has two bytes
// here, so that no text's key begins another's.) Values; thread-compatible.
#ifndef SAFEHAVEN_LIBS_STORAGE_KEY_CODEC_H_
#define SAFEHAVEN_LIBS_STORAGE_KEY_CODEC_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven {

// Writes a key: KeyWriter().Text("leaf").Number(7).Take(). What was written so far is
// also a prefix of exactly the keys whose tuples begin so.
class KeyWriter {
 public:
  // Any bytes.
  KeyWriter& Text(absl::string_view text);
  KeyWriter& Number(uint64_t number);

  // The key; the writer is empty afterwards.
  std::string Take();

 private:
  std::string key_;
};

// Reads a key part by part. `key` outlives the reader.
class KeyReader {
 public:
  explicit KeyReader(absl::string_view key) : rest_(key) {}

  // DATA_LOSS with reason KEY_MALFORMED if the next part is of the other kind, cut
  // off, or not there.
  absl::StatusOr<std::string> Text();
  absl::StatusOr<uint64_t> Number();

  // Were all parts read?
  bool AtEnd() const { return rest_.empty(); }

 private:
  absl::string_view rest_;
};

// The first key after all keys that begin with `prefix`; "" (no end) if there is none.
std::string PrefixEnd(absl::string_view prefix);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_STORAGE_KEY_CODEC_H_
