#include "libs/merkle/note.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"

namespace safehaven {
namespace {

constexpr absl::string_view kSignaturePrefix = "\xE2\x80\x94 ";  // em dash, blank
constexpr size_t kKeyHashBytes = 4;
constexpr size_t kCosignatureTimeBytes = 8;

absl::Status NoteMalformed(absl::string_view why) { return InvalidArgument("NOTE_MALFORMED", why); }
absl::Status KeyMalformed(absl::string_view why) { return InvalidArgument("KEY_MALFORMED", why); }

// How many bytes of `text` are one valid UTF-8 character (Unicode 15, table 3-7),
// or 0 if it does not begin with one.
size_t Utf8CharacterBytes(absl::string_view text) {
  const auto byte = [&text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t count = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < count) return 0;
  for (size_t i = 1; i < count; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Longer than needed, a surrogate half, or beyond U+10FFFF.
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;
  if (lead == 0xED && byte(1) > 0x9F) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;
  return count;
}

// UTF-8 without control characters, newline apart if `newlines`.
bool IsPlainText(absl::string_view text, bool newlines) {
  while (!text.empty()) {
    const size_t count = Utf8CharacterBytes(text);
    if (count == 0) return false;
    const uint8_t lead = static_cast<uint8_t>(text[0]);
    const bool control = lead < 0x20 || lead == 0x7F;
    if (control && !(newlines && lead == '\n')) return false;
    text.remove_prefix(count);
  }
  return true;
}

bool IsKeyName(absl::string_view name) {
  return !name.empty() && IsPlainText(name, false) && !absl::StrContains(name, " ") &&
         !absl::StrContains(name, "+");
}

// Strict: what is read is what would be written.
std::optional<std::string> FromBase64(absl::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) || absl::Base64Escape(bytes) != text) return std::nullopt;
  return bytes;
}

std::string BigEndian(uint64_t number, size_t bytes) {
  std::string text(bytes, '\0');
  for (size_t i = bytes; i > 0; --i) {
    text[i - 1] = static_cast<char>(number & 0xFF);
    number >>= 8;
  }
  return text;
}

uint64_t FromBigEndian(absl::string_view bytes) {
  uint64_t number = 0;
  for (const char c : bytes) number = (number << 8) | static_cast<uint8_t>(c);
  return number;
}

// What a witness signs (C2SP tlog-cosignature): the time in a header of its own.
std::string CosignedMessage(uint64_t unix_seconds, absl::string_view text) {
  return absl::StrCat("cosignature/v1\ntime ", unix_seconds, "\n", text);
}

struct SignatureLine {
  std::string name;
  uint32_t key_hash = 0;
  std::string signature;
};

struct ParsedNote {
  absl::string_view text;
  std::vector<SignatureLine> lines;
};

absl::StatusOr<SignatureLine> ParseSignatureLine(absl::string_view line) {
  if (!absl::StartsWith(line, kSignaturePrefix)) {
    return NoteMalformed("a signature line begins with a dash and a blank");
  }
  line.remove_prefix(kSignaturePrefix.size());
  const size_t blank = line.find(' ');
  if (blank == absl::string_view::npos || !IsKeyName(line.substr(0, blank))) {
    return NoteMalformed("a signature line names its key");
  }
  const std::optional<std::string> bytes = FromBase64(line.substr(blank + 1));
  if (!bytes.has_value() || bytes->size() <= kKeyHashBytes) {
    return NoteMalformed("a signature line ends with base64");
  }
  return SignatureLine{
      .name = std::string(line.substr(0, blank)),
      .key_hash = static_cast<uint32_t>(FromBigEndian(bytes->substr(0, kKeyHashBytes))),
      .signature = bytes->substr(kKeyHashBytes)};
}

absl::StatusOr<ParsedNote> ParseNote(absl::string_view note) {
  if (note.size() > kNoteBytesMax) return NoteMalformed("the note is too long");
  if (!absl::EndsWith(note, "\n")) return NoteMalformed("a note ends with a newline");
  // The text may hold empty lines itself, so the last one counts.
  const size_t gap = note.rfind("\n\n");
  if (gap == absl::string_view::npos) return NoteMalformed("no empty line before signatures");
  ParsedNote parsed;
  parsed.text = note.substr(0, gap + 1);
  if (!IsPlainText(parsed.text, true)) return NoteMalformed("the text is not plain UTF-8");
  absl::string_view rest = note.substr(gap + 2);
  while (!rest.empty()) {
    if (parsed.lines.size() == kNoteSignaturesMax) return NoteMalformed("too many signatures");
    const size_t end = rest.find('\n');
    SH_ASSIGN_OR_RETURN(SignatureLine line, ParseSignatureLine(rest.substr(0, end)));
    parsed.lines.push_back(std::move(line));
    rest.remove_prefix(end + 1);
  }
  if (parsed.lines.empty()) return NoteMalformed("a note has a signature");
  return parsed;
}

// The time of the signature, or nothing if it does not hold.
std::optional<absl::Time> CheckSignature(const NoteVerifier& verifier, absl::string_view text,
                                         absl::string_view signature) {
  if (verifier.kind() == NoteKeyKind::kEd25519) {
    if (!verifier.key().Verifies(text, signature)) return std::nullopt;
    return absl::UnixEpoch();
  }
  if (signature.size() != kCosignatureTimeBytes + kEd25519SignatureBytes) return std::nullopt;
  const uint64_t seconds = FromBigEndian(signature.substr(0, kCosignatureTimeBytes));
  if (seconds > uint64_t{std::numeric_limits<int64_t>::max()}) return std::nullopt;
  if (!verifier.key().Verifies(CosignedMessage(seconds, text),
                               signature.substr(kCosignatureTimeBytes))) {
    return std::nullopt;
  }
  return absl::FromUnixSeconds(static_cast<int64_t>(seconds));
}

uint32_t KeyHash(absl::string_view name, NoteKeyKind kind, const Ed25519PublicKey& key) {
  const char kind_byte = static_cast<char>(kind);
  const Digest digest = Sha256Of({name, "\n", absl::string_view(&kind_byte, 1), key.bytes()});
  return static_cast<uint32_t>(FromBigEndian(AsBytes(digest).substr(0, kKeyHashBytes)));
}

std::string Line(const NoteSigner& signer, absl::string_view text, absl::Time time) {
  const std::string bytes = absl::StrCat(BigEndian(signer.verifier().key_hash(), kKeyHashBytes),
                                         signer.SignatureOf(text, time));
  return absl::StrCat(kSignaturePrefix, signer.verifier().name(), " ", absl::Base64Escape(bytes),
                      "\n");
}

}  // namespace

