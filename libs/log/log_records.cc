#include "libs/log/log_records.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/merkle/commitment.h"
#include "libs/storage/key_codec.h"

namespace safehaven::log_records {
namespace {

constexpr char kFormat = 0x01;
constexpr char kPresent = 0x00;
constexpr char kErased = 0x01;
constexpr size_t kSizeBytes = 8;
constexpr size_t kSideHeadBytes = 3;

absl::Status Malformed(absl::string_view what) {
  return DataLoss("RECORD_MALFORMED", absl::StrCat(what, " does not have the form it should have"));
}

bool HasFormat(absl::string_view bytes) { return !bytes.empty() && bytes[0] == kFormat; }

}  // namespace

std::string Keys::All() const { return KeyWriter().Text(prefix_).Take(); }
std::string Keys::State() const { return KeyWriter().Text(prefix_).Text("state").Take(); }
std::string Keys::Leaves() const { return KeyWriter().Text(prefix_).Text("leaf").Take(); }

std::string Keys::Leaf(uint64_t index) const {
  return KeyWriter().Text(prefix_).Text("leaf").Number(index).Take();
}

std::string Keys::Side(uint64_t index) const {
  return KeyWriter().Text(prefix_).Text("side").Number(index).Take();
}

absl::StatusOr<uint64_t> IndexOf(absl::string_view key) {
  KeyReader reader(key);
  if (!reader.Text().ok() || !reader.Text().ok()) return Malformed("a log key");
  const absl::StatusOr<uint64_t> index = reader.Number();
  if (!index.ok() || !reader.AtEnd()) return Malformed("a log key");
  return *index;
}

std::string Encode(const StateRecord& state) {
  std::string bytes(1, kFormat);
  for (size_t i = 0; i < kSizeBytes; ++i) {
    bytes.push_back(static_cast<char>((state.size >> (8 * (kSizeBytes - 1 - i))) & 0xFF));
  }
  return bytes + state.checkpoint;
}

absl::StatusOr<StateRecord> DecodeState(absl::string_view bytes) {
  if (!HasFormat(bytes) || bytes.size() < 1 + kSizeBytes) return Malformed("the log's state");
  StateRecord state;
  for (size_t i = 1; i <= kSizeBytes; ++i) state.size = (state.size << 8) | static_cast<uint8_t>(bytes[i]);
  state.checkpoint = std::string(bytes.substr(1 + kSizeBytes));
  return state;
}

std::string EncodeLeaf(const Digest& commitment) {
  return absl::StrCat(absl::string_view(&kFormat, 1), AsBytes(commitment));
}

absl::StatusOr<Digest> DecodeLeaf(absl::string_view bytes) {
  if (!HasFormat(bytes) || bytes.size() != 1 + kDigestBytes) return Malformed("a leaf");
  return DigestFromBytes(bytes.substr(1));
}

std::string Encode(const SideRecord& side) {
  const char head[kSideHeadBytes] = {kFormat, static_cast<char>(side.kind),
                                     side.erased ? kErased : kPresent};
  const absl::string_view head_bytes(head, kSideHeadBytes);
  if (side.erased) return absl::StrCat(head_bytes, side.erase_reason);
  return absl::StrCat(head_bytes, side.salt, side.body);
}

absl::StatusOr<SideRecord> DecodeSide(absl::string_view bytes) {
  if (!HasFormat(bytes) || bytes.size() < kSideHeadBytes) return Malformed("a leaf's body");
  SideRecord side;
  side.kind = static_cast<uint8_t>(bytes[1]);
  side.erased = bytes[2] == kErased;
  if (!side.erased && bytes[2] != kPresent) return Malformed("a leaf's body");
  const absl::string_view rest = bytes.substr(kSideHeadBytes);
  if (side.erased) {
    side.erase_reason = std::string(rest);
    return side;
  }
  if (rest.size() < kSaltBytes) return Malformed("a leaf's body");
  side.salt = std::string(rest.substr(0, kSaltBytes));
  side.body = std::string(rest.substr(kSaltBytes));
  return side;
}

}  // namespace safehaven::log_records
