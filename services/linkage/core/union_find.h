// Disjoint sets over 0..n-1 with union by size and path halving (Tarjan and van
// Leeuwen, 1984): near constant time an operation. Single-threaded.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_UNION_FIND_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_UNION_FIND_H_

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace safehaven::linkage {

class UnionFind {
 public:
  explicit UnionFind(size_t count) : parent_(count), size_(count, 1) {
    std::iota(parent_.begin(), parent_.end(), 0u);
  }

  // The representative of the set of `item`.
  uint32_t Find(uint32_t item) {
    while (parent_[item] != item) {
      parent_[item] = parent_[parent_[item]];
      item = parent_[item];
    }
    return item;
  }

  // Makes one set of those of `a` and `b`; returns its representative.
  uint32_t Union(uint32_t a, uint32_t b) {
    a = Find(a);
    b = Find(b);
    if (a == b) return a;
    if (size_[a] < size_[b]) std::swap(a, b);
    parent_[b] = a;
    size_[a] += size_[b];
    return a;
  }

  // Members of the set of which `representative` is one.
  uint32_t SizeOf(uint32_t representative) const { return size_[representative]; }

 private:
  std::vector<uint32_t> parent_;
  std::vector<uint32_t> size_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_UNION_FIND_H_
