// Opening a log: going on where it was, new incarnations, and finding every kind of
// damage in the store, with its place. New keys: key_rotation_test.cc.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/log/log_records.h"
#include "libs/log/transparency_log.h"
#include "libs/merkle/commitment.h"
#include "libs/storage/memory_store.h"
#include "tests/support/log_fixture.h"

namespace safehaven {
namespace {

using log_records::Keys;
using testing_support::BodyOnly;
using testing_support::kForever;
using testing_support::kTestOrigin;
using testing_support::LogSurroundings;
using testing_support::OpenTestLog;
using testing_support::TestFollowRules;
using testing_support::TestLogOptions;
using testing_support::TestSigner;

class LogOpeningTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<TransparencyLog>> Open() {
    return OpenTestLog(store_, around_, TestLogOptions());
  }

  // A log of ten leaves, closed again. Returns its last checkpoint.
  SignedCheckpoint MakeTenLeaves() {
    const auto log = Open().value();
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(log->Append(BodyOnly(1, absl::StrCat("body ", i))).ok());
    return log->Newest();
  }

  void Overwrite(const std::string& key, const std::string& value) {
    ASSERT_TRUE(store_.Apply({.preconditions = {}, .puts = {{key, value}}, .deletes = {}}, kForever).ok());
  }
  void Remove(const std::string& key) {
    ASSERT_TRUE(store_.Apply({.preconditions = {}, .puts = {}, .deletes = {key}}, kForever).ok());
  }
  // Flips the last byte of the value.
  void FlipByte(const std::string& key) {
    std::string value = store_.Get(key, kForever)->value;
    value.back() = static_cast<char>(value.back() ^ 1);
    Overwrite(key, value);
  }

  void ExpectBroken(const std::string& index, const std::string& fault) {
    const absl::Status status = Open().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ReasonOf(status), "CHAIN_BROKEN");
    EXPECT_EQ(MetadataOf(status)["index"], index);
    EXPECT_EQ(MetadataOf(status)["fault"], fault);
  }

  MemoryStore store_;
  LogSurroundings around_;
  const Keys keys_{"log"};
};

TEST_F(LogOpeningTest, GoesOnWhereItWas) {
  const SignedCheckpoint before = MakeTenLeaves();
  const auto log = Open().value();
  EXPECT_EQ(log->Newest().note, before.note);
  EXPECT_EQ(log->Append(BodyOnly(1, "next")).value().index, 10u);
  const FollowedCheckpoint last =
      AcceptCheckpoint(before.note, {}, TestFollowRules(), std::nullopt).value();
  EXPECT_TRUE(AcceptCheckpoint(log->Newest().note, log->ConsistencyProof(10, 11).value(),
                               TestFollowRules(), last).ok());
}

TEST_F(LogOpeningTest, ANewIncarnationIsALeafThatNamesBoth) {
  const SignedCheckpoint before = MakeTenLeaves();
  LogOptions options = TestLogOptions();
  options.new_incarnation = true;
  const auto log = OpenTestLog(store_, around_, options).value();
  EXPECT_NE(log->revision().incarnation, before.checkpoint.incarnation);
  EXPECT_EQ(log->revision().size, 11u);
  const LogEntry entry = log->Read(10, kForever).value();
  EXPECT_EQ(entry.kind, kIncarnationKind);
  EXPECT_EQ(entry.body, absl::StrCat("incarnation ", log->revision().incarnation, "\nafter ",
                                     before.checkpoint.incarnation, "\nsize 10\n"));
  const FollowedCheckpoint last =
      AcceptCheckpoint(before.note, {}, TestFollowRules(), std::nullopt).value();
  EXPECT_EQ(ReasonOf(AcceptCheckpoint(log->Newest().note, log->ConsistencyProof(10, 11).value(),
                                      TestFollowRules(), last).status()),
            "INCARNATION_CHANGED");
}

TEST_F(LogOpeningTest, AFollowerFindsOutARestoreThatDidNotSaySo) {
  MakeTenLeaves();
  const auto ahead = Open().value();
  const Appended eleventh = ahead->Append(BodyOnly(1, "eleventh")).value();
  const FollowedCheckpoint last =
      AcceptCheckpoint(eleventh.checkpoint, {}, TestFollowRules(), std::nullopt).value();
  MemoryStore older;
  LogSurroundings around;
  const auto restored = OpenTestLog(older, around, TestLogOptions()).value();
  // Same randomness, so the same incarnation: as a copy of the store would have.
  ASSERT_EQ(restored->revision().incarnation, eleventh.revision.incarnation);
  EXPECT_EQ(ReasonOf(AcceptCheckpoint(restored->Newest().note, {}, TestFollowRules(), last).status()),
            "LOG_ROLLED_BACK");
  for (int i = 0; i < 12; ++i) ASSERT_TRUE(restored->Append(BodyOnly(1, "other")).ok());
  EXPECT_EQ(ReasonOf(AcceptCheckpoint(restored->Newest().note,
                                      restored->ConsistencyProof(11, 12).value(),
                                      TestFollowRules(), last).status()),
            "LOG_FORKED");
}

TEST_F(LogOpeningTest, WantsAKeyNamedAsTheOrigin) {
  EXPECT_EQ(ReasonOf(TransparencyLog::Open(TestLogOptions(), TestSigner("other", 'a'), store_,
                                           around_.clock, around_.randomness).status()),
            "LOG_ORIGIN_MALFORMED");
  EXPECT_EQ(ReasonOf(TransparencyLog::Open(TestLogOptions(),
                                           testing_support::TestWitness(kTestOrigin, 'a'), store_,
                                           around_.clock, around_.randomness).status()),
            "LOG_ORIGIN_MALFORMED");
}

