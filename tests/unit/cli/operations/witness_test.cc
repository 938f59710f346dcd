// Goal: the witness command signs one history, also after a restart, and without its past
// it signs nothing. Method: a log in memory that can be rolled back, forked or restored.
#include "cli/operations/witness.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "cli/session/context.h"
#include "libs/base/status.h"
#include "libs/merkle/tree.h"
#include "libs/merkle/witness.h"
#include "tests/support/environment_fakes.h"
#include "tests/support/merkle_fixtures.h"
#include "tests/support/temp_dir.h"

namespace safehaven::cli {
namespace {

using testing_support::FakeClock;
using testing_support::kTestIncarnation;
using testing_support::kTestOrigin;
using testing_support::RandomTree;
using testing_support::TempDir;
using testing_support::TestSigner;
using testing_support::TestWitness;

class LogWitnessTest : public testing::Test {
 protected:
  LogWitnessTest() : prng_(1), tree_(RandomTree(prng_, 12)) {}

  // A round of a process that was just started.
  std::string Round(const std::string& reconciled = "") {
    const WitnessCalls calls = {
        .checkpoint = [this]() -> absl::StatusOr<std::string> {
          return SignCheckpoint({.origin = kTestOrigin, .size = size_, .root = tree_.RootAt(size_).value(), .incarnation = incarnation_},
                                TestSigner(kTestOrigin, 'a'));
        },
        .prove = [this](uint64_t first, uint64_t second) { return tree_.ConsistencyProof(first, second); },
        .give = [this](const std::string& note) {
          given_.push_back(note);
          return absl::OkStatus();
        }};
    LogWitness witness({.rules = {.origin = kTestOrigin, .log_keys = {TestSigner(kTestOrigin, 'a').verifier()}},
                        .state_file = State(),
                        .reconciled_incarnation = reconciled},
                       TestWitness("witness/one", 'w'), calls, clock_);
    return ReasonOf(witness.Round().status());
  }
  std::string State() const { return folder_.File("state"); }

  std::mt19937_64 prng_;
  MerkleTree tree_;
  uint64_t size_ = 5;
  std::string incarnation_ = kTestIncarnation;
  std::vector<std::string> given_;
  TempDir folder_;
  FakeClock clock_;
};

TEST_F(LogWitnessTest, SignsRoundAfterRoundAndKeepsWhatItSigned) {
  EXPECT_EQ(Round(), "");
  size_ = 12;
  EXPECT_EQ(Round(), "");
  EXPECT_EQ(Round(), "");
  ASSERT_EQ(given_.size(), 3u);
  const FollowedCheckpoint kept = ParseWitnessState(*ReadFile(State(), 4096), kTestOrigin).value();
  EXPECT_EQ(kept, (FollowedCheckpoint{kTestIncarnation, 12, tree_.RootAt(12).value()}));
  FollowRules rules = {.origin = kTestOrigin,
                       .log_keys = {TestSigner(kTestOrigin, 'a').verifier()},
                       .witnesses = {TestWitness("witness/one", 'w').verifier()}};
  EXPECT_EQ(ReadWitnessWords(given_.back(), rules)->at(0).checkpoint.size, 12u);
}

TEST_F(LogWitnessTest, RefusesAForkAndARollBackAfterARestartToo) {
  EXPECT_EQ(Round(), "");
  const std::string before = *ReadFile(State(), 4096);
  size_ = 4;
  EXPECT_EQ(Round(), "LOG_ROLLED_BACK");
  tree_ = RandomTree(prng_, 12);
  size_ = 12;
  EXPECT_EQ(Round(), "LOG_FORKED");
  EXPECT_EQ(given_.size(), 1u) << "nothing was signed";
  EXPECT_EQ(*ReadFile(State(), 4096), before);
}

TEST_F(LogWitnessTest, SignsARestoredLogWhenAnOperatorSaysSo) {
  EXPECT_EQ(Round(), "");
  incarnation_ = std::string(32, 'f');
  EXPECT_EQ(Round(), "INCARNATION_CHANGED");
  EXPECT_EQ(Round(std::string(32, 'e')), "INCARNATION_CHANGED");
  EXPECT_EQ(Round(incarnation_), "");
  EXPECT_EQ(Round(), "") << "the word is needed once";
}

TEST_F(LogWitnessTest, WithoutItsPastItSignsNothing) {
  EXPECT_EQ(Round(), "");
  const std::string state = *ReadFile(State(), 4096);
  for (const std::string& damaged : {std::string(), state.substr(0, state.size() - 2), state + "x", "other" + state}) {
    ASSERT_TRUE(WriteFile(State(), damaged).ok());
    EXPECT_EQ(Round(), "WITNESS_STATE_MALFORMED") << damaged;
  }
  EXPECT_EQ(ReasonOf(ParseWitnessState(state, "demo.safehaven.invalid/costing").status()), "WITNESS_STATE_MALFORMED");
  EXPECT_EQ(given_.size(), 1u);
}

TEST_F(LogWitnessTest, WhatCannotBeKeptIsNotSigned) {
  ASSERT_TRUE(std::filesystem::create_directory(State() + ".next"));
  EXPECT_EQ(Round(), "FILE_UNWRITABLE");
  EXPECT_TRUE(given_.empty());
}

}  // namespace
}  // namespace safehaven::cli
