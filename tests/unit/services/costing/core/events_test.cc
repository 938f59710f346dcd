#include "services/costing/core/events.h"

#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

TEST(EventColumnsBuilder, EncodesTextsByDictionary) {
  const EventColumns events = testing_support::SmallEvents();
  EXPECT_EQ(events.row_count(), 6u);
  EXPECT_EQ(events.feed.values.size(), 2u);
  EXPECT_EQ(events.feed.at(3), "op");
}

TEST(EventColumnsBuilder, RefusesBadEventsAndKeepsNothingOfThem) {
  EventColumnsBuilder builder({"minutes"});
  const std::vector<int64_t> one = {1};
  const std::string long_text(kEventTextMax + 1, 'A');
  const Event good = {.feed = "op", .start = CivilDay(10), .end = CivilDay(10), .drivers = one};
  Event bad = good;
  bad.currency = long_text;
  EXPECT_EQ(MetadataOf(builder.Append(bad))["field"], "currency");
  bad = good;
  bad.end = CivilDay(9);
  EXPECT_EQ(MetadataOf(builder.Append(bad))["field"], "end_date");
  bad = good;
  bad.drivers = {};
  EXPECT_EQ(MetadataOf(builder.Append(bad))["field"], "drivers");
  EXPECT_EQ(builder.row_count(), 0u);
  EXPECT_TRUE(builder.Append(good).ok());
}

TEST(EventColumnsBuilder, IsFullAtTheSegmentsSize) {
  EventColumnsBuilder builder({});
  for (size_t i = 0; i < kSegmentRowsMax; ++i) ASSERT_TRUE(builder.Append({.feed = "op"}).ok());
  EXPECT_EQ(ReasonOf(builder.Append({.feed = "op"})), "SEGMENT_FULL");
  EXPECT_EQ(builder.Finish().row_count(), kSegmentRowsMax);
  EXPECT_TRUE(builder.Append({.feed = "op"}).ok());
}

}  // namespace
}  // namespace safehaven::costing
