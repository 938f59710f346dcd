// Numbers the distinct texts of a column. Texts of up to eight bytes, which codes
// nearly always are, are compared as one number in a small table of their own.
// Single-threaded.
#ifndef SAFEHAVEN_CLI_COSTING_TEXT_DICTIONARY_H_
#define SAFEHAVEN_CLI_COSTING_TEXT_DICTIONARY_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace safehaven::cli {

class TextDictionary {
 public:
  TextDictionary() : slots_(kFirstSlots) {}

  // The number of `text`, which holds no NUL byte (CSV files have none).
  uint32_t CodeOf(absl::string_view text) {
    if (text.size() > sizeof(uint64_t)) return CodeOfLong(text);
    uint64_t packed = 0;
    std::memcpy(&packed, text.data(), text.size());
    for (size_t at = Hash(packed) & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[at];
      if (slot.code_plus_one == 0) break;
      if (slot.packed == packed) return slot.code_plus_one - 1;
    }
    return Add(packed, text);
  }

  // By number. The dictionary is empty afterwards.
  std::vector<std::string> Take() { return std::exchange(values_, {}); }
  const std::vector<std::string>& values() const { return values_; }

 private:
  static constexpr size_t kFirstSlots = 256;
  struct Slot {
    uint64_t packed = 0;
    uint32_t code_plus_one = 0;  // 0: empty
  };

  static uint64_t Hash(uint64_t packed) {
    const uint64_t product = packed * 0x9E3779B97F4A7C15u;
    return product ^ (product >> 32);
  }

  uint32_t CodeOfLong(absl::string_view text) {
    const auto at = long_.find(text);
    if (at != long_.end()) return at->second;
    const auto code = static_cast<uint32_t>(values_.size());
    values_.emplace_back(text);
    long_.emplace(std::string(text), code);
    return code;
  }

  uint32_t Add(uint64_t packed, absl::string_view text) {
    if (2 * (short_count_ + 1) > slots_.size()) {
      std::vector<Slot> old(slots_.size() * 2);
      std::swap(old, slots_);
      for (const Slot& slot : old) {
        if (slot.code_plus_one != 0) Place(slot);
      }
    }
    const auto code = static_cast<uint32_t>(values_.size());
    values_.emplace_back(text);
    Place({packed, code + 1});
    ++short_count_;
    return code;
  }

  void Place(const Slot& slot) {
    size_t at = Hash(slot.packed) & (slots_.size() - 1);
    while (slots_[at].code_plus_one != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }

  std::vector<Slot> slots_;
  size_t short_count_ = 0;
  absl::flat_hash_map<std::string, uint32_t> long_;
  std::vector<std::string> values_;
};

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_TEXT_DICTIONARY_H_
