// A register as a directory: read whole or refused, with file, line and field.
#include "cli/register/register_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "tests/support/temp_dir.h"

namespace safehaven {
namespace {

using consent::RegisterSnapshot;

void Write(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string Organisation(absl::string_view code, absl::string_view name) {
  return absl::StrCat("format: safehaven-register/1\norganisations:\n  - {code: ", code, ", name: ", name,
                      ", kind: other, from: 2013-04-01}\n");
}

TEST(RegisterFiles, ReadsEveryFileBelowInOrder) {
  testing_support::TempDir dir;
  Write(dir.File("b.yaml"), Organisation("ZC2", "B"));
  Write(dir.File("nested/a.yml"), Organisation("ZC3", "C"));
  Write(dir.File("a.yaml"), Organisation("ZC1", "A"));
  Write(dir.File("README.md"), "not a register file");
  const auto entries = LoadRegisterDirectory(dir.path());
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 3u);
  EXPECT_EQ(KeyOf((*entries)[0].entry), "organisations/ZC1");
  EXPECT_EQ(LatestEntries(*entries).size(), 3u);
}

TEST(RegisterFiles, RefusesADirectoryThatIsNotThere) {
  EXPECT_EQ(ReasonOf(LoadRegisterDirectory("/nowhere/at/all").status()), "REGISTER_DIRECTORY_MISSING");
}

TEST(RegisterFiles, OneFaultRefusesTheWholeDirectory) {
  testing_support::TempDir dir;
  Write(dir.File("a.yaml"), Organisation("ZC1", "A"));
  Write(dir.File("b.yaml"), Organisation("ZC2", "B") + "    colour: blue\n");
  const absl::Status status = LoadRegisterDirectory(dir.path()).status();
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(MetadataOf(status)["file"], dir.File("b.yaml"));
}

TEST(RegisterFiles, RefusesAnEntryThatIsThereTwiceAndSaysWhere) {
  testing_support::TempDir dir;
  Write(dir.File("a.yaml"), Organisation("ZC1", "A"));
  Write(dir.File("b.yaml"), Organisation("ZC1", "B"));
  const absl::Status status = LoadRegisterDirectory(dir.path()).status();
  EXPECT_EQ(ReasonOf(status), "REGISTER_ENTRY_DUPLICATE");
  EXPECT_EQ(MetadataOf(status)["file"], dir.File("b.yaml"));
  EXPECT_EQ(MetadataOf(status)["line"], "3");
}

TEST(RegisterFiles, RefusesAReferenceToWhatIsNotThereAtItsLine) {
  testing_support::TempDir dir;
  Write(dir.File("a.yaml"), Organisation("ZC1", "A"));
  Write(dir.File("b.yaml"),
        "format: safehaven-register/1\n"
        "disclosure_domains:\n"
        "  - name: d\n"
        "    organisations:\n"
        "      - ZC1\n"
        "      - ZC9\n"
        "    from: 2025-04-01\n");
  const absl::Status status = LoadRegisterDirectory(dir.path()).status();
  EXPECT_EQ(ReasonOf(status), "REGISTER_REFERENCE_UNKNOWN");
  EXPECT_EQ(MetadataOf(status)["file"], dir.File("b.yaml"));
  EXPECT_EQ(MetadataOf(status)["line"], "6");
  EXPECT_EQ(MetadataOf(status)["field"], "organisations[1]");
}

TEST(RegisterFiles, KeepsVersionsThatWereRecordedAtDifferentTimes) {
  testing_support::TempDir dir;
  Write(dir.File("b-later.yaml"), "recorded_at: 2025-06-01T00:00:00Z\n" + Organisation("ZC1", "Later"));
  Write(dir.File("c-first.yaml"), Organisation("ZC1", "First"));
  const auto entries = LoadRegisterDirectory(dir.path());
  ASSERT_TRUE(entries.ok()) << entries.status();
  const auto latest = LatestEntries(*entries);
  ASSERT_EQ(latest.size(), 1u);
  EXPECT_EQ(std::get<consent::Organisation>(latest[0]).name, "Later");

  const auto events = EventsOf(*entries, absl::UnixEpoch());
  absl::Time may;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2025-05-31T00:00:00Z", &may, nullptr));
  EXPECT_EQ(consent::SnapshotAsKnownAt(events, may).FindOrganisation("ZC1")->value.name, "First");
  EXPECT_EQ(RegisterSnapshot::Of(events).FindOrganisation("ZC1")->value.name, "Later");
}

}  // namespace
}  // namespace safehaven
