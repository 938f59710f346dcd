#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/linkage/core/standardise/date_text.h"
#include "services/linkage/core/standardise/nickname.h"
#include "services/linkage/core/table/encode.h"
#include "services/linkage/core/table/link_tables.h"
#include "services/linkage/core/table/recognise.h"
#include "tests/support/linkage_tables.h"

namespace safehaven::linkage {
namespace {

CivilDay Today() { return CivilDay::FromYmd(2026, 3, 31).value(); }

ColumnUse UseOf(const Schema& schema, const std::string& column) {
  const ColumnRule* rule = schema.Find(column);
  return rule == nullptr ? ColumnUse::kIgnored : rule->use;
}

TEST(Recognise, ColumnsAreKnownByTheirNames) {
  EXPECT_EQ(UseByName("First Name"), ColumnUse::kGivenName);
  EXPECT_EQ(UseByName("givenName"), ColumnUse::kGivenName);
  EXPECT_EQ(UseByName("LAST"), ColumnUse::kFamilyName);
  EXPECT_EQ(UseByName("dateOfBirth"), ColumnUse::kBirthDate);
  EXPECT_EQ(UseByName("dob_mon"), ColumnUse::kBirthMonth);
  EXPECT_EQ(UseByName("zip_code"), ColumnUse::kPostcode);
  EXPECT_EQ(UseByName("soc_sec_id"), ColumnUse::kIdentifier);
  EXPECT_EQ(UseByName("phone number"), ColumnUse::kIdentifier);
  EXPECT_EQ(UseByName("street_number"), ColumnUse::kAddress);
  EXPECT_EQ(UseByName("middle_name"), ColumnUse::kText);
  EXPECT_EQ(UseByName("occupation"), std::nullopt);
}

TEST(Recognise, NumbersOfRowsAndTruthAreNoEvidence) {
  EXPECT_EQ(UseByName("rec_id"), ColumnUse::kRecordId);
  EXPECT_EQ(UseByName("patientId"), ColumnUse::kRecordId);
  EXPECT_EQ(UseByName("unnamed_1"), ColumnUse::kRecordId);
  EXPECT_EQ(UseByName("cluster"), ColumnUse::kIgnored);
  EXPECT_EQ(UseByName("entity_id"), ColumnUse::kIgnored);
  // A column of consecutive numbers under a name that says nothing.
  const std::vector<Table> people = Only(MadeUpPeople("a", {.seed = 1, .people = 60}));
  const Schema schema = Recognise(people, std::vector<std::string>{"who"});
  EXPECT_EQ(UseOf(schema, "n"), ColumnUse::kRecordId);
  EXPECT_EQ(UseOf(schema, "who"), ColumnUse::kIgnored);
}

TEST(Recognise, ColumnsAreKnownByWhatTheyHold) {
  std::vector<std::vector<std::string>> rows;
  const char* const given[] = {"Mary", "John", "William", "Elizabeth", "Susan", "Peter"};
  for (int i = 0; i < 60; ++i) {
    rows.push_back({given[i % 6], absl::StrCat("Family", std::string(1, static_cast<char>('a' + i % 26))),
                    absl::StrCat("19", 40 + i % 50, "-0", 1 + i % 9, "-1", i % 9), i % 2 == 0 ? "F" : "M",
                    absl::StrCat("SS", 1 + i % 9, " ", i % 9, "AB"), absl::StrCat("p", i % 50, "@example.invalid"),
                    absl::StrCat(i + 1, " High Street")});
  }
  const Schema schema = Recognise(Only(TableOf("a", {"c1", "c2", "c3", "c4", "c5", "c6", "c7"}, rows)), {});
  EXPECT_EQ(UseOf(schema, "c1"), ColumnUse::kGivenName);
  EXPECT_EQ(UseOf(schema, "c2"), ColumnUse::kFamilyName);
  EXPECT_EQ(UseOf(schema, "c3"), ColumnUse::kBirthDate);
  EXPECT_EQ(UseOf(schema, "c4"), ColumnUse::kSex);
  EXPECT_EQ(UseOf(schema, "c5"), ColumnUse::kPostcode);
  EXPECT_EQ(UseOf(schema, "c6"), ColumnUse::kIdentifier);
  EXPECT_EQ(UseOf(schema, "c7"), ColumnUse::kAddress);
}

TEST(Recognise, AColumnThatRepeatsAnotherIsLeftOut) {
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < 50; ++i) {
    const std::string street = absl::StrCat("Street ", std::string(1, static_cast<char>('a' + i % 26)));
    rows.push_back({absl::StrCat(i + 1, " ", street), street});
  }
  EXPECT_EQ(UseOf(Recognise(Only(TableOf("a", {"address", "lane"}, rows)), {}), "lane"), ColumnUse::kIgnored);
}

TEST(DateText, DatesAreReadInManyForms) {
  const PartialDate day = {.year = 1980, .month = 12, .day = 31};
  for (const char* text : {"1980-12-31", "19801231", "31/12/1980", "31.12.1980", "31 Dec 1980", "December 31, 1980",
                           "1980-12-31 00:00:00", "31121980", "12/31/1980", "31-12-80"}) {
    EXPECT_EQ(ReadDate(text, DateOrder::kDayFirst), day) << text;
  }
  EXPECT_EQ(ReadDate("02/01/1980", DateOrder::kMonthFirst), (PartialDate{.year = 1980, .month = 2, .day = 1}));
  EXPECT_EQ(ReadDate("02/01/1980", DateOrder::kDayFirst), (PartialDate{.year = 1980, .month = 1, .day = 2}));
  EXPECT_EQ(ReadDate("1980", DateOrder::kDayFirst), (PartialDate{.year = 1980}));
  EXPECT_EQ(ReadDateParts("1980", "Dec", ""), (PartialDate{.year = 1980, .month = 12}));
  EXPECT_TRUE(ReadDate("none", DateOrder::kDayFirst).empty());
}

TEST(EncodeTables, ColumnsGiveTheSameAsRecordsOneByOne) {
  // Goal: the fast way by distinct values and the slow way by records agree in every profile.
  const Table table = MadeUpPeople("a", {.seed = 3, .people = 150, .copies = 100});
  const std::vector<Table> tables = Only(CopyOf(table));
  const Schema schema = Recognise(tables, std::vector<std::string>{"who"});
  StandardRules rules;
  rules.dates.latest = Today();
  rules.dates.defaults = WellKnownDefaultDates();
  EncodedTables encoded = EncodeTables(tables, schema, rules, /*learn=*/true).value();
  const std::vector<SourceRule> sources = {{.name = "a"}};
  const Profiles fast = FinishProfiles(std::move(encoded.rows), sources, Nicknames::BuiltIn(), std::less<uint32_t>());

  std::vector<StandardRecord> records;
  StandardiseReport report;
  for (uint32_t row = 0; row < table.row_count; ++row) {
    const auto value = [&](const char* column) { return std::string(table.Find(column)->ValueAt(row)); };
    SourceRecord record;
    for (size_t byte = 0; byte < 4; ++byte) record.token.bytes[byte] = static_cast<uint8_t>(row >> (8 * (3 - byte)));
    record.identity = Sensitive<RawIdentity>(RawIdentity{.given_name = value("first_name"),
                                                         .family_name = value("surname"),
                                                         .birth_date = value("dob"),
                                                         .sex = value("sex"),
                                                         .postcode = value("postcode"),
                                                         .address_line = value("address"),
                                                         .extra = {value("town")}});
    records.push_back(Standardise(record, encoded.rules, report));
  }
  const Profiles slow = BuildProfiles(records, sources, 1, Nicknames::BuiltIn()).value();
  ASSERT_EQ(fast.size(), slow.size());
  EXPECT_EQ(fast.record_indexes, slow.record_indexes);
  for (ProfileIndex p = 0; p < fast.size(); ++p) EXPECT_EQ(fast.rows[p].content_hash, slow.rows[p].content_hash);
  EXPECT_EQ(encoded.report.changed, report.changed);
}

// People by what is in them, whatever their numbers: sets of row labels.
std::set<std::set<std::string>> PartitionOf(const std::vector<Table>& tables, const TableLinkResult& result) {
  std::map<uint32_t, std::set<std::string>> clusters;
  for (size_t t = 0; t < tables.size(); ++t) {
    for (size_t row = 0; row < tables[t].row_count; ++row) {
      const uint32_t record = result.first_record[t] + static_cast<uint32_t>(row);
      clusters[result.match.cluster_of_record[record]].insert(
          absl::StrCat(tables[t].name, tables[t].Find("n")->ValueAt(row)));
    }
  }
  std::set<std::set<std::string>> partition;
  for (const auto& [cluster, members] : clusters) partition.insert(members);
  return partition;
}

TableLinkResult LinkAll(const std::vector<Table>& tables, size_t threads) {
  TableLinkInput input;
  input.tables = tables;
  input.schema = Recognise(tables, std::vector<std::string>{"who"});
  input.today = Today();
  input.workers.count = threads;
  input.workers.run = [threads](const std::function<void(size_t)>& body) {
    std::vector<std::thread> others;
    for (size_t lane = 1; lane < threads; ++lane) others.emplace_back(body, lane);
    body(0);
    for (std::thread& other : others) other.join();
  };
  return LinkTables(input).value();
}

TEST(LinkTables, NeitherTheOrderOfRowsNorTheNumberOfThreadsMatters) {
  const Table table = MadeUpPeople("a", {.seed = 5, .people = 300, .copies = 200});
  std::vector<Table> tables;
  tables.push_back(CopyOf(table));
  const auto partition = PartitionOf(tables, LinkAll(tables, 1));
  EXPECT_LT(partition.size(), 420u);
  EXPECT_EQ(PartitionOf(tables, LinkAll(tables, 3)), partition);
  tables[0] = Shuffled(table, 7);
  EXPECT_EQ(PartitionOf(tables, LinkAll(tables, 2)), partition);
}

TEST(LinkTables, ASourceOfOneRecordAPersonIsFoundOut) {
  // b holds every person of a once; c holds copies of its own people.
  std::vector<Table> tables;
  tables.push_back(MadeUpPeople("a", {.seed = 9, .people = 300}));
  tables.push_back(MadeUpPeople("b", {.seed = 9, .people = 300, .slips = true}));
  tables.push_back(MadeUpPeople("c", {.seed = 9, .people = 200, .copies = 100}));
  const TableLinkResult result = LinkAll(tables, 1);
  EXPECT_TRUE(result.sources[0].duplicate_free);
  EXPECT_TRUE(result.sources[1].duplicate_free);
  EXPECT_FALSE(result.sources[2].duplicate_free);
}

TEST(LinkTables, TheTruthJudgesAndDoesNotHelp) {
  std::vector<Table> tables;
  tables.push_back(MadeUpPeople("a", {.seed = 11, .people = 300, .copies = 200}));
  TableLinkInput input;
  input.tables = tables;
  input.schema = Recognise(tables, std::vector<std::string>{"who"});
  input.today = Today();
  const TableLinkResult blind = LinkTables(input).value();
  EXPECT_FALSE(blind.judgement.has_value());
  for (size_t row = 0; row < tables[0].row_count; ++row) {
    input.truth.emplace_back(tables[0].Find("who")->ValueAt(row));
  }
  const TableLinkResult judged = LinkTables(input).value();
  EXPECT_EQ(judged.match.cluster_of_record, blind.match.cluster_of_record);
  EXPECT_EQ(judged.judgement->true_pairs, 200u);
  EXPECT_GT(judged.judgement->clusters.F1(), 0.95);
}

TEST(LinkTables, TablesThatSayNothingAboutPeopleAreRefused) {
  const std::vector<Table> tables = Only(TableOf("a", {"id"}, {{"1"}, {"2"}}));
  TableLinkInput input;
  input.tables = tables;
  input.schema = Recognise(tables, {});
  input.today = Today();
  EXPECT_EQ(ReasonOf(LinkTables(input).status()), "COLUMNS_UNUSABLE");
}

}  // namespace
}  // namespace safehaven::linkage
