#include "cli/linkage/link_files.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/commands/link_files_options.h"
#include "cli/linkage/model_commands.h"
#include "cli/linkage/report.h"
#include "cli/linkage/thread_workers.h"
#include "libs/base/status.h"
#include "tests/support/environment_fakes.h"
#include "tests/support/temp_dir.h"

namespace safehaven::cli {
namespace {

// Five people, the first twice.
constexpr absl::string_view kPeople =
    "id,who,given_name,family_name,birth_date,sex,postcode\n"
    "1,a,Ann,Lee,1970-01-02,2,SS1 1AB\n2,b,Bob,Moor,1981-03-04,1,SS2 2CD\n3,c,Cyril,Nash,1992-05-06,1,SS3 3EF\n"
    "4,d,Dora,Orme,1963-07-08,2,SS4 4GH\n5,e,Ewan,Pole,1954-09-10,1,SS5 5JK\n6,a,Ann,Lee,1970-01-02,2,SS1 1AB\n";

class LinkFilesTest : public testing::Test {
 protected:
  LinkFilesTest() {
    plan_.today = CivilDay::FromYmd(2026, 3, 31).value();
    plan_.inputs = {absl::StrCat("a=", Put("a.csv", kPeople))};
    plan_.out = folder_.File("out");
    plan_.threads = 1;
  }

