#include "libs/server/system.h"

#include "gtest/gtest.h"

namespace safehaven {
namespace {

TEST(SystemRandomness, GivesAsManyBytesAsAskedAndOthersEachTime) {
  SystemRandomness randomness;
  for (const size_t count : {size_t{0}, size_t{1}, size_t{32}, size_t{100'000}}) {
    EXPECT_EQ(randomness.Bytes(count).size(), count);
  }
  EXPECT_NE(randomness.Bytes(16), randomness.Bytes(16));
}

TEST(SystemClock, DoesNotStandStill) {
  const SystemClock clock;
  const absl::Time before = clock.Now();
  EXPECT_GT(before, absl::FromUnixSeconds(1'700'000'000));
  EXPECT_GE(clock.Now(), before - absl::Seconds(1));
}

}  // namespace
}  // namespace safehaven
