#include "services/costing/core/segment.h"

#include <gtest/gtest.h>

#include <limits>

#include "libs/base/status.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

EventSegment SmallSegment() {
  EventSegment segment;
  segment.flow = "acute-apc-2025";
  segment.dataset = "acute/apc";
  segment.provider = "ZA1";
  segment.load = "load-1";
  segment.events = testing_support::SmallEvents();
  segment.cell_keys = {1, 2, 3, 4, 5, std::numeric_limits<uint32_t>::max()};
  return segment;
}

TEST(EventSegment, IsReadBackAsItWasWritten) {
  EventSegment segment = SmallSegment();
  auto parsed = ParseSegment(SerialiseSegment(segment));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(*parsed, segment);
  // Values from one end of their range to the other.
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  segment = WithCost(segment, "run-9", std::vector<int64_t>{-kMost - 1, -1, 0, 1, kMost, 7});
  segment.events.drivers[0].values[0] = -kMost - 1;
  segment.events.end_day[0] = std::numeric_limits<int32_t>::min();
  parsed = ParseSegment(SerialiseSegment(segment));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(*parsed, segment);
}

TEST(EventSegment, MayBeEmpty) {
  const EventSegment empty;
  const auto parsed = ParseSegment(SerialiseSegment(empty));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(*parsed, empty);
}

TEST(EventSegment, TakesTheCostOfTheLatestRunOnly) {
  const EventSegment segment = SmallSegment();
  EXPECT_EQ(OwnPatientCareCost(segment), nullptr);
  EventSegment costed = WithCost(segment, "run-1", std::vector<int64_t>(6, 5));
  costed = WithCost(std::move(costed), "run-2", std::vector<int64_t>(6, 8));
  EXPECT_EQ(costed.run, "run-2");
  EXPECT_EQ(*OwnPatientCareCost(costed), std::vector<int64_t>(6, 8));
  EXPECT_EQ(costed.costs.size(), 1u);
}

TEST(EventSegment, RefusesEveryFlippedBit) {
  const std::string bytes = SerialiseSegment(SmallSegment());
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    const absl::Status status = ParseSegment(damaged).status();
    ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << "byte " << i;
    ASSERT_EQ(ReasonOf(status), "SEGMENT_DAMAGED");
  }
}

TEST(EventSegment, RefusesBytesThatAreCutOrLonger) {
  const std::string bytes = SerialiseSegment(SmallSegment());
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_EQ(ReasonOf(ParseSegment(bytes.substr(0, size)).status()), "SEGMENT_DAMAGED") << size;
  }
  EXPECT_EQ(ReasonOf(ParseSegment(bytes + "x").status()), "SEGMENT_DAMAGED");
}

}  // namespace
}  // namespace safehaven::costing
