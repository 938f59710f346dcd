// Sorts words by their upper 32 bits, keeping the order of equal ones: three passes of
// eleven bits, several times faster than comparing (LSD radix sort: Knuth, volume 3,
// section 5.2.5). Pure.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_RADIX_SORT_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_RADIX_SORT_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace safehaven::linkage {

inline void SortByUpperHalf(std::vector<uint64_t>& words) {
  constexpr int kBits = 11;
  constexpr size_t kBuckets = size_t{1} << kBits;
  // Below this the counting costs more than comparing does.
  constexpr size_t kRadixMin = 4'096;
  if (words.size() < kRadixMin) {
    std::stable_sort(words.begin(), words.end(), [](uint64_t a, uint64_t b) { return a >> 32 < b >> 32; });
    return;
  }
  std::vector<uint64_t> other(words.size());
  for (int shift = 32; shift < 64; shift += kBits) {
    std::array<uint32_t, kBuckets> at{};
    for (const uint64_t word : words) ++at[word >> shift & (kBuckets - 1)];
    uint32_t sum = 0;
    for (uint32_t& count : at) {
      const uint32_t size = count;
      count = sum;
      sum += size;
    }
    for (const uint64_t word : words) other[at[word >> shift & (kBuckets - 1)]++] = word;
    words.swap(other);
  }
}

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_RADIX_SORT_H_
