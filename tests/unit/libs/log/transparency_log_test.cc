// Appending to a log and reading it: everything that is promised when all goes well,
// and each refusal. Opening and damage: log_opening_test.cc; faults: tests/fault.
#include "libs/log/transparency_log.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/log/log_records.h"
#include "libs/merkle/commitment.h"
#include "libs/merkle/heartbeat.h"
#include "libs/storage/memory_store.h"
#include "tests/support/gated_store.h"
#include "tests/support/log_fixture.h"

namespace safehaven {
namespace {

using testing_support::BodyOnly;
using testing_support::GatedStore;
using testing_support::kForever;
using testing_support::kTestOrigin;
using testing_support::LogSurroundings;
using testing_support::OpenTestLog;
using testing_support::TestFollowRules;
using testing_support::TestLogOptions;

class TransparencyLogTest : public ::testing::Test {
 protected:
  TransparencyLogTest() : log_(OpenTestLog(gated_, around_, TestLogOptions()).value()) {}

  Appended AppendBody(const std::string& body) { return log_->Append(BodyOnly(1, body)).value(); }

  bool StoreHas(const std::string& key) { return store_.Get(key, kForever).ok(); }

  // Puts a batch at the gate, queues `requests` behind it, and lets all through: the
  // queued ones make one group. Returns their results in order.
  std::vector<absl::StatusOr<Appended>> AppendAsOneGroup(std::vector<AppendRequest> requests) {
    gated_.CloseGate();
    log_->AppendThen(BodyOnly(1, "at the gate"), [](absl::StatusOr<Appended>) {});
    gated_.AwaitWaiting();
    std::vector<absl::StatusOr<Appended>> results(requests.size());
    for (size_t i = 0; i < requests.size(); ++i) {
      log_->AppendThen(std::move(requests[i]), [&results, i](absl::StatusOr<Appended> result) {
        results[i] = std::move(result);
      });
    }
    gated_.OpenGate();
    log_->Drain();
    return results;
  }

  MemoryStore store_;
  GatedStore gated_{store_};
  LogSurroundings around_;
  std::unique_ptr<TransparencyLog> log_;
};

TEST_F(TransparencyLogTest, BeginsEmptyWithASignedCheckpoint) {
  const Checkpoint checkpoint = ReadCheckpoint(log_->Newest().note, TestFollowRules()).value();
  EXPECT_EQ(checkpoint.size, 0u);
  EXPECT_EQ(checkpoint.root, EmptyRoot());
  EXPECT_TRUE(IsIncarnation(checkpoint.incarnation));
  EXPECT_EQ(log_->revision(), checkpoint.revision());
}

TEST_F(TransparencyLogTest, AnAppendIsInTheLogThatItsCheckpointSigns) {
  AppendBody("zero");
  const Appended appended = AppendBody("one");
  EXPECT_EQ(appended.index, 1u);
  EXPECT_EQ(appended.revision, log_->revision());
  EXPECT_EQ(appended.commitment,
            Commitment({.kind = 1, .salt = appended.salt, .body = "one"}));
  ProvenLeaf leaf = {.kind = 1,
                     .index = appended.index,
                     .salt = appended.salt,
                     .body = "one",
                     .inclusion = log_->InclusionProof(1, appended.revision.size).value(),
                     .checkpoint = appended.checkpoint};
  EXPECT_TRUE(CheckProvenLeaf(leaf, TestFollowRules()).ok());
}

TEST_F(TransparencyLogTest, ProvesAnyLeafInItsNewestCheckpoint) {
  for (int i = 0; i < 20; ++i) AppendBody(absl::StrCat("body ", i));
  for (uint64_t i = 0; i < 20; ++i) {
    const ProvenLeaf leaf = log_->Prove(i, kForever).value();
    EXPECT_EQ(leaf.body, absl::StrCat("body ", i));
    EXPECT_TRUE(CheckProvenLeaf(leaf, TestFollowRules()).ok());
  }
}

TEST_F(TransparencyLogTest, AFollowerCanGoFromAnyCheckpointToAnyLater) {
  std::vector<std::string> notes = {log_->Newest().note};
  for (int i = 0; i < 12; ++i) notes.push_back(AppendBody("x").checkpoint);
  for (uint64_t from = 0; from < notes.size(); ++from) {
    const auto last = AcceptCheckpoint(notes[from], {}, TestFollowRules(), std::nullopt).value();
    for (uint64_t to = from; to < notes.size(); ++to) {
      const auto proof = log_->ConsistencyProof(from, to).value();
      EXPECT_TRUE(AcceptCheckpoint(notes[to], proof, TestFollowRules(), last).ok());
    }
  }
}

TEST_F(TransparencyLogTest, SaltsAreNeverTheSame) {
  EXPECT_NE(AppendBody("same").salt, AppendBody("same").salt);
}

TEST_F(TransparencyLogTest, ReadsWhatWasAppended) {
  AppendBody("");
  const Appended appended = log_->Append(BodyOnly(254, std::string("a\0b", 3))).value();
  const LogEntry entry = log_->Read(1, kForever).value();
  EXPECT_EQ(entry.kind, 254);
  EXPECT_EQ(entry.body, std::string("a\0b", 3));
  EXPECT_EQ(entry.salt, appended.salt);
  EXPECT_EQ(entry.commitment, appended.commitment);
  EXPECT_FALSE(entry.erased);
  EXPECT_EQ(log_->Read(0, kForever)->body, "");
}

TEST_F(TransparencyLogTest, ReadsARangeInOrderAndNotBeyondTheEnd) {
  for (int i = 0; i < 10; ++i) AppendBody(absl::StrCat(i));
  const std::vector<LogEntry> entries = log_->ReadRange(7, 100, kForever).value();
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].index, 7u);
  EXPECT_EQ(entries[2].body, "9");
  EXPECT_TRUE(log_->ReadRange(10, 5, kForever)->empty());
  EXPECT_EQ(ReasonOf(log_->ReadRange(11, 5, kForever).status()), "LOG_INDEX_UNKNOWN");
  EXPECT_EQ(ReasonOf(log_->Read(10, kForever).status()), "LOG_INDEX_UNKNOWN");
}

