#include "services/consent/core/screening/objection_index.h"

#include <utility>

#include "libs/base/status.h"

namespace safehaven::consent {

static_assert(std::atomic_ref<uint64_t>::is_always_lock_free, "readers take no lock");

ObjectionIndex::ObjectionIndex(ZeroedWords words) : words_(std::move(words)) { SH_CHECK(words_ != nullptr); }

bool ObjectionIndex::AddBase(uint32_t base) {
  const uint64_t bit = uint64_t{1} << (base % 64);
  const bool added = (Word(base).fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
  if (added) count_.fetch_add(1, std::memory_order_relaxed);
  return added;
}

bool ObjectionIndex::RemoveBase(uint32_t base) {
  const uint64_t bit = uint64_t{1} << (base % 64);
  const bool removed = (Word(base).fetch_and(~bit, std::memory_order_relaxed) & bit) != 0;
  if (removed) count_.fetch_sub(1, std::memory_order_relaxed);
  return removed;
}

}  // namespace safehaven::consent
