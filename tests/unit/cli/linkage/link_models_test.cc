// `safehaven link` and `safehaven linkage` on files alone: models, labels, pictures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/linkage/model_commands.h"
#include "libs/base/status.h"
#include "tests/support/linkage_tables.h"
#include "tests/support/temp_dir.h"

namespace safehaven::cli {
namespace {

using testing::HasSubstr;

class LinkModelsTest : public testing::Test {
 protected:
  LinkModelsTest() {
    const linkage::Table table = linkage::MadeUpPeople("people", {.seed = 5, .people = 200, .copies = 100});
    std::string csv;
    for (size_t c = 0; c < table.columns.size(); ++c) absl::StrAppend(&csv, c == 0 ? "" : ",", table.columns[c].name);
    csv += "\n";
    for (size_t row = 0; row < table.row_count; ++row) {
      for (size_t c = 0; c < table.columns.size(); ++c) {
        absl::StrAppend(&csv, c == 0 ? "" : ",", table.columns[c].ValueAt(row));
      }
      csv += "\n";
    }
    Write("people.csv", csv);
    plan_.inputs = {absl::StrCat("people=", Path("people.csv"))};
    plan_.ignored = {"who"};
    plan_.today = CivilDay::FromYmd(2026, 3, 31).value();
    plan_.threads = 1;
  }

  std::string Path(const std::string& name) const { return folder_.File(name); }
  void Write(const std::string& name, const std::string& text) const { std::ofstream(Path(name)) << text; }
  std::string Read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(Path(name)).rdbuf();
    return text.str();
  }

  const testing_support::TempDir folder_;
  LinkFilesPlan plan_;
};

TEST_F(LinkModelsTest, ATrainedModelLinksItsOwnFilesAsItsTrainingDid) {
  const LinkFilesResult trained = LinkFiles(plan_).value();
  ASSERT_TRUE(TrainModel(plan_, Path("model.yaml")).ok());
  plan_.model = Path("model.yaml");
  EXPECT_EQ(LinkFiles(plan_)->linked.match.cluster_of_record, trained.linked.match.cluster_of_record);
  EXPECT_TRUE(ReadModelFile(Path("model.yaml"))->model.frozen.has_value());
}

TEST_F(LinkModelsTest, LabelsChangeATrainedModelAndWrongOnesAreRefused) {
  ASSERT_TRUE(TrainModel(plan_, Path("without.yaml")).ok());
  std::string labels = "a,b,same\npeople:9,people:10,0\n";
  for (int row = 1; row < 150; ++row) absl::StrAppend(&labels, "people:", row, ",people:", row + 1, ",1\n");
  Write("labels.csv", labels);
  plan_.labels = Path("labels.csv");
  ASSERT_TRUE(TrainModel(plan_, Path("with.yaml")).ok());
  EXPECT_NE(DiffModels(ReadModelFile(Path("without.yaml")).value(), ReadModelFile(Path("with.yaml")).value()), "");
  Write("labels.csv", "a,b,same\npeople:1,people:100000,1\n");
  EXPECT_EQ(ReasonOf(TrainModel(plan_, Path("with.yaml"))), "RECORD_UNKNOWN");
  Write("labels.csv", "a,b\npeople:1,people:2\n");
  EXPECT_EQ(ReasonOf(TrainModel(plan_, Path("with.yaml"))), "LABELS_INVALID");
}

TEST_F(LinkModelsTest, PicturesAreWrittenAndShowNoValue) {
  plan_.out = Path("linked");
  std::filesystem::create_directories(plan_.out);
  ASSERT_TRUE(RunLinkFiles(plan_).ok());
  for (const char* name : {"weights", "thresholds", "levels", "clusters", "unlinkables"}) {
    EXPECT_THAT(Read(absl::StrCat("linked/", name, ".svg")), HasSubstr("<svg")) << name;
  }
  ASSERT_TRUE(ExplainRecords(plan_, {.a = "people:1", .b = "people:2", .svg = Path("why.svg"), .cluster_svg = Path("cluster.svg")}).ok());
  EXPECT_THAT(Read("cluster.svg"), HasSubstr("records"));
  EXPECT_THAT(Read("why.svg"), HasSubstr("prior"));
}

}  // namespace
}  // namespace safehaven::cli
