// The faulty store fails where it was told to, and never tears a batch.
#include "libs/storage/faulty_store.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/memory_store.h"

namespace safehaven {
namespace {

constexpr absl::Time kForever = absl::InfiniteFuture();

Batch PutTwo(const std::string& key) {
  return {.preconditions = {}, .puts = {{key + "1", ""}, {key + "2", ""}}, .deletes = {}};
}

TEST(FaultyStore, FailsBeforeWithoutATrace) {
  MemoryStore memory;
  FaultyStore store(FaultOptions{}, memory);
  store.FailNextApplies(ApplyFault::kBefore, 1);
  EXPECT_EQ(ReasonOf(store.Apply(PutTwo("a"), kForever).status()), "STORE_UNAVAILABLE");
  EXPECT_FALSE(memory.Get("a1", kForever).ok());
  EXPECT_TRUE(store.Apply(PutTwo("a"), kForever).ok());
}

TEST(FaultyStore, FailsAfterWithEverythingWritten) {
  MemoryStore memory;
  FaultyStore store(FaultOptions{}, memory);
  store.FailNextApplies(ApplyFault::kAfter, 1);
  EXPECT_EQ(ReasonOf(store.Apply(PutTwo("a"), kForever).status()), "STORE_UNAVAILABLE");
  EXPECT_TRUE(memory.Get("a1", kForever).ok());
  EXPECT_TRUE(memory.Get("a2", kForever).ok());
}

TEST(FaultyStore, IsDownUntilItIsSwitchedBack) {
  MemoryStore memory;
  FaultyStore store(FaultOptions{}, memory);
  store.SetDown(true);
  EXPECT_EQ(store.Get("a", kForever).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(store.TakeSnapshot(kForever).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(store.Apply(PutTwo("a"), kForever).status().code(), absl::StatusCode::kUnavailable);
  store.SetDown(false);
  EXPECT_TRUE(store.Apply(PutTwo("a"), kForever).ok());
}

TEST(FaultyStore, ChancesAreThoseOfTheSeedAndNeverTear) {
  MemoryStore first_memory;
  MemoryStore second_memory;
  const FaultOptions options = {.seed = 5, .read_per_mille = 0, .before_apply_per_mille = 200,
                                .after_apply_per_mille = 200};
  FaultyStore first(options, first_memory);
  FaultyStore second(options, second_memory);
  int failures = 0;
  for (int i = 0; i < 500; ++i) {
    const std::string key = absl::StrCat(i, "-");
    const bool ok = first.Apply(PutTwo(key), kForever).ok();
    EXPECT_EQ(ok, second.Apply(PutTwo(key), kForever).ok());
    EXPECT_EQ(first_memory.Get(key + "1", kForever).ok(), first_memory.Get(key + "2", kForever).ok());
    if (ok) {
      EXPECT_TRUE(first_memory.Get(key + "1", kForever).ok());
    } else {
      ++failures;
    }
  }
  EXPECT_NEAR(failures, 500 * 0.36, 60);
}

}  // namespace
}  // namespace safehaven