TEST_F(LogOpeningTest, ALogOfAnotherOriginIsNotOpened) {
  MakeTenLeaves();
  LogOptions options = TestLogOptions();
  options.origin = "demo.safehaven.invalid/costing";
  options.earlier_keys = {TestSigner(kTestOrigin, 'a').verifier()};
  EXPECT_EQ(ReasonOf(TransparencyLog::Open(options, TestSigner(options.origin, 'a'), store_,
                                           around_.clock, around_.randomness).status()),
            "CHAIN_BROKEN");
}

TEST_F(LogOpeningTest, TwoLogsShareAStoreUnderTwoPrefixes) {
  MakeTenLeaves();
  LogOptions options = TestLogOptions();
  options.key_prefix = "other";
  const auto other = OpenTestLog(store_, around_, options).value();
  EXPECT_EQ(other->revision().size, 0u);
  ASSERT_TRUE(other->Append(BodyOnly(1, "x")).ok());
  EXPECT_EQ(Open().value()->revision().size, 10u);
}

TEST_F(LogOpeningTest, LocatesAFlippedByteOfALeaf) {
  MakeTenLeaves();
  FlipByte(keys_.Leaf(6));
  ExpectBroken("6", "BODY_ALTERED");
}

TEST_F(LogOpeningTest, LocatesAMissingLeaf) {
  MakeTenLeaves();
  Remove(keys_.Leaf(6));
  ExpectBroken("6", "LEAF_MISSING");
}

TEST_F(LogOpeningTest, LocatesACutOffEnd) {
  MakeTenLeaves();
  Remove(keys_.Leaf(9));
  Remove(keys_.Side(9));
  ExpectBroken("9", "LEAF_MISSING");
}

TEST_F(LogOpeningTest, FindsALeafThatNobodySigned) {
  MakeTenLeaves();
  const std::string salt(kSaltBytes, 's');
  Overwrite(keys_.Leaf(10),
            log_records::EncodeLeaf(Commitment({.kind = 1, .salt = salt, .body = "forged"})));
  Overwrite(keys_.Side(10), log_records::Encode(log_records::SideRecord{
                                .kind = 1, .erased = false, .salt = salt, .body = "forged", .erase_reason = ""}));
  ExpectBroken("10", "LEAF_EXTRA");
}

TEST_F(LogOpeningTest, FindsALeafAndBodyReplacedTogetherByTheRoot) {
  MakeTenLeaves();
  const std::string salt(kSaltBytes, 's');
  Overwrite(keys_.Leaf(4),
            log_records::EncodeLeaf(Commitment({.kind = 1, .salt = salt, .body = "forged"})));
  Overwrite(keys_.Side(4), log_records::Encode(log_records::SideRecord{
                               .kind = 1, .erased = false, .salt = salt, .body = "forged", .erase_reason = ""}));
  ExpectBroken("10", "ROOT_MISMATCH");
}

TEST_F(LogOpeningTest, RefusesAnAlteredOrLostState) {
  const SignedCheckpoint before = MakeTenLeaves();
  const std::string state = store_.Get(keys_.State(), kForever)->value;
  FlipByte(keys_.State());
  ExpectBroken("10", "CHECKPOINT_REFUSED");
  Overwrite(keys_.State(), log_records::Encode(log_records::StateRecord{
                               .size = 9, .checkpoint = before.note}));
  ExpectBroken("9", "CHECKPOINT_REFUSED");
  Overwrite(keys_.State(), "x");
  ExpectBroken("0", "RECORD_MALFORMED");
  Remove(keys_.State());
  ExpectBroken("0", "LEAF_EXTRA");
  Overwrite(keys_.State(), state);
  EXPECT_TRUE(Open().ok());
}

TEST_F(LogOpeningTest, AnAlteredBodyDoesNotStopTheStartButIsNeverServed) {
  MakeTenLeaves();
  FlipByte(keys_.Side(3));
  const auto log = Open().value();
  const absl::Status status = log->Read(3, kForever).status();
  EXPECT_EQ(ReasonOf(status), "CHAIN_BROKEN");
  EXPECT_EQ(MetadataOf(status)["index"], "3");
  EXPECT_EQ(log->Read(2, kForever)->body, "body 2");
  EXPECT_EQ(log->VerifyAll(kForever)->first_fault, (LogFault{3, "BODY_ALTERED"}));
}

TEST_F(LogOpeningTest, VerifyAllFindsWhatHappensToTheStoreOfARunningLog) {
  MakeTenLeaves();
  const auto log = Open().value();
  EXPECT_FALSE(log->VerifyAll(kForever)->first_fault.has_value());
  EXPECT_EQ(log->VerifyAll(kForever)->size, 10u);
  // A leaf and body replaced together: the running log knows better.
  const std::string salt(kSaltBytes, 's');
  Overwrite(keys_.Leaf(4),
            log_records::EncodeLeaf(Commitment({.kind = 1, .salt = salt, .body = "forged"})));
  Overwrite(keys_.Side(4), log_records::Encode(log_records::SideRecord{
                               .kind = 1, .erased = false, .salt = salt, .body = "forged", .erase_reason = ""}));
  EXPECT_EQ(log->VerifyAll(kForever)->first_fault, (LogFault{4, "LEAF_ALTERED"}));
  EXPECT_EQ(ReasonOf(log->Read(4, kForever).status()), "CHAIN_BROKEN");
  Remove(keys_.Side(2));
  EXPECT_EQ(log->VerifyAll(kForever)->first_fault, (LogFault{2, "BODY_MISSING"}));
  Overwrite(keys_.Side(1), "x");
  EXPECT_EQ(log->VerifyAll(kForever)->first_fault, (LogFault{1, "RECORD_MALFORMED"}));
}

}  // namespace
}  // namespace safehaven
