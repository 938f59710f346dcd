#include "libs/ingest/staging/staged_loads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/key_codec.h"
#include "libs/storage/memory_store.h"

namespace safehaven {
namespace {

using storage::v1::LoadRecord;
using testing::ElementsAre;

const absl::Time kNever = absl::InfiniteFuture();
const std::string kLoad(32, 'a');

LoadRecord Facts(const std::string& load = kLoad) {
  LoadRecord facts;
  facts.set_load(load);
  facts.set_flow("acute-apc-2025");
  facts.set_source("acute");
  facts.set_dataset("acute/apc");
  return facts;
}

class StagedLoadsTest : public testing::Test {
 protected:
  std::string Reason(const absl::Status& status) { return ReasonOf(status); }
  absl::StatusOr<uint64_t> Append(uint64_t offset, uint64_t count, const std::string& load = kLoad) {
    return loads_.Append(load, {.offset = offset, .row_count = count, .bytes = absl::StrCat("rows from ", offset)}, kNever);
  }
  std::vector<std::string> Batches(const std::string& load = kLoad) {
    std::vector<std::string> batches;
    EXPECT_TRUE(loads_.ReadBatches(load, kNever, [&](absl::string_view bytes) {
                          batches.emplace_back(bytes);
                          return true;
                        }).ok());
    return batches;
  }
  void MakeVisibleLoad(const LoadRecord& facts) {
    ASSERT_TRUE(loads_.Open(facts, kNever).ok());
    ASSERT_TRUE(Append(0, 1, facts.load()).ok());
    ASSERT_TRUE(loads_.Close(facts.load(), 1, kNever).ok());
    ASSERT_TRUE(loads_.MakeVisible(facts.load(), 1, kNever).ok());
  }

  MemoryStore store_;
  StagedLoads loads_{store_};
};

TEST_F(StagedLoadsTest, ALoadIsOpenedFilledClosedAndMadeVisible) {
  EXPECT_EQ(loads_.Open(Facts(), kNever)->phase(), storage::v1::LOAD_PHASE_OPEN);
  EXPECT_EQ(*Append(0, 3), 3u);
  EXPECT_EQ(*Append(3, 2), 5u);
  EXPECT_EQ(loads_.Close(kLoad, 5, kNever)->phase(), storage::v1::LOAD_PHASE_CLOSED);
  EXPECT_TRUE(loads_.MakeVisible(kLoad, 5, kNever).ok());
  EXPECT_EQ(loads_.Get(kLoad, kNever)->phase(), storage::v1::LOAD_PHASE_VISIBLE);
  EXPECT_THAT(Batches(), ElementsAre("rows from 0", "rows from 3"));
}

TEST_F(StagedLoadsTest, AResumedClientLearnsWhereToGoOn) {
  ASSERT_TRUE(loads_.Open(Facts(), kNever).ok());
  ASSERT_TRUE(Append(0, 3).ok());
  EXPECT_EQ(loads_.Open(Facts(), kNever)->row_count(), 3u);
  EXPECT_EQ(Reason(Append(0, 3).status()), "OFFSET_WRITTEN");
  EXPECT_EQ(Reason(Append(2, 3).status()), "OFFSET_WRITTEN");
  EXPECT_EQ(Reason(Append(4, 3).status()), "OFFSET_AHEAD");
  EXPECT_EQ(MetadataOf(Append(4, 3).status())["next_offset"], "3");
  EXPECT_THAT(Batches(), ElementsAre("rows from 0"));
}

TEST_F(StagedLoadsTest, AnotherLoadWithTheSameIdIsRefused) {
  ASSERT_TRUE(loads_.Open(Facts(), kNever).ok());
  LoadRecord other = Facts();
  other.set_flow("acute-op-2025");
  EXPECT_EQ(Reason(loads_.Open(other, kNever).status()), "LOAD_EXISTS");
  EXPECT_EQ(Reason(loads_.Open(Facts("../etc"), kNever).status()), "LOAD_ID_MALFORMED");
}

TEST_F(StagedLoadsTest, NothingIsVisibleWithoutEqualHalves) {
  ASSERT_TRUE(loads_.Open(Facts(), kNever).ok());
  ASSERT_TRUE(Append(0, 3).ok());
  EXPECT_EQ(Reason(loads_.MakeVisible(kLoad, 3, kNever)), "LOAD_OPEN");
  EXPECT_EQ(Reason(loads_.Close(kLoad, 4, kNever).status()), "LOAD_COUNT_MISMATCH");
  ASSERT_TRUE(loads_.Close(kLoad, 3, kNever).ok());
  EXPECT_EQ(Reason(Append(3, 1).status()), "LOAD_CLOSED");
  EXPECT_EQ(Reason(loads_.MakeVisible(kLoad, 2, kNever)), "LOAD_COUNT_MISMATCH");
  EXPECT_EQ(loads_.Get(kLoad, kNever)->phase(), storage::v1::LOAD_PHASE_CLOSED);
  EXPECT_TRUE(loads_.MakeVisible(kLoad, 3, kNever).ok());
  EXPECT_TRUE(loads_.MakeVisible(kLoad, 3, kNever).ok()) << "repeating changes nothing";
  EXPECT_EQ(loads_.Get(kLoad, kNever)->visible_sequence(), 1u);
}

TEST_F(StagedLoadsTest, ALaterLoadReplacesAnEarlierOneInTheSameMoment) {
  MakeVisibleLoad(Facts());
  LoadRecord later = Facts(std::string(32, 'b'));
  later.add_replaces(kLoad);
  MakeVisibleLoad(later);
  EXPECT_EQ(loads_.Get(kLoad, kNever)->phase(), storage::v1::LOAD_PHASE_REPLACED);
  std::vector<uint64_t> order;
  const absl::StatusOr<std::vector<LoadRecord>> all = loads_.List(kNever);
  ASSERT_TRUE(all.ok());
  for (const LoadRecord& load : *all) order.push_back(load.visible_sequence());
  EXPECT_THAT(order, ElementsAre(1u, 2u));
}

TEST_F(StagedLoadsTest, UnknownLoadsAndOversizedBatchesAreRefused) {
  EXPECT_EQ(Reason(Append(0, 1).status()), "LOAD_UNKNOWN");
  ASSERT_TRUE(loads_.Open(Facts(), kNever).ok());
  EXPECT_EQ(Reason(Append(0, kLoadBatchRowsMax + 1).status()), "BATCH_TOO_LARGE");
  EXPECT_EQ(Reason(Append(0, 0).status()), "BATCH_TOO_LARGE");
}

// A list that leaves some out would lose their events without a word.
TEST_F(StagedLoadsTest, MoreLoadsThanCanBeReadAreAnErrorNotAList) {
  Batch batch;
  for (size_t i = 0; i < kLoadsMax; ++i) {
    LoadRecord record;
    record.set_load(absl::StrCat(i));
    batch.puts.push_back({.key = KeyWriter().Text("load").Text(record.load()).Take(), .value = record.SerializeAsString()});
  }
  ASSERT_TRUE(store_.Apply(batch, kNever).ok());
  const auto all = loads_.List(kNever);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->size(), kLoadsMax);
  ASSERT_TRUE(loads_.Open(Facts(), kNever).ok());
  EXPECT_EQ(Reason(loads_.List(kNever).status()), "TOO_MANY_LOADS");
}

}  // namespace
}  // namespace safehaven
