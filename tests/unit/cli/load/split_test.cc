#include "cli/load/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/load/identity_values.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kDescriptor[] = R"(format: safehaven-extract/1
source: acute
dataset: apc
provider: ZA1
flow: acute-apc-2025
period: {start: 2025-04-01, end: 2026-03-31}
file: apc.csv
rows: 2
columns:
  - {name: record_id, part: key}
  - {name: nhs_number, part: identity}
  - {name: birth_date, part: identity}
  - {name: feed, part: payload}
  - {name: start_date, part: payload}
  - {name: end_date, part: payload}
  - {name: restriction, part: payload}
  - {name: bed_days, part: driver, unit: days}
)";
constexpr char kHeader[] = "record_id,nhs_number,birth_date,feed,start_date,end_date,restriction,bed_days\n";

std::string Number(uint32_t base) { return NhsNumber::FromBase(base)->ToDigits(); }

LoadDescriptor Descriptor(uint64_t rows) {
  LoadDescriptor descriptor = *ParseLoadDescriptor(kDescriptor);
  descriptor.row_count = rows;
  return descriptor;
}

SourceKeys Keys() { return *SourceKeys::Make(std::string(kSourceSecretBytes, 's')); }

struct Outcome {
  absl::StatusOr<SplitExtract> extract = absl::UnknownError("not run");
  std::vector<RowFault> faults;
};

Outcome SplitRows(const std::string& rows, uint64_t count, SplitOptions options = {.demo = true, .fault_per_mille_max = 1000}) {
  Outcome outcome;
  outcome.extract = Split(kHeader + rows, Descriptor(count), Keys(), options, outcome.faults);
  return outcome;
}

const std::string kGood = absl::StrCat("e1,", Number(999'000'010), ",1950-02-03,apc,2025-05-01,2025-05-04,,3\n");

TEST(Split, SendsEachHalfWhatIsItsOwnAndNothingElse) {
  const Outcome outcome = SplitRows(kGood, 1);
  ASSERT_TRUE(outcome.extract.ok()) << outcome.extract.status();
  const auto& identity = outcome.extract->identities.at(0);
  const auto& payload = outcome.extract->payloads.at(0);
  EXPECT_EQ(identity.nhs_number(), Number(999'000'010));
  EXPECT_EQ(identity.birth_date(), "1950-02-03");
  EXPECT_THAT(payload.drivers(), ElementsAre(3));
  EXPECT_EQ(payload.feed(), "apc");
  EXPECT_EQ(identity.token(), Keys().Token(payload.record_key()));
  EXPECT_THAT(payload.SerializeAsString(), testing::Not(HasSubstr(Number(999'000'010))));
  EXPECT_THAT(payload.SerializeAsString(), testing::Not(HasSubstr("e1")));
}

TEST(Split, EveryFaultRejectsItsRowWithLineColumnAndReason) {
  const Outcome outcome = SplitRows(absl::StrCat(kGood, "e2,", Number(999'000'029), ",1950-02-30,apc,2025-05-01,2025-05-04,,3\n",
                                           "e3,1234567890,1950-02-03,apc,2025-05-01,2025-05-04,,3\n",
                                           "e4,,,apc,2025-13-01,2025-05-04,,3\n",        //
                                           "e5,,,apc,2025-05-02,2025-05-01,,3\n",        //
                                           "e6,,,apc,2025-05-01,2025-05-01,secret,3\n",  //
                                           "e7,,,apc,2025-05-01,2025-05-01,,-3\n",       //
                                           "e1,,,apc,2025-05-01,2025-05-01,,3\n",        //
                                           "e 8,,,apc,2025-05-01,2025-05-01,,3\n",       //
                                           "e9,,apc\n"),
                              10);
  ASSERT_TRUE(outcome.extract.ok()) << outcome.extract.status();
  EXPECT_EQ(outcome.extract->payloads.size(), 1u);
  EXPECT_EQ(outcome.extract->identities.size(), 1u);
  EXPECT_EQ(outcome.extract->rejected_count, 9u);
  EXPECT_EQ(RejectsCsv(outcome.faults).substr(0, 29), "line,column,reason,message\n3,");
  std::vector<std::string> list;
  for (const RowFault& fault : outcome.faults) {
    list.push_back(absl::StrCat(fault.line, " ", fault.column, " ", fault.reason));
  }
  EXPECT_THAT(list, ElementsAre("3 birth_date DATE_INVALID", "4 nhs_number NHS_NUMBER_CHECK_DIGIT",
                                "5 start_date DATE_INVALID", "6 end_date DATES_CONTRADICT",
                                "7 restriction RESTRICTION_UNKNOWN", "8 bed_days DRIVER_MALFORMED",
                                "9 record_id RECORD_ID_DOUBLED", "10 record_id RECORD_ID_MALFORMED",
                                "11  CSV_FIELD_COUNT"));
}