TEST_F(TransparencyLogTest, RefusesProofsBeyondTheLog) {
  AppendBody("x");
  EXPECT_EQ(ReasonOf(log_->InclusionProof(0, 2).status()), "LOG_SIZE_UNKNOWN");
  EXPECT_EQ(ReasonOf(log_->InclusionProof(1, 1).status()), "LOG_INDEX_UNKNOWN");
  EXPECT_EQ(ReasonOf(log_->ConsistencyProof(0, 2).status()), "LOG_SIZE_UNKNOWN");
}

TEST_F(TransparencyLogTest, LargeBodiesComeBackAFewAtATime) {
  constexpr size_t kBodyBytes = 12 * 1024 * 1024;
  for (int i = 0; i < 4; ++i) {
    AppendBody(std::string(kBodyBytes, static_cast<char>('a' + i)));
  }
  uint64_t begin = 0;
  int reads = 0;
  for (; begin < 4; ++reads) {
    const std::vector<LogEntry> entries = log_->ReadRange(begin, 100, kForever).value();
    ASSERT_FALSE(entries.empty());
    EXPECT_EQ(entries[0].body[0], static_cast<char>('a' + begin));
    begin += entries.size();
  }
  EXPECT_EQ(reads, 2);
}

TEST_F(TransparencyLogTest, WritesTheExtraBatchWithTheLeaf) {
  AppendRequest request = BodyOnly(1, "x");
  request.batch = {.preconditions = {{"k", std::nullopt}}, .puts = {{"k", "v"}}, .deletes = {}};
  ASSERT_TRUE(log_->Append(request).ok());
  EXPECT_EQ(store_.Get("k", kForever)->value, "v");
}

TEST_F(TransparencyLogTest, AFailedPreconditionWritesNeitherLeafNorBatch) {
  AppendRequest request = BodyOnly(1, "x");
  request.batch = {.preconditions = {{"k", Version{5}}}, .puts = {{"k", "v"}}, .deletes = {}};
  const absl::Status status = log_->Append(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(status), "PRECONDITION_FAILED");
  EXPECT_EQ(log_->revision().size, 0u);
  EXPECT_FALSE(StoreHas("k"));
}

TEST_F(TransparencyLogTest, AFailedPreconditionDoesNotHurtItsNeighboursInTheGroup) {
  std::vector<AppendRequest> requests;
  for (int i = 0; i < 6; ++i) {
    requests.push_back(BodyOnly(1, absl::StrCat("body ", i)));
    // All want to be the first to put "k"; the even ones also put a key of their own.
    if (i % 2 == 1) requests.back().batch.preconditions.push_back({"k", std::nullopt});
    requests.back().batch.puts.push_back({i % 2 == 1 ? "k" : absl::StrCat("own ", i), absl::StrCat(i)});
  }
  const auto results = AppendAsOneGroup(std::move(requests));
  for (const size_t winner : {0u, 1u, 2u, 4u}) EXPECT_TRUE(results[winner].ok());
  for (const size_t loser : {3u, 5u}) {
    EXPECT_EQ(ReasonOf(results[loser].status()), "PRECONDITION_FAILED");
  }
  EXPECT_EQ(results[4]->index, 4u);
  EXPECT_EQ(store_.Get("k", kForever)->value, "1");
  EXPECT_EQ(log_->revision().size, 5u);
  EXPECT_EQ(log_->Read(4, kForever)->body, "body 4");
}

