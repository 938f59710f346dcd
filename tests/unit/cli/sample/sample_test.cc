#include "cli/sample/sample.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/load/descriptor.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "libs/ingest/csv.h"
#include "tests/support/temp_dir.h"

namespace safehaven::sample {
namespace {

using testing_support::TempDir;

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// Every file of the folder by its relative path.
std::map<std::string, std::string> FilesOf(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    files[std::filesystem::relative(entry.path(), folder).string()] = ReadFile(entry.path());
  }
  return files;
}

absl::Status Write(const std::string& folder, int64_t persons, uint64_t seed) {
  SampleOptions options;
  options.persons = persons;
  options.seed = seed;
  options.out_dir = folder;
  return WriteSampleRegion(options, nullptr);
}

// FNV-1a over names and contents: only to see that nothing changed.
uint64_t DigestOf(const std::map<std::string, std::string>& files) {
  uint64_t hash = 14695981039346656037ULL;
  for (const auto& [name, text] : files) {
    for (const char c : absl::StrCat(name, "\n", text)) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
  }
  return hash;
}

TEST(WriteSampleRegion, GivesTheSameBytesForTheSameSeed) {
  const TempDir first;
  const TempDir second;
  const TempDir other;
  ASSERT_TRUE(Write(first.path(), 500, 42).ok());
  ASSERT_TRUE(Write(second.path(), 500, 42).ok());
  ASSERT_TRUE(Write(other.path(), 500, 43).ok());
  EXPECT_EQ(FilesOf(first.path()), FilesOf(second.path()));
  EXPECT_NE(FilesOf(first.path()), FilesOf(other.path()));
}

TEST(WriteSampleRegion, GivesTheBytesItGaveBefore) {
  // Goal: the region does not depend on the machine, the compiler's options or a
  // sanitizer. The number changes with every change of the generator; then put the
  // new one here, and say in the commit why it changed.
  const TempDir folder;
  ASSERT_TRUE(Write(folder.path(), 500, 42).ok());
  EXPECT_EQ(DigestOf(FilesOf(folder.path())), 9104572422955710136u);
}

TEST(WriteSampleRegion, WritesTheFilesThatTheFormatsDescribe) {
  const TempDir folder;
  ASSERT_TRUE(Write(folder.path(), 300, 1).ok());
  const auto files = FilesOf(folder.path());
  for (const char* name :
       {"extracts/gp/register.csv", "extracts/acute/apc.csv", "extracts/acute/op.csv",
        "extracts/acute/ec.csv", "extracts/ambulance/incidents.csv",
        "extracts/mental_health/contacts.csv", "extracts/community/contacts.csv",
        "extracts/social_care/services.csv", "ledgers/ZA1.csv", "models/ZA1/model.yaml",
        "ledgers/ZL1.csv", "models/ZL1/model.yaml", "objections/type1.csv",
        "objections/national.csv", "objections/programme.csv", "objections/forty.csv",
        "truth/people.csv", "truth/links.csv", "truth/bound.json"}) {
    EXPECT_TRUE(files.contains(name)) << name;
  }
}

TEST(WriteSampleRegion, DescriptorsDescribeTheirFiles) {
  const TempDir folder;
  ASSERT_TRUE(Write(folder.path(), 2'000, 1).ok());
  const auto files = FilesOf(folder.path());
  int extracts = 0;
  for (const auto& [name, text] : files) {
    if (!name.starts_with("extracts/") || !name.ends_with(".yaml")) continue;
    ++extracts;
    const auto descriptor = cli::ParseLoadDescriptor(text);
    ASSERT_TRUE(descriptor.ok()) << name << ": " << descriptor.status();
    const std::string& csv = files.at(name.substr(0, name.rfind('/') + 1) + descriptor->file);
    auto reader = CsvReader::Make(csv, CsvLimits());
    ASSERT_TRUE(reader.ok());
    std::vector<std::string> columns;
    for (const cli::DescribedColumn& column : descriptor->columns) columns.push_back(column.name);
    EXPECT_EQ(reader->columns(), columns);
    std::set<std::string> ids;
    uint64_t rows = 0;
    while (*reader->Next()) {
      EXPECT_FALSE(reader->fault().has_value());
      EXPECT_TRUE(ids.insert(std::string(reader->fields()[0])).second);
      ++rows;
    }
    EXPECT_EQ(rows, descriptor->row_count);
  }
  EXPECT_EQ(extracts, 8);
}

TEST(WriteSampleRegion, NumbersAreOfTheNeverIssuedRangeAndTruthNamesTheFaultyOnes) {
  const TempDir folder;
  ASSERT_TRUE(Write(folder.path(), 20'000, 1).ok());
  std::set<std::string> faulty;
  for (const absl::string_view line :
       absl::StrSplit(ReadFile(folder.File("truth/links.csv")), '\n')) {
    const std::vector<std::string> fields = absl::StrSplit(line, ',');
    if (fields.size() > 4 && fields[4] == "faulty") faulty.insert(fields[2]);
  }
  EXPECT_FALSE(faulty.empty());
  const std::string csv = ReadFile(folder.File("extracts/acute/op.csv"));
  auto reader = CsvReader::Make(csv, CsvLimits());
  ASSERT_TRUE(reader.ok());
  const size_t number_at = *reader->Find("nhs_number");
  const size_t start_at = *reader->Find("start_date");
  while (*reader->Next()) {
    const absl::string_view number = reader->fields()[number_at];
    bool sound = CivilDay::Parse(reader->fields()[start_at]).ok();
    if (!number.empty()) {
      EXPECT_EQ(number.substr(0, 3), "999");
      const auto parsed = NhsNumber::Parse(number);
      sound = sound && parsed.ok() && parsed->IsNeverIssued();
    }
    EXPECT_EQ(sound, !faulty.contains(std::string(reader->fields()[0])));
  }
}

TEST(WriteSampleRegion, ReportsEveryStepOnce) {
  const TempDir folder;
  SampleOptions options;
  options.persons = 50;
  options.out_dir = folder.path();
  int64_t last = 0;
  int64_t total = 0;
  ASSERT_TRUE(WriteSampleRegion(options, [&](absl::string_view, int64_t done, int64_t all) {
                EXPECT_EQ(done, last + 1);
                last = done;
                total = all;
              }).ok());
  EXPECT_EQ(last, total);
}

TEST(WriteSampleRegion, RefusesOptionsOutOfRange) {
  const TempDir folder;
  SampleOptions options;
  options.out_dir = folder.path();
  for (const int64_t persons : {int64_t{0}, int64_t{-5}, kPersonsMax + 1}) {
    options.persons = persons;
    EXPECT_EQ(ReasonOf(WriteSampleRegion(options, nullptr)), "SAMPLE_OPTIONS_INVALID");
  }
  options.persons = 10;
  options.reference_year = 1066;
  EXPECT_EQ(ReasonOf(WriteSampleRegion(options, nullptr)), "SAMPLE_OPTIONS_INVALID");
  options.reference_year = 2025;
  options.out_dir = "";
  EXPECT_EQ(ReasonOf(WriteSampleRegion(options, nullptr)), "SAMPLE_OPTIONS_INVALID");
}

TEST(WriteSampleRegion, SaysWhichFileItCouldNotWrite) {
  const TempDir folder;
  // A file where a folder has to be.
  std::ofstream(folder.File("extracts")) << "in the way";
  const absl::Status status = Write(folder.path(), 10, 1);
  EXPECT_EQ(ReasonOf(status), "FILE_WRITE_FAILED");
  EXPECT_NE(status.message().find("extracts/gp/register.csv"), absl::string_view::npos);
}

}  // namespace
}  // namespace safehaven::sample
