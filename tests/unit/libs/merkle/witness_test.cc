// Goal: a witness signs one history of a log and no other, and nobody else's word passes
// for a witness's.
#include "libs/merkle/witness.h"

#include <gtest/gtest.h>

#include <string>

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

const absl::Time kNow = absl::FromUnixSeconds(1'767'225'600);

class WitnessTest : public testing::Test {
 protected:
  WitnessTest() : prng_(1), tree_(RandomTree(prng_, 12)) {}

  std::string NoteOf(const MerkleTree& tree, uint64_t size, const std::string& incarnation = kTestIncarnation) const {
    return SignCheckpoint({.origin = kTestOrigin, .size = size, .root = tree.RootAt(size).value(), .incarnation = incarnation},
                          TestSigner(kTestOrigin, 'a')).value();
  }
  FollowRules Rules() const {
    return {.origin = kTestOrigin,
            .log_keys = {TestSigner(kTestOrigin, 'a').verifier()},
            .witnesses = {witness_.verifier()}};
  }
  absl::StatusOr<Witnessed> Sign(const std::string& note, const std::vector<Digest>& proof,
                                 const std::optional<FollowedCheckpoint>& last) const {
    return Witness(note, proof, Rules(), last, witness_, kNow);
  }

  std::mt19937_64 prng_;
  MerkleTree tree_;
  NoteSigner witness_ = TestWitness("witness/one", 'w');
};

TEST_F(WitnessTest, SignsWhatExtendsTheLast) {
  const Witnessed first = Sign(NoteOf(tree_, 5), {}, std::nullopt).value();
  const Witnessed second = Sign(NoteOf(tree_, 12), tree_.ConsistencyProof(5, 12).value(), first.kept).value();
  EXPECT_EQ(second.kept.size, 12u);
  const std::vector<WitnessWord> words = ReadWitnessWords(second.note, Rules()).value();
  ASSERT_EQ(words.size(), 1u);
  EXPECT_EQ(words[0].time, kNow);
  EXPECT_EQ(words[0].checkpoint.size, 12u);
  EXPECT_TRUE(Sign(NoteOf(tree_, 12), {}, second.kept).ok()) << "again, for a log that has not grown";
}

TEST_F(WitnessTest, RefusesAForkARollBackAndAnotherIncarnation) {
  const Witnessed first = Sign(NoteOf(tree_, 5), {}, std::nullopt).value();
  const MerkleTree fork = RandomTree(prng_, 12);
  EXPECT_EQ(ReasonOf(Sign(NoteOf(fork, 12), fork.ConsistencyProof(5, 12).value(), first.kept).status()), "LOG_FORKED");
  EXPECT_EQ(ReasonOf(Sign(NoteOf(fork, 5), {}, first.kept).status()), "LOG_FORKED");
  EXPECT_EQ(ReasonOf(Sign(NoteOf(tree_, 4), {}, first.kept).status()), "LOG_ROLLED_BACK");
  EXPECT_EQ(ReasonOf(Sign(NoteOf(tree_, 5, std::string(32, 'f')), {}, first.kept).status()), "INCARNATION_CHANGED");
}

TEST_F(WitnessTest, SignsOnlyWhatTheLogSigned) {
  const std::string foreign = SignCheckpoint({.origin = kTestOrigin, .size = 0, .root = EmptyRoot(), .incarnation = kTestIncarnation},
                                             TestSigner(kTestOrigin, 'b')).value();
  EXPECT_EQ(ReasonOf(Sign(foreign, {}, std::nullopt).status()), "CHECKPOINT_SIGNATURE");
  EXPECT_EQ(ReasonOf(Witness(NoteOf(tree_, 5), {}, Rules(), std::nullopt, TestSigner("witness/one", 'w'), kNow).status()),
            "KEY_MALFORMED") << "a key for notes";
}

TEST_F(WitnessTest, AStrangersWordOrTheLogsOwnIsNoWitness) {
  EXPECT_EQ(ReasonOf(ReadWitnessWords(NoteOf(tree_, 5), Rules()).status()), "WITNESS_UNKNOWN");
  const std::string stranger = AddSignature(NoteOf(tree_, 5), TestWitness("witness/two", 's'), kNow).value();
  EXPECT_EQ(ReasonOf(ReadWitnessWords(stranger, Rules()).status()), "WITNESS_UNKNOWN");
  FollowRules rules = Rules();
  rules.witnesses = {TestWitness("witness/three", 'a').verifier()};
  const std::string own = AddSignature(NoteOf(tree_, 5), TestWitness("witness/three", 'a'), kNow).value();
  EXPECT_EQ(ReasonOf(ReadWitnessWords(own, rules).status()), "WITNESS_UNKNOWN") << "the log's key under another name";
  // A witness's line under another checkpoint.
  const std::string signed_five = Sign(NoteOf(tree_, 5), {}, std::nullopt)->note;
  const std::string moved = NoteOf(tree_, 6) + signed_five.substr(signed_five.rfind('\n', signed_five.size() - 2) + 1);
  EXPECT_EQ(ReasonOf(ReadWitnessWords(moved, Rules()).status()), "WITNESS_SIGNATURE");
}

TEST_F(WitnessTest, WitnessesAreReadByTheirTexts) {
  const std::vector<std::string> texts = {witness_.verifier().ToText()};
  EXPECT_EQ(ReadWitnesses(texts)->at(0).key(), witness_.verifier().key());
  const std::vector<std::string> log_key = {TestSigner(kTestOrigin, 'a').verifier().ToText()};
  EXPECT_EQ(ReasonOf(ReadWitnesses(log_key).status()), "KEY_MALFORMED");
}

}  // namespace
}  // namespace safehaven
