// Goal: what is read of loads is what was sent last, once, and nothing of a load that is
// not visible.
#include "services/costing/store/activity_store.h"

#include <gtest/gtest.h>

#include <map>

#include "libs/base/status.h"
#include "libs/storage/memory_store.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

using testing_support::Day;
using testing_support::KeyOf;

constexpr absl::Time kForever = absl::InfiniteFuture();

// Records by number, with the bed days that tell one version from another.
PayloadBatch BatchOf(const std::vector<std::pair<uint64_t, int64_t>>& rows, const std::vector<uint64_t>& deleted = {}) {
  EventColumnsBuilder builder({"bed_days"});
  PayloadBatch batch;
  batch.segment.flow = "flow";
  batch.segment.dataset = "acute/apc";
  batch.segment.provider = "ZA1";
  for (const auto& [record, bed_days] : rows) {
    const std::vector<int64_t> drivers = {bed_days};
    SH_CHECK(builder.Append({.key = KeyOf(record), .feed = "apc", .point_of_delivery = "EL", .currency = "AA01A",
                             .treatment_function = "", .start = Day("2025-06-01"), .end = Day("2025-06-02"),
                             .drivers = drivers}).ok());
    batch.segment.cell_keys.push_back(static_cast<uint32_t>(record));
  }
  batch.segment.events = builder.Finish();
  for (const uint64_t record : deleted) batch.deleted.push_back(KeyOf(record));
  return batch;
}

class ActivityStoreTest : public testing::Test {
 protected:
  void Stage(char id, const std::vector<PayloadBatch>& batches, const std::vector<std::string>& replaces = {}) {
    storage::v1::LoadRecord facts;
    facts.set_load(std::string(32, id));
    for (const std::string& replaced : replaces) facts.add_replaces(replaced);
    ASSERT_TRUE(activity_.loads().Open(facts, kForever).ok());
    uint64_t offset = 0;
    for (const PayloadBatch& batch : batches) {
      const uint64_t rows = batch.segment.events.row_count() + batch.deleted.size();
      ASSERT_TRUE(activity_.loads().Append(facts.load(), {.offset = offset, .row_count = rows,
                                                         .bytes = SerialiseBatch(batch)}, kForever).ok());
      offset += rows;
    }
    ASSERT_TRUE(activity_.loads().Close(facts.load(), offset, kForever).ok());
    rows_[id] = offset;
  }
  void MakeVisible(char id) {
    ASSERT_TRUE(activity_.loads().MakeVisible(std::string(32, id), rows_[id], kForever).ok());
  }

  // Bed days by record; a record that is there twice has -1.
  std::map<RecordKey, int64_t> Read(const EventCosts& costs = {}) {
    const auto segments = activity_.Visible(costs, kForever);
    SH_CHECK(segments.ok());
    std::map<RecordKey, int64_t> read;
    for (const SharedSegment& segment : *segments) {
      for (size_t row = 0; row < segment->events.row_count(); ++row) {
        const auto [at, is_new] = read.emplace(segment->events.keys[row], segment->events.drivers[0].values[row]);
        if (!is_new) at->second = -1;
        EXPECT_EQ(segment->cell_keys[row], segment->events.keys[row][15]) << "a cell key stays with its record";
      }
    }
    return read;
  }

  MemoryStore store_;
  ActivityStore activity_{store_};
  std::map<char, uint64_t> rows_;
};

TEST_F(ActivityStoreTest, ALoadThatIsNotVisibleIsNotRead) {
  Stage('a', {BatchOf({{1, 1}})});
  EXPECT_TRUE(Read().empty());
  MakeVisible('a');
  EXPECT_EQ(Read(), (std::map<RecordKey, int64_t>{{KeyOf(1), 1}}));
}

TEST_F(ActivityStoreTest, TheLoadThatBecameVisibleLaterSupersedes) {
  // 'b' is opened first and becomes visible last.
  Stage('b', {BatchOf({{1, 20}})});
  Stage('a', {BatchOf({{1, 10}, {2, 10}})});
  MakeVisible('a');
  MakeVisible('b');
  EXPECT_EQ(Read(), (std::map<RecordKey, int64_t>{{KeyOf(1), 20}, {KeyOf(2), 10}}));
}

TEST_F(ActivityStoreTest, ADeletionTakesARecordAwayUntilItComesAgain) {
  Stage('a', {BatchOf({{1, 10}, {2, 10}})});
  Stage('b', {BatchOf({}, {1})});
  Stage('c', {BatchOf({{1, 30}})});
  MakeVisible('a');
  MakeVisible('b');
  EXPECT_EQ(Read(), (std::map<RecordKey, int64_t>{{KeyOf(2), 10}}));
  MakeVisible('c');
  EXPECT_EQ(Read(), (std::map<RecordKey, int64_t>{{KeyOf(1), 30}, {KeyOf(2), 10}}));
}

TEST_F(ActivityStoreTest, AReplacedLoadIsGoneWhole) {
  Stage('a', {BatchOf({{1, 10}, {2, 10}})});
  MakeVisible('a');
  Stage('b', {BatchOf({{1, 20}})}, {std::string(32, 'a')});
  EXPECT_EQ(Read().size(), 2u) << "not before the new one is visible";
  MakeVisible('b');
  EXPECT_EQ(Read(), (std::map<RecordKey, int64_t>{{KeyOf(1), 20}}));
}

// One row twice would be counted twice, and no costing run could be made of it.
TEST_F(ActivityStoreTest, ARecordThatIsTwiceInALoadIsReadOnce) {
  Stage('a', {BatchOf({{1, 10}, {1, 11}, {2, 10}}), BatchOf({{2, 20}})});
  MakeVisible('a');
  EXPECT_EQ(Read(), (std::map<RecordKey, int64_t>{{KeyOf(1), 11}, {KeyOf(2), 20}}));
}

TEST_F(ActivityStoreTest, ARecordDeletedInItsOwnBatchIsGone) {
  Stage('a', {BatchOf({{1, 10}, {2, 10}}, {1})});
  MakeVisible('a');
  EXPECT_EQ(Read(), (std::map<RecordKey, int64_t>{{KeyOf(2), 10}}));
}

TEST_F(ActivityStoreTest, CostsComeByRecordKey) {
  Stage('a', {BatchOf({{1, 10}, {2, 10}})});
  MakeVisible('a');
  const RecordKey key = KeyOf(2);
  const auto segments = activity_.Visible({{std::string(key.begin(), key.end()), 77}}, kForever);
  ASSERT_TRUE(segments.ok());
  EXPECT_EQ(*OwnPatientCareCost(*segments->at(0)), (std::vector<int64_t>{0, 77}));
}

TEST_F(ActivityStoreTest, ADamagedBatchIsDataLossAndNotSilence) {
  std::string bytes = SerialiseBatch(BatchOf({{1, 10}}));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  EXPECT_EQ(ReasonOf(ParseBatch(bytes).status()), "SEGMENT_DAMAGED");
}

}  // namespace
}  // namespace safehaven::costing
