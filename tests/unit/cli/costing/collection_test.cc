// Goal: a run's collection passes its own check, with header totals exact and identity
// joined at the trust only; the check names record, field and rule; import splits
// identity off again.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/costing/collection_files.h"
#include "libs/base/status.h"
#include "tests/support/temp_dir.h"

namespace safehaven::cli {
namespace {

namespace fs = std::filesystem;
using testing_support::TempDir;

constexpr char kModel[] = R"(format: safehaven-cost-model/1
provider: ZX1
version: 1
period: {start: 2025-04-01, end: 2026-03-31}
cost_groups: [own_patient_care, education_training, research_development, commercial_other, other_organisations_patients]
pools:
  - {id: ward, name: Ward, kind: resource, resource: NURWRD}
  - {id: teaching, name: Teaching, kind: education_training}
ledger_map:
  - {cost_centre: W1, account: "*", to: ward, fraction: "0.9"}
  - {cost_centre: W1, account: "*", to: teaching, fraction: "0.1"}
support_allocation: {method: reciprocal, order: [], statistics: {}}
resources: [{id: NURWRD, name: Nurses}]
activities: [{id: WARDCR, name: Ward care}]
links: [{resource: NURWRD, activity: WARDCR, share: 1}]
drivers: [{activity: WARDCR, feed: apc, column: bed_days}]
feeds: [{id: apc, dataset: apc}]
)";
constexpr char kPlan[] = R"(format: safehaven-collection/1
submitting_organisation: ZX1
financial_year: FY2025-26
accounts_identifier: FAA001
exclusions: {education_training: EXCEDU, undistributed: EXCUND}
feeds:
  apc:
    type: APC
    details: patients.csv
    fields:
      care_activity_identifier: record_id
      nhs_number: details.nhs_number
      birth_date: details.birth_date
      point_of_delivery: point_of_delivery
      episode_start: start_date
      episode_end: end_date
      episode_status: completion_status
      treatment_function: treatment_function
      hrg_episode: currency
      hrg_spell: currency
      length_of_stay: days
)";

