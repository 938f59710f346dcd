#include "libs/server/log_line.h"

#include <limits>
#include <type_traits>

#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "libs/base/sensitive.h"
#include "libs/base/status.h"
#include "safehaven/test/v1/echo.pb.h"

namespace safehaven {
namespace {

const absl::Time kNow = absl::FromUnixMillis(1'750'000'000'123);

// What must not compile, does not.
template <typename T>
constexpr bool kLoggable = std::is_constructible_v<LogField, absl::string_view, T>;
static_assert(!kLoggable<Sensitive<std::string>>);
static_assert(!kLoggable<Sensitive<int>>);
static_assert(!kLoggable<const Sensitive<std::string>&>);
static_assert(!kLoggable<test::v1::EchoRequest>);
static_assert(!kLoggable<const google::protobuf::Message&>);
static_assert(!kLoggable<const google::protobuf::Message*>);
static_assert(!kLoggable<void*>);
// And what should, does.
static_assert(kLoggable<std::string> && kLoggable<const char*> && kLoggable<int> &&
              kLoggable<uint64_t> && kLoggable<bool> && kLoggable<double> &&
              kLoggable<absl::Duration> && kLoggable<absl::Status>);

TEST(LogLine, IsOneJsonObjectWithItsFieldsInOrder) {
  EXPECT_EQ(FormatLogLine(kNow, Severity::kWarning, "load_closed",
                          {{"rows", 12},
                           {"source", "acute"},
                           {"complete", true},
                           {"took", absl::Milliseconds(1500)},
                           {"since", absl::UnixEpoch()}}),
            "{\"time\":\"2025-06-15T15:06:40.123Z\",\"severity\":\"warning\",\"event\":\"load_closed\","
            "\"rows\":12,\"source\":\"acute\",\"complete\":true,\"took\":1.5,"
            "\"since\":\"1970-01-01T00:00:00.000Z\"}\n");
}

TEST(LogLine, SaysCodeReasonAndMessageOfAStatus) {
  EXPECT_EQ(LogField("status", NotFound("NO_SUCH_THING", "not here")).json(),
            "\"status\":{\"code\":\"NOT_FOUND\",\"reason\":\"NO_SUCH_THING\",\"message\":\"not here\"}");
}

TEST(LogLine, EscapesWhatWouldBreakTheLine) {
  EXPECT_EQ(JsonString("a\"b\\c\nd\x01\x7f"), "\"a\\\"b\\\\c\\u000ad\\u0001\\u007f\"");
  EXPECT_EQ(JsonString("Zo\xc3\xab"), "\"Zo\xc3\xab\"");
  EXPECT_EQ(JsonString("\xff" "a\xc3"), "\"\xEF\xBF\xBD" "a\xEF\xBF\xBD\"");
}

TEST(LogLine, HoldsNoInfinitiesAndNoEndlessText) {
  EXPECT_EQ(LogField("x", std::numeric_limits<double>::infinity()).json(), "\"x\":null");
  EXPECT_LT(LogField("x", std::string(100'000, 'y')).json().size(), 3000u);
}

}  // namespace
}  // namespace safehaven
