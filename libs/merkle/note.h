// Signed notes (C2SP signed-note): a short text with one or more signature lines,
// readable by people and by any transparency-log tool.
//
//     demo.safehaven.invalid/consent
//     42
//     <base64 of the root>
//     (empty line)
//     — demo.safehaven.invalid/consent <base64 of key hash and signature>
//
// Two kinds of signature: Ed25519 over the text (C2SP type 0x01; a log signs its own
// checkpoints so), and the timestamped cosignature of a witness (C2SP
// tlog-cosignature, type 0x04), which also says when the witness saw the text.
// Notes come from anybody: parsing is strict and bounded. Pure; thread-safe.
#ifndef SAFEHAVEN_LIBS_MERKLE_NOTE_H_
#define SAFEHAVEN_LIBS_MERKLE_NOTE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/merkle/ed25519.h"

namespace safehaven {

inline constexpr size_t kNoteBytesMax = 64 * 1024;
inline constexpr size_t kNoteSignaturesMax = 64;

// The values are the algorithm bytes of C2SP.
enum class NoteKeyKind : uint8_t { kEd25519 = 0x01, kCosignature = 0x04 };

// A named public key that may have signed a note.
class NoteVerifier {
 public:
  // `name` is not empty and has no blanks, control characters or plus signs.
  // INVALID_ARGUMENT with reason KEY_NAME_MALFORMED.
  static absl::StatusOr<NoteVerifier> Make(absl::string_view name, NoteKeyKind kind,
                                           Ed25519PublicKey key);

  // Reads ToText(): name+hash+key, the hash as 8 hex digits, the key as base64 of
  // the kind byte and 32 bytes. INVALID_ARGUMENT with reason KEY_MALFORMED.
  static absl::StatusOr<NoteVerifier> Parse(absl::string_view text);
  std::string ToText() const;

  const std::string& name() const { return name_; }
  NoteKeyKind kind() const { return kind_; }
  const Ed25519PublicKey& key() const { return key_; }
  // The first 4 bytes of SHA-256(name || "\n" || kind || key), as big-endian number.
  // Finds the key of a line; proves nothing.
  uint32_t key_hash() const { return key_hash_; }

 private:
  NoteVerifier(std::string name, NoteKeyKind kind, Ed25519PublicKey key);

  std::string name_;
  NoteKeyKind kind_;
  Ed25519PublicKey key_;
  uint32_t key_hash_;
};

// A named private key.
class NoteSigner {
 public:
  // As NoteVerifier::Make.
  static absl::StatusOr<NoteSigner> Make(absl::string_view name, NoteKeyKind kind,
                                         Ed25519PrivateKey key);

  const NoteVerifier& verifier() const { return verifier_; }

  // The bytes after the key hash of a signature line over `text`. `time` is used by
  // cosignatures only, whole seconds of it.
  std::string SignatureOf(absl::string_view text, absl::Time time) const;

 private:
  NoteSigner(NoteVerifier verifier, Ed25519PrivateKey key);

  NoteVerifier verifier_;
  Ed25519PrivateKey key_;
};

// A new note of `text`, signed once with a key of kind Ed25519. `text` is UTF-8
// without control characters but newline, and ends with a newline: INVALID_ARGUMENT
// with reason NOTE_MALFORMED otherwise, or if it is too long.
absl::StatusOr<std::string> SignNote(absl::string_view text, const NoteSigner& signer);

// The same, signed by each of `signers` in their order: a log's keys while one of them
// takes over from another. At least one: NOTE_MALFORMED.
absl::StatusOr<std::string> SignNote(absl::string_view text, std::span<const NoteSigner> signers);

// `note` with one more signature line. Does not check the lines that are there; a
// witness opens the note first. INVALID_ARGUMENT with reason NOTE_MALFORMED.
absl::StatusOr<std::string> AddSignature(absl::string_view note, const NoteSigner& signer,
                                         absl::Time time);

// A signature that holds.
struct NoteSignature {
  std::string name;
  uint32_t key_hash = 0;
  NoteKeyKind kind = NoteKeyKind::kEd25519;
  std::string public_key;  // 32 bytes
  absl::Time time;         // of a cosignature; the epoch otherwise
};

struct OpenedNote {
  std::string text;  // with its last newline
  // One for each of `known` that signed, in the order of the note's lines.
  std::vector<NoteSignature> signatures;
};

// The text of `note` and which of the `known` keys signed it. Lines of other keys
// are passed over. INVALID_ARGUMENT with reason NOTE_MALFORMED; PERMISSION_DENIED
// with reason NOTE_SIGNATURE if a line of a known key does not hold (the whole note
// is then refused), or NOTE_UNSIGNED if no known key signed.
absl::StatusOr<OpenedNote> OpenNote(absl::string_view note, std::span<const NoteVerifier> known);

// The key hashes of the signature lines that are named `name`, in their order, whether
// the signatures hold or not: which keys to look for. INVALID_ARGUMENT with reason
// NOTE_MALFORMED.
absl::StatusOr<std::vector<uint32_t>> KeyHashesOf(absl::string_view note, absl::string_view name);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_MERKLE_NOTE_H_
