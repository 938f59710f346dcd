#include "services/gateway/http/static_files.h"

#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"
#include "libs/base/status.h"
#include "tests/support/temp_dir.h"

namespace safehaven::gateway {
namespace {

class StaticFilesTest : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }

  const testing_support::TempDir own_;
  const std::filesystem::path folder_ = own_.path();
};

TEST_F(StaticFilesTest, FilesAreServedWithTheirTypesAndTheFirstPageAtTheRoot) {
  Write("index.html", "<p>");
  Write("main.js", "1;");
  const auto files = StaticFiles::Load(folder_.string());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->Find("/")->bytes, "<p>");
  EXPECT_EQ(files->Find("/main.js")->content_type, "text/javascript; charset=utf-8");
}

TEST_F(StaticFilesTest, NoPathReachesOutsideWhatWasLoaded) {
  Write("index.html", "<p>");
  const auto files = StaticFiles::Load(folder_.string());
  for (const char* path : {"", "index.html", "//index.html", "/../index.html", "/./index.html", "/index.html/",
                           "/%2e%2e/etc/passwd", "/etc/passwd"}) {
    EXPECT_EQ(files->Find(path), nullptr) << path;
  }
}

TEST_F(StaticFilesTest, AFolderWithoutAFirstPageIsRefused) {
  EXPECT_EQ(ReasonOf(StaticFiles::Load(folder_.string()).status()), "WEB_FILES_MISSING");
  EXPECT_EQ(ReasonOf(StaticFiles::Load((folder_ / "none").string()).status()), "WEB_FILES_MISSING");
}

TEST_F(StaticFilesTest, AFileThatNoPageNeedsIsRefused) {
  Write("index.html", "<p>");
  Write("gateway.key", "secret");
  EXPECT_EQ(ReasonOf(StaticFiles::Load(folder_.string()).status()), "WEB_FILES_UNEXPECTED");
}

TEST_F(StaticFilesTest, WithoutAFolderNothingIsServed) {
  const auto files = StaticFiles::Load("");
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(files->Find("/"), nullptr);
}

}  // namespace
}  // namespace safehaven::gateway
