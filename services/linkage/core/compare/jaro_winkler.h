// Similarity of short texts by Jaro (1989) and Winkler (1990), in integers: parts
// of ten thousand, so that a comparison with a threshold is exact everywhere.
//
// J = (c/|a| + c/|b| + (c - t)/c) / 3 with c characters in common within a window of
// max(|a|,|b|)/2 - 1 and t half of those out of order (rounded down); Winkler adds
// min(common prefix, 4)/10 of what is missing to 1, where J > 0.7. The result is
// rounded down once. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_JARO_WINKLER_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_JARO_WINKLER_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"

namespace safehaven::linkage {

// Parts of ten thousand.
using Similarity = int32_t;
inline constexpr Similarity kSimilarityMax = 10'000;

// The first 32 bytes of a text in a fixed place: names hardly ever are longer, and
// fixed size needs neither a branch nor a second cache line. Values only.
struct PackedText {
  static constexpr size_t kLengthMax = 32;

  PackedText() = default;
  explicit PackedText(absl::string_view text)
      : length(static_cast<uint8_t>(std::min(text.size(), kLengthMax))) {
    std::memcpy(bytes.data(), text.data(), length);
    for (size_t i = 0; i < length; ++i) letters |= uint32_t{1} << (static_cast<uint8_t>(bytes[i]) & 31);
  }
  absl::string_view text() const { return absl::string_view(bytes.data(), length); }

  std::array<char, kLengthMax> bytes{};
  uint8_t length = 0;
  // Which letters occur, by the lower five bits of each byte.
  uint32_t letters = 0;
};

// Could the similarity of the two texts reach 0.7? False only if it cannot: the
// letters that one has and the other lacks leave too few in common. Saves comparing
// most pairs of strangers' names.
inline bool MayBeAlike(const PackedText& a, const PackedText& b) {
  const int a_common = a.length - std::popcount(a.letters & ~b.letters);
  const int b_common = b.length - std::popcount(b.letters & ~a.letters);
  const int common = std::min(a_common, b_common);
  // (c/|a| + c/|b| + 1) / 3 >= 7/10 without a division.
  return 10 * common * (a.length + b.length) >= 11 * a.length * b.length;
}

// Similarity of the two texts, symmetric. 0 if either is empty and they differ,
// kSimilarityMax if they are equal. Bit-parallel, O(length).
Similarity JaroWinkler(const PackedText& a, const PackedText& b);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_JARO_WINKLER_H_
