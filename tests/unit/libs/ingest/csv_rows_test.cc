// Goal: the fast reader of feeds finds the same places with and without vector
// instructions, reads quoted fields and long texts, and refuses faults of a file.
#include "libs/ingest/csv_rows.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/ingest/csv.h"
#include "tests/support/seed.h"

namespace safehaven {
namespace {

using Rows = std::vector<std::vector<std::string>>;

absl::StatusOr<Rows> ReadFast(absl::string_view text) {
  SH_ASSIGN_OR_RETURN(CsvRows rows, CsvRows::Make(text));
  Rows read = {rows.columns()};
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, rows.Next());
    if (!any) return read;
    std::vector<std::string> row;
    for (size_t i = 0; i < rows.field_count(); ++i) row.emplace_back(rows.field(i));
    read.push_back(row);
  }
}

std::string ReasonFor(absl::string_view text) { return ReasonOf(ReadFast(text).status()); }

TEST(CsvIndex, FindsTheSameWithAndWithoutVectorInstructions) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 300; ++round) {
    std::string text(prng() % 400, ' ');
    for (char& c : text) c = "abc,,\n\"\r"[prng() % 8];
    QuoteState fast_state, portable_state;
    std::vector<uint32_t> fast(text.size() + 1), portable(text.size() + 1);
    // Cut anywhere: what one piece hands on to the next must be the same too.
    const size_t cut = text.empty() ? 0 : prng() % text.size();
    for (const auto& [begin, end] : {std::pair<size_t, size_t>{0, cut}, {cut, text.size()}}) {
      fast.resize(IndexCsv(text.data() + begin, end - begin, fast_state, fast.data()));
      portable.resize(IndexCsvPortable(text.data() + begin, end - begin, portable_state, portable.data()));
      EXPECT_EQ(fast, portable);
      EXPECT_EQ(fast_state.is_inside, portable_state.is_inside);
      fast.resize(text.size() + 1);
      portable.resize(text.size() + 1);
    }
  }
}

TEST(CsvRows, ReadsAcrossTheWindowsOfALongText) {
  std::string text = "id,text\n";
  for (int i = 0; i < 20'000; ++i) absl::StrAppend(&text, i, ",\"a, \"\"quoted\"\"\nfield ", i, "\"\n");
  const absl::StatusOr<Rows> rows = ReadFast(text);
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 20'001u);
  EXPECT_EQ(rows->back()[1], "a, \"quoted\"\nfield 19999");
}

TEST(CsvRows, CountsLinesAsAnEditorDoes) {
  auto rows = CsvRows::Make("a,b\n1,\"x\ny\"\n2,z\n");
  ASSERT_TRUE(rows.ok());
  ASSERT_TRUE(*rows->Next());
  EXPECT_EQ(rows->line(), 2u);
  ASSERT_TRUE(*rows->Next());
  EXPECT_EQ(rows->line(), 4u);
}

TEST(CsvRows, RefusesFaultsOfTheFile) {
  EXPECT_EQ(ReasonFor(""), "CSV_EMPTY");
  EXPECT_EQ(ReasonFor(absl::string_view("a,b\n\0,1\n", 8)), "CSV_NUL_BYTE");
  EXPECT_EQ(ReasonFor("a,b\n\xff,1\n"), "CSV_NOT_UTF8");
  EXPECT_EQ(ReasonFor("\xEF\xBB\xBF" "a,b\n"), "CSV_NOT_UTF8");
  EXPECT_EQ(ReasonFor("a,a\n"), "CSV_COLUMN_DOUBLED");
  EXPECT_EQ(ReasonFor("a,b\n1,\"2\n"), "CSV_QUOTE_UNCLOSED");
  EXPECT_EQ(ReasonFor("a,b\n1,2\"3\"\n"), "CSV_QUOTE_MISPLACED");
  EXPECT_EQ(ReasonFor(absl::StrCat("a,b\n1,", std::string(kCsvRowBytesMax, 'x'), "\n")), "CSV_LINE_TOO_LONG");
  EXPECT_EQ(ReasonFor(absl::StrCat(std::string(kCsvColumnsMax, ','), "\n")), "CSV_COLUMNS_TOO_MANY");
}

// What `Reader` makes of a text: its rows, then "end" or that it was refused.
template <typename Reader>
std::vector<std::string> RowsBy(absl::StatusOr<Reader> reader) {
  std::vector<std::string> rows;
  if (!reader.ok()) return {"refused"};
  const size_t column_count = reader->columns().size();
  while (true) {
    const absl::StatusOr<bool> any = reader->Next();
    if (!any.ok()) return {"refused"};
    if (!*any) break;
    std::string row;
    if constexpr (std::is_same_v<Reader, CsvRows>) {
      if (!reader->has_all_fields()) row = "another number of fields";
      for (size_t i = 0; row.empty() && i < column_count; ++i) absl::StrAppend(&rows.emplace_back(), reader->field(i));
    } else {
      if (reader->fault().has_value()) row = "another number of fields";
      for (size_t i = 0; row.empty() && i < column_count; ++i) absl::StrAppend(&rows.emplace_back(), reader->fields()[i]);
    }
    rows.push_back(row);
  }
  return rows;
}

TEST(CsvRows, TakesAndRefusesWhatTheStrictReaderDoes) {
  std::mt19937_64 random(SeedFromEnvironment());
  constexpr absl::string_view kBytes = "ab,,\n\n\r\"\"";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = "h,i\n";
    for (size_t size = random() % 12; size > 0; --size) text.push_back(kBytes[random() % kBytes.size()]);
    ASSERT_EQ(RowsBy(CsvRows::Make(text)), RowsBy(CsvReader::Make(text, {}))) << text;
  }
}

}  // namespace
}  // namespace safehaven
