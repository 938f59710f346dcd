// The metered store tells its meter what happened, how much and for how long.
#include "libs/storage/metered_store.h"

#include <gtest/gtest.h>

#include <vector>

#include "libs/storage/faulty_store.h"
#include "libs/storage/memory_store.h"
#include "tests/support/environment_fakes.h"

namespace safehaven {
namespace {

constexpr absl::Time kForever = absl::InfiniteFuture();

class RecordingMeter : public StoreMeter {
 public:
  void Record(const StoreCall& call) override { calls.push_back(call); }
  std::vector<StoreCall> calls;
};

TEST(MeteredStore, ReportsEachCallWithItsSize) {
  MemoryStore inner;
  testing_support::FakeClock clock;
  RecordingMeter meter;
  MeteredStore store(inner, clock, meter);
  ASSERT_TRUE(store.Apply({.preconditions = {}, .puts = {{"ab", "123"}}, .deletes = {"c"}}, kForever).ok());
  ASSERT_TRUE(store.Get("ab", kForever).ok());
  ASSERT_FALSE(store.Get("c", kForever).ok());
  const auto snapshot = store.TakeSnapshot(kForever).value();
  ASSERT_TRUE(store.Scan("", "", *snapshot, kForever, [&clock](absl::string_view, const Entry&) {
    clock.Advance(absl::Milliseconds(7));
    return true;
  }).ok());
  ASSERT_EQ(meter.calls.size(), 5u);
  EXPECT_EQ(meter.calls[0].operation, StoreOperation::kApply);
  EXPECT_EQ(meter.calls[0].key_count, 2u);
  EXPECT_EQ(meter.calls[0].byte_count, 6u);
  EXPECT_EQ(meter.calls[1].byte_count, 3u);
  EXPECT_EQ(meter.calls[2].code, absl::StatusCode::kNotFound);
  EXPECT_EQ(meter.calls[4].operation, StoreOperation::kScan);
  EXPECT_EQ(meter.calls[4].duration, absl::Milliseconds(7));
}

TEST(CountingMeter, CountsAnswersApartFromFailures) {
  MemoryStore memory;
  FaultyStore faulty(FaultOptions{}, memory);
  testing_support::FakeClock clock;
  CountingMeter meter;
  MeteredStore store(faulty, clock, meter);
  (void)store.Get("a", kForever);
  faulty.SetDown(true);
  (void)store.Get("a", kForever);
  EXPECT_EQ(meter.call_count(StoreOperation::kGet), 2u);
  EXPECT_EQ(meter.failure_count(StoreOperation::kGet), 1u);
  EXPECT_EQ(meter.call_count(StoreOperation::kApply), 0u);
  EXPECT_EQ(Name(StoreOperation::kMultiGet), "multi_get");
}

}  // namespace
}  // namespace safehaven