TEST_F(TransparencyLogTest, AGroupSharesOneWriteAndOneCheckpoint) {
  std::vector<AppendRequest> requests(50, BodyOnly(1, "x"));
  const int before = gated_.applied_count();
  const auto results = AppendAsOneGroup(std::move(requests));
  EXPECT_EQ(gated_.applied_count() - before, 2);  // the one at the gate, and the group
  for (size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i]->index, i + 1);
    EXPECT_EQ(results[i]->checkpoint, results[0]->checkpoint);
  }
}

TEST_F(TransparencyLogTest, NothingIsVisibleBeforeItIsDurable) {
  gated_.CloseGate();
  log_->AppendThen(BodyOnly(1, "x"), [](absl::StatusOr<Appended>) {});
  gated_.AwaitWaiting();
  EXPECT_EQ(log_->revision().size, 0u);
  EXPECT_EQ(ReasonOf(log_->InclusionProof(0, 1).status()), "LOG_SIZE_UNKNOWN");
  gated_.OpenGate();
  log_->Drain();
  EXPECT_EQ(log_->revision().size, 1u);
}

TEST_F(TransparencyLogTest, AnotherWriterOfAKeyBetweenPlanAndWriteIsNoticed) {
  gated_.CloseGate();
  AppendRequest request = BodyOnly(1, "x");
  request.batch = {.preconditions = {{"k", std::nullopt}}, .puts = {{"k", "log"}}, .deletes = {}};
  absl::StatusOr<Appended> refused;
  absl::StatusOr<Appended> neighbour;
  log_->AppendThen(request, [&refused](absl::StatusOr<Appended> result) { refused = std::move(result); });
  gated_.AwaitWaiting();
  ASSERT_TRUE(store_.Apply({.preconditions = {}, .puts = {{"k", "other"}}, .deletes = {}}, kForever).ok());
  log_->AppendThen(BodyOnly(1, "y"),
                   [&neighbour](absl::StatusOr<Appended> result) { neighbour = std::move(result); });
  gated_.OpenGate();
  log_->Drain();
  EXPECT_EQ(ReasonOf(refused.status()), "PRECONDITION_FAILED");
  EXPECT_EQ(neighbour->index, 0u);
  EXPECT_EQ(store_.Get("k", kForever)->value, "other");
}

TEST_F(TransparencyLogTest, AnExpiredAppendIsNotBegun) {
  AppendRequest request = BodyOnly(1, "late");
  request.deadline = around_.clock.Now() + absl::Seconds(1);
  gated_.CloseGate();
  log_->AppendThen(BodyOnly(1, "first"), [](absl::StatusOr<Appended>) {});
  gated_.AwaitWaiting();
  absl::StatusOr<Appended> late;
  log_->AppendThen(request, [&late](absl::StatusOr<Appended> result) { late = std::move(result); });
  around_.clock.Advance(absl::Seconds(2));
  gated_.OpenGate();
  log_->Drain();
  EXPECT_EQ(ReasonOf(late.status()), "DEADLINE_PASSED");
  EXPECT_EQ(log_->revision().size, 1u);
}

TEST_F(TransparencyLogTest, RefusesAppendsThatAreNotAllowed) {
  EXPECT_EQ(ReasonOf(log_->Append(BodyOnly(kIncarnationKind, "x")).status()), "LOG_APPEND_INVALID");
  EXPECT_EQ(ReasonOf(log_->Append(BodyOnly(1, std::string(kAppendBytesMax + 1, 'x'))).status()),
            "LOG_APPEND_INVALID");
  AppendRequest twice = BodyOnly(1, "x");
  twice.batch.deletes = {"k", "k"};
  EXPECT_EQ(ReasonOf(log_->Append(twice).status()), "BATCH_INVALID");
  const log_records::Keys keys("log");
  AppendRequest put = BodyOnly(1, "x");
  put.batch.puts = {{keys.Leaf(0), "forged"}};
  AppendRequest remove = BodyOnly(1, "x");
  remove.batch.deletes = {keys.Side(0)};
  AppendRequest look = BodyOnly(1, "x");
  look.batch.preconditions = {{keys.State(), Version{1}}};
  for (const AppendRequest& request : {put, remove, look}) {
    EXPECT_EQ(ReasonOf(log_->Append(request).status()), "LOG_KEY_RESERVED");
  }
  EXPECT_EQ(log_->revision().size, 0u);
}

TEST_F(TransparencyLogTest, TakesNoMoreOnceDrained) {
  AppendBody("x");
  log_->Drain();
  EXPECT_EQ(ReasonOf(log_->Append(BodyOnly(1, "y")).status()), "LOG_CLOSED");
  EXPECT_EQ(log_->Read(0, kForever)->body, "x");
}

