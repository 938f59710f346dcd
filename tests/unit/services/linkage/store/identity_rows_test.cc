#include "services/linkage/store/identity_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "libs/storage/memory_store.h"
#include "tests/support/linkage_people.h"

namespace safehaven::linkage {
namespace {

using storage::v1::IdentityBatchRecord;
using storage::v1::IdentityRecord;
using storage::v1::LinkageRunLoad;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

const absl::Time kNever = absl::InfiniteFuture();
const std::vector<std::string> kSources = {"acute", "gp"};

IdentityRecord Row(uint64_t token, const std::string& family_name, bool deleted = false) {
  IdentityRecord row;
  row.set_token(TokenToBytes(TokenOf(token)));
  row.set_family_name(family_name);
  row.set_deleted(deleted);
  return row;
}

class IdentityRowsTest : public testing::Test {
 protected:
  // A visible load.
  void Add(char id, const std::string& source, const std::vector<IdentityRecord>& rows,
           const std::vector<std::string>& replaces = {}) {
    storage::v1::LoadRecord facts;
    facts.set_load(std::string(32, id));
    facts.set_source(source);
    for (const std::string& load : replaces) facts.add_replaces(load);
    ASSERT_TRUE(loads_.Open(facts, kNever).ok());
    IdentityBatchRecord batch;
    for (const IdentityRecord& row : rows) *batch.add_rows() = row;
    ASSERT_TRUE(loads_.Append(facts.load(), {.offset = 0, .row_count = rows.size(), .bytes = batch.SerializeAsString()},
                              kNever).ok());
    ASSERT_TRUE(loads_.Close(facts.load(), rows.size(), kNever).ok());
    ASSERT_TRUE(loads_.MakeVisible(facts.load(), rows.size(), kNever).ok());
    LinkageRunLoad load;
    load.set_load(facts.load());
    load.set_source(source);
    load.set_usable(true);
    read_.push_back(load);
  }
  std::vector<std::string> Names() {
    const auto records = ReadRecords(loads_, read_, kSources, kNever);
    EXPECT_TRUE(records.ok()) << records.status();
    std::vector<std::string> names;
    for (const SourceRecord& record : *records) names.push_back(record.identity.Reveal().family_name);
    return names;
  }

  MemoryStore store_;
  StagedLoads loads_{store_};
  std::vector<LinkageRunLoad> read_;
};

TEST_F(IdentityRowsTest, ALaterRowSupersedesAnEarlierOneOfItsSource) {
  Add('1', "acute", {Row(1, "old"), Row(2, "two")});
  Add('2', "acute", {Row(1, "new")});
  EXPECT_THAT(Names(), ElementsAre("new", "two"));
}

TEST_F(IdentityRowsTest, ADeletedRowVanishesAndMayComeBack) {
  Add('1', "acute", {Row(1, "one"), Row(2, "two")});
  Add('2', "acute", {Row(1, "", true)});
  EXPECT_THAT(Names(), ElementsAre("two"));
  Add('3', "acute", {Row(1, "again")});
  EXPECT_THAT(Names(), ElementsAre("again", "two"));
}

TEST_F(IdentityRowsTest, OneSourceCannotDeleteAnothersRecord) {
  Add('1', "acute", {Row(1, "one")});
  Add('2', "gp", {Row(1, "", true)});
  EXPECT_THAT(Names(), ElementsAre("one"));
}

TEST_F(IdentityRowsTest, ALoadThatMayNotBeUsedStillTakesAwayWhatItSupersedes) {
  Add('1', "acute", {Row(1, "one"), Row(2, "two")});
  Add('2', "acute", {Row(1, "new")});
  read_[1].set_usable(false);
  EXPECT_THAT(Names(), ElementsAre("two"));
}

TEST_F(IdentityRowsTest, AReplacedLoadIsNotCounted) {
  Add('1', "acute", {Row(1, "one"), Row(2, "two")});
  Add('2', "acute", {Row(3, "three")}, {std::string(32, '1')});
  Add('3', "gp", {Row(1, "one"), Row(1, "again")});
  EXPECT_THAT(*CountVisibleRecords(loads_, kNever), UnorderedElementsAre(Pair("acute", 1), Pair("gp", 1)));
}

TEST_F(IdentityRowsTest, ARowThatDoesNotParseIsDataLoss) {
  Add('1', "acute", {Row(1, "one")});
  IdentityRecord broken;
  broken.set_token("short");
  Add('2', "acute", {broken});
  EXPECT_EQ(ReasonOf(ReadRecords(loads_, read_, kSources, kNever).status()), "LOAD_CORRUPT");
}

TEST_F(IdentityRowsTest, ALoadOfAnotherSourceIsRefused) {
  Add('1', "community", {Row(1, "one")});
  EXPECT_EQ(ReasonOf(ReadRecords(loads_, read_, kSources, kNever).status()), "SOURCE_UNKNOWN");
}

}  // namespace
}  // namespace safehaven::linkage