class Collection : public ::testing::Test {
 protected:
  void SetUp() override {
    Put("model/model.yaml", kModel);
    Put("model/inputs.yaml", "format: safehaven-cost-inputs/1\nledger: {file: gl.csv}\ndatasets: {apc: {file: apc.csv}}\n");
    Put("input/gl.csv", "cost_centre,account,amount\nW1,PAY,1000.00\n");
    Put("input/apc.csv",
        "record_id,point_of_delivery,currency,treatment_function,start_date,end_date,bed_days\n"
        "E1,EL,AA01A,100,2025-05-01,2025-05-03,1\nE2,NEL,AA01A,300,2025-05-30,2025-06-03,2\n");
    Put("input/patients.csv", "record_id,nhs_number,birth_date\nE1,9990000018,1950-02-03\n");
  }
  void Put(const std::string& name, const std::string& text) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  std::string Get(const std::string& name) const {
    std::ifstream in(root_ / name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  absl::Status Export(const std::string& out) const {
    const std::string input = (root_ / "input").string();
    SH_ASSIGN_OR_RETURN(const FileRun run, RunOnFiles({.model = (root_ / "model").string(), .feeds = {.input_dir = input}},
                                                      [](absl::string_view) {}));
    SH_ASSIGN_OR_RETURN(const CollectionPlan plan, ParseCollectionPlan(kPlan, run.folder.model));
    SH_ASSIGN_OR_RETURN(OutputFolder folder, OutputFolder::Make((root_ / out).string()));
    SH_RETURN_IF_ERROR(ExportCollection(run, plan, input, "2026-06-01T09:00:00", folder));
    return folder.Commit();
  }
  // Rules that a check of the folder finds broken, as "field: RULE".
  std::set<std::string> BrokenIn(const std::string& folder) const {
    const absl::StatusOr<CollectionReport> report = CheckCollection((root_ / folder).string());
    if (!report.ok()) return {ReasonOf(report.status())};
    std::set<std::string> broken;
    for (const CollectionReport::File& file : report->files) {
      for (const costing::CollectionFault& fault : file.faults) broken.insert(absl::StrCat(fault.field, ": ", fault.rule));
    }
    return broken;
  }
  std::set<std::string> BrokenAfter(const std::string& file, const std::string& from, const std::string& to) {
    const std::string before = Get(file);
    EXPECT_TRUE(absl::StrContains(before, from)) << from << " is not in " << before;
    Put(file, absl::StrReplaceAll(before, {{from, to}}));
    const std::set<std::string> broken = BrokenIn("out");
    Put(file, before);
    return broken;
  }

  TempDir temp_;
  fs::path root_ = temp_.path();
};

TEST_F(Collection, RefusesDetailsThatItWouldHaveToDrop) {
  for (const char* rows : {"E1,9990000018,1950-02-03,more\n", "E1,9990000018\n", "E1,9990000018,1950-02-03\nE1,,1950-02-03\n"}) {
    Put("input/patients.csv", absl::StrCat("record_id,nhs_number,birth_date\n", rows));
    const absl::Status status = Export("refused");
    EXPECT_EQ(ReasonOf(status), "DETAILS_INVALID") << rows;
    EXPECT_FALSE(MetadataOf(status)["line"].empty());
  }
  Put("input/patients.csv", "record_id,nhs_number,birth_date\nE1,9990000018,1950-02-03\nE2,,1950-02-03\n");
  EXPECT_TRUE(Export("permitted").ok());
}

TEST_F(Collection, OfARunPassesItsOwnCheckWithExactTotals) {
  ASSERT_TRUE(Export("out").ok());
  const absl::StatusOr<CollectionReport> report = CheckCollection((root_ / "out").string());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->fault_count, 0) << FaultsCsv(*report);
  EXPECT_EQ(report->difference, "0.00000000");
  // Cut by month of the end; 300 and 600 pounds of own patient care.
  EXPECT_TRUE(absl::StrContains(Get("out/headers.csv"), "APC_apc_2025-05.csv,ZX1,FY2025-26,2025-05-01,2025-05-31,"
                                                        "2026-06-01T09:00:00,APC,1,300.00000000"));
  EXPECT_TRUE(absl::StrContains(Get("out/APC_apc_2025-06.csv"), "WARDCR,2,NURWRD,600.00000000"));
}

TEST_F(Collection, JoinsIdentityOnExportAndSplitsItOffOnImport) {
  ASSERT_TRUE(Export("out").ok());
  EXPECT_TRUE(absl::StrContains(Get("out/APC_apc_2025-05.csv"), "9990000018"));
  const absl::StatusOr<SourceKeys> keys = SourceKeys::Make(std::string(32, 's'));
  ASSERT_TRUE(keys.ok());
  absl::StatusOr<OutputFolder> halves = OutputFolder::Make((root_ / "halves").string());
  ASSERT_TRUE(halves.ok());
  const absl::Status imported = ImportCollection((root_ / "out").string(), *keys, *halves);
  ASSERT_TRUE(imported.ok()) << imported;
  ASSERT_TRUE(halves->Commit().ok());
  const std::string payload = Get("halves/payload/APC_apc_2025-05.csv");
  EXPECT_FALSE(absl::StrContains(payload, "9990000018"));
  EXPECT_FALSE(absl::StrContains(payload, "1950-02-03"));
  EXPECT_TRUE(absl::StrContains(payload, "300.00000000"));
  EXPECT_TRUE(absl::StrContains(Get("halves/identity/APC_apc_2025-05.csv"), "9990000018"));
  // A token for the patient who has a number, none for the one who has not.
  EXPECT_EQ(payload.substr(payload.find('\n') + 1).find(','), 32u);
  const std::string other = Get("halves/payload/APC_apc_2025-06.csv");
  EXPECT_EQ(other.substr(other.find('\n') + 1).find(','), 0u);
}

TEST_F(Collection, NamesRecordFieldAndRule) {
  ASSERT_TRUE(Export("out").ok());
  const std::string may = "out/APC_apc_2025-05.csv", headers = "out/headers.csv";
  using Set = std::set<std::string>;
  EXPECT_EQ(BrokenAfter(headers, "APC,1,300.00000000", "APC,2,300.00000000"), Set{"record_count: HEADER_COUNT"});
  EXPECT_EQ(BrokenAfter(headers, "APC,1,300.00000000", "APC,1,300.00000001"), Set{"total_cost: HEADER_TOTAL"});
  EXPECT_EQ(BrokenAfter(headers, "FY2025-26,2025-05-01", "FY2025-27,2025-05-01"), Set{"financial_year: HEADER_FORMAT"});
  EXPECT_EQ(BrokenAfter(may, ",EL,", ",XX,"), Set{"point_of_delivery: CODE"});
  EXPECT_EQ(BrokenAfter(may, ",100,", ",,"), Set{"treatment_function: MISSING"});
  EXPECT_EQ(BrokenAfter(may, "1950-02-03", "1950-02-30"), Set{"birth_date: FORMAT"});
  EXPECT_EQ(BrokenAfter(may, ",EL,", ",NES,"), Set{"point_of_delivery: STAY_CONTRADICTS"});
  EXPECT_EQ(BrokenAfter(may, "2025-05-03,3", "2025-05-03,1"), Set{"episode_status: STATUS_CONTRADICTS"});
  EXPECT_EQ(BrokenAfter(may, "2025-05-01,2025-05-03", "2025-05-04,2025-05-03"), Set{"episode_end: DATES_CONTRADICT"});
  EXPECT_EQ(BrokenAfter("out/REC.csv", "100.00000000", "99.00000000"), Set{"accounts_value: RECONCILIATION_DIFFERS"});
  const std::string row = Get(may).substr(Get(may).find('\n') + 1);
  EXPECT_EQ(BrokenAfter(may, row, row + row),
            (Set{"record_count: HEADER_COUNT", "total_cost: HEADER_TOTAL", "activity: LINE_DOUBLED",
                 "accounts_value: RECONCILIATION_DIFFERS"}));
}

TEST_F(Collection, FaultyFilesAreNotImported) {
  ASSERT_TRUE(Export("out").ok());
  Put("out/REC.csv", absl::StrReplaceAll(Get("out/REC.csv"), {{"100.00000000", "99.00000000"}}));
  absl::StatusOr<OutputFolder> halves = OutputFolder::Make((root_ / "halves").string());
  ASSERT_TRUE(halves.ok());
  const absl::StatusOr<SourceKeys> keys = SourceKeys::Make(std::string(32, 's'));
  EXPECT_EQ(ReasonOf(ImportCollection((root_ / "out").string(), *keys, *halves)), "COLLECTION_FAULTY");
}

TEST_F(Collection, PlansAreReadStrictly) {
  const absl::StatusOr<FileRun> run = RunOnFiles(
      {.model = (root_ / "model").string(), .feeds = {.input_dir = (root_ / "input").string()}}, [](absl::string_view) {});
  ASSERT_TRUE(run.ok());
  const auto field_refused = [&run](const std::string& from, const std::string& to) {
    const absl::Status status = ParseCollectionPlan(absl::StrReplaceAll(kPlan, {{from, to}}), run->folder.model).status();
    EXPECT_EQ(ReasonOf(status), "COLLECTION_INVALID");
    return MetadataOf(status)["field"];
  };
  EXPECT_EQ(field_refused("type: APC", "type: MHPS"), "feeds.apc.type");
  EXPECT_EQ(field_refused("hrg_spell: currency", "hrg_spells: currency"), "feeds.apc.fields.hrg_spells");
  EXPECT_EQ(field_refused("hrg_spell: currency", "hrg_spell: price"), "feeds.apc.fields.hrg_spell");
  EXPECT_EQ(field_refused("hrg_spell: currency", "total_cost: currency"), "feeds.apc.fields.total_cost");
  EXPECT_EQ(field_refused("undistributed: EXCUND", "own_patient_care: EXCUND"), "exclusions.own_patient_care");
}

}  // namespace
}  // namespace safehaven::cli
