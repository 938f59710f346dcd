#include "libs/ingest/csv_index.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace safehaven {
namespace {

constexpr size_t kBlock = 64;

// Bit i: byte i of a block.
struct BlockMasks {
  uint64_t structural = 0;  // commas and line ends
  uint64_t quotes = 0;
};

BlockMasks MasksPortable(const char* block) {
  BlockMasks masks;
  for (size_t i = 0; i < kBlock; ++i) {
    const uint64_t bit = uint64_t{1} << i;
    if (block[i] == ',' || block[i] == '\n') masks.structural |= bit;
    if (block[i] == '"') masks.quotes |= bit;
  }
  return masks;
}

// Bit i: the number of quotation marks in bits 0 to i is odd.
uint64_t PrefixXor(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

// Structural bytes of one block that are outside quotation marks.
uint64_t Outside(const BlockMasks& masks, QuoteState& state) {
  if (masks.quotes == 0) return state.is_inside ? 0 : masks.structural;
  state.has_any = true;
  uint64_t inside = PrefixXor(masks.quotes);
  if (state.is_inside) inside = ~inside;
  state.is_inside = (inside >> 63) != 0;
  return masks.structural & ~inside;
}

uint32_t* Append(uint64_t bits, uint32_t base, uint32_t* out) {
  while (bits != 0) {
    *out++ = base + static_cast<uint32_t>(__builtin_ctzll(bits));
    bits &= bits - 1;
  }
  return out;
}

// The rest of a text after its whole blocks, filled up with zeros, which are nothing.
template <typename Masks>
uint32_t* IndexTail(const char* text, size_t begin, size_t size, Masks masks_of, QuoteState& state, uint32_t* out) {
  if (begin == size) return out;
  char block[kBlock] = {};
  std::memcpy(block, text + begin, size - begin);
  // The zeros keep the state of the text's last byte, so a further text may follow.
  return Append(Outside(masks_of(block), state), static_cast<uint32_t>(begin), out);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) inline uint64_t Bits(__m256i low, __m256i high) {
  const uint64_t low_bits = static_cast<uint32_t>(_mm256_movemask_epi8(low));
  const uint64_t high_bits = static_cast<uint32_t>(_mm256_movemask_epi8(high));
  return low_bits | (high_bits << 32);
}

__attribute__((target("avx2"))) inline BlockMasks MasksAvx2(const char* block) {
  const __m256i comma = _mm256_set1_epi8(','), line = _mm256_set1_epi8('\n'), quote = _mm256_set1_epi8('"');
  __m256i low, high;
  std::memcpy(&low, block, sizeof low);
  std::memcpy(&high, block + sizeof low, sizeof high);
  BlockMasks masks;
  masks.structural =
      Bits(_mm256_or_si256(_mm256_cmpeq_epi8(low, comma), _mm256_cmpeq_epi8(low, line)),
           _mm256_or_si256(_mm256_cmpeq_epi8(high, comma), _mm256_cmpeq_epi8(high, line)));
  masks.quotes = Bits(_mm256_cmpeq_epi8(low, quote), _mm256_cmpeq_epi8(high, quote));
  return masks;
}

__attribute__((target("avx2"))) size_t IndexCsvAvx2(const char* text, size_t size, QuoteState& state,
                                                    uint32_t* offsets) {
  uint32_t* out = offsets;
  const size_t whole = size - size % kBlock;
  for (size_t at = 0; at < whole; at += kBlock) {
    out = Append(Outside(MasksAvx2(text + at), state), static_cast<uint32_t>(at), out);
  }
  out = IndexTail(text, whole, size, MasksPortable, state, out);
  return static_cast<size_t>(out - offsets);
}
#endif

}  // namespace

size_t IndexCsvPortable(const char* text, size_t size, QuoteState& state, uint32_t* offsets) {
  uint32_t* out = offsets;
  const size_t whole = size - size % kBlock;
  for (size_t at = 0; at < whole; at += kBlock) {
    out = Append(Outside(MasksPortable(text + at), state), static_cast<uint32_t>(at), out);
  }
  out = IndexTail(text, whole, size, MasksPortable, state, out);
  return static_cast<size_t>(out - offsets);
}

size_t IndexCsv(const char* text, size_t size, QuoteState& state, uint32_t* offsets) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return IndexCsvAvx2(text, size, state, offsets);
#endif
  return IndexCsvPortable(text, size, state, offsets);
}

}  // namespace safehaven
