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
  }
  absl::string_view text() const { return absl::string_view(bytes.data(), length); }

  std::array<char, kLengthMax> bytes{};
  uint8_t length = 0;
};

// Similarity of the two texts, symmetric. 0 if either is empty and they differ,
// kSimilarityMax if they are equal. Bit-parallel, O(length).
Similarity JaroWinkler(const PackedText& a, const PackedText& b);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_JARO_WINKLER_H_
