// A record as a hardened Bloom filter: what linkage sees of a person whose identifiers
// never left the source (Schnell, Bachteler and Reiher 2009; linkage.md, section 7).
// Pseudonymous personal data, not anonymous: see docs/threats.md. Values; thread-compatible.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_FILTER_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_FILTER_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace safehaven::linkage {

// 1,024 bits: 2,048 folded once.
inline constexpr size_t kFilterWords = 16;
inline constexpr size_t kFilterBytes = kFilterWords * 8;

struct Filter {
  // Bit b is bit b % 64 of word b / 64.
  std::array<uint64_t, kFilterWords> words{};

  uint32_t CountBits() const {
    uint32_t count = 0;
    for (const uint64_t word : words) count += static_cast<uint32_t>(std::popcount(word));
    return count;
  }
  friend auto operator<=>(const Filter&, const Filter&) = default;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_FILTER_H_
