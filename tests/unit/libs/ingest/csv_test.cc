#include "libs/ingest/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/base/status.h"
#include "tests/support/seed.h"

namespace safehaven {
namespace {

using testing::ElementsAre;

std::string RefusalOf(const std::string& text, CsvLimits limits = {}) {
  absl::StatusOr<CsvReader> reader = CsvReader::Make(text, limits);
  if (!reader.ok()) return absl::StrCat(ReasonOf(reader.status()), "@", MetadataOf(reader.status())["line"]);
  while (true) {
    const absl::StatusOr<bool> next = reader->Next();
    if (!next.ok()) return absl::StrCat(ReasonOf(next.status()), "@", MetadataOf(next.status())["line"]);
    if (!*next) return "";
  }
}

std::vector<std::vector<std::string>> RowsOf(const std::string& text) {
  absl::StatusOr<CsvReader> reader = CsvReader::Make(text, {});
  EXPECT_TRUE(reader.ok()) << reader.status();
  std::vector<std::vector<std::string>> rows;
  while (*reader->Next()) rows.emplace_back(reader->fields().begin(), reader->fields().end());
  return rows;
}

TEST(Csv, ReadsPlainAndQuotedFields) {
  EXPECT_THAT(RowsOf("a,b\n1,2\n\"x,\"\"y\"\"\n\",\n"), ElementsAre(ElementsAre("1", "2"), ElementsAre("x,\"y\"\n", "")));
}

TEST(Csv, TheLastLineNeedsNoLineEndAndCarriageReturnsAreLineEnds) {
  EXPECT_THAT(RowsOf("a,b\r\n1,2\r\n3,\"4\"\r\n5,6"),
              ElementsAre(ElementsAre("1", "2"), ElementsAre("3", "4"), ElementsAre("5", "6")));
}

TEST(Csv, KeepsBlanksAsTheyAre) { EXPECT_THAT(RowsOf("a\n b \n"), ElementsAre(ElementsAre(" b "))); }

TEST(Csv, AWrongFieldCountIsAFaultOfTheRowOnly) {
  absl::StatusOr<CsvReader> reader = CsvReader::Make("a,b\n1\n1,2,3\n\"4\n4\",5\n6\n", {});
  ASSERT_TRUE(reader.ok());
  std::vector<uint64_t> faulty;
  int good = 0;
  while (*reader->Next()) {
    if (reader->fault().has_value()) {
      EXPECT_EQ(reader->fault()->reason, "CSV_FIELD_COUNT");
      faulty.push_back(reader->fault()->line);
    } else {
      ++good;
    }
  }
  EXPECT_THAT(faulty, ElementsAre(2u, 3u, 6u)) << "lines as an editor counts them";
  EXPECT_EQ(good, 1);
}

TEST(Csv, FaultsOfTheFileRefuseItWithTheirLine) {
  EXPECT_EQ(RefusalOf(""), "CSV_EMPTY@1");
  EXPECT_EQ(RefusalOf(std::string("a,b\n1,\0002\n", 9)), "CSV_NUL_BYTE@2");
  EXPECT_EQ(RefusalOf("\xEF\xBB\xBF" "a,b\n1,2\n"), "CSV_NOT_UTF8@1");
  EXPECT_EQ(RefusalOf("a,b\n1,2\nJos\xE9,2\n"), "CSV_NOT_UTF8@3");
  EXPECT_EQ(RefusalOf("a,b,a\n"), "CSV_COLUMN_DOUBLED@1");
  EXPECT_EQ(RefusalOf("a,b\n\"1,2\n3,4\n"), "CSV_QUOTE_UNCLOSED@2");
  EXPECT_EQ(RefusalOf("a,b\n\"1\"x,2\n"), "CSV_QUOTE_MISPLACED@2");
  EXPECT_EQ(RefusalOf("a,b\n1\"x,2\n"), "CSV_QUOTE_MISPLACED@2");
  EXPECT_EQ(RefusalOf(absl::StrCat("a,b\n", std::string(100, 'x'), ",2\n"), {.line_bytes_max = 50}), "CSV_LINE_TOO_LONG@2");
  EXPECT_EQ(RefusalOf(absl::StrCat("a,b\n\"", std::string(100, 'x'), "\",2\n"), {.line_bytes_max = 50}), "CSV_LINE_TOO_LONG@2");
  EXPECT_EQ(RefusalOf("a,b,c\n", {.column_count_max = 2}), "CSV_COLUMNS_TOO_MANY@1");
}

TEST(Csv, NoMessageQuotesAValue) {
  const absl::Status status = CsvReader::Make("a,b\n1,2\nJos\xE9,2\n", {}).status();
  EXPECT_THAT(std::string(status.message()), testing::Not(testing::HasSubstr("Jos")));
}

// Goal: what a writer quotes comes back. Method: random fields of awkward characters.
TEST(CsvProperty, WhatIsWrittenIsRead) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(testing::Message() << "SAFEHAVEN_SEED=" << seed);
  std::mt19937_64 prng(seed);
  const std::string alphabet = "ab,\"\n\r x";
  for (int round = 0; round < 500; ++round) {
    std::vector<std::vector<std::string>> rows(prng() % 6);
    std::string text = "p,q,r\n";
    for (auto& row : rows) {
      for (int i = 0; i < 3; ++i) {
        std::string field;
        for (size_t n = prng() % 5; n > 0; --n) field.push_back(alphabet[prng() % alphabet.size()]);
        row.push_back(field);
        absl::StrAppend(&text, "\"", absl::StrReplaceAll(field, {{"\"", "\"\""}}), i == 2 ? "\"\n" : "\",");
      }
    }
    EXPECT_EQ(RowsOf(text), rows);
  }
}

// Goal: no input crashes the reader or makes it run for ever.
TEST(CsvFuzz, AnyBytesAreReadOrRefused) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(testing::Message() << "SAFEHAVEN_SEED=" << seed);
  std::mt19937_64 prng(seed);
  const std::string alphabet("a,\"\n\r\0\xC3\xA9\xFF", 10);
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (size_t n = prng() % 40; n > 0; --n) text.push_back(alphabet[prng() % alphabet.size()]);
    RefusalOf(text, {.line_bytes_max = 20, .column_count_max = 4});
  }
}

}  // namespace
}  // namespace safehaven
