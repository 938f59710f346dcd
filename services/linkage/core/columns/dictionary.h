// Distinct texts of a column, each known by a small number: strings are touched
// once a distinct value, everything after compares numbers. Thread-compatible.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_COLUMNS_DICTIONARY_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_COLUMNS_DICTIONARY_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace safehaven::linkage {

// A number of a dictionary; kNoCode stands for "".
using Code = uint32_t;
inline constexpr Code kNoCode = 0;

class Dictionary {
 public:
  Dictionary() { texts_.emplace_back(); }
  // The map points into the texts: moving keeps them in place, copying would not.
  Dictionary(Dictionary&&) = default;
  Dictionary& operator=(Dictionary&&) = default;
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;

  // The code of `text`, new if it was not there.
  Code Intern(absl::string_view text) {
    if (text.empty()) return kNoCode;
    const auto found = codes_.find(text);
    if (found != codes_.end()) return found->second;
    const Code code = static_cast<Code>(texts_.size());
    texts_.emplace_back(text);
    codes_.emplace(texts_.back(), code);
    return code;
  }

  // The code of `text`; kNoCode if it is not there.
  Code Find(absl::string_view text) const {
    const auto found = codes_.find(text);
    return found == codes_.end() ? kNoCode : found->second;
  }

  // Renumbers the codes in byte order of their texts, so that they no longer depend
  // on the order of interning. Returns the new code of each old one. O(n log n).
  std::vector<Code> Sort() {
    std::vector<Code> order(texts_.size());
    std::iota(order.begin(), order.end(), Code{0});
    std::sort(order.begin() + 1, order.end(), [this](Code a, Code b) { return texts_[a] < texts_[b]; });
    std::vector<Code> renumbered(order.size());
    std::deque<std::string> sorted;
    for (Code code = 0; code < order.size(); ++code) {
      renumbered[order[code]] = code;
      sorted.push_back(std::move(texts_[order[code]]));
    }
    texts_ = std::move(sorted);
    codes_.clear();
    for (Code code = 1; code < texts_.size(); ++code) codes_.emplace(texts_[code], code);
    return renumbered;
  }

  // "" for kNoCode. Valid until Sort().
  absl::string_view text(Code code) const { return texts_[code]; }

  // Codes are below this.
  size_t size() const { return texts_.size(); }

 private:
  // A deque keeps its elements in place, so the map may point into it.
  std::deque<std::string> texts_;
  absl::flat_hash_map<absl::string_view, Code> codes_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_COLUMNS_DICTIONARY_H_
