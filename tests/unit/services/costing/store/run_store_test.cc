// Goal: a costing run is whole or not there, and its leaf is in the log exactly if it is.
#include "services/costing/store/run_store.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/faulty_store.h"
#include "libs/storage/memory_store.h"
#include "services/costing/store/release_store.h"
#include "tests/support/log_fixture.h"

namespace safehaven::costing {
namespace {

using safehaven::testing_support::kForever;
using safehaven::testing_support::LogSurroundings;
using safehaven::testing_support::OpenTestLog;
using safehaven::testing_support::TestLogOptions;

// Enough for two chunks.
constexpr int kManyEvents = 70'000;

EventCosts CostsOf(int count, int64_t cost) {
  EventCosts costs;
  for (int i = 0; i < count; ++i) {
    std::string key(16, '\0');
    for (size_t byte = 0; byte < 4; ++byte) key[byte] = static_cast<char>(i >> (8 * byte) & 0xFF);
    costs[key] = cost;
  }
  return costs;
}

storage::v1::CostRunRecord RecordOf(const std::string& request, const std::string& provider = "ZA1") {
  storage::v1::CostRunRecord record;
  record.set_provider(provider);
  record.set_request_id(request);
  return record;
}

class RunStoreTest : public testing::Test {
 protected:
  absl::StatusOr<storage::v1::CostRunRecord> Save(RunStore& runs, const storage::v1::CostRunRecord& record,
                                                  const EventCosts& costs) {
    return runs.Save(record, {}, costs,
                     [this](std::string body, Batch batch) {
                       return releases_.LogRun(std::move(body), std::move(batch), kForever);
                     },
                     kForever);
  }