TEST(Split, TheRejectsFileHoldsNoValue) {
  const Outcome outcome = SplitRows("e3,1234567890,1950-02-33,apc,2025-05-01,2025-05-04,,3\n", 1);
  EXPECT_THAT(RejectsCsv(outcome.faults), testing::Not(testing::AnyOf(HasSubstr("1234567890"), HasSubstr("1950"))));
}

TEST(Split, MoreFaultsThanTheLimitFailTheLoadAndAreStillListed) {
  const std::string rows = kGood + "e2,,,apc,x,2025-05-04,,3\n";
  const Outcome outcome = SplitRows(rows, 2, {.demo = true, .fault_per_mille_max = 499});
  EXPECT_EQ(ReasonOf(outcome.extract.status()), "EXTRACT_TOO_MANY_FAULTS");
  EXPECT_EQ(outcome.faults.size(), 1u);
  EXPECT_TRUE(SplitRows(rows, 2, {.demo = true, .fault_per_mille_max = 500}).extract.ok());
}

TEST(Split, AFileThatIsNotWhatItsDescriptorSaysIsRefused) {
  EXPECT_EQ(ReasonOf(SplitRows(kGood, 2).extract.status()), "EXTRACT_ROW_COUNT");
  std::vector<RowFault> faults;
  EXPECT_EQ(ReasonOf(Split("record_id\n", Descriptor(0), Keys(), {}, faults).status()), "EXTRACT_COLUMNS");
}

TEST(Split, AHeaderThatDiffersIsToldByTheDescriptorsNamesOnly) {
  // Where a file has no header its first line is a person's record, so nothing of it is told.
  const auto told = [](const std::string& header) {
    std::vector<RowFault> faults;
    const absl::Status status = Split(header + "\n", Descriptor(0), Keys(), {}, faults).status();
    EXPECT_EQ(ReasonOf(status), "EXTRACT_COLUMNS");
    return std::string(status.message());
  };
  EXPECT_THAT(told("record_id,nhs_number,feed,start_date,end_date,restriction,bed_days"), HasSubstr("'birth_date'"));
  EXPECT_THAT(told("record_id,nhs_number,birth_date,feed,start_date,end_date,restriction,bed_days,shoe_size"),
              testing::AllOf(HasSubstr("column 9"), testing::Not(HasSubstr("shoe_size"))));
  EXPECT_THAT(told("record_id,birth_date,nhs_number,feed,start_date,end_date,restriction,bed_days"), HasSubstr("order"));
  EXPECT_THAT(told("e1,9990000011,1950-02-03,apc,2025-05-01,2025-05-04,,3"), testing::Not(HasSubstr("999")));
}

TEST(Split, AnEventOutsideThePeriodIsAnotherLoads) {
  const Outcome outcome = SplitRows("e1,,,apc,2026-03-31,2026-03-31,,3\ne2,,,apc,2026-03-31,2026-04-01,,3\n", 2);
  ASSERT_TRUE(outcome.extract.ok());
  EXPECT_EQ(outcome.extract->payloads.size(), 1u);
  ASSERT_EQ(outcome.faults.size(), 1u);
  EXPECT_EQ(outcome.faults[0].reason, "DATE_OUTSIDE_PERIOD");
}

TEST(IdentityValues, CodesAreThoseOfTheFormat) {
  const auto reason = [](absl::string_view column, absl::string_view value) {
    return ReasonOf(CheckIdentityValue(column, value));
  };
  for (const char* sex : {"0", "1", "2", "9"}) EXPECT_EQ(reason("sex", sex), "");
  EXPECT_EQ(reason("sex", "F"), "SEX_UNKNOWN");
  EXPECT_EQ(reason("nhs_number_verified", "1"), "");
  EXPECT_EQ(reason("nhs_number_verified", "Y"), "VERIFIED_MALFORMED");
  EXPECT_EQ(reason("practice_code", "Z81001"), "");
  EXPECT_EQ(reason("commissioner", "zc1"), "ODS_CODE_MALFORMED");
  EXPECT_EQ(reason("small_area", "E01990001"), "");
  EXPECT_EQ(reason("small_area", "E0199"), "SMALL_AREA_MALFORMED");
  EXPECT_EQ(reason("family_name", std::string(kIdentityTextMax, 'n')), "");
  EXPECT_EQ(reason("family_name", std::string(kIdentityTextMax + 1, 'n')), "TEXT_TOO_LONG");
}

