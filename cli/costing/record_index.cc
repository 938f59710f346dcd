#include "cli/costing/record_index.h"

#include <cstring>
#include <utility>

#include "libs/merkle/sha256.h"

namespace safehaven::cli {
namespace {

constexpr size_t kInlineBytes = 14;
constexpr size_t kFirstSlots = 1024;

}  // namespace

costing::RecordKey RecordKeyOf(absl::string_view record_id, uint8_t dataset) {
  costing::RecordKey key{};
  if (record_id.size() <= kInlineBytes) {
    std::memcpy(key.data(), record_id.data(), record_id.size());
    key[kInlineBytes] = static_cast<uint8_t>(record_id.size());
  } else {
    const Digest digest = Sha256(record_id);
    std::memcpy(key.data(), digest.data(), kInlineBytes);
    key[kInlineBytes] = 255;
  }
  key[kInlineBytes + 1] = dataset;
  return key;
}

RecordIndex::RecordIndex() : slots_(kFirstSlots), mask_(kFirstSlots - 1) {}

uint64_t RecordIndex::HashOf(const costing::RecordKey& key) {
  uint64_t low = 0, high = 0;
  std::memcpy(&low, key.data(), sizeof low);
  std::memcpy(&high, key.data() + sizeof low, sizeof high);
  // Multiply and fold both halves (the finaliser of a 128-bit product), so that ids that
  // count upwards spread over the table.
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{low ^ 0x9E3779B97F4A7C15u} * (high ^ 0xD6E8FEB86659FD93u);
  const uint64_t folded = static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  return folded ^ (folded >> 29);
}

bool RecordIndex::Insert(const costing::RecordKey& key, uint32_t event) {
  if (2 * (count_ + 1) > slots_.size()) Grow();
  for (uint64_t at = HashOf(key) & mask_;; at = (at + 1) & mask_) {
    Slot& slot = slots_[at];
    if (slot.event == costing::kNoEvent) {
      slot = {key, event};
      ++count_;
      return true;
    }
    if (AreEqual(slot.key, key)) return false;
  }
}

void RecordIndex::Grow() {
  std::vector<Slot> old(slots_.size() * 2);
  std::swap(old, slots_);
  mask_ = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.event == costing::kNoEvent) continue;
    uint64_t at = HashOf(slot.key) & mask_;
    while (slots_[at].event != costing::kNoEvent) at = (at + 1) & mask_;
    slots_[at] = slot;
  }
}

uint32_t RecordIndex::Find(const costing::RecordKey& key, uint64_t hash) const {
  for (uint64_t at = hash & mask_;; at = (at + 1) & mask_) {
    const Slot& slot = slots_[at];
    if (slot.event == costing::kNoEvent || AreEqual(slot.key, key)) return slot.event;
  }
}

}  // namespace safehaven::cli
