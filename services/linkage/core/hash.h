// A 64-bit hash that is the same in every process and on every machine, because
// what it orders (ties between equal links, samples for training) must not depend
// on where a run takes place. absl::Hash is seeded per process and will not do.
// Not for keys or secrets. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_HASH_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_HASH_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace safehaven::linkage {

// Spreads the bits of `value` over all 64 (the finaliser of SplitMix64: Steele,
// Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
constexpr uint64_t Mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15u;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

// `hash` extended by `value`; the order of extension counts.
constexpr uint64_t Combine(uint64_t hash, uint64_t value) {
  return Mix(hash ^ (value + 0x2545f4914f6cdd1du + (hash << 6) + (hash >> 2)));
}

// Hash of text: FNV-1a, then mixed. O(length).
constexpr uint64_t HashText(absl::string_view text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  }
  return Mix(hash);
}

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_HASH_H_
