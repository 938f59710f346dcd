// The Merkle tree: the eight-leaf example that implementations of RFC 6962 and 9162
// share (computed here with an independent script), and the edges of proofs.
#include "libs/merkle/tree.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "absl/strings/escaping.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

const std::array<std::string, 8>& ExampleLeaves() {
  static const std::array<std::string, 8> leaves = {
      "",
      std::string(1, '\0'),
      "\x10",
      "\x20\x21",
      "\x30\x31",
      "\x40\x41\x42\x43",
      "\x50\x51\x52\x53\x54\x55\x56\x57",
      "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
  return leaves;
}

constexpr std::array<const char*, 9> kExampleRoots = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

MerkleTree ExampleTree(size_t size) {
  MerkleTree tree;
  for (size_t i = 0; i < size; ++i) tree.Append(LeafHash(ExampleLeaves()[i]));
  return tree;
}

TEST(MerkleTree, HasTheRootsOfTheSharedExample) {
  const MerkleTree tree = ExampleTree(8);
  RootBuilder builder;
  for (size_t size = 0; size <= 8; ++size) {
    EXPECT_EQ(ToHex(ExampleTree(size).Root()), kExampleRoots[size]);
    EXPECT_EQ(ToHex(tree.RootAt(size).value()), kExampleRoots[size]);
    EXPECT_EQ(ToHex(builder.Root()), kExampleRoots[size]);
    if (size < 8) builder.Append(LeafHash(ExampleLeaves()[size]));
  }
}

TEST(MerkleTree, ProvesInclusionAsTheRfcsExampleDoes) {
  // RFC 9162, 2.1.5: in a tree of seven leaves the path of d0 is [b, h, l], of d6 [i, k].
  const MerkleTree tree = ExampleTree(7);
  const auto node = [&tree](uint64_t i) { return tree.LeafHashAt(i).value(); };
  const Digest g = NodeHash(node(0), node(1));
  const Digest h = NodeHash(node(2), node(3));
  const Digest i = NodeHash(node(4), node(5));
  const Digest k = NodeHash(g, h);
  const Digest l = NodeHash(i, node(6));
  EXPECT_EQ(tree.InclusionProof(0, 7).value(), (std::vector<Digest>{node(1), h, l}));
  EXPECT_EQ(tree.InclusionProof(6, 7).value(), (std::vector<Digest>{i, k}));
}

TEST(MerkleTree, ProvesConsistencyAsTheRfcsExampleDoes) {
  // RFC 9162, 2.1.5: from 3 leaves [c, d, g, l], from 4 [l], from 6 [i, j, k].
  const MerkleTree tree = ExampleTree(7);
  const auto node = [&tree](uint64_t i) { return tree.LeafHashAt(i).value(); };
  const Digest g = NodeHash(node(0), node(1));
  const Digest h = NodeHash(node(2), node(3));
  const Digest i = NodeHash(node(4), node(5));
  const Digest k = NodeHash(g, h);
  const Digest l = NodeHash(i, node(6));
  EXPECT_EQ(tree.ConsistencyProof(3, 7).value(), (std::vector<Digest>{node(2), node(3), g, l}));
  EXPECT_EQ(tree.ConsistencyProof(4, 7).value(), (std::vector<Digest>{l}));
  EXPECT_EQ(tree.ConsistencyProof(6, 7).value(), (std::vector<Digest>{i, node(6), k}));
}

TEST(MerkleTree, RefusesSizesAndLeavesItNeverHad) {
  const MerkleTree tree = ExampleTree(5);
  EXPECT_EQ(ReasonOf(tree.RootAt(6).status()), "LOG_SIZE_UNKNOWN");
  EXPECT_EQ(ReasonOf(tree.InclusionProof(0, 6).status()), "LOG_SIZE_UNKNOWN");
  EXPECT_EQ(ReasonOf(tree.InclusionProof(3, 3).status()), "LOG_INDEX_UNKNOWN");
  EXPECT_EQ(ReasonOf(tree.LeafHashAt(5).status()), "LOG_INDEX_UNKNOWN");
  EXPECT_EQ(ReasonOf(tree.ConsistencyProof(2, 6).status()), "LOG_SIZE_UNKNOWN");
  EXPECT_EQ(ReasonOf(tree.ConsistencyProof(4, 3).status()), "LOG_SIZE_UNKNOWN");
}

TEST(MerkleTree, TruncatedAndRegrownIsTheSame) {
  MerkleTree tree = ExampleTree(8);
  for (uint64_t size = 8; size-- > 0;) {
    tree.Truncate(size);
    ASSERT_EQ(tree.size(), size);
    ASSERT_EQ(ToHex(tree.Root()), kExampleRoots[size]);
  }
  for (const std::string& leaf : ExampleLeaves()) tree.Append(LeafHash(leaf));
  EXPECT_EQ(ToHex(tree.Root()), kExampleRoots[8]);
  tree.Truncate(100);
  EXPECT_EQ(tree.size(), 8u);
}

TEST(VerifyInclusion, OfASingleLeafNeedsNoProof) {
  const Digest leaf = LeafHash("only");
  EXPECT_TRUE(VerifyInclusion({leaf, 0, 1, leaf}, {}).ok());
  EXPECT_EQ(ReasonOf(VerifyInclusion({leaf, 0, 1, EmptyRoot()}, {})), "PROOF_INVALID");
}

TEST(VerifyInclusion, RefusesALeafBeyondTheTree) {
  const Digest leaf = LeafHash("only");
  EXPECT_EQ(ReasonOf(VerifyInclusion({leaf, 0, 0, leaf}, {})), "PROOF_INVALID");
  EXPECT_EQ(ReasonOf(VerifyInclusion({leaf, ~0ull, ~0ull, leaf}, {})), "PROOF_INVALID");
}

TEST(VerifyInclusion, SurvivesTheLargestSizesAndProofs) {
  const Digest leaf = LeafHash("only");
  for (const size_t length : {1u, 63u, 64u, 65u, 1000u}) {
    const std::vector<Digest> proof(length, leaf);
    EXPECT_FALSE(VerifyInclusion({leaf, ~0ull - 1, ~0ull, leaf}, proof).ok());
    EXPECT_FALSE(VerifyConsistency({1, leaf, ~0ull, leaf}, proof).ok());
    EXPECT_FALSE(VerifyConsistency({~0ull - 1, leaf, ~0ull, leaf}, proof).ok());
  }
}

TEST(VerifyInclusion, ANodeCannotPassForALeaf) {
  // Without the prefixes, the two-leaf subtree could be presented as one leaf.
  const MerkleTree tree = ExampleTree(4);
  const std::string node_text = ToBytes(tree.LeafHashAt(0).value()) + ToBytes(tree.LeafHashAt(1).value());
  const std::vector<Digest> proof = {
      NodeHash(tree.LeafHashAt(2).value(), tree.LeafHashAt(3).value())};
  EXPECT_FALSE(VerifyInclusion({LeafHash(node_text), 0, 2, tree.Root()}, proof).ok());
}

TEST(VerifyConsistency, AnEmptyTreeBeginsEveryTreeAndOnlyWithoutAProof) {
  const MerkleTree tree = ExampleTree(5);
  EXPECT_TRUE(VerifyConsistency({0, EmptyRoot(), 5, tree.Root()}, {}).ok());
  EXPECT_TRUE(VerifyConsistency({0, EmptyRoot(), 0, EmptyRoot()}, {}).ok());
  EXPECT_FALSE(VerifyConsistency({0, tree.Root(), 5, tree.Root()}, {}).ok());
  EXPECT_FALSE(VerifyConsistency({0, tree.Root(), 0, tree.Root()}, {}).ok());
  const std::vector<Digest> proof = {tree.Root()};
  EXPECT_FALSE(VerifyConsistency({0, EmptyRoot(), 5, tree.Root()}, proof).ok());
}

TEST(VerifyConsistency, EqualSizesNeedEqualRoots) {
  const MerkleTree tree = ExampleTree(5);
  EXPECT_TRUE(VerifyConsistency({5, tree.Root(), 5, tree.Root()}, {}).ok());
  EXPECT_EQ(ReasonOf(VerifyConsistency({5, EmptyRoot(), 5, tree.Root()}, {})), "PROOF_INVALID");
}

TEST(VerifyConsistency, RefusesAShrinkingTree) {
  const MerkleTree tree = ExampleTree(5);
  EXPECT_EQ(ReasonOf(VerifyConsistency({5, tree.Root(), 4, tree.RootAt(4).value()}, {})),
            "PROOF_INVALID");
}

}  // namespace
}  // namespace safehaven
