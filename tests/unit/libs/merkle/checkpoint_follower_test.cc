// Following a log: each refusal has its reason, and its permitted twin.
#include "libs/merkle/checkpoint_follower.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "libs/merkle/tree.h"
#include "tests/support/merkle_fixtures.h"

namespace safehaven {
namespace {

using testing_support::kTestIncarnation;
using testing_support::kTestOrigin;
using testing_support::RandomTree;
using testing_support::TestSigner;
using testing_support::TestWitness;

class CheckpointFollowerTest : public ::testing::Test {
 protected:
  CheckpointFollowerTest() : prng_(7), tree_(RandomTree(prng_, 20)) {}

  FollowRules Rules() const {
    return {.origin = kTestOrigin, .log_keys = {signer_.verifier()}, .witnesses = {}, .witnesses_min = 0};
  }

  Checkpoint At(const MerkleTree& tree, uint64_t size) const {
    return {.origin = kTestOrigin,
            .size = size,
            .root = tree.RootAt(size).value(),
            .incarnation = kTestIncarnation,
            .extensions = {}};
  }

  std::string NoteAt(uint64_t size) const { return SignCheckpoint(At(tree_, size), signer_).value(); }

  FollowedCheckpoint LastAt(uint64_t size) const {
    return {kTestIncarnation, size, tree_.RootAt(size).value()};
  }

