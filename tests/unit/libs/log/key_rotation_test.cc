// Goal: a log changes its keys without a moment in which nobody could follow it: planned,
// in an emergency, and after a loss. Method: real stores, a restart in every phase, and
// followers that believe the old key, the new one, or both.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "libs/log/transparency_log.h"
#include "libs/merkle/heartbeat.h"
#include "tests/support/log_fixture.h"
#include "tests/support/store_factories.h"

namespace safehaven {
namespace {

using testing_support::BodyOnly;
using testing_support::kForever;
using testing_support::kTestOrigin;
using testing_support::LogSurroundings;
using testing_support::StoreFactory;
using testing_support::TestLogOptions;
using testing_support::TestSigner;

// What a service is started with: letters of keys.
struct Start {
  char key = 'a';
  std::string next;
  std::string earlier;
  LogKeyReason reason = LogKeyReason::kPlanned;
  bool new_incarnation = false;
};

absl::StatusOr<std::unique_ptr<TransparencyLog>> Open(Store& store, LogSurroundings& around, const Start& start) {
  LogOptions options = TestLogOptions();
  for (const char letter : start.next) options.next_signers.push_back(TestSigner(kTestOrigin, letter));
  for (const char letter : start.earlier) options.earlier_keys.push_back(TestSigner(kTestOrigin, letter).verifier());
  options.key_reason = start.reason;
  options.new_incarnation = start.new_incarnation;
  return TransparencyLog::Open(std::move(options), TestSigner(kTestOrigin, start.key), store, around.clock,
                               around.randomness);
}

FollowRules Believing(const std::string& letters) {
  FollowRules rules;
  rules.origin = kTestOrigin;
  for (const char letter : letters) rules.log_keys.push_back(TestSigner(kTestOrigin, letter).verifier());
  return rules;
}

// Follows one log and keeps what it saw last.
class Pinned {
 public:
  explicit Pinned(const std::string& letters) : rules_(Believing(letters)) {}

  // The reason why the newest checkpoint is refused; "" if it was taken.
  std::string Follow(const TransparencyLog& log) {
    const SignedCheckpoint newest = log.Newest();
    std::vector<Digest> proof;
    if (last_.has_value()) proof = log.ConsistencyProof(last_->size, newest.checkpoint.size).value();
    const absl::StatusOr<FollowedCheckpoint> taken = AcceptCheckpoint(newest.note, proof, rules_, last_);
    if (taken.ok()) last_ = *taken;
    return ReasonOf(taken.status());
  }
  std::string Hear(const TransparencyLog& log, const LogSurroundings& around) const {
    const std::string heartbeat = log.SignedHeartbeat(around.clock.Now(), {}).value();
    return ReasonOf(OpenHeartbeat(heartbeat, kTestOrigin, rules_.log_keys).status());
  }

 private:
  FollowRules rules_;
  std::optional<FollowedCheckpoint> last_;
};

LogKeyAudit Audit(const TransparencyLog& log, const std::string& believed) {
  std::vector<LogKeyLeaf> leaves;
  const std::vector<LogEntry> entries = log.ReadRange(0, log.revision().size, kForever).value();
  for (const LogEntry& entry : entries) {
    if (entry.kind == kLogKeyKind) leaves.push_back({.index = entry.index, .body = entry.body});
  }
  return AuditLogKeys(leaves, log.Newest().note, kTestOrigin, Believing(believed).log_keys);
}

class KeyRotationTest : public ::testing::TestWithParam<StoreFactory> {
 protected:
  // Opens the log anew, as a restart does, and appends a leaf.
  std::unique_ptr<TransparencyLog> Restarted(const Start& start) {
    auto log = Open(*store_, around_, start).value();
    EXPECT_TRUE(log->Append(BodyOnly(1, "goes on")).ok());
    return log;
  }