TEST(Split, TheIdentityOfARestrictedRowStaysAtTheSourceAndIsCounted) {
  const Outcome outcome =
      SplitRows(absl::StrCat("e1,", Number(999'000'010), ",1950-02-03,apc,2025-05-01,2025-05-04,fertility,3\n"), 1);
  ASSERT_TRUE(outcome.extract.ok());
  const auto& identity = outcome.extract->identities.at(0);
  EXPECT_TRUE(identity.stripped());
  EXPECT_EQ(identity.nhs_number(), "");
  EXPECT_EQ(identity.birth_date(), "");
  EXPECT_EQ(outcome.extract->stripped_counts.at("fertility"), 1u);
}

TEST(Split, TypeOneObjectorsAreWithheldAndCounted) {
  const SplitOptions options = {.withheld = {NhsNumber::FromBase(999'000'010)->value()}, .demo = true};
  const Outcome outcome = SplitRows(kGood, 1, options);
  ASSERT_TRUE(outcome.extract.ok());
  EXPECT_EQ(outcome.extract->withheld_count, 1u);
  EXPECT_TRUE(outcome.extract->identities.empty());
  EXPECT_TRUE(outcome.extract->payloads.empty());
}

TEST(Split, TheDemoAndProductionRefuseEachOthersNumbers) {
  const std::string issued = absl::StrCat("e1,", Number(400'000'004), ",,apc,2025-05-01,2025-05-04,,3\n");
  EXPECT_EQ(SplitRows(issued, 1).faults.at(0).reason, "NHS_NUMBER_NOT_DEMO");
  EXPECT_EQ(SplitRows(issued, 1, {.demo = false, .fault_per_mille_max = 1000}).faults.size(), 0u);
  EXPECT_EQ(SplitRows(kGood, 1, {.demo = false, .fault_per_mille_max = 1000}).faults.at(0).reason, "NHS_NUMBER_NEVER_ISSUED");
}

TEST(Split, BothHalvesAreSortedByTheirOwnKeys) {
  std::string rows;
  for (int i = 0; i < 50; ++i) absl::StrAppend(&rows, "e", i, ",,,apc,2025-05-01,2025-05-04,,3\n");
  const Outcome outcome = SplitRows(rows, 50);
  ASSERT_TRUE(outcome.extract.ok());
  EXPECT_TRUE(std::is_sorted(outcome.extract->identities.begin(), outcome.extract->identities.end(),
                             [](const auto& a, const auto& b) { return a.token() < b.token(); }));
  EXPECT_TRUE(std::is_sorted(outcome.extract->payloads.begin(), outcome.extract->payloads.end(),
                             [](const auto& a, const auto& b) { return a.record_key() < b.record_key(); }));
}

TEST(Descriptor, SaysWhatIsWrongAndWhere) {
  const auto fault = [](const std::string& from, const std::string& to) {
    std::string text = kDescriptor;
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos);
    text.replace(at, from.size(), to);
    const absl::Status status = ParseLoadDescriptor(text).status();
    EXPECT_EQ(ReasonOf(status), "DESCRIPTOR_INVALID") << text;
    return absl::StrCat(MetadataOf(status)["line"], " ", MetadataOf(status)["field"]);
  };
  EXPECT_EQ(fault("/1", "/2"), "1 format");
  EXPECT_EQ(fault("provider", "providers"), "4 providers");
  EXPECT_EQ(fault("dataset: apc", "dataset: xyz"), "3 dataset");
  EXPECT_EQ(fault("2025-04-01", "2025-04-31"), "6 period.start");
  EXPECT_EQ(fault("end: 2026", "end: 2024"), "6 period.end");
  EXPECT_EQ(fault("apc.csv", "../apc.csv"), "7 file");
  EXPECT_EQ(fault("rows: 2", "rows: two"), "8 rows");
  EXPECT_EQ(fault("name: bed_days", "name: feed"), "17 feed");
  EXPECT_EQ(fault("birth_date", "shoe_size"), "12 shoe_size");
  EXPECT_EQ(fault("part: key", "part: payload"), "10 record_id");
  EXPECT_EQ(fault("provider: ZA1", "provider: trust"), "4 provider");
  EXPECT_EQ(fault("flow: acute-apc-2025", "flow: ../apc"), "5 flow");
  EXPECT_EQ(fault("name: end_date", "name: currency"), "10 columns");
  EXPECT_EQ(ReasonOf(ParseLoadDescriptor("a: [").status()), "DESCRIPTOR_INVALID");
}

}  // namespace
}  // namespace safehaven::cli