  MemoryStore memory_;
  FaultyStore store_{FaultOptions{}, memory_};
  LogSurroundings around_;
  std::unique_ptr<TransparencyLog> log_ = *OpenTestLog(store_, around_, TestLogOptions());
  ReleaseStore releases_{store_, *log_};
};

TEST_F(RunStoreTest, ARunOfManyChunksIsReadAsItWasWritten) {
  RunStore runs(store_);
  const EventCosts costs = CostsOf(kManyEvents, 5);
  const auto saved = Save(runs, RecordOf("request"), costs);
  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_EQ(saved->run(), 1u);
  EXPECT_EQ(saved->chunk_count(), 2u);
  EXPECT_EQ(*runs.CurrentCosts(kForever), costs);
  EXPECT_EQ(runs.FindRequest("request", kForever)->value().run(), 1u);
  EXPECT_EQ(log_->Read(0, kForever)->kind, kCostRunLeaf);
}

TEST_F(RunStoreTest, TheNewestRunOfAProviderIsCurrentBesideOthers) {
  RunStore runs(store_);
  ASSERT_TRUE(Save(runs, RecordOf("first"), CostsOf(2, 5)).ok());
  ASSERT_TRUE(Save(runs, RecordOf("second"), CostsOf(2, 7)).ok());
  ASSERT_TRUE(Save(runs, RecordOf("other", "ZB1"), {{std::string(16, 'o'), 9}}).ok());
  EventCosts expected = CostsOf(2, 7);
  expected[std::string(16, 'o')] = 9;
  EXPECT_EQ(*runs.CurrentCosts(kForever), expected);
}

TEST_F(RunStoreTest, CurrentRunsShareNoDays) {
  RunStore runs(store_);
  const auto save = [&](absl::string_view request, int first_day, int last_day, bool draft) {
    storage::v1::CostRunRecord record = RecordOf(std::string(request));
    record.set_first_day(first_day);
    record.set_last_day(last_day);
    record.set_draft(draft);
    return Save(runs, record, CostsOf(2, 5));
  };
  ASSERT_TRUE(save("year", 100, 199, false).ok());
  EXPECT_EQ(ReasonOf(save("first month", 100, 129, false).status()), "PERIOD_OVERLAPS") << "the rest would cost nothing";
  EXPECT_EQ(ReasonOf(save("last month", 170, 199, false).status()), "PERIOD_OVERLAPS");
  EXPECT_EQ(ReasonOf(save("year and before", 90, 199, false).status()), "PERIOD_OVERLAPS");
  EXPECT_TRUE(save("the same year again", 100, 199, false).ok());
  EXPECT_TRUE(save("the year and more of it", 100, 229, false).ok()) << "no day is lost";
  EXPECT_TRUE(save("what comes after", 230, 240, false).ok());
  const auto draft = save("a draft", 200, 240, true);
  ASSERT_TRUE(draft.ok()) << "which is in no answer";
  const RunStore::Commit commit = [this](std::string body, Batch batch) {
    return releases_.LogPublication(std::move(body), std::move(batch), kForever);
  };
  EXPECT_EQ(ReasonOf(runs.Publish(*draft, 0, "", commit, kForever)), "PERIOD_OVERLAPS");
  storage::v1::CostRunRecord other = RecordOf("of another provider", "ZB1");
  other.set_first_day(100);
  other.set_last_day(129);
  EXPECT_TRUE(Save(runs, other, {}).ok());
}

TEST_F(RunStoreTest, ARunCutOffBeforeAnyOfItsWritesIsNotThere) {
  // Two chunks and the record: each in turn fails, before or after it was written.
  for (int writes = 0; writes < 2; ++writes) {
    RunStore runs(store_);
    class CutOff : public FaultyStore {
     public:
      CutOff(Store& store, int writes) : FaultyStore(FaultOptions{}, store), left_(writes) {}
      absl::StatusOr<Version> Apply(const Batch& batch, absl::Time deadline) override {
        if (left_-- <= 0) return Unavailable("STORE_UNAVAILABLE", "cut off");
        return FaultyStore::Apply(batch, deadline);
      }
      int left_;
    } cut_off(memory_, writes);
    RunStore failing(cut_off);
    const auto saved = Save(failing, RecordOf("request"), CostsOf(kManyEvents, 5));
    EXPECT_EQ(ReasonOf(saved.status()), "STORE_UNAVAILABLE");
    EXPECT_TRUE(runs.CurrentCosts(kForever)->empty());
    EXPECT_FALSE(runs.FindRequest("request", kForever)->has_value());
    EXPECT_EQ(log_->revision().size, 0u);
  }
}

TEST_F(RunStoreTest, ARunWhoseRecordCannotBeLoggedIsNotThere) {
  RunStore runs(memory_);
  store_.FailNextApplies(ApplyFault::kBefore, 1);
  EXPECT_EQ(ReasonOf(Save(runs, RecordOf("request"), CostsOf(2, 5)).status()), "AUDIT_UNAVAILABLE");
  EXPECT_TRUE(runs.CurrentCosts(kForever)->empty());
  EXPECT_TRUE(Save(runs, RecordOf("request"), CostsOf(2, 5)).ok()) << "and can be tried again";
}

// A commit whose answer was lost: its chunks must not become the next run's.
TEST_F(RunStoreTest, ARunInDoubtKeepsItsOwnCosts) {
  RunStore runs(memory_);
  store_.FailNextApplies(ApplyFault::kAfter, 1);
  EXPECT_FALSE(Save(runs, RecordOf("in doubt"), CostsOf(2, 5)).ok());
  ASSERT_TRUE(Save(runs, RecordOf("next", "ZB1"), {{std::string(16, 'o'), 9}}).ok());
  EventCosts expected = CostsOf(2, 5);
  expected[std::string(16, 'o')] = 9;
  EXPECT_EQ(*runs.CurrentCosts(kForever), expected);
}

TEST_F(RunStoreTest, OneRequestMakesOneRun) {
  RunStore runs(store_);
  ASSERT_TRUE(Save(runs, RecordOf("request"), CostsOf(2, 5)).ok());
  EXPECT_EQ(Save(runs, RecordOf("request"), CostsOf(2, 7)).status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(*runs.CurrentCosts(kForever), CostsOf(2, 5));
  EXPECT_EQ(log_->revision().size, 1u);
}

}  // namespace
}  // namespace safehaven::costing
