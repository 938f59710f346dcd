// What commands print, and with which exit code they end.
#include "cli/output/table.h"

#include <gtest/gtest.h>

#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

TEST(Table, NumbersStandOnTheRightAndDaysAndBandsOnTheLeft) {
  const TextTable table = {.columns = {"band", "day", "cost", "note"},
                           .rows = {{"00-04", "2025-06-30", "-1.50", "x"}, {"95+", "2025-07-01", "suppressed", ""}}};
  EXPECT_EQ(Format(table, OutputFormat::kTable),
            "band   day               cost  note\n"
            "-----  ----------  ----------  ----\n"
            "00-04  2025-06-30       -1.50  x\n"
            "95+    2025-07-01  suppressed\n");
}

TEST(Table, TheSameAsCsvAndJsonLosesNothing) {
  const TextTable table = {.columns = {"name", "count"}, .rows = {{"a \"b\", c", "1"}}};
  EXPECT_EQ(Format(table, OutputFormat::kCsv), "name,count\n\"a \"\"b\"\", c\",1\n");
  EXPECT_EQ(Format(table, OutputFormat::kJson), "[\n  {\"name\": \"a \\\"b\\\", c\", \"count\": \"1\"}\n]\n");
  EXPECT_EQ(Format({.columns = {"name"}}, OutputFormat::kJson), "[]\n");
}

TEST(ExitCode, TellsKindsOfFailureApart) {
  EXPECT_EQ(ExitCode(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCode(InvalidArgument("CSV_EMPTY", "")), 3);
  EXPECT_EQ(ExitCode(PermissionDenied("DECISION_REFUSED", "")), 4);
  EXPECT_EQ(ExitCode(absl::UnauthenticatedError("")), 5);
  EXPECT_EQ(ExitCode(Unavailable("UNREACHABLE", "")), 6);
  EXPECT_EQ(ExitCode(DataLoss("CHAIN_BROKEN", "")), 7);
  EXPECT_EQ(ExitCode(absl::InternalError("")), 1);
}

}  // namespace
}  // namespace safehaven::cli
