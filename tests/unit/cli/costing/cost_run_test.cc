// Goal: a run on files alone costs the sample and strangers' data, writes a folder that
// is whole and signed, matches rows by rules, and says what is wrong with an input.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/costing/file_run.h"
#include "cli/costing/lines_file.h"
#include "cli/costing/output_folder.h"
#include "cli/costing/run_output.h"
#include "cli/costing/run_signer.h"
#include "cli/sample/sample.h"
#include "libs/base/status.h"
#include "tests/support/strangers_hospital.h"
#include "tests/support/temp_dir.h"

namespace safehaven::cli {
namespace {

namespace fs = std::filesystem;
using testing_support::kStrangersInputs;
using testing_support::StrangersHospital;
using testing_support::TempDir;

class CostRunOnFiles : public ::testing::Test {
 protected:
  void SetUp() override { hospital_.Reset(); }
  void Put(const std::string& name, const std::string& text) { hospital_.Put(name, text); }
  std::string Get(const std::string& name) const { return hospital_.Get(name); }
  absl::StatusOr<FileRun> Run() const { return hospital_.Run(); }
  absl::Status Write(const FileRun& run, LinesFormat format, const std::string& name) const {
    return hospital_.Write(run, format, name);
  }

  TempDir temp_;
  fs::path root_ = temp_.path();
  StrangersHospital hospital_{root_};
};

std::string CostOfEvent(const FileRun& run, absl::string_view id) {
  for (size_t event = 0; event < run.feeds.record_ids.size(); ++event) {
    if (run.feeds.record_ids.at(event) == id) return Money(run.run.event_cost_e8[event]).ToString();
  }
  return "none";
}

TEST_F(CostRunOnFiles, CostsStrangersDataThroughTheModelsMapping) {
  const absl::StatusOr<FileRun> run = Run();
  ASSERT_TRUE(run.ok()) << run.status();
  // Ward 500 + 300 of estates over 2 and 6 nights; laboratory 100 + 100 over 1.50, 2.50
  // and 1.00 of price, of which the last has no stay.
  EXPECT_EQ(CostOfEvent(*run, "S1"), "260.00000000");
  EXPECT_EQ(CostOfEvent(*run, "S2"), "700.00000000");
  EXPECT_EQ(run->run.reconciliation.unmatched.ToString(), "40.00000000");
  EXPECT_EQ(run->run.reconciliation.difference, Money(0));
  ASSERT_TRUE(run->income.has_value());
  EXPECT_EQ((*run->income)[0].ToString(), "900.00000000");
}

TEST_F(CostRunOnFiles, KeepsTheRuleThatMatchedOnTheLine) {
  const absl::StatusOr<FileRun> run = Run();
  ASSERT_TRUE(run.ok()) << run.status();
  std::map<std::string, int64_t> rows;
  for (const costing::MatchCounts& counts : run->run.reconciliation.matches) rows[counts.rule] = counts.rows;
  EXPECT_EQ(rows, (std::map<std::string, int64_t>{{"by_stay", 2}, {"by_patient", 1}, {"", 1}}));
  ASSERT_TRUE(Write(*run, LinesFormat::kCsv, "out").ok());
  const std::string lines = Get("out/cost_lines.csv");
  EXPECT_TRUE(absl::StrContains(lines, "ZX1,S1,stays,EL,AA01A,,2025-05-01,2025-05-03,TESTS,LAB,own_patient_care,150,by_stay,60.00000000"))
      << lines;
  EXPECT_TRUE(absl::StrContains(lines, "TESTS,LAB,own_patient_care,250,by_patient,100.00000000")) << lines;
}

TEST_F(CostRunOnFiles, WritesAFolderThatIsSignedAndWhole) {
  const absl::StatusOr<FileRun> run = Run();
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_TRUE(Write(*run, LinesFormat::kCsv, "out").ok());
  EXPECT_FALSE(fs::exists(root_ / "out.partial"));
  const absl::StatusOr<RunCheck> check = CheckRunFolder((root_ / "out").string(), "");
  ASSERT_TRUE(check.ok()) << check.status();
  EXPECT_TRUE(check->changed.empty());
  EXPECT_TRUE(absl::StrContains(check->text, "difference 0.00000000"));
  std::ofstream(root_ / "out/events.csv", std::ios::app) << "x";
  EXPECT_EQ(CheckRunFolder((root_ / "out").string(), "")->changed, std::vector<std::string>{"events.csv"});
  EXPECT_EQ(ReasonOf(Write(*run, LinesFormat::kCsv, "out")), "OUTPUT_EXISTS");
}

TEST_F(CostRunOnFiles, LeavesNothingBehindThatLooksLikeARunWhenItFails) {
  {
    absl::StatusOr<OutputFolder> folder = OutputFolder::Make((root_ / "out").string());
    ASSERT_TRUE(folder.ok());
    ASSERT_TRUE(folder->Put("a.csv", "half").ok());
  }
  EXPECT_FALSE(fs::exists(root_ / "out"));
  EXPECT_FALSE(fs::exists(root_ / "out.partial"));
  // What a killed program left is cleared away by the next one.
  Put("out.partial/old.csv", "old");
  absl::StatusOr<OutputFolder> folder = OutputFolder::Make((root_ / "out").string());
  ASSERT_TRUE(folder.ok());
  ASSERT_TRUE(folder->Commit().ok());
  EXPECT_TRUE(fs::is_empty(root_ / "out"));
}

TEST_F(CostRunOnFiles, OnlyOneCommandWritesToAPlace) {
  const std::string out = (root_ / "out").string();
  {
    absl::StatusOr<OutputFolder> first = OutputFolder::Make(out);
    ASSERT_TRUE(first.ok() && first->Put("a.csv", "half").ok());
    EXPECT_EQ(ReasonOf(OutputFolder::Make(out).status()), "OUTPUT_BUSY");
    EXPECT_EQ(Get("out.partial/a.csv"), "half") << "what the first wrote is left alone";
  }
  absl::StatusOr<OutputFolder> next = OutputFolder::Make(out);
  ASSERT_TRUE(next.ok()) << "the first has ended: " << next.status();
  fs::create_directory(root_ / "out");
  EXPECT_EQ(ReasonOf(next->Commit()), "OUTPUT_EXISTS") << "not over another folder, not even an empty one";
}

TEST_F(CostRunOnFiles, GivesTheSameCertificateInAnyOrderOfRows) {
  const absl::StatusOr<FileRun> before = Run();
  Put("input/stays.csv", "Stay,Hosp No,In,Out\nS2,P2,10/05/2025,16/05/2025\nS1,P1,01/05/2025,03/05/2025\n");
  Put("input/gl.csv", "CC,Acc,Pounds\nW1,PAY,600.00\nE1,RENT,400.00\n");
  Put("input/tests.csv",
      "Stay,Hosp No,When,price,state\n,P3,2025-05-05,1,done\nS2,P2,2025-05-11,99,cancelled\n"
      ",P2,2025-05-05,2.5,done\nS1,P1,2025-05-02,1.50,done\n");
  const absl::StatusOr<FileRun> after = Run();
  ASSERT_TRUE(before.ok() && after.ok()) << after.status();
  EXPECT_EQ(before->run.certificate.digest, after->run.certificate.digest);
}

TEST_F(CostRunOnFiles, ReadsItsLinesBackFromBothForms) {
  const absl::StatusOr<FileRun> run = Run();
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_TRUE(Write(*run, LinesFormat::kCsv, "csv").ok());
  ASSERT_TRUE(Write(*run, LinesFormat::kColumns, "columns").ok());
  const absl::StatusOr<LinesFile> from_csv = ReadLines(Get("csv/cost_lines.csv"));
  const std::string columns = Get("columns/cost_lines.columns");
  const absl::StatusOr<LinesFile> from_columns = ReadLines(columns);
  ASSERT_TRUE(from_csv.ok() && from_columns.ok()) << from_csv.status() << from_columns.status();
  ASSERT_EQ(from_csv->events.size(), 2u);
  ASSERT_EQ(from_columns->events.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(from_csv->events[i].cost, from_columns->events[i].cost);
    EXPECT_EQ(from_csv->events[i].stay_days, from_columns->events[i].stay_days);
    EXPECT_EQ(from_csv->events[i].currency, "AA01A");
  }
  EXPECT_EQ(ReasonOf(ReadLines(columns.substr(0, columns.size() / 3)).status()), "LINES_MALFORMED");
}

TEST_F(CostRunOnFiles, NamesFileLineAndFieldOfAFault) {
  Put("model/ledger_map.csv", "cost_centre,account,to,amount,fraction\nE1,*,estates,,1\nW1,PAY,wards,,1\n");
  const absl::Status status = Run().status();
  EXPECT_EQ(ReasonOf(status), "COST_MODEL_INVALID");
  EXPECT_EQ(MetadataOf(status)["file"], "ledger_map.csv");
  EXPECT_EQ(MetadataOf(status)["line"], "3");
  EXPECT_EQ(MetadataOf(status)["field"], "ledger_map[1].to");
}

TEST_F(CostRunOnFiles, RefusesWhatItCannotStandFor) {
  Put("input/gl.csv", "CC,Acc,Pounds\nE1,RENT,400.00\nW1,PAY,600.01\n");
  EXPECT_EQ(ReasonOf(Run().status()), "AUDITED_TOTAL_DIFFERS");
  SetUp();
  Put("input/tests.csv", "Stay,Hosp No,When,cost,state\n");
  EXPECT_EQ(ReasonOf(Run().status()), "COLUMN_MISSING");
  SetUp();
  Put("input/tests.csv", "Stay,Hosp No,When,price,state\nS1,P1,02/05/2025,1.50,done\nS1,P1,2025-05-02,1.505,done\n");
  EXPECT_EQ(ReasonOf(Run().status()), "TOO_MANY_FAULTS");
  SetUp();
  Put("model/inputs.yaml", absl::StrReplaceAll(kStrangersInputs, {{"stays: {file: stays.csv,", "stays: {file: stays.csv, rows: 3,"}}));
  EXPECT_EQ(ReasonOf(Run().status()), "EXTRACT_ROW_COUNT");
  SetUp();
  Put("model/inputs.yaml",
      absl::StrReplaceAll(kStrangersInputs, {{"gl.csv,", absl::StrCat("gl.csv, sha256: \"", std::string(64, '0'), "\",")}}));
  EXPECT_EQ(ReasonOf(Run().status()), "INPUT_CHANGED");
  SetUp();
  Put("model/inputs.yaml", absl::StrReplaceAll(kStrangersInputs, {{"gl.csv", "../gl.csv"}}));
  EXPECT_EQ(ReasonOf(Run().status()), "COST_INPUTS_INVALID");
}

TEST(CostRunOnTheSample, CostsEveryProviderWithoutMapping) {
  TempDir temp;
  const fs::path region = fs::path(temp.path()) / "region";
  ASSERT_TRUE(sample::WriteSampleRegion({.persons = 800, .seed = 11, .out_dir = region.string()}, nullptr).ok());
  int provider_count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(region / "models")) {
    const absl::StatusOr<FileRun> run =
        RunOnFiles({.model = entry.path().string(), .feeds = {.input_dir = region.string()}}, [](absl::string_view) {});
    ASSERT_TRUE(run.ok()) << entry.path() << run.status();
    EXPECT_EQ(run->run.reconciliation.difference, Money(0));
    EXPECT_GT(run->run.reconciliation.distributed, Money(0));
    ++provider_count;
  }
  EXPECT_GE(provider_count, 5);
  // Each sector's worked model: rows that found their event bear the activity, rows without
  // one are shown, and income stands beside cost.
  for (const char* provider : {"ZA1", "ZB1", "ZM1", "ZH1"}) {
    const std::string model = (region / "models" / provider / "worked").string();
    const absl::StatusOr<FileRun> run = RunOnFiles({.model = model, .feeds = {.input_dir = region.string()}}, [](absl::string_view) {});
    ASSERT_TRUE(run.ok()) << provider << run.status();
    const costing::Reconciliation& reconciliation = run->run.reconciliation;
    EXPECT_EQ(reconciliation.difference, Money(0)) << provider;
    EXPECT_GT(reconciliation.unmatched, Money(0)) << provider;
    EXPECT_EQ(reconciliation.undistributed, Money(0)) << provider;
    EXPECT_TRUE(run->income.has_value()) << provider;
    ASSERT_EQ(reconciliation.matches.size(), 2u) << provider;
    EXPECT_GT(reconciliation.matches[0].rows, 20 * reconciliation.matches[1].rows) << provider;
  }
  // An extract that was cut short is not costed: its descriptor knows better.
  fs::resize_file(region / "extracts/acute/apc.csv", fs::file_size(region / "extracts/acute/apc.csv") / 2);
  const absl::StatusOr<FileRun> cut = RunOnFiles(
      {.model = (region / "models/ZA1").string(), .feeds = {.input_dir = region.string()}}, [](absl::string_view) {});
  EXPECT_EQ(ReasonOf(cut.status()), "EXTRACT_ROW_COUNT");
}

}  // namespace
}  // namespace safehaven::cli