  std::mt19937_64 prng_;
  MerkleTree tree_;
  NoteSigner signer_ = TestSigner(kTestOrigin, 'a');
};

TEST_F(CheckpointFollowerTest, TakesTheFirstCheckpointOnItsSignature) {
  EXPECT_EQ(AcceptCheckpoint(NoteAt(12), {}, Rules(), std::nullopt).value(), LastAt(12));
}

TEST_F(CheckpointFollowerTest, AcceptsAnExtensionWithItsProof) {
  const std::vector<Digest> proof = tree_.ConsistencyProof(12, 20).value();
  EXPECT_EQ(AcceptCheckpoint(NoteAt(20), proof, Rules(), LastAt(12)).value(), LastAt(20));
}

TEST_F(CheckpointFollowerTest, AcceptsTheSameCheckpointAgain) {
  EXPECT_EQ(AcceptCheckpoint(NoteAt(12), {}, Rules(), LastAt(12)).value(), LastAt(12));
}

TEST_F(CheckpointFollowerTest, GrowsFromAnEmptyLog) {
  EXPECT_EQ(AcceptCheckpoint(NoteAt(3), {}, Rules(), LastAt(0)).value(), LastAt(3));
}

TEST_F(CheckpointFollowerTest, RefusesAnExtensionWithoutItsProof) {
  EXPECT_EQ(ReasonOf(AcceptCheckpoint(NoteAt(20), {}, Rules(), LastAt(12)).status()), "LOG_FORKED");
}

TEST_F(CheckpointFollowerTest, RefusesAForkThatTheRealKeySigned) {
  // The first twelve leaves are the same, but the follower was shown another twelfth.
  MerkleTree fork = tree_;
  fork.Truncate(11);
  while (fork.size() < 20) fork.Append(Sha256("forged"));
  const std::string note = SignCheckpoint(At(fork, 20), signer_).value();
  const std::vector<Digest> proof = fork.ConsistencyProof(12, 20).value();
  EXPECT_EQ(ReasonOf(AcceptCheckpoint(note, proof, Rules(), LastAt(12)).status()), "LOG_FORKED");
  const std::string same_size = SignCheckpoint(At(fork, 12), signer_).value();
  EXPECT_EQ(ReasonOf(AcceptCheckpoint(same_size, {}, Rules(), LastAt(12)).status()), "LOG_FORKED");
}

TEST_F(CheckpointFollowerTest, RefusesAShorterLog) {
  EXPECT_EQ(ReasonOf(AcceptCheckpoint(NoteAt(11), {}, Rules(), LastAt(12)).status()),
            "LOG_ROLLED_BACK");
}

TEST_F(CheckpointFollowerTest, RefusesAnotherIncarnation) {
  Checkpoint restored = At(tree_, 20);
  restored.incarnation = "ffeeddccbbaa99887766554433221100";
  const absl::Status status =
      AcceptCheckpoint(SignCheckpoint(restored, signer_).value(),
                       tree_.ConsistencyProof(12, 20).value(), Rules(), LastAt(12)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), "INCARNATION_CHANGED");
}

TEST_F(CheckpointFollowerTest, RefusesAnUnknownOrBrokenSignature) {
  FollowRules rules = Rules();
  rules.log_keys = {TestSigner(kTestOrigin, 'b').verifier()};
  EXPECT_EQ(ReasonOf(ReadCheckpoint(NoteAt(12), rules).status()), "CHECKPOINT_SIGNATURE");
  std::string altered = NoteAt(12);
  altered.replace(altered.find("\n12\n"), 4, "\n13\n");
  EXPECT_EQ(ReasonOf(ReadCheckpoint(altered, Rules()).status()), "CHECKPOINT_SIGNATURE");
  EXPECT_TRUE(ReadCheckpoint(NoteAt(12), Rules()).ok());
}

TEST_F(CheckpointFollowerTest, RefusesTheCheckpointOfAnotherLogOfTheSameKey) {
  FollowRules rules = Rules();
  rules.origin = "demo.safehaven.invalid/costing";
  EXPECT_EQ(ReasonOf(ReadCheckpoint(NoteAt(12), rules).status()), "CHECKPOINT_ORIGIN");
}

TEST_F(CheckpointFollowerTest, RefusesWhatIsNotANoteOrNotACheckpoint) {
  EXPECT_EQ(ReasonOf(ReadCheckpoint("", Rules()).status()), "CHECKPOINT_MALFORMED");
  EXPECT_EQ(ReasonOf(ReadCheckpoint(SignNote("hello\n", signer_).value(), Rules()).status()),
            "CHECKPOINT_MALFORMED");
}

TEST_F(CheckpointFollowerTest, WantsEnoughDistinctWitnesses) {
  const NoteSigner first = TestWitness("witness-1", 'w');
  const NoteSigner second = TestWitness("witness-2", 'v');
  const NoteSigner first_again = TestWitness("witness-3", 'w');
  const NoteSigner log_as_witness = TestWitness("witness-4", 'a');
  FollowRules rules = Rules();
  rules.witnesses = {first.verifier(), second.verifier(), first_again.verifier(),
                     log_as_witness.verifier()};
  rules.witnesses_min = 2;
  const absl::Time now = absl::FromUnixSeconds(1'767'225'600);
  std::string note = NoteAt(12);
  for (const NoteSigner& signer : {first, first_again, log_as_witness}) {
    EXPECT_EQ(ReasonOf(ReadCheckpoint(note, rules).status()), "WITNESSES_MISSING");
    note = AddSignature(note, signer, now).value();
  }
  EXPECT_EQ(ReasonOf(ReadCheckpoint(note, rules).status()), "WITNESSES_MISSING");
  note = AddSignature(note, second, now).value();
  EXPECT_TRUE(ReadCheckpoint(note, rules).ok());
}

TEST_F(CheckpointFollowerTest, AnEarlierCheckpointHoldsWithAProofToTheLast) {
  const std::vector<Digest> proof = tree_.ConsistencyProof(5, 12).value();
  EXPECT_EQ(CheckEarlierCheckpoint(NoteAt(5), proof, Rules(), LastAt(12)).value(), At(tree_, 5));
  EXPECT_TRUE(CheckEarlierCheckpoint(NoteAt(12), {}, Rules(), LastAt(12)).ok());
  EXPECT_EQ(ReasonOf(CheckEarlierCheckpoint(NoteAt(5), {}, Rules(), LastAt(12)).status()), "LOG_FORKED");
  EXPECT_EQ(ReasonOf(CheckEarlierCheckpoint(NoteAt(20), proof, Rules(), LastAt(12)).status()),
            "LOG_FORKED");
}

}  // namespace
}  // namespace safehaven
