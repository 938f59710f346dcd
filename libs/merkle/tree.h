// The Merkle tree of a transparency log (RFC 9162, section 2.1): an append-only list
// whose root commits to every leaf and its place.
//
// The tree keeps every complete node in memory, so that a proof for any earlier size
// takes O(log n) look-ups; the price is 64 bytes a leaf (64 MB for a million). Where
// only the root is wanted, RootBuilder keeps O(log n). The verifying functions are
// pure and take their input from anybody. Nothing here signs or stores.
#ifndef SAFEHAVEN_LIBS_MERKLE_TREE_H_
#define SAFEHAVEN_LIBS_MERKLE_TREE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/merkle/sha256.h"

namespace safehaven {

// SHA-256(0x00 || leaf): the prefix keeps leaves and nodes apart.
Digest LeafHash(absl::string_view leaf);

// SHA-256(0x01 || left || right).
Digest NodeHash(const Digest& left, const Digest& right);

// The root of a tree without leaves: SHA-256 of nothing.
Digest EmptyRoot();

// An inclusion proof has at most 64 digests and a consistency proof at most 65.
inline constexpr size_t kProofDigestsMax = 65;

// Thread-compatible.
class MerkleTree {
 public:
  uint64_t size() const { return levels_.empty() ? 0 : levels_[0].size(); }

  // Adds a leaf (its LeafHash). O(1) amortised, one node hash on average.
  void Append(const Digest& leaf_hash);

  // Forgets the leaves from `size` on; nothing happens if there are no more.
  void Truncate(uint64_t size);

  // The root of all leaves. O(log n).
  Digest Root() const;

  // The root when there were `size` leaves. OUT_OF_RANGE with reason
  // LOG_SIZE_UNKNOWN if there never were so many.
  absl::StatusOr<Digest> RootAt(uint64_t size) const;

  // The hash of leaf `index`, or OUT_OF_RANGE with reason LOG_INDEX_UNKNOWN.
  absl::StatusOr<Digest> LeafHashAt(uint64_t index) const;

  // The path from leaf `index` to the root of the first `size` leaves, leaf end
  // first (RFC 9162, 2.1.3.1). OUT_OF_RANGE with reason LOG_SIZE_UNKNOWN or
  // LOG_INDEX_UNKNOWN.
  absl::StatusOr<std::vector<Digest>> InclusionProof(uint64_t index, uint64_t size) const;

  // Shows that the first `first` leaves begin the first `second` leaves (RFC 9162,
  // 2.1.4.1). Empty if the sizes are equal or `first` is 0. OUT_OF_RANGE with
  // reason LOG_SIZE_UNKNOWN if `second` is beyond the tree or below `first`.
  absl::StatusOr<std::vector<Digest>> ConsistencyProof(uint64_t first, uint64_t second) const;

 private:
  // The hash of leaves [begin, end), where `begin` is a multiple of a power of two
  // not below end - begin, as every subtree of the definition is.
  Digest RangeHash(uint64_t begin, uint64_t end) const;

  // levels_[k][i] is the root of the complete subtree of the 2^k leaves from i * 2^k.
  std::vector<std::vector<Digest>> levels_;
};

// The root of a list of leaves seen once, in O(log n) memory. Thread-compatible.
class RootBuilder {
 public:
  void Append(const Digest& leaf_hash);
  uint64_t size() const { return size_; }
  Digest Root() const;

 private:
  // Roots of the complete subtrees that the bits of size_ stand for, largest first.
  std::vector<Digest> peaks_;
  uint64_t size_ = 0;
};

// Is `leaf_hash` leaf `index` of the tree of `size` leaves with root `root`?
struct InclusionClaim {
  Digest leaf_hash;
  uint64_t index = 0;
  uint64_t size = 0;
  Digest root;
};

// RFC 9162, 2.1.3.2. PERMISSION_DENIED with reason PROOF_INVALID if `proof` does not
// show the claim, whatever is wrong with it.
absl::Status VerifyInclusion(const InclusionClaim& claim, std::span<const Digest> proof);

// Is the first tree a beginning of the second?
struct ConsistencyClaim {
  uint64_t first_size = 0;
  Digest first_root;
  uint64_t second_size = 0;
  Digest second_root;
};

// RFC 9162, 2.1.4.2; an empty first tree begins every tree. PERMISSION_DENIED with
// reason PROOF_INVALID if `proof` does not show the claim.
absl::Status VerifyConsistency(const ConsistencyClaim& claim, std::span<const Digest> proof);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_MERKLE_TREE_H_
