// Finds the event that a row of an auxiliary feed names. Ids of up to 14 bytes are
// kept as they are, longer ones as the first 14 bytes of their SHA-256; the last byte
// says which data set, because ids are unique within one only. Single-threaded.
#ifndef SAFEHAVEN_CLI_COSTING_RECORD_INDEX_H_
#define SAFEHAVEN_CLI_COSTING_RECORD_INDEX_H_

#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/costing/core/events.h"
#include "services/costing/core/feed_rows.h"

namespace safehaven::cli {

// The key under which a run on files knows a record. Short ids sort as their texts do.
costing::RecordKey RecordKeyOf(absl::string_view record_id, uint8_t dataset);

// An open-addressing table of 32-byte slots: one cache line a look-up. The caller
// fetches slots ahead, so that millions of look-ups do not wait for memory one by one.
class RecordIndex {
 public:
  RecordIndex();

  // False if the key is there already.
  bool Insert(const costing::RecordKey& key, uint32_t event);

  static uint64_t HashOf(const costing::RecordKey& key);
  void Prefetch(uint64_t hash) const { __builtin_prefetch(&slots_[hash & mask_]); }
  // The event, or costing::kNoEvent.
  uint32_t Find(const costing::RecordKey& key, uint64_t hash) const;

 private:
  struct alignas(32) Slot {
    costing::RecordKey key{};
    uint32_t event = costing::kNoEvent;  // kNoEvent: empty
  };

  // Two words at a time: a call of memcmp() would cost as much as the rest of a look-up.
  static bool AreEqual(const costing::RecordKey& a, const costing::RecordKey& b) {
    uint64_t words[4];
    std::memcpy(words, a.data(), 16);
    std::memcpy(words + 2, b.data(), 16);
    return ((words[0] ^ words[2]) | (words[1] ^ words[3])) == 0;
  }

  void Grow();

  std::vector<Slot> slots_;
  uint64_t mask_ = 0;
  size_t count_ = 0;
};

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_RECORD_INDEX_H_
