#include "libs/merkle/tree.h"

#include <algorithm>
#include <bit>

#include "libs/base/status.h"

namespace safehaven {
namespace {

constexpr absl::string_view kLeafPrefix("\x00", 1);
constexpr absl::string_view kNodePrefix("\x01", 1);

absl::Status SizeUnknown() {
  return Failure(absl::StatusCode::kOutOfRange, "LOG_SIZE_UNKNOWN", "the log has no such size");
}

absl::Status IndexUnknown() {
  return Failure(absl::StatusCode::kOutOfRange, "LOG_INDEX_UNKNOWN", "the log has no such leaf");
}

absl::Status ProofInvalid(absl::string_view why) { return PermissionDenied("PROOF_INVALID", why); }

// The largest power of two below `count`; `count` is at least 2.
uint64_t SplitOf(uint64_t count) { return std::bit_floor(count - 1); }

bool IsOdd(uint64_t number) { return (number & 1) != 0; }

}  // namespace

Digest LeafHash(absl::string_view leaf) { return Sha256Of({kLeafPrefix, leaf}); }

Digest NodeHash(const Digest& left, const Digest& right) {
  return Sha256Of({kNodePrefix, AsBytes(left), AsBytes(right)});
}

Digest EmptyRoot() { return Sha256(""); }

void MerkleTree::Append(const Digest& leaf_hash) {
  Digest node = leaf_hash;
  for (size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    levels_[level].push_back(node);
    const size_t count = levels_[level].size();
    if (IsOdd(count)) return;
    node = NodeHash(levels_[level][count - 2], levels_[level][count - 1]);
  }
}

void MerkleTree::Truncate(uint64_t size) {
  for (size_t level = 0; level < levels_.size(); ++level) {
    const uint64_t count = size >> level;
    if (levels_[level].size() > count) levels_[level].resize(count);
  }
  while (!levels_.empty() && levels_.back().empty()) levels_.pop_back();
}

Digest MerkleTree::RangeHash(uint64_t begin, uint64_t end) const {
  // From the right: the incomplete part is folded into ever larger left siblings.
  uint64_t rest = end - begin;
  std::vector<Digest> complete;
  while (rest > 0) {
    const uint64_t count = std::bit_floor(rest);
    const int level = std::countr_zero(count);
    complete.push_back(levels_[static_cast<size_t>(level)][begin >> level]);
    begin += count;
    rest -= count;
  }
  Digest hash = complete.back();
  for (size_t i = complete.size() - 1; i > 0; --i) hash = NodeHash(complete[i - 1], hash);
  return hash;
}

Digest MerkleTree::Root() const { return size() == 0 ? EmptyRoot() : RangeHash(0, size()); }

absl::StatusOr<Digest> MerkleTree::RootAt(uint64_t at_size) const {
  if (at_size > size()) return SizeUnknown();
  return at_size == 0 ? EmptyRoot() : RangeHash(0, at_size);
}

absl::StatusOr<Digest> MerkleTree::LeafHashAt(uint64_t index) const {
  if (index >= size()) return IndexUnknown();
  return levels_[0][index];
}

absl::StatusOr<std::vector<Digest>> MerkleTree::InclusionProof(uint64_t index,
                                                               uint64_t at_size) const {
  if (at_size > size()) return SizeUnknown();
  if (index >= at_size) return IndexUnknown();
  // From the root down, the sibling of the side that holds the leaf; then reversed.
  std::vector<Digest> proof;
  uint64_t begin = 0;
  uint64_t end = at_size;
  while (end - begin > 1) {
    const uint64_t middle = begin + SplitOf(end - begin);
    if (index < middle) {
      proof.push_back(RangeHash(middle, end));
      end = middle;
    } else {
      proof.push_back(RangeHash(begin, middle));
      begin = middle;
    }
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

absl::StatusOr<std::vector<Digest>> MerkleTree::ConsistencyProof(uint64_t first,
                                                                 uint64_t second) const {
  if (second > size() || first > second) return SizeUnknown();
  std::vector<Digest> proof;
  if (first == second || first == 0) return proof;
  // Down the right edge of the first tree until a subtree of the second is exactly
  // its end. That subtree is sent, unless it is the whole first tree, whose root the
  // verifier has.
  uint64_t begin = 0;
  uint64_t end = second;
  while (end != first) {
    const uint64_t middle = begin + SplitOf(end - begin);
    if (first <= middle) {
      proof.push_back(RangeHash(middle, end));
      end = middle;
    } else {
      proof.push_back(RangeHash(begin, middle));
      begin = middle;
    }
  }
  if (begin != 0) proof.push_back(RangeHash(begin, end));
  std::reverse(proof.begin(), proof.end());
  return proof;
}

void RootBuilder::Append(const Digest& leaf_hash) {
  peaks_.push_back(leaf_hash);
  for (uint64_t count = size_; IsOdd(count); count >>= 1) {
    const Digest right = peaks_.back();
    peaks_.pop_back();
    peaks_.back() = NodeHash(peaks_.back(), right);
  }
  ++size_;
}

Digest RootBuilder::Root() const {
  if (peaks_.empty()) return EmptyRoot();
  Digest root = peaks_.back();
  for (size_t i = peaks_.size() - 1; i > 0; --i) root = NodeHash(peaks_[i - 1], root);
  return root;
}

absl::Status VerifyInclusion(const InclusionClaim& claim, std::span<const Digest> proof) {
  if (claim.index >= claim.size) return ProofInvalid("the leaf is beyond the tree");
  if (proof.size() > kProofDigestsMax) return ProofInvalid("the proof is too long");
  // Positions of the node and of the last node on the present level.
  uint64_t node = claim.index;
  uint64_t last = claim.size - 1;
  Digest hash = claim.leaf_hash;
  for (const Digest& sibling : proof) {
    if (last == 0) return ProofInvalid("the proof is too long");
    if (IsOdd(node) || node == last) {
      hash = NodeHash(sibling, hash);
      // A last node without a sibling stands for itself on the levels above.
      while (!IsOdd(node) && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = NodeHash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return ProofInvalid("the proof is too short");
  if (hash != claim.root) return ProofInvalid("the proof does not lead to the root");
  return absl::OkStatus();
}

absl::Status VerifyConsistency(const ConsistencyClaim& claim, std::span<const Digest> proof) {
  if (claim.first_size > claim.second_size) return ProofInvalid("the first tree is larger");
  if (proof.size() > kProofDigestsMax) return ProofInvalid("the proof is too long");
  if (claim.first_size == claim.second_size || claim.first_size == 0) {
    const Digest first_expected = claim.first_size == 0 ? EmptyRoot() : claim.second_root;
    if (claim.first_root != first_expected) return ProofInvalid("the roots differ");
    if (claim.second_size == 0 && claim.second_root != EmptyRoot()) {
      return ProofInvalid("an empty tree has another root");
    }
    return proof.empty() ? absl::OkStatus() : ProofInvalid("the proof is too long");
  }
  if (proof.empty()) return ProofInvalid("the proof is too short");

  uint64_t node = claim.first_size - 1;
  uint64_t last = claim.second_size - 1;
  while (IsOdd(node)) {
    node >>= 1;
    last >>= 1;
  }
  // A first tree of a power of two leaves is itself the subtree to begin with.
  const bool starts_at_first_root = std::has_single_bit(claim.first_size);
  Digest first = starts_at_first_root ? claim.first_root : proof[0];
  Digest second = first;
  for (const Digest& sibling : proof.subspan(starts_at_first_root ? 0 : 1)) {
    if (last == 0) return ProofInvalid("the proof is too long");
    if (IsOdd(node) || node == last) {
      first = NodeHash(sibling, first);
      second = NodeHash(sibling, second);
      while (!IsOdd(node) && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      second = NodeHash(second, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return ProofInvalid("the proof is too short");
  if (first != claim.first_root) return ProofInvalid("the proof does not lead to the first root");
  if (second != claim.second_root) return ProofInvalid("the proof does not lead to the second root");
  return absl::OkStatus();
}

}  // namespace safehaven