  std::string Put(const std::string& name, absl::string_view text) {
    std::ofstream(folder_.File(name)) << text;
    return folder_.File(name);
  }
  std::string Read(const std::string& name) const {
    std::ifstream file(folder_.File(name));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  // What `safehaven link ARGUMENTS` answers, with --approval as one of the other options.
  // A refusal by the parser has the reason PARSE.
  absl::Status Command(std::vector<std::string> arguments) {
    CLI::App app;
    Globals globals;
    const testing_support::FakeClock clock;
    globals.clock = &clock;
    std::string approval;
    CLI::App* link = app.add_subcommand("link", "");
    link->add_option("--approval", approval, "")->required();
    AddLinkFilesOptions(*link, globals, [] { return absl::OkStatus(); });
    arguments.insert(arguments.begin(), "link");
    std::reverse(arguments.begin(), arguments.end());
    try {
      app.parse(arguments);
    } catch (const CLI::ParseError&) {
      return InvalidArgument("PARSE", "");
    }
    return globals.run();
  }

  testing_support::TempDir folder_;
  LinkFilesPlan plan_;
};

TEST_F(LinkFilesTest, WritesAllFilesTogetherAndOverwritesNone) {
  ASSERT_TRUE(RunLinkFiles(plan_).ok());
  EXPECT_TRUE(absl::StrContains(Read("out/pairs.csv"), "a,1,1,a,6,6,,1.000000,identical,1"));
  EXPECT_FALSE(std::filesystem::exists(folder_.File("out.partial")));
  EXPECT_EQ(ReasonOf(RunLinkFiles(plan_)), "OUTPUT_EXISTS");
  std::filesystem::create_directory(folder_.File("empty"));
  plan_.out = folder_.File("empty/");
  EXPECT_TRUE(RunLinkFiles(plan_).ok());
  EXPECT_TRUE(std::filesystem::exists(folder_.File("empty/clusters.csv")));
}

TEST_F(LinkFilesTest, RowsLeftOutAreReportedAndKeepTheirNumber) {
  Put("a.csv", absl::StrCat("id,given_name,family_name,birth_date\n", "1,Ann,Lee,1970-01-02,Bath,West\n",
                            "2,Bob,Moor,1981-03-04\n3,Bob,Moor,1981-03-04\n"));
  plan_.fault_per_mille_max = 500;
  const auto result = LinkFiles(plan_);
  ASSERT_TRUE(result.ok()) << result.status();
  const std::string report = ReportText(*result, OutputFormat::kTable);
  EXPECT_TRUE(absl::StrContains(report, "1 too long, left out (line 2; rejects.csv)")) << report;
  ASSERT_TRUE(RunLinkFiles(plan_).ok());
  EXPECT_EQ(Read("out/rejects.csv"), "source,line,row,reason,left_out\na,2,1,ROW_TOO_LONG,1\n");
  EXPECT_TRUE(absl::StrContains(Read("out/clusters.csv"), "a,2,2,1\na,3,3,1\n")) << Read("out/clusters.csv");
  plan_.fault_per_mille_max = 300;
  EXPECT_EQ(ReasonOf(LinkFiles(plan_).status()), "TOO_MANY_FAULTS");
}

TEST_F(LinkFilesTest, ATruthWithoutATruePairIsSaidToBeOne) {
  Put("a.csv", absl::StrCat("who,given_name,family_name,birth_date\n", "1,Ann,Lee,1970-01-02\n2,Bob,Moor,1981-03-04\n"));
  plan_.truth = "who";
  const auto result = LinkFiles(plan_);
  ASSERT_TRUE(result.ok()) << result.status();
  const std::string report = ReportText(*result, OutputFormat::kTable);
  EXPECT_TRUE(absl::StrContains(report, "no true pair")) << report;
  EXPECT_FALSE(absl::StrContains(report, "1.0000")) << report;
}

TEST_F(LinkFilesTest, ExpectedErrorsAreReportedByGroupAndSmallGroupsTogether) {
  std::string text = "id,given_name,family_name,birth_date,sex,ethnicity\n";
  for (int i = 0; i < 40; ++i) {
    absl::StrAppend(&text, i, ",Given", std::string(1, static_cast<char>('a' + i % 26)), ",Family",
                    std::string(1, static_cast<char>('a' + i * 7 % 26)), ",19", 40 + i, "-01-1", i % 9, ",", 1 + i % 2, ",",
                    i < 3 ? "rare" : i % 2 == 0 ? "x" : "y", "\n");
  }
  Put("a.csv", text);
  plan_.by = {"ethnicity"};
  const auto result = LinkFiles(plan_);
  ASSERT_TRUE(result.ok()) << result.status();
  std::vector<std::string> groups;
  for (const std::vector<std::string>& row : result->quality.rows) {
    if (row[0] != "age") groups.push_back(absl::StrCat(row[0], "/", row[1], "/", row[2]));
  }
  EXPECT_EQ(groups, (std::vector<std::string>{"all/all/40", "source/a/40", "sex/female/20", "sex/male/20",
                                              "ethnicity/other/3", "ethnicity/x/18", "ethnicity/y/19"}));
  ASSERT_TRUE(RunLinkFiles(plan_).ok());
  EXPECT_TRUE(absl::StartsWith(Read("out/quality.csv"), "by,group,records,links,expected_false,expected_missed,"));
  EXPECT_TRUE(absl::StrContains(Read("out/report.json"), "\"quality\": ["));
  plan_.by = {"nope"};
  EXPECT_EQ(ReasonOf(LinkFiles(plan_).status()), "INPUT_INVALID");
}

TEST_F(LinkFilesTest, TheReportIsPrintedAsAsked) {
  plan_.output = OutputFormat::kJson;
  testing::internal::CaptureStdout();
  ASSERT_TRUE(RunLinkFiles(plan_).ok());
  EXPECT_EQ(testing::internal::GetCapturedStdout().substr(0, 1), "{");
  plan_.output = OutputFormat::kCsv;
  plan_.out = folder_.File("csv");
  testing::internal::CaptureStdout();
  ASSERT_TRUE(RunLinkFiles(plan_).ok());
  EXPECT_TRUE(absl::StartsWith(testing::internal::GetCapturedStdout(), "fact,value\n"));
  testing::internal::CaptureStdout();
  ASSERT_TRUE(ExplainRecords(plan_, {.a = "a:1", .b = "a:6", .values = false, .svg = ""}).ok());
  const std::string explained = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(absl::StartsWith(explained, "step,level,bits,of_which_rarity,value_a,value_b\nprior,")) << explained;
}

TEST_F(LinkFilesTest, AModelIsWrittenUnderAPlainNameInTheCurrentFolder) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  const absl::Status written = InitModel(plan_, "model.yaml");
  const absl::Status trained = TrainModel(plan_, "trained.yaml");
  const absl::Status drawn = ExplainRecords(plan_, {.a = "a:1", .b = "a:6", .values = false, .svg = "e.svg"});
  std::filesystem::current_path(before);
  EXPECT_TRUE(written.ok()) << written;
  EXPECT_TRUE(trained.ok()) << trained;
  EXPECT_TRUE(drawn.ok()) << drawn;
  EXPECT_FALSE(Read("model.yaml").empty());
  EXPECT_FALSE(Read("e.svg").empty());
}

TEST_F(LinkFilesTest, WrongOptionsAreRefused) {
  const std::string input = plan_.inputs[0];
  const std::string out = absl::StrCat("--out=", plan_.out);
  EXPECT_EQ(ReasonOf(Command({"--input", input, out, "--ignore", "nope"})), "INPUT_INVALID");
  EXPECT_EQ(ReasonOf(Command({"--input", input, out, "--approval", "X"})), "OPTIONS_CONTRADICT");
  EXPECT_EQ(ReasonOf(Command({"--approval", "X", "--threshold", "0.9"})), "OPTIONS_CONTRADICT");
  for (const char* threshold : {"nan", "0", "1", "-1", "inf", "half"}) {
    EXPECT_EQ(ReasonOf(Command({"--input", input, out, "--threshold", threshold})), "PARSE") << threshold;
  }
  EXPECT_EQ(ReasonOf(Command({"--input", input, out, "--threads", "99999"})), "PARSE");
  EXPECT_TRUE(Command({"--approval", "X"}).ok());
  EXPECT_TRUE(Command({"--input", input, out, "--ignore", "sex", "--threshold", "0.9", "--threads", "2"}).ok());
}

TEST(ThreadWorkersTest, ThreadsThatCannotBeHadAreAnError) {
  int started = 0;
  const StartThread third_fails = [&started](std::function<void()> body) {
    if (++started == 3) throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    return StartStdThread(std::move(body));
  };
  EXPECT_EQ(ReasonOf(ThreadWorkers(8, third_fails).status()), "THREADS_UNAVAILABLE");
  EXPECT_EQ(ReasonOf(ThreadWorkers(kThreadsMax + 1, StartStdThread).status()), "THREADS_INVALID");
}

TEST(ThreadWorkersTest, EveryLaneIsWalkedAlsoWhereAThreadIsRefusedLater) {
  int allowed = 7;
  auto workers = ThreadWorkers(8, [&allowed](std::function<void()> body) {
    if (allowed-- == 0) throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    return StartStdThread(std::move(body));
  });
  ASSERT_TRUE(workers.ok()) << workers.status();
  allowed = 2;
  std::vector<int> walked(8, 0);
  workers->run([&](size_t lane) { walked[lane] = 1; });
  EXPECT_EQ(walked, std::vector<int>(8, 1));
}

}  // namespace
}  // namespace safehaven::cli