  std::shared_ptr<Store> store_ = GetParam().make();
  LogSurroundings around_;
};

TEST_P(KeyRotationTest, FollowersOfEitherKeyFollowThroughTheOverlap) {
  Pinned old_key("a"), new_key("b"), both("ab");
  auto log = Restarted({});
  EXPECT_EQ(old_key.Follow(*log), "");
  EXPECT_EQ(both.Follow(*log), "");
  EXPECT_EQ(new_key.Follow(*log), "CHECKPOINT_SIGNATURE") << "it does not sign yet";
  for (int restarts = 0; restarts < 2; ++restarts) {
    log.reset();
    log = Restarted({.key = 'a', .next = "b"});
    for (Pinned* follower : {&old_key, &new_key, &both}) {
      EXPECT_EQ(follower->Follow(*log), "");
      EXPECT_EQ(follower->Hear(*log, around_), "");
    }
    EXPECT_EQ(Audit(*log, "a").changes.size(), 1u) << "announced once";
  }
  for (int restarts = 0; restarts < 2; ++restarts) {
    log.reset();
    log = Restarted({.key = 'b', .earlier = "a"});
    EXPECT_EQ(old_key.Follow(*log), "CHECKPOINT_SIGNATURE");
    EXPECT_EQ(old_key.Hear(*log, around_), "NOTE_UNSIGNED");
    for (Pinned* follower : {&new_key, &both}) {
      EXPECT_EQ(follower->Follow(*log), "");
      EXPECT_EQ(follower->Hear(*log, around_), "");
    }
    EXPECT_EQ(Audit(*log, "a").changes.size(), 2u);
  }
  log.reset();
  log = Restarted({.key = 'b'});
  EXPECT_EQ(new_key.Follow(*log), "") << "the old key need not be named for ever";
  EXPECT_FALSE(log->VerifyAll(kForever)->first_fault.has_value());
}

TEST_P(KeyRotationTest, TheLeavesSayWhichKeysWhenAndWhy) {
  Restarted({}).reset();
  Restarted({.key = 'a', .next = "b", .reason = LogKeyReason::kCompromised}).reset();
  const auto log = Restarted({.key = 'b', .earlier = "a", .reason = LogKeyReason::kCompromised});
  for (const char* believed : {"a", "b"}) {
    const LogKeyAudit audit = Audit(*log, believed);
    EXPECT_FALSE(audit.first_fault.has_value()) << believed;
    ASSERT_EQ(audit.changes.size(), 2u);
    EXPECT_EQ(audit.changes[0].index, 1u);
    EXPECT_EQ(audit.changes[0].added.at(0).ToText(), TestSigner(kTestOrigin, 'b').verifier().ToText());
    EXPECT_EQ(audit.changes[1].index, 3u);
    EXPECT_EQ(audit.changes[1].removed.at(0).ToText(), TestSigner(kTestOrigin, 'a').verifier().ToText());
    EXPECT_EQ(audit.changes[1].reason, LogKeyReason::kCompromised);
    EXPECT_EQ(audit.changes[1].time, around_.clock.Now());
  }
}

TEST_P(KeyRotationTest, AKeyThatSignsIsNotLeftOutByMistake) {
  Restarted({}).reset();
  Restarted({.key = 'a', .next = "b"}).reset();
  // A start that forgot the next key, and one that forgot to name the old one.
  EXPECT_EQ(ReasonOf(Open(*store_, around_, {.key = 'a'}).status()), "LOG_KEY_MISSING");
  EXPECT_EQ(ReasonOf(Open(*store_, around_, {.key = 'b'}).status()), "LOG_KEY_MISSING");
  EXPECT_EQ(Restarted({.key = 'b', .next = "a"})->revision().size, 4u) << "and nothing was written";
}

TEST_P(KeyRotationTest, ANewKeyNeedsTheOldOnesWordUnlessThatIsLost) {
  Restarted({}).reset();
  EXPECT_EQ(ReasonOf(Open(*store_, around_, {.key = 'b'}).status()), "CHAIN_BROKEN") << "another log's, for all we know";
  EXPECT_EQ(ReasonOf(Open(*store_, around_, {.key = 'b', .earlier = "a"}).status()), "LOG_KEY_UNCHAINED");
  const auto log = Restarted({.key = 'b', .earlier = "a", .reason = LogKeyReason::kLost});
  EXPECT_EQ(Audit(*log, "a").first_fault, (LogFault{1, "LOG_KEY_UNCHAINED"}));
  EXPECT_FALSE(Audit(*log, "b").first_fault.has_value()) << "whoever was told otherwise";
}

TEST_P(KeyRotationTest, ALogMayBeginWithTwoKeys) {
  const auto log = Restarted({.key = 'a', .next = "b"});
  EXPECT_EQ(log->revision().size, 2u);
  for (const char* believed : {"a", "b"}) EXPECT_FALSE(Audit(*log, believed).first_fault.has_value()) << believed;
}

TEST_P(KeyRotationTest, ANewIncarnationMayChangeTheKeysToo) {
  Restarted({}).reset();
  const auto log = Restarted({.key = 'a', .next = "b", .new_incarnation = true});
  EXPECT_EQ(log->Read(1, kForever)->kind, 0);
  EXPECT_EQ(log->Read(2, kForever)->kind, kLogKeyKind);
  EXPECT_FALSE(Audit(*log, "a").first_fault.has_value());
  EXPECT_FALSE(log->VerifyAll(kForever)->first_fault.has_value());
}

TEST_P(KeyRotationTest, TheLeavesOfKeysAreTheLogsOwnAndStay) {
  Restarted({}).reset();
  const auto log = Restarted({.key = 'a', .next = "b"});
  EXPECT_EQ(ReasonOf(log->Append(BodyOnly(kLogKeyKind, "forged")).status()), "LOG_APPEND_INVALID");
  EXPECT_EQ(ReasonOf(log->Erase(1, "RETENTION_ENDED", kForever)), "LEAF_PERMANENT");
  EXPECT_TRUE(log->Erase(0, "RETENTION_ENDED", kForever).ok());
}

// A crash of the start that announces a key, before and after its one write; whichever
// it was, the next start goes on with one leaf, and no checkpoint has two pasts.
TEST_P(KeyRotationTest, ACrashWhileAKeyIsAnnouncedLeavesAllOrNothing) {
  for (const ApplyFault fault : {ApplyFault::kBefore, ApplyFault::kAfter}) {
    const std::shared_ptr<Store> store = GetParam().make();
    LogSurroundings around;
    Pinned old_key("a"), new_key("b");
    const auto before = Open(*store, around, {}).value();
    ASSERT_TRUE(before->Append(BodyOnly(1, "first")).ok());
    ASSERT_EQ(old_key.Follow(*before), "");
    FaultyStore crashing(FaultOptions{}, *store);
    crashing.FailNextApplies(fault, 1);
    EXPECT_FALSE(Open(crashing, around, {.key = 'a', .next = "b"}).ok());
    const auto after = Open(*store, around, {.key = 'a', .next = "b"}).value();
    EXPECT_EQ(after->revision().size, 2u);
    EXPECT_EQ(Audit(*after, "a").changes.size(), 1u);
    EXPECT_EQ(old_key.Follow(*after), "");
    EXPECT_EQ(new_key.Follow(*after), "");
    EXPECT_FALSE(after->VerifyAll(kForever)->first_fault.has_value());
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, KeyRotationTest,
                         ::testing::Values(StoreFactory{"Memory", [] { return std::make_shared<MemoryStore>(); }},
                                           StoreFactory{"RocksDb", testing_support::MakeRocksDb}),
                         [](const auto& store) { return store.param.name; });

}  // namespace
}  // namespace safehaven
