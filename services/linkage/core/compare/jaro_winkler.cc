#include "services/linkage/core/compare/jaro_winkler.h"

#include <bit>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace safehaven::linkage {
namespace {

// The set of places at which `text` has the byte `c`, over all 32 places; those
// behind the length hold zero bytes, and names have none.
#if defined(__SSE2__)
uint32_t PlacesOf(char c, const PackedText& text) {
  const __m128i wanted = _mm_set1_epi8(c);
  const auto half = [&](size_t at) {
    __m128i bytes;
    std::memcpy(&bytes, text.bytes.data() + at, sizeof(bytes));
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)));
  };
  const uint32_t low = half(0);
  return text.length <= 16 ? low : low | half(16) << 16;
}
#else
uint32_t PlacesOf(char c, const PackedText& text) {
  uint32_t places = 0;
  for (size_t i = 0; i < text.length; ++i) places |= uint32_t{text.bytes[i] == c} << i;
  return places;
}
#endif

struct Common {
  int count = 0;
  int out_of_order = 0;
};

// Characters in common: each of `b` takes the first free equal one of `a` within
// `window` places of its own.
Common CommonCharacters(const PackedText& a, const PackedText& b, int window) {
  uint32_t taken_a = 0;
  uint32_t taken_b = 0;
  for (int j = 0; j < b.length; ++j) {
    // Places max(0, j - window) to j + window; those beyond the text never match.
    const uint64_t from_zero = (uint64_t{2} << std::min(j + window, 31)) - 1;
    const uint64_t reachable = j > window ? from_zero & (~uint64_t{0} << (j - window)) : from_zero;
    const uint32_t free =
        PlacesOf(b.bytes[static_cast<size_t>(j)], a) & static_cast<uint32_t>(reachable) & ~taken_a;
    taken_a |= free & (0u - free);
    taken_b |= uint32_t{free != 0} << j;
  }
  Common common{.count = std::popcount(taken_b)};
  for (uint32_t p = taken_a, q = taken_b; q != 0; p &= p - 1, q &= q - 1) {
    common.out_of_order += a.bytes[static_cast<size_t>(std::countr_zero(p))] !=
                           b.bytes[static_cast<size_t>(std::countr_zero(q))];
  }
  return common;
}

// The order of the arguments decides ties between equal characters, so one order is
// chosen: the longer text first, and of two equally long the greater.
bool InOrder(const PackedText& a, const PackedText& b) {
  if (a.length != b.length) return a.length > b.length;
  return std::memcmp(a.bytes.data(), b.bytes.data(), a.length) >= 0;
}

}  // namespace

Similarity JaroWinkler(const PackedText& first, const PackedText& second) {
  const bool in_order = InOrder(first, second);
  const PackedText& a = in_order ? first : second;
  const PackedText& b = in_order ? second : first;
  if (b.length == 0) return a.length == 0 ? kSimilarityMax : 0;
  const Common common = CommonCharacters(a, b, std::max(a.length / 2 - 1, 0));
  if (common.count == 0) return 0;

  const int64_t c = common.count;
  const int64_t t = common.out_of_order / 2;
  const int64_t product = int64_t{a.length} * b.length;
  const int64_t numerator = c * c * (a.length + b.length) + (c - t) * product;
  const int64_t denominator = 3 * c * product;
  if (numerator * 10 <= denominator * 7) {
    return static_cast<Similarity>(numerator * kSimilarityMax / denominator);
  }
  int prefix = 0;
  while (prefix < std::min<int>(b.length, 4) &&
         a.bytes[static_cast<size_t>(prefix)] == b.bytes[static_cast<size_t>(prefix)]) {
    ++prefix;
  }
  // J + prefix/10 (1 - J), over one denominator.
  const int64_t boosted = numerator * (10 - prefix) + denominator * prefix;
  return static_cast<Similarity>(boosted * kSimilarityMax / (denominator * 10));
}

}  // namespace safehaven::linkage
