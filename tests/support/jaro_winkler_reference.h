// Jaro-Winkler as the definition reads, slowly: the oracle of the fast kernel.
#ifndef SAFEHAVEN_TESTS_SUPPORT_JARO_WINKLER_REFERENCE_H_
#define SAFEHAVEN_TESTS_SUPPORT_JARO_WINKLER_REFERENCE_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace safehaven::linkage {

// Parts of ten thousand, rounded down; the longer (of equally long, the greater) text
// first, as the kernel's contract says.
inline int JaroWinklerReference(std::string a, std::string b) {
  if (a.size() < b.size() || (a.size() == b.size() && a < b)) std::swap(a, b);
  if (b.empty()) return a.empty() ? 10'000 : 0;
  const int window = std::max(static_cast<int>(a.size()) / 2 - 1, 0);
  std::vector<bool> taken(a.size(), false);
  std::string of_b;
  for (int j = 0; j < static_cast<int>(b.size()); ++j) {
    for (int i = std::max(0, j - window); i <= std::min(static_cast<int>(a.size()) - 1, j + window); ++i) {
      if (!taken[static_cast<size_t>(i)] && a[static_cast<size_t>(i)] == b[static_cast<size_t>(j)]) {
        taken[static_cast<size_t>(i)] = true;
        of_b.push_back(b[static_cast<size_t>(j)]);
        break;
      }
    }
  }
  std::string of_a;
  for (size_t i = 0; i < a.size(); ++i) {
    if (taken[i]) of_a.push_back(a[i]);
  }
  const int64_t c = static_cast<int64_t>(of_b.size());
  if (c == 0) return 0;
  int64_t out_of_order = 0;
  for (size_t i = 0; i < of_a.size(); ++i) out_of_order += of_a[i] != of_b[i];
  // All fractions over 3 |a| |b| c, as whole numbers.
  const int64_t la = static_cast<int64_t>(a.size());
  const int64_t lb = static_cast<int64_t>(b.size());
  const int64_t jaro = c * c * lb + c * c * la + (c - out_of_order / 2) * la * lb;
  const int64_t one = 3 * la * lb * c;
  if (10 * jaro <= 7 * one) return static_cast<int>(jaro * 10'000 / one);
  int64_t prefix = 0;
  while (prefix < std::min<int64_t>(4, lb) &&
         a[static_cast<size_t>(prefix)] == b[static_cast<size_t>(prefix)]) {
    ++prefix;
  }
  return static_cast<int>((10 * jaro + prefix * (one - jaro)) * 10'000 / (10 * one));
}

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_TESTS_SUPPORT_JARO_WINKLER_REFERENCE_H_
