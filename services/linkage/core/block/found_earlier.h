// Do two short lists of numbers agree anywhere? Asked for every candidate pair: has an
// earlier rule met it? Four numbers at a time where the processor can; the plain loop
// below is the oracle of the tests. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_FOUND_EARLIER_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_FOUND_EARLIER_H_

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace safehaven::linkage {

inline bool AnyEqualPlain(const uint32_t* x, const uint32_t* y, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (x[i] == y[i]) return true;
  }
  return false;
}

// As AnyEqualPlain. Both lists can be read up to the next multiple of four.
inline bool AnyEqual(const uint32_t* x, const uint32_t* y, size_t count) {
#if defined(__SSE2__)
  for (size_t i = 0; i < count; i += 4) {
    const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(x + i));
    const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(y + i));
    const int equal = _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(a, b)));
    const int wanted = count - i >= 4 ? 15 : (1 << (count - i)) - 1;
    if ((equal & wanted) != 0) return true;
  }
  return false;
#else
  return AnyEqualPlain(x, y, count);
#endif
}

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_FOUND_EARLIER_H_
