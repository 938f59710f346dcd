#include "cli/linkage/read_table.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

constexpr absl::string_view kHeader = "id,name,town\n";

std::string Rows(int count) {
  std::string text(kHeader);
  for (int i = 1; i <= count; ++i) absl::StrAppend(&text, i, ",Ann,Seahaven\n");
  return text;
}

std::string ReasonOfParsing(const std::string& text) {
  return std::string(ReasonOf(ParseTable("a", text, "").status()));
}

TEST(ReadTable, AnUnclosedMarkIsAFaultOfTheFileThatNamesItsLine) {
  // The mark of line 3 would close at that of line 5 and swallow the rows between.
  const auto read = ParseTable("a", "id,name,town\n1,Ann,X\n2,\"Bob,X\n3,Cy,X\n4,Di,\"New, Town\"\n", "");
  EXPECT_EQ(ReasonOf(read.status()), "CSV_QUOTE_UNCLOSED");
  EXPECT_TRUE(absl::StrContains(read.status().message(), "line 3")) << read.status();
  const auto to_the_end = ParseTable("a", "id,name\n1,Ann\n2,\"Bob\n3,Cy\n", "");
  EXPECT_EQ(ReasonOf(to_the_end.status()), "CSV_QUOTE_UNCLOSED");
  EXPECT_TRUE(absl::StrContains(to_the_end.status().message(), "line 3")) << to_the_end.status();
}

TEST(ReadTable, ClosedMarksMayEncloseLinesAndMarks) {
  const auto read = ParseTable("a", "id,name,town\n1,\"Ann \"\"A\"\"\",\"New,\nTown\"\n2,\"Bob\" Smith,X\n", "");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->table.Find("name")->ValueAt(0), "Ann \"A\"");
  EXPECT_EQ(read->table.Find("town")->ValueAt(0), "New,\nTown");
  // What is not enclosed whole is text, and said to be.
  EXPECT_EQ(read->table.Find("name")->ValueAt(1), "\"Bob\" Smith");
  ASSERT_EQ(read->faults.size(), 1u);
  EXPECT_EQ(read->faults[0].reason, "QUOTE_STRAY");
  EXPECT_EQ(read->faults[0].line, 4u);
}

TEST(ReadTable, RowsOfTheWrongLengthAreNamedByLine) {
  const auto read = ParseTable("a", absl::StrCat(Rows(2), "3,Bob\n4,Cy,Bath,West,1\n5,Di,York\n"), "");
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->faults.size(), 2u);
  EXPECT_EQ(read->faults[0].reason, "ROW_TOO_SHORT");
  EXPECT_EQ(read->faults[0].line, 4u);
  EXPECT_FALSE(read->faults[0].left_out);
  EXPECT_EQ(read->faults[1].reason, "ROW_TOO_LONG");
  EXPECT_EQ(read->faults[1].line, 5u);
  EXPECT_TRUE(read->faults[1].left_out);
  // The row that is left out keeps its number.
  EXPECT_EQ(read->table.row_count, 4u);
  EXPECT_EQ(read->RowNumber(2), 3u);
  EXPECT_EQ(read->RowNumber(3), 5u);
}

TEST(ReadTable, TooManyFaultsRefuseTheFile) {
  const auto read = ParseTable("a", absl::StrCat(Rows(97), "98,Bob\n99,Cy\n100,Di\n"), "");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(CheckFaults(*read, 30).ok());
  const absl::Status refused = CheckFaults(*read, 20);
  EXPECT_EQ(ReasonOf(refused), "TOO_MANY_FAULTS");
  EXPECT_TRUE(absl::StrContains(refused.message(), "line 99")) << refused;
}

TEST(ReadTable, AnEnormousRowIsLeftOut) {
  const auto read = ParseTable("a", absl::StrCat(Rows(2), "3,", std::string(70'000, 'A'), ",X\n"), "");
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->faults.size(), 1u);
  EXPECT_EQ(read->faults[0].reason, "ROW_TOO_LARGE");
  EXPECT_EQ(read->table.row_count, 2u);
}

TEST(ReadTable, LinesMayEndInACarriageReturnAlone) {
  const auto read = ParseTable("a", "id,name\r1,Ann\r2,Bob\r", "");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->carriage_returns);
  EXPECT_EQ(read->table.row_count, 2u);
  EXPECT_EQ(read->table.Find("name")->ValueAt(1), "Bob");
}

TEST(ReadTable, AFileWithoutRowsIsRefused) {
  EXPECT_EQ(ReasonOfParsing(""), "CSV_EMPTY");
  EXPECT_EQ(ReasonOfParsing("id,name\n"), "CSV_NO_ROWS");
  EXPECT_EQ(ReasonOfParsing("id,name\n1,Ann\n"), "");
}

TEST(ReadTable, AHeaderThatEndsInASeparatorShortensNoRow) {
  const auto read = ParseTable("a", "id,name,\n1,Ann\n2,Bob,\n", "");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->faults.empty());
}

}  // namespace
}  // namespace safehaven::cli