TEST_F(TransparencyLogTest, SignsHeartbeatsOfItself) {
  AppendBody("x");
  AppendBody("y");
  const absl::Time now = absl::FromUnixMillis(1'767'225'600'123) + absl::Microseconds(456);
  const std::string note = log_->SignedHeartbeat(now, {.floor = 1, .objections_size = 2}).value();
  const Heartbeat heartbeat =
      OpenHeartbeat(note, kTestOrigin, std::vector{log_->verifier()}).value();
  EXPECT_EQ(heartbeat.revision(), log_->revision());
  EXPECT_EQ(heartbeat.time, absl::FromUnixMillis(1'767'225'600'123));
  EXPECT_EQ(heartbeat.floor, 1u);
  EXPECT_EQ(heartbeat.objections_size, 2u);
  EXPECT_EQ(ReasonOf(log_->SignedHeartbeat(now, {.floor = 3, .objections_size = 0}).status()),
            "HEARTBEAT_MALFORMED");
}

TEST_F(TransparencyLogTest, ErasingLeavesTheLeafAndTakesTheBody) {
  const Appended appended = AppendBody("secret");
  AppendBody("kept");
  ASSERT_TRUE(log_->Erase(0, "RETENTION_ENDED", kForever).ok());
  ASSERT_TRUE(log_->Erase(0, "RETENTION_ENDED", kForever).ok());
  const LogEntry entry = log_->Read(0, kForever).value();
  EXPECT_TRUE(entry.erased);
  EXPECT_EQ(entry.body, "");
  EXPECT_EQ(entry.salt, "");
  EXPECT_EQ(entry.commitment, appended.commitment);
  EXPECT_EQ(entry.erase_reason, "RETENTION_ENDED");
  const auto snapshot = store_.TakeSnapshot(kForever).value();
  ASSERT_TRUE(store_.Scan("", "", *snapshot, kForever, [](absl::string_view, const Entry& stored) {
    EXPECT_FALSE(absl::StrContains(stored.value, "secret"));
    return true;
  }).ok());
  EXPECT_EQ(ReasonOf(log_->Prove(0, kForever).status()), "LEAF_ERASED");
  EXPECT_TRUE(CheckProvenLeaf(log_->Prove(1, kForever).value(), TestFollowRules()).ok());
  const LogAudit audit = log_->VerifyAll(kForever).value();
  EXPECT_EQ(audit.erased_count, 1u);
  EXPECT_FALSE(audit.first_fault.has_value());
}

TEST_F(TransparencyLogTest, RefusesErasuresWithoutALeafOrAReason) {
  AppendBody("x");
  EXPECT_EQ(ReasonOf(log_->Erase(1, "RETENTION_ENDED", kForever)), "LOG_INDEX_UNKNOWN");
  const std::string too_long(kEraseReasonBytesMax + 1, 'X');
  for (const std::string& reason : {std::string(), std::string("because of Mrs X"), too_long}) {
    EXPECT_EQ(ReasonOf(log_->Erase(0, reason, kForever)), "ERASE_REASON_MALFORMED");
  }
  EXPECT_FALSE(log_->Read(0, kForever)->erased);
}

TEST(TransparencyLogQueue, IsFullRatherThanEndless) {
  MemoryStore store;
  GatedStore gated(store);
  LogSurroundings around;
  LogOptions options = TestLogOptions();
  options.queue.appends_max = 3;
  const auto log = OpenTestLog(gated, around, options).value();
  gated.CloseGate();
  int answered = 0;
  const auto count = [&answered](absl::StatusOr<Appended> result) { answered += result.ok() ? 1 : 0; };
  log->AppendThen(BodyOnly(1, "at the gate"), count);
  gated.AwaitWaiting();
  for (int i = 0; i < 3; ++i) log->AppendThen(BodyOnly(1, "waits"), count);
  const absl::Status status = log->Append(BodyOnly(1, "too many")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(status), "LOG_QUEUE_FULL");
  gated.OpenGate();
  log->Drain();
  EXPECT_EQ(answered, 4);
}

TEST(TransparencyLogListener, HearsOfEachNewCheckpoint) {
  MemoryStore store;
  LogSurroundings around;
  LogOptions options = TestLogOptions();
  std::vector<uint64_t> sizes;
  options.on_published = [&sizes](const SignedCheckpoint& newest) {
    sizes.push_back(newest.checkpoint.size);
  };
  const auto log = OpenTestLog(store, around, options).value();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(log->Append(BodyOnly(1, "x")).ok());
  log->Drain();
  EXPECT_EQ(sizes, (std::vector<uint64_t>{1, 2, 3}));
}

}  // namespace
}  // namespace safehaven
