// Goal: over random trees, every proof that the tree gives verifies, and none does
// after one flipped bit. The oracle is the RFC's recursive definition, word by word.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <span>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/merkle/tree.h"
#include "tests/support/merkle_fixtures.h"
#include "tests/support/seed.h"

namespace safehaven {
namespace {

using testing_support::RandomDigest;

constexpr uint64_t kSizeMax = 70;

// RFC 9162, 2.1.1.
Digest DefinedRoot(std::span<const Digest> leaf_hashes) {
  if (leaf_hashes.empty()) return EmptyRoot();
  if (leaf_hashes.size() == 1) return leaf_hashes[0];
  const size_t split = std::bit_floor(leaf_hashes.size() - 1);
  return NodeHash(DefinedRoot(leaf_hashes.first(split)), DefinedRoot(leaf_hashes.subspan(split)));
}

struct Grown {
  std::vector<Digest> leaves;
  MerkleTree tree;
};

Grown GrowTree(std::mt19937_64& prng) {
  Grown grown;
  for (uint64_t i = 0; i < kSizeMax; ++i) {
    grown.leaves.push_back(RandomDigest(prng));
    grown.tree.Append(grown.leaves.back());
  }
  return grown;
}

Digest Flipped(Digest digest, std::mt19937_64& prng) {
  const uint64_t bit = prng() % (8 * digest.size());
  digest[bit / 8] = static_cast<uint8_t>(digest[bit / 8] ^ (1u << (bit % 8)));
  return digest;
}

TEST(TreeProperty, RootsAreThoseOfTheDefinition) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const Grown grown = GrowTree(prng);
  RootBuilder builder;
  for (uint64_t size = 0; size <= kSizeMax; ++size) {
    const Digest expected = DefinedRoot(std::span(grown.leaves).first(size));
    ASSERT_EQ(grown.tree.RootAt(size).value(), expected);
    ASSERT_EQ(builder.Root(), expected);
    if (size < kSizeMax) builder.Append(grown.leaves[size]);
  }
}

TEST(TreeProperty, EveryInclusionProofVerifiesAndNoAlteredOneDoes) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const Grown grown = GrowTree(prng);
  for (uint64_t size = 1; size <= kSizeMax; ++size) {
    const Digest root = grown.tree.RootAt(size).value();
    for (uint64_t index = 0; index < size; ++index) {
      std::vector<Digest> proof = grown.tree.InclusionProof(index, size).value();
      const InclusionClaim claim = {grown.leaves[index], index, size, root};
      ASSERT_TRUE(VerifyInclusion(claim, proof).ok()) << index << " of " << size;

      InclusionClaim altered = claim;
      altered.leaf_hash = Flipped(claim.leaf_hash, prng);
      ASSERT_FALSE(VerifyInclusion(altered, proof).ok());
      altered = claim;
      altered.root = Flipped(claim.root, prng);
      ASSERT_FALSE(VerifyInclusion(altered, proof).ok());
      altered = claim;
      altered.index = (index + 1 + prng() % kSizeMax) % (size + 5);
      if (altered.index != index) {
        ASSERT_FALSE(VerifyInclusion(altered, proof).ok());
      }
      if (!proof.empty()) {
        Digest& step = proof[prng() % proof.size()];
        step = Flipped(step, prng);
        ASSERT_FALSE(VerifyInclusion(claim, proof).ok());
      }
      proof = grown.tree.InclusionProof(index, size).value();
      proof.push_back(RandomDigest(prng));
      ASSERT_FALSE(VerifyInclusion(claim, proof).ok());
      proof.resize(proof.size() - std::min<size_t>(proof.size(), 2));
      if (size > 1) {
        ASSERT_FALSE(VerifyInclusion(claim, proof).ok());
      }
    }
  }
}

TEST(TreeProperty, EveryConsistencyProofVerifiesAndNoAlteredOneDoes) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const Grown grown = GrowTree(prng);
  for (uint64_t second = 0; second <= kSizeMax; ++second) {
    for (uint64_t first = 0; first <= second; ++first) {
      std::vector<Digest> proof = grown.tree.ConsistencyProof(first, second).value();
      const ConsistencyClaim claim = {first, grown.tree.RootAt(first).value(), second,
                                      grown.tree.RootAt(second).value()};
      ASSERT_TRUE(VerifyConsistency(claim, proof).ok()) << first << " to " << second;

      ConsistencyClaim altered = claim;
      altered.first_root = Flipped(claim.first_root, prng);
      ASSERT_FALSE(VerifyConsistency(altered, proof).ok());
      if (first > 0) {  // an empty tree begins a tree with any root
        altered = claim;
        altered.second_root = Flipped(claim.second_root, prng);
        ASSERT_FALSE(VerifyConsistency(altered, proof).ok());
      }
      proof.push_back(RandomDigest(prng));
      ASSERT_FALSE(VerifyConsistency(claim, proof).ok());
      proof.pop_back();
      if (proof.empty()) continue;
      Digest& step = proof[prng() % proof.size()];
      const Digest kept = step;
      step = Flipped(step, prng);
      ASSERT_FALSE(VerifyConsistency(claim, proof).ok());
      step = kept;
      proof.pop_back();
      ASSERT_FALSE(VerifyConsistency(claim, proof).ok());
    }
  }
}

TEST(TreeProperty, RandomProofsNeverVerify) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 3000; ++round) {
    std::vector<Digest> proof(prng() % 70);
    for (Digest& step : proof) step = RandomDigest(prng);
    const uint64_t size = prng() >> (prng() % 64);
    const uint64_t index = prng() >> (prng() % 64);
    EXPECT_FALSE(VerifyInclusion({RandomDigest(prng), index, size, RandomDigest(prng)}, proof).ok());
    EXPECT_FALSE(
        VerifyConsistency({index, RandomDigest(prng), size, RandomDigest(prng)}, proof).ok());
  }
}

}  // namespace
}  // namespace safehaven