NoteVerifier::NoteVerifier(std::string name, NoteKeyKind kind, Ed25519PublicKey key)
    : name_(std::move(name)), kind_(kind), key_(std::move(key)),
      key_hash_(KeyHash(name_, kind_, key_)) {}

absl::StatusOr<NoteVerifier> NoteVerifier::Make(absl::string_view name, NoteKeyKind kind,
                                                Ed25519PublicKey key) {
  if (!IsKeyName(name)) {
    return InvalidArgument("KEY_NAME_MALFORMED", "a key's name has no blanks or plus signs");
  }
  return NoteVerifier(std::string(name), kind, std::move(key));
}

absl::StatusOr<NoteVerifier> NoteVerifier::Parse(absl::string_view text) {
  if (text.size() > kNoteBytesMax) return KeyMalformed("too long for a key");
  // The key's base64 may hold a plus sign, the name and the hash do not.
  const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits('+', 2));
  if (parts.size() != 3) return KeyMalformed("a key's text is name+hash+key");
  const std::optional<std::string> bytes = FromBase64(parts[2]);
  if (!bytes.has_value() || bytes->size() != 1 + kEd25519KeyBytes) {
    return KeyMalformed("a key's text ends with base64 of 33 bytes");
  }
  const NoteKeyKind kind = static_cast<NoteKeyKind>((*bytes)[0]);
  if (kind != NoteKeyKind::kEd25519 && kind != NoteKeyKind::kCosignature) {
    return KeyMalformed("unknown kind of key");
  }
  SH_ASSIGN_OR_RETURN(Ed25519PublicKey key, Ed25519PublicKey::FromBytes(bytes->substr(1)));
  SH_ASSIGN_OR_RETURN(NoteVerifier verifier, Make(parts[0], kind, std::move(key)));
  if (verifier.ToText() != text) return KeyMalformed("the hash does not belong to the key");
  return verifier;
}

