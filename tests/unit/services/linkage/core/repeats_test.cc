// Records that say exactly the same: they are one profile and never compared, and still
// have to be found one person's, in files of any size.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/civil_day.h"
#include "services/linkage/core/standardise/nickname.h"
#include "services/linkage/core/table/link_tables.h"
#include "services/linkage/core/table/recognise.h"
#include "tests/support/linkage_tables.h"

namespace safehaven::linkage {
namespace {

// The first `people` made-up people with `copies` of them again, word for word, under new
// row numbers.
Table WithExactCopies(int people, int copies) {
  const Table table = MadeUpPeople("a", {.seed = 9, .people = people});
  std::vector<std::string> columns;
  for (const TableColumn& column : table.columns) columns.push_back(column.name);
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < people + copies; ++i) {
    std::vector<std::string>& row = rows.emplace_back();
    const size_t from = static_cast<size_t>(i < people ? i : (i - people) * (people / copies));
    for (const TableColumn& column : table.columns) row.emplace_back(column.ValueAt(from));
    row[0] = absl::StrCat(i + 1);
  }
  return TableOf("a", columns, rows);
}

TableLinkResult LinkAlone(const Table& table) {
  std::vector<Table> tables;
  tables.push_back(CopyOf(table));
  TableLinkInput input;
  input.tables = tables;
  input.schema = Recognise(tables, std::vector<std::string>{"who", "n"});
  input.today = CivilDay::FromYmd(2026, 3, 31).value();
  for (size_t row = 0; row < table.row_count; ++row) input.truth.emplace_back(table.Find("who")->ValueAt(row));
  auto linked = LinkTables(input);
  EXPECT_TRUE(linked.ok()) << linked.status();
  return *std::move(linked);
}

struct Case {
  int people;
  int copies;
};

class ExactCopies : public testing::TestWithParam<Case> {};

TEST_P(ExactCopies, AreLinkedAndNothingElseIs) {
  const TableLinkResult linked = LinkAlone(WithExactCopies(GetParam().people, GetParam().copies));
  ASSERT_TRUE(linked.judgement.has_value());
  EXPECT_EQ(linked.judgement->true_pairs, static_cast<uint64_t>(GetParam().copies));
  EXPECT_DOUBLE_EQ(linked.judgement->clusters.Recall(), 1);
  EXPECT_EQ(linked.judgement->clusters.false_links, 0u);
  EXPECT_EQ(RepeatsLinked(linked.match), static_cast<uint64_t>(GetParam().copies));
}

INSTANTIATE_TEST_SUITE_P(Sizes, ExactCopies,
                         testing::Values(Case{1, 1}, Case{2, 1}, Case{3, 1}, Case{9, 1}, Case{300, 30}, Case{3000, 300},
                                         Case{300, 1}),
                         [](const auto& test_case) {
                           return absl::StrCat("Of", test_case.param.people, "Times", test_case.param.copies);
                         });

TEST(ExactCopies, ACommonNameAloneLinksNobody) {
  // Goal: a thousand people under twelve names, nothing else known.
  std::vector<std::vector<std::string>> rows;
  const char* const given[] = {"MARY", "JOHN", "ANNE", "PETER"};
  const char* const family[] = {"SMITH", "JONES", "BROWN"};
  for (int i = 0; i < 1000; ++i) rows.push_back({absl::StrCat(i), given[i % 4], family[i / 4 % 3]});
  std::vector<Table> tables = Only(TableOf("a", {"who", "first_name", "surname"}, rows));
  TableLinkInput input;
  input.tables = tables;
  input.schema = Recognise(tables, std::vector<std::string>{"who"});
  input.today = CivilDay::FromYmd(2026, 3, 31).value();
  const auto linked = LinkTables(input);
  ASSERT_TRUE(linked.ok()) << linked.status();
  EXPECT_EQ(linked->match.cluster_count, 1000u);
  EXPECT_EQ(RepeatsLinked(linked->match), 0u);
}

TEST(ExactCopies, TwoStrangersStayTwo) {
  const TableLinkResult linked = LinkAlone(MadeUpPeople("a", {.seed = 3, .people = 2}));
  EXPECT_EQ(linked.match.cluster_count, 2u);
}

TEST(Nicknames, ATextInTheColumnOfNamesIsLookedUpAtOnce) {
  // A quarter of a million letters took ten seconds, as each was left out in turn.
  EXPECT_EQ(Nicknames::BuiltIn().ListedNear(std::string(3'000'000, 'A')), "");
  EXPECT_EQ(Nicknames::BuiltIn().ListedNear("ELIZABTH"), "ELIZABETH");
}

}  // namespace
}  // namespace safehaven::linkage
