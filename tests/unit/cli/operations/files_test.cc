// Files that the command line checks before it sends anything: objections and ledgers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "cli/operations/custody.h"
#include "cli/operations/ledger_total.h"
#include "cli/operations/matching.h"
#include "cli/operations/objections.h"
#include "cli/operations/rejects.h"
#include "cli/session/context.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "tests/support/temp_dir.h"

namespace safehaven::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kHeader[] = "nhs_number,effective_date,received_date,source_system,capacity\n";

std::string Number(uint32_t base) { return NhsNumber::FromBase(base)->ToDigits(); }

TEST(ObjectionFiles, TakesGoodRowsAndListsTheOthersWithTheirPlace) {
  const std::string number = Number(999'000'010);
  const absl::StatusOr<ObjectionFile> file = ParseObjections(
      absl::StrCat(kHeader, number, ",2025-01-02,2025-01-03,spine,self\n",  //
                   "12,2025-01-02,2025-01-03,spine,self\n",                 //
                   Number(400'000'004), ",2025-01-02,2025-01-03,spine,self\n",
                   number, ",2025-01-02,2025-01-01,spine,self\n",  //
                   number, ",2025-01-02\n"),
      /*demo=*/true);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->objections.size(), 1u);
  std::vector<std::string> faults;
  for (const RowFault& fault : file->faults) faults.push_back(absl::StrCat(fault.line, " ", fault.column, " ", fault.reason));
  EXPECT_THAT(faults, ElementsAre("3 nhs_number NHS_NUMBER_MALFORMED", "4 nhs_number NHS_NUMBER_NOT_DEMO",
                                  "5 received_date DATES_CONTRADICT", "6  CSV_FIELD_COUNT"));
}

TEST(ObjectionFiles, ProductionTakesNoNumberThatIsNeverIssued) {
  const std::string csv = absl::StrCat(kHeader, Number(999'000'010), ",2025-01-02,2025-01-03,spine,self\n",
                                       Number(400'000'004), ",2025-01-02,2025-01-03,spine,self\n");
  const absl::StatusOr<ObjectionFile> file = ParseObjections(csv, /*demo=*/false);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->objections.size(), 1u);
  EXPECT_EQ(file->faults.at(0).reason, "NHS_NUMBER_NEVER_ISSUED");
}

TEST(ObjectionFiles, ColumnsThatAreMissingOrUnknownRefuseTheFile) {
  EXPECT_EQ(MetadataOf(ParseObjections("nhs_number,effective_date\n", true).status())["field"], "received_date");
  const absl::Status unknown = ParseObjections("nhs_number,effective_date,received_date,mood\n", true).status();
  EXPECT_EQ(ReasonOf(unknown), "OBJECTION_COLUMNS");
  EXPECT_THAT(std::string(unknown.message()), HasSubstr("column 4"));
  EXPECT_TRUE(ParseObjections("received_date,nhs_number,effective_date\n", true).ok());
}

TEST(LedgerTotal, HoldsToTheLastUnitOrSaysBothSums) {
  const std::string ledger = "provider,cost_centre,account,description,amount\nZA1,A,1,x,10.25\nZA1,A,2,y,-0.25000001\n";
  EXPECT_TRUE(CheckLedgerTotal(ledger, "l.csv", "9.99999999").ok());
  const absl::Status other = CheckLedgerTotal(ledger, "l.csv", "10");
  EXPECT_EQ(ReasonOf(other), "LEDGER_DOES_NOT_ADD_UP");
  EXPECT_THAT(std::string(other.message()), testing::AllOf(HasSubstr("l.csv"), HasSubstr("9.99999999"), HasSubstr("-0.00000001")));
  EXPECT_EQ(ReasonOf(CheckLedgerTotal(ledger + "ZA1,A,3,z,ten\n", "l.csv", "10")), "LEDGER_INVALID");
  EXPECT_EQ(ReasonOf(CheckLedgerTotal(ledger, "l.csv", "ten")), "FIELD_INVALID");
}

TEST(Rejects, AreThoseOfTheLastTry) {
  const testing_support::TempDir folder;
  const std::string path = folder.File("rejects.csv");
  ASSERT_EQ(*WriteRejects(path, {{.line = 3, .column = "sex", .reason = "SEX_UNKNOWN", .message = "say \"1\""}}), path);
  EXPECT_EQ(*ReadFile(path, 1000), "line,column,reason,message\n3,sex,SEX_UNKNOWN,\"say \"\"1\"\"\"\n");
  ASSERT_EQ(*WriteRejects(path, {}), "");
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(IdentityFiles, ColumnsAreNamedAsInAnExtractAndOthersAreNotRead) {
  const auto rows = ReadIdentities("diagnosis,family_name,birth_date,nhs_number_verified\nX,Abbott,1980-01-02,1\n");
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ((*rows)[0].family_name(), "Abbott");
  EXPECT_EQ((*rows)[0].birth_date(), "1980-01-02");
  EXPECT_TRUE((*rows)[0].nhs_number_verified());
  EXPECT_EQ(ReasonOf(ReadIdentities("diagnosis\nX\n").status()), "COLUMNS_UNUSABLE");
  EXPECT_EQ(ReasonOf(ReadIdentities("family_name,sex\nAbbott\n").status()), "CSV_FIELD_COUNT");
}

TEST(ProtectedPairFiles, HaveTwoNumbersARow) {
  const auto pairs = ReadProtectedPairs("present_nhs_number,note,former_nhs_number\n2,x,1\n4,y,3\n");
  ASSERT_TRUE(pairs.ok()) << pairs.status();
  EXPECT_THAT(*pairs, ElementsAre(std::pair<std::string, std::string>("1", "2"), std::pair<std::string, std::string>("3", "4")));
  EXPECT_EQ(ReasonOf(ReadProtectedPairs("former_nhs_number\n1\n").status()), "COLUMNS_UNUSABLE");
}

TEST(CustodyKinds, AreWordsAndAProtectionIsNoneOfThem) {
  EXPECT_EQ(*ParseCustodyKind("destroy_former_keys"), linkage::v1::CUSTODY_KIND_DESTROY_FORMER_KEYS);
  EXPECT_EQ(ReasonOf(ParseCustodyKind("protect").status()), "CUSTODY_KIND_UNKNOWN");
  EXPECT_EQ(ReasonOf(ParseCustodyKind("unspecified").status()), "CUSTODY_KIND_UNKNOWN");
}

TEST(Verdicts, AreThreeWords) {
  EXPECT_EQ(*ParseVerdict("cannot_tell"), linkage::v1::REVIEW_VERDICT_CANNOT_TELL);
  EXPECT_EQ(ReasonOf(ParseVerdict("Same").status()), "VERDICT_UNKNOWN");
}

}  // namespace
}  // namespace safehaven::cli