std::string NoteVerifier::ToText() const {
  const std::string bytes = absl::StrCat(std::string(1, static_cast<char>(kind_)), key_.bytes());
  return absl::StrFormat("%s+%08x+%s", name_, key_hash_, absl::Base64Escape(bytes));
}

NoteSigner::NoteSigner(NoteVerifier verifier, Ed25519PrivateKey key)
    : verifier_(std::move(verifier)), key_(std::move(key)) {}

absl::StatusOr<NoteSigner> NoteSigner::Make(absl::string_view name, NoteKeyKind kind,
                                            Ed25519PrivateKey key) {
  SH_ASSIGN_OR_RETURN(NoteVerifier verifier, NoteVerifier::Make(name, kind, key.public_key()));
  return NoteSigner(std::move(verifier), std::move(key));
}

std::string NoteSigner::SignatureOf(absl::string_view text, absl::Time time) const {
  if (verifier_.kind() == NoteKeyKind::kEd25519) return key_.Sign(text);
  const uint64_t seconds =
      static_cast<uint64_t>(std::max<int64_t>(0, absl::ToUnixSeconds(time)));
  return absl::StrCat(BigEndian(seconds, kCosignatureTimeBytes),
                      key_.Sign(CosignedMessage(seconds, text)));
}

absl::StatusOr<std::string> SignNote(absl::string_view text, const NoteSigner& signer) {
  if (!absl::EndsWith(text, "\n") || !IsPlainText(text, true)) {
    return NoteMalformed("a note's text is plain UTF-8 and ends with a newline");
  }
  std::string note = absl::StrCat(text, "\n", Line(signer, text, absl::UnixEpoch()));
  if (note.size() > kNoteBytesMax) return NoteMalformed("the note is too long");
  return note;
}

absl::StatusOr<std::string> SignNote(absl::string_view text, std::span<const NoteSigner> signers) {
  if (signers.empty()) return NoteMalformed("a note has a signature");
  SH_ASSIGN_OR_RETURN(std::string note, SignNote(text, signers.front()));
  for (const NoteSigner& signer : signers.subspan(1)) {
    SH_ASSIGN_OR_RETURN(note, AddSignature(note, signer, absl::UnixEpoch()));
  }
  return note;
}

absl::StatusOr<std::string> AddSignature(absl::string_view note, const NoteSigner& signer,
                                         absl::Time time) {
  SH_ASSIGN_OR_RETURN(const ParsedNote parsed, ParseNote(note));
  std::string longer = absl::StrCat(note, Line(signer, parsed.text, time));
  if (longer.size() > kNoteBytesMax || parsed.lines.size() == kNoteSignaturesMax) {
    return NoteMalformed("no room for another signature");
  }
  return longer;
}

absl::StatusOr<OpenedNote> OpenNote(absl::string_view note, std::span<const NoteVerifier> known) {
  SH_ASSIGN_OR_RETURN(const ParsedNote parsed, ParseNote(note));
  OpenedNote opened{.text = std::string(parsed.text), .signatures = {}};
  std::vector<bool> counted(known.size(), false);
  for (const SignatureLine& line : parsed.lines) {
    for (size_t i = 0; i < known.size(); ++i) {
      const NoteVerifier& verifier = known[i];
      if (verifier.name() != line.name || verifier.key_hash() != line.key_hash) continue;
      const std::optional<absl::Time> time = CheckSignature(verifier, parsed.text, line.signature);
      if (!time.has_value()) {
        return PermissionDenied("NOTE_SIGNATURE", "a signature of a known key does not hold");
      }
      if (counted[i]) continue;
      counted[i] = true;
      opened.signatures.push_back({.name = verifier.name(),
                                   .key_hash = verifier.key_hash(),
                                   .kind = verifier.kind(),
                                   .public_key = verifier.key().bytes(),
                                   .time = *time});
    }
  }
  if (opened.signatures.empty()) {
    return PermissionDenied("NOTE_UNSIGNED", "no known key has signed the note");
  }
  return opened;
}

absl::StatusOr<std::vector<uint32_t>> KeyHashesOf(absl::string_view note, absl::string_view name) {
  SH_ASSIGN_OR_RETURN(const ParsedNote parsed, ParseNote(note));
  std::vector<uint32_t> hashes;
  for (const SignatureLine& line : parsed.lines) {
    if (line.name == name) hashes.push_back(line.key_hash);
  }
  return hashes;
}

}  // namespace safehaven
