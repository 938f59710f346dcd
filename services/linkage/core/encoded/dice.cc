#include "services/linkage/core/encoded/dice.h"

#include <bit>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace safehaven::linkage {
namespace {

// Inlined into each narrow kernel, which its target attribute compiles anew.
__attribute__((always_inline)) inline void NarrowDice(const Filter& filter, std::span<const FilterBlock> blocks,
                                                      uint32_t first_index, uint32_t threshold,
                                                      std::vector<DiceHit>& hits) {
  const uint64_t filter_bits = filter.CountBits();
  if (filter_bits == 0) return;
  for (const FilterBlock& block : blocks) {
    for (uint32_t lane = 0; lane < kFiltersPerBlock; ++lane) {
      uint64_t common = 0;
      for (size_t w = 0; w < kFilterWords; ++w) {
        common += static_cast<uint64_t>(std::popcount(filter.words[w] & block.words[w][lane]));
      }
      if (common != 0 && 2 * kDiceOne * common >= threshold * (filter_bits + block.bits[lane])) {
        hits.push_back({.index = first_index + lane, .common = static_cast<uint32_t>(common)});
      }
    }
    first_index += kFiltersPerBlock;
  }
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) void CountingDice(const Filter& filter, std::span<const FilterBlock> blocks,
                                                   uint32_t first_index, uint32_t threshold,
                                                   std::vector<DiceHit>& hits) {
  NarrowDice(filter, blocks, first_index, threshold, hits);
}

// Sixteen registers hold the words of `filter`, each eight times; 3 instructions for a word
// of eight filters.
__attribute__((target("avx512f,avx512vpopcntdq"))) void Avx512Dice(const Filter& filter,
                                                                   std::span<const FilterBlock> blocks,
                                                                   uint32_t first_index, uint32_t threshold,
                                                                   std::vector<DiceHit>& hits) {
  const uint32_t filter_bits = filter.CountBits();
  if (filter_bits == 0) return;
  __m512i words[kFilterWords];
  for (size_t w = 0; w < kFilterWords; ++w) words[w] = _mm512_set1_epi64(static_cast<long long>(filter.words[w]));
  const __m512i own_bits = _mm512_set1_epi64(filter_bits);
  const __m512i factor = _mm512_set1_epi64(threshold);
  for (const FilterBlock& block : blocks) {
    __m512i even = _mm512_setzero_si512();
    __m512i odd = _mm512_setzero_si512();
    for (size_t w = 0; w < kFilterWords; w += 2) {
      even = _mm512_add_epi64(even, _mm512_popcnt_epi64(_mm512_and_si512(words[w], _mm512_load_si512(block.words[w]))));
      odd = _mm512_add_epi64(
          odd, _mm512_popcnt_epi64(_mm512_and_si512(words[w + 1], _mm512_load_si512(block.words[w + 1]))));
    }
    const __m512i common = _mm512_add_epi64(even, odd);
    static_assert(2 * kDiceOne == 1 << 11);
    const __m512i both = _mm512_add_epi64(own_bits, _mm512_load_si512(block.bits));
    // The masked forms: GCC 12 warns of the others. mul_epu32 takes the low halves; neither
    // factor needs more.
    const __mmask8 alike =
        _mm512_cmpge_epu64_mask(_mm512_maskz_slli_epi64(0xFF, common, 11), _mm512_maskz_mul_epu32(0xFF, factor, both));
    if (alike != 0) {
      alignas(64) uint64_t counts[kFiltersPerBlock];
      _mm512_store_si512(counts, common);
      for (unsigned rest = alike; rest != 0; rest &= rest - 1) {
        const auto lane = static_cast<uint32_t>(std::countr_zero(rest));
        if (counts[lane] != 0) hits.push_back({.index = first_index + lane, .common = static_cast<uint32_t>(counts[lane])});
      }
    }
    first_index += kFiltersPerBlock;
  }
}
#endif

}  // namespace

std::vector<FilterBlock> BlocksOf(std::span<const Filter> filters) {
  std::vector<FilterBlock> blocks((filters.size() + kFiltersPerBlock - 1) / kFiltersPerBlock);
  for (size_t i = 0; i < filters.size(); ++i) {
    FilterBlock& block = blocks[i / kFiltersPerBlock];
    for (size_t w = 0; w < kFilterWords; ++w) block.words[w][i % kFiltersPerBlock] = filters[i].words[w];
    block.bits[i % kFiltersPerBlock] = filters[i].CountBits();
  }
  return blocks;
}

void PortableDice(const Filter& filter, std::span<const FilterBlock> blocks, uint32_t first_index,
                  uint32_t threshold, std::vector<DiceHit>& hits) {
  NarrowDice(filter, blocks, first_index, threshold, hits);
}

DiceKernel WideDice() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq")) return &Avx512Dice;
#endif
  return nullptr;
}

DiceKernel PopcountDice() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("popcnt")) return &CountingDice;
#endif
  return nullptr;
}

DiceKernel BestDice() {
  for (const DiceKernel kernel : {WideDice(), PopcountDice()}) {
    if (kernel != nullptr) return kernel;
  }
  return &PortableDice;
}

}  // namespace safehaven::linkage
