// How a log lies in a Store: keys and the form of values.
//
//     key (KeyWriter)             value
//     (prefix, "state")           0x01, size (8 bytes), checkpoint note
//     (prefix, "leaf", index)     0x01, commitment (32 bytes)
//     (prefix, "side", index)     0x01, kind, 0x00, salt (32 bytes), body
//                                 0x01, kind, 0x01, reason of erasure
//
// The first byte is the format. Keys hold numbers only, never an identifier. The
// state is written in the same batch as the leaves that it counts, so the last
// checkpoint always fits the leaves that are there. Pure; thread-safe.
#ifndef SAFEHAVEN_LIBS_LOG_LOG_RECORDS_H_
#define SAFEHAVEN_LIBS_LOG_LOG_RECORDS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/merkle/sha256.h"

namespace safehaven::log_records {

// The keys of the log whose keys begin with the text `prefix`.
class Keys {
 public:
  explicit Keys(absl::string_view prefix) : prefix_(prefix) {}

  std::string All() const;  // prefix of every key of the log
  std::string State() const;
  std::string Leaf(uint64_t index) const;
  std::string Side(uint64_t index) const;
  std::string Leaves() const;  // prefix of all leaves

 private:
  std::string prefix_;
};

// DATA_LOSS with reason RECORD_MALFORMED unless `key` is of a leaf or a side record.
absl::StatusOr<uint64_t> IndexOf(absl::string_view key);

struct StateRecord {
  uint64_t size = 0;
  std::string checkpoint;  // signed note
};

// What lies beside a leaf.
struct SideRecord {
  uint8_t kind = 0;
  bool erased = false;
  std::string salt;          // kSaltBytes bytes; empty if erased
  std::string body;          // empty if erased
  std::string erase_reason;  // empty unless erased
};

std::string Encode(const StateRecord& state);
std::string Encode(const SideRecord& side);
std::string EncodeLeaf(const Digest& commitment);

// DATA_LOSS with reason RECORD_MALFORMED for any other form.
absl::StatusOr<StateRecord> DecodeState(absl::string_view bytes);
absl::StatusOr<SideRecord> DecodeSide(absl::string_view bytes);
absl::StatusOr<Digest> DecodeLeaf(absl::string_view bytes);

}  // namespace safehaven::log_records

#endif  // SAFEHAVEN_LIBS_LOG_LOG_RECORDS_H_
