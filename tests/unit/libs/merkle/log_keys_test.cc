// Goal: how a log's keys change can be followed from any key on, and nothing else passes
// for a change. Method: changes and checkpoints made by hand with keys 'a' to 'd'.
#include "libs/merkle/log_keys.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "libs/base/status.h"
#include "libs/merkle/checkpoint.h"
#include "tests/support/merkle_fixtures.h"

namespace safehaven {
namespace {

using testing_support::kTestIncarnation;
using testing_support::kTestOrigin;
using testing_support::TestSigner;

std::vector<NoteSigner> Signers(absl::string_view letters) {
  std::vector<NoteSigner> signers;
  for (const char letter : letters) signers.push_back(TestSigner(kTestOrigin, letter));
  return signers;
}

std::vector<NoteVerifier> Keys(absl::string_view letters) {
  std::vector<NoteVerifier> keys;
  for (const NoteSigner& signer : Signers(letters)) keys.push_back(signer.verifier());
  return keys;
}

// Letters of keys.
struct Change {
  uint64_t index = 0;
  std::string kept, added, removed;
  LogKeyReason reason = LogKeyReason::kPlanned;
};

LogKeyChange Made(const Change& change) {
  return {.origin = kTestOrigin,
          .index = change.index,
          .time = absl::FromUnixSeconds(1'767'225'600),
          .reason = change.reason,
          .kept = Keys(change.kept),
          .added = Keys(change.added),
          .removed = Keys(change.removed)};
}

LogKeyLeaf Leaf(const Change& change) {
  return {.index = change.index, .body = SignLogKeyChange(Made(change), Signers(change.kept + change.added)).value()};
}

std::string SignedBy(absl::string_view letters) {
  return SignCheckpoint({.origin = kTestOrigin, .size = 100, .root = {}, .incarnation = kTestIncarnation},
                        Signers(letters)).value();
}

LogKeyAudit Audit(const std::vector<LogKeyLeaf>& leaves, absl::string_view signed_by, absl::string_view believed) {
  return AuditLogKeys(leaves, SignedBy(signed_by), kTestOrigin, Keys(believed));
}

// "reason at index", or "".
std::string Fault(const LogKeyAudit& audit) {
  if (!audit.first_fault.has_value()) return "";
  return audit.first_fault->reason + " at " + std::to_string(audit.first_fault->index);
}

// From a, with an overlap, to b, and then to c, as b was compromised.
std::vector<LogKeyLeaf> Rotations() {
  return {Leaf({.index = 10, .kept = "a", .added = "b"}), Leaf({.index = 20, .kept = "b", .removed = "a"}),
          Leaf({.index = 30, .kept = "b", .added = "c", .reason = LogKeyReason::kCompromised}),
          Leaf({.index = 31, .kept = "c", .removed = "b", .reason = LogKeyReason::kCompromised})};
}

TEST(LogKeys, AChangeIsReadBackAsItWasSigned) {
  const LogKeyLeaf leaf = Leaf({.index = 7, .kept = "b", .added = "c", .removed = "a", .reason = LogKeyReason::kLost});
  const LogKeyChange change = OpenLogKeyChange(leaf.body, kTestOrigin).value();
  EXPECT_EQ(change.index, 7u);
  EXPECT_EQ(change.time, absl::FromUnixSeconds(1'767'225'600));
  EXPECT_EQ(Name(change.reason), "LOST");
  EXPECT_EQ(change.kept.at(0).ToText(), Keys("b")[0].ToText());
  EXPECT_EQ(change.added.at(0).ToText(), Keys("c")[0].ToText());
  EXPECT_EQ(change.removed.at(0).ToText(), Keys("a")[0].ToText());
  EXPECT_EQ(KeysAfter(change).size(), 2u);
}

TEST(LogKeys, EveryKeyThatSignsFromNowOnSignsTheChange) {
  const LogKeyChange change = Made({.index = 7, .kept = "a", .added = "b"});
  for (const char* signers : {"a", "b", "abc", "ac"}) {
    EXPECT_EQ(ReasonOf(SignLogKeyChange(change, Signers(signers)).status()), "LOG_KEY_MALFORMED") << signers;
  }
  // A note that lacks one of the two lines.
  std::string body = SignLogKeyChange(change, Signers("ab")).value();
  body = body.substr(0, body.rfind("\n", body.size() - 2) + 1);
  EXPECT_EQ(ReasonOf(OpenLogKeyChange(body, kTestOrigin).status()), "LOG_KEY_MALFORMED");
}

TEST(LogKeys, WhatIsNotAChangeOfThisLogsKeysIsRefused) {
  const std::string body = Leaf({.index = 7, .kept = "a", .added = "b"}).body;
  EXPECT_EQ(ReasonOf(OpenLogKeyChange(body, "demo.safehaven.invalid/costing").status()), "LOG_KEY_MALFORMED");
  EXPECT_EQ(ReasonOf(OpenLogKeyChange(SignedBy("a"), kTestOrigin).status()), "LOG_KEY_MALFORMED");
  EXPECT_EQ(ReasonOf(OpenLogKeyChange("", kTestOrigin).status()), "LOG_KEY_MALFORMED");
  for (const char* line : {"index 07", "index 8", "reason BORED", "time -1"}) {
    const std::string word = std::string(line).substr(0, std::string(line).find(' '));
    const size_t begin = body.find(word + " ");
    const std::string other = body.substr(0, begin) + line + body.substr(body.find('\n', begin));
    EXPECT_EQ(ReasonOf(OpenLogKeyChange(other, kTestOrigin).status()), "LOG_KEY_MALFORMED") << line;
  }
  EXPECT_EQ(ReasonOf(OpenCheckpoint(body, Keys("a")).status()), "CHECKPOINT_MALFORMED") << "nor the other way round";
}

TEST(LogKeys, AChangeChangesSomethingAndNamesEachKeyOnce) {
  EXPECT_EQ(ReasonOf(SignLogKeyChange(Made({.kept = "a"}), Signers("a")).status()), "LOG_KEY_MALFORMED");
  EXPECT_EQ(ReasonOf(SignLogKeyChange(Made({.removed = "a"}), Signers("")).status()), "LOG_KEY_MALFORMED");
  EXPECT_EQ(ReasonOf(SignLogKeyChange(Made({.kept = "a", .added = "a"}), Signers("aa")).status()),
            "LOG_KEY_MALFORMED");
  LogKeyChange foreign = Made({.kept = "a"});
  foreign.added.push_back(TestSigner("demo.safehaven.invalid/costing", 'b').verifier());
  EXPECT_EQ(ReasonOf(SignLogKeyChange(foreign, Signers("ab")).status()), "LOG_KEY_MALFORMED");
}

TEST(LogKeys, TheLeavesLeadFromAnyKeyToThePresentOne) {
  for (const char* believed : {"a", "b", "c", "ac", "ca"}) {
    const LogKeyAudit audit = Audit(Rotations(), "c", believed);
    EXPECT_EQ(Fault(audit), "") << believed;
    ASSERT_EQ(audit.in_force.size(), 1u);
    EXPECT_EQ(audit.in_force[0].ToText(), Keys("c")[0].ToText());
    EXPECT_EQ(audit.changes.size(), 4u);
  }
  EXPECT_EQ(Fault(Audit({}, "a", "a")), "") << "a log that never changed its key";
}

TEST(LogKeys, DuringTheOverlapBothKeysSign) {
  const std::vector<LogKeyLeaf> added = {Rotations()[0]};
  for (const char* believed : {"a", "b"}) EXPECT_EQ(Fault(Audit(added, "ab", believed)), "") << believed;
}

TEST(LogKeys, ACheckpointOfAKeyThatNoLeafAnnouncedIsRefused) {
  EXPECT_EQ(Fault(Audit({}, "b", "a")), "LOG_KEY_UNANNOUNCED at 100");
  EXPECT_EQ(Fault(Audit({}, "ab", "ab")), "LOG_KEY_UNANNOUNCED at 100") << "believed too, but not in the log";
  EXPECT_EQ(Fault(Audit(Rotations(), "cd", "a")), "LOG_KEY_UNANNOUNCED at 100");
}

TEST(LogKeys, ACheckpointOfARemovedKeyIsRefused) {
  for (const char* believed : {"a", "ab", "c"}) {
    EXPECT_EQ(Fault(Audit(Rotations(), "a", believed)), "LOG_KEY_REMOVED at 100") << believed;
    EXPECT_EQ(Fault(Audit(Rotations(), "bc", believed)), "LOG_KEY_REMOVED at 100") << believed;
  }
}

TEST(LogKeys, AChangeThatNoEarlierKeyVouchesForIsRefused) {
  const LogKeyLeaf lost = Leaf({.index = 10, .added = "b", .removed = "a", .reason = LogKeyReason::kLost});
  EXPECT_EQ(Fault(Audit({lost}, "b", "a")), "LOG_KEY_UNCHAINED at 10");
  EXPECT_EQ(Fault(Audit({lost}, "b", "b")), "") << "who was told of the new key begins with it";
  // Somebody with a key of his own, and one who forgets a key that signs.
  EXPECT_EQ(Fault(Audit({Leaf({.index = 10, .kept = "d", .added = "b"})}, "b", "a")), "LOG_KEY_UNCHAINED at 10");
  EXPECT_EQ(Fault(Audit({Rotations()[0], Leaf({.index = 20, .kept = "b", .added = "c"})}, "bc", "a")),
            "LOG_KEY_UNCHAINED at 20");
}

TEST(LogKeys, ALeafThatWasCopiedFromAnotherPlaceIsRefused) {
  LogKeyLeaf copied = Rotations()[0];
  copied.index = 40;
  EXPECT_EQ(Fault(Audit({copied}, "ab", "a")), "LOG_KEY_MALFORMED at 40");
  EXPECT_EQ(Fault(Audit({{.index = 40, .body = ""}}, "a", "a")), "LOG_KEY_MALFORMED at 40") << "one that was erased";
}

TEST(LogKeys, ASignatureThatDoesNotHoldIsRefused) {
  std::string note = SignedBy("a");
  note = absl::StrReplaceAll(note, {{"\n100\n", "\n101\n"}});
  EXPECT_EQ(Fault(AuditLogKeys({}, note, kTestOrigin, Keys("a"))), "CHECKPOINT_REFUSED at 101");
  EXPECT_EQ(Fault(AuditLogKeys({}, "no note", kTestOrigin, Keys("a"))), "CHECKPOINT_REFUSED at 0");
}

TEST(LogKeys, NotesOfSeveralSignersOpenForEachOfThem) {
  const std::string note = SignedBy("ab");
  EXPECT_TRUE(OpenCheckpoint(note, Keys("a")).ok());
  EXPECT_TRUE(OpenCheckpoint(note, Keys("b")).ok());
  EXPECT_EQ(ReasonOf(OpenCheckpoint(note, Keys("c")).status()), "NOTE_UNSIGNED");
  EXPECT_EQ(KeyHashesOf(note, kTestOrigin).value(),
            (std::vector<uint32_t>{Keys("a")[0].key_hash(), Keys("b")[0].key_hash()}));
  EXPECT_TRUE(KeyHashesOf(note, "somebody else")->empty());
  EXPECT_EQ(ReasonOf(SignNote("text\n", std::vector<NoteSigner>()).status()), "NOTE_MALFORMED");
}

}  // namespace
}  // namespace safehaven
