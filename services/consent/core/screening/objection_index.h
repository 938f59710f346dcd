// Who objects, as one bit for each nine-digit base of an NHS number.
//
// A base fixes its check digit, so 10^9 bits (125 MB) have a place for everybody, and a
// look-up is one load, where a hash set of four million numbers takes three to four
// times as long. For sets of a few numbers a hash set is the better choice.
//
// One writer at a time; readers need no lock and may read meanwhile: whoever learned of
// an objection (by a lock, or by the answer that acknowledged it) finds its bit set.
// It does not know which set it is of, or when an objection was made.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_SCREENING_OBJECTION_INDEX_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_SCREENING_OBJECTION_INDEX_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "libs/base/nhs_number.h"
#include "libs/base/zeroed_words.h"

namespace safehaven::consent {

class ObjectionIndex {
 public:
  // Words that the memory of an index has.
  static constexpr size_t kWords = 1'000'000'000 / 64;

  // `words` are kWords zeros.
  explicit ObjectionIndex(ZeroedWords words);

  // Each returns whether that changed anything. A base is at most 999,999,999.
  bool AddBase(uint32_t base);
  bool RemoveBase(uint32_t base);
  bool Add(const NhsNumber& number) { return AddBase(number.base()); }
  bool Remove(const NhsNumber& number) { return RemoveBase(number.base()); }

  // Does the person of this base object?
  bool ContainsBase(uint32_t base) const {
    return ((Word(base).load(std::memory_order_relaxed) >> (base % 64)) & 1) != 0;
  }
  bool Contains(const NhsNumber& number) const { return ContainsBase(number.base()); }

  // Fetches what ContainsBase() will read, so that look-ups of a batch overlap.
  void PrefetchBase(uint32_t base) const { __builtin_prefetch(&words_[base / 64]); }

  // How many object.
  uint64_t count() const { return count_.load(std::memory_order_relaxed); }

 private:
  std::atomic_ref<uint64_t> Word(uint32_t base) const { return std::atomic_ref<uint64_t>(words_[base / 64]); }

  const ZeroedWords words_;
  std::atomic<uint64_t> count_{0};
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_SCREENING_OBJECTION_INDEX_H_
