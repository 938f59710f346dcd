// Leaves that prove themselves: any part altered, and they do not.
#include "libs/merkle/proven_leaf.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/base/status.h"
#include "libs/merkle/commitment.h"
#include "libs/merkle/tree.h"
#include "tests/support/merkle_fixtures.h"

namespace safehaven {
namespace {

using testing_support::kTestIncarnation;
using testing_support::kTestOrigin;
using testing_support::TestSigner;

const std::string& Salt() {
  static const std::string salt(kSaltBytes, 's');
  return salt;
}

// Leaf 4 of 11, whose body is "body 4".
ProvenLeaf Example() {
  MerkleTree tree;
  for (int i = 0; i < 11; ++i) {
    tree.Append(LeafHash(AsBytes(
        Commitment({.kind = 2, .salt = Salt(), .body = "body " + std::to_string(i)}))));
  }
  const Checkpoint checkpoint = {.origin = kTestOrigin,
                                 .size = tree.size(),
                                 .root = tree.Root(),
                                 .incarnation = kTestIncarnation,
                                 .extensions = {}};
  return {.kind = 2,
          .index = 4,
          .salt = Salt(),
          .body = "body 4",
          .inclusion = tree.InclusionProof(4, 11).value(),
          .checkpoint = SignCheckpoint(checkpoint, TestSigner(kTestOrigin, 'a')).value()};
}

FollowRules Rules() {
  return {.origin = kTestOrigin,
          .log_keys = {TestSigner(kTestOrigin, 'a').verifier()},
          .witnesses = {},
          .witnesses_min = 0};
}

TEST(ProvenLeaf, HoldsAsItWasLogged) {
  EXPECT_EQ(CheckProvenLeaf(Example(), Rules()).value().size, 11u);
}

TEST(ProvenLeaf, DoesNotHoldWithAnyPartAltered) {
  std::vector<ProvenLeaf> altered(6, Example());
  altered[0].body = "body 5";
  altered[1].salt[0] = 'x';
  altered[2].kind = 3;
  altered[3].index = 5;
  altered[4].inclusion.pop_back();
  altered[5].salt.clear();
  for (const ProvenLeaf& leaf : altered) {
    EXPECT_EQ(ReasonOf(CheckProvenLeaf(leaf, Rules()).status()), "LEAF_NOT_IN_LOG");
  }
}

TEST(ProvenLeaf, DoesNotHoldUnderAnotherKey) {
  FollowRules rules = Rules();
  rules.log_keys = {TestSigner(kTestOrigin, 'b').verifier()};
  EXPECT_EQ(ReasonOf(CheckProvenLeaf(Example(), rules).status()), "CHECKPOINT_SIGNATURE");
}

}  // namespace
}  // namespace safehaven
