// Who is in which block of a rule: an open-addressed table from key to the first of a
// chain. Adding only; who is gone is skipped by whoever walks a chain. Thread-compatible.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_LIVE_POSTINGS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_LIVE_POSTINGS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/hash.h"

namespace safehaven::linkage {

class Postings {
 public:
  void Add(uint32_t key, ProfileIndex profile) {
    if (2 * (keys_ + 1) > slots_.size()) Grow();
    uint64_t& slot = slots_[SlotOf(slots_, key)];
    keys_ += slot == 0;
    entries_.push_back({.profile = profile, .next = static_cast<uint32_t>(slot)});
    slot = uint64_t{key} << 32 | entries_.size();
  }

  // Calls `visit(profile)` for everybody of the key, the newest first.
  template <typename Visit>
  void ForEach(uint32_t key, Visit visit) const {
    if (slots_.empty()) return;
    for (uint32_t at = static_cast<uint32_t>(slots_[SlotOf(slots_, key)]); at != 0; at = entries_[at - 1].next) {
      visit(entries_[at - 1].profile);
    }
  }

 private:
  struct Entry {
    ProfileIndex profile;
    uint32_t next;  // number of the entry before plus one; 0: none
  };

  // Where `key` is or would be. A slot is the key and, below it, its newest entry plus one.
  static size_t SlotOf(const std::vector<uint64_t>& slots, uint32_t key) {
    const size_t mask = slots.size() - 1;
    size_t at = static_cast<size_t>(Mix(key)) & mask;
    while (slots[at] != 0 && slots[at] >> 32 != key) at = (at + 1) & mask;
    return at;
  }

  void Grow() {
    std::vector<uint64_t> larger(slots_.empty() ? 16 : 2 * slots_.size(), 0);
    for (const uint64_t slot : slots_) {
      if (slot != 0) larger[SlotOf(larger, static_cast<uint32_t>(slot >> 32))] = slot;
    }
    slots_ = std::move(larger);
  }

  std::vector<uint64_t> slots_;
  std::vector<Entry> entries_;
  size_t keys_ = 0;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_LIVE_POSTINGS_H_
