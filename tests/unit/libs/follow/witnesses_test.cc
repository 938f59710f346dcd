// Goal: what witnesses bring is kept newest first and for known ones alone, and rules
// that could never hold are refused at the start. The follower's part is in
// consent_follower_test.cc.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "libs/follow/witness_notes.h"
#include "libs/follow/witness_watch.h"
#include "libs/merkle/checkpoint.h"
#include "tests/support/merkle_fixtures.h"

namespace safehaven {
namespace {

using testing_support::kTestIncarnation;
using testing_support::kTestOrigin;
using testing_support::TestSigner;
using testing_support::TestWitness;

const absl::Time kNow = absl::FromUnixSeconds(1'767'225'600);

std::string Cosigned(uint64_t size, char witness, absl::Time time) {
  const std::string note = SignCheckpoint({.origin = kTestOrigin, .size = size, .root = {}, .incarnation = kTestIncarnation},
                                          TestSigner(kTestOrigin, 'a')).value();
  return AddSignature(note, TestWitness(std::string("witness/") + witness, witness), time).value();
}

std::string TextOf(char witness) { return TestWitness(std::string("witness/") + witness, witness).verifier().ToText(); }

std::unique_ptr<WitnessNotes> Notes() {
  const std::vector<std::string> witnesses = {TextOf('x'), TextOf('y')};
  return WitnessNotes::Make({.origin = kTestOrigin, .log_keys = {TestSigner(kTestOrigin, 'a').verifier()}, .witnesses = {}},
                            witnesses).value();
}

TEST(WitnessNotes, KeepTheNewestWordOfEachWitness) {
  const auto notes = Notes();
  EXPECT_TRUE(notes->Newest().empty());
  EXPECT_TRUE(notes->Take(Cosigned(5, 'x', kNow), 9).ok());
  EXPECT_TRUE(notes->Take(Cosigned(7, 'y', kNow), 9).ok());
  EXPECT_TRUE(notes->Take(Cosigned(9, 'x', kNow + absl::Seconds(1)), 9).ok());
  EXPECT_TRUE(notes->Take(Cosigned(5, 'x', kNow), 9).ok()) << "late, and passed over";
  const std::vector<std::string> newest = notes->Newest();
  EXPECT_EQ(newest.size(), 2u);
  EXPECT_EQ(std::count(newest.begin(), newest.end(), Cosigned(9, 'x', kNow + absl::Seconds(1))), 1);
}

TEST(WitnessNotes, TakeNothingOfStrangersOrBeyondTheLog) {
  const auto notes = Notes();
  EXPECT_EQ(ReasonOf(notes->Take(Cosigned(5, 'z', kNow), 9)), "WITNESS_UNKNOWN");
  EXPECT_EQ(ReasonOf(notes->Take(Cosigned(10, 'x', kNow), 9)), "LOG_SIZE_UNKNOWN");
  EXPECT_EQ(ReasonOf(notes->Take("nonsense", 9)), "CHECKPOINT_MALFORMED");
  EXPECT_EQ(ReasonOf(TakeCosigned(nullptr, Cosigned(5, 'x', kNow), 9)), "WITNESS_UNKNOWN");
  EXPECT_TRUE(notes->Newest().empty());
  EXPECT_TRUE(KeptCosigned(nullptr).empty());
}

TEST(WitnessRules, RulesThatCouldNeverHoldAreRefused) {
  EXPECT_TRUE(ReadWitnessRules({}).ok()) << "none asked for";
  EXPECT_EQ(ReadWitnessRules({.witnesses = {TextOf('x'), TextOf('y')}, .count_min = 2})->age_max, absl::Minutes(10));
  EXPECT_EQ(ReasonOf(ReadWitnessRules({.witnesses = {TextOf('x')}, .count_min = 2}).status()), "WITNESSES_TOO_FEW");
  EXPECT_EQ(ReasonOf(ReadWitnessRules({.witnesses = {TextOf('x'), TextOf('x')}, .count_min = 2}).status()),
            "WITNESSES_TOO_FEW") << "one key twice";
  EXPECT_EQ(ReasonOf(ReadWitnessRules({.witnesses = {"nonsense"}}).status()), "KEY_MALFORMED");
  EXPECT_EQ(ReasonOf(ReadWitnessRules({.witnesses = {}, .age_seconds = 0}).status()), "WITNESS_AGE_INVALID");
}

}  // namespace
}  // namespace safehaven
