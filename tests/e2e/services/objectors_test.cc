// Goal: nobody who has objected is in an answer, also where records come late, where an
// objection matches nobody yet, and while records move from person to person between
// the exclusion set and the question. Method: the real services and command line, rows
// that the test adds to the sample region, and its truth.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/operations/query.h"
#include "cli/operations/runs.h"
#include "cli/tour/demo_questions.h"
#include "cli/tour/truth.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "tests/e2e/support/late_extract.h"
#include "tests/e2e/support/prepared_region.h"
#include "tests/e2e/support/presenting.h"

namespace safehaven {
namespace {

using testing_support::CsvRow;
using testing_support::LoadLate;
using testing_support::Object;
using testing_support::PreparedRegion;
using testing_support::ReadRows;
using testing_support::RunningRegion;

constexpr char kAnalyst[] = "amira.analyst";

class ObjectorsTest : public testing::Test {
 protected:
  void SetUp() override {
    region_ = PreparedRegion::Get().StartOwn();
    std::filesystem::create_directories(Work());
  }

  cli::Session& session() { return region_->session(); }
  std::string Files() const { return region_->ground().region(); }
  std::string Work() const { return region_->File("late"); }

  std::vector<CsvRow> Rows(const std::string& file) const {
    auto rows = ReadRows(absl::StrCat(Files(), "/", file));
    SH_CHECK(rows.ok());
    return *std::move(rows);
  }

  // Numbers of everybody who has objected to anything.
  std::set<std::string> Objectors() const {
    std::set<std::string> numbers;
    for (const char* file : {"national", "type1", "programme", "forty"}) {
      for (const CsvRow& row : Rows(absl::StrCat("objections/", file, ".csv"))) numbers.insert(row.at("nhs_number"));
    }
    return numbers;
  }

  absl::Status Link(cli::Session& by) {
    return cli::RunLinkage(by, cli::LinkOf(cli::kPioneer, cli::AllDatasets()), [](const std::string&, int) {}).status();
  }

  gateway::v1::Table Records() {
    const auto ask = [this] { return cli::Query(session(), {.person = kAnalyst, .question = cli::PioneerRecords()}); };
    auto response = ask();
    // costing hears of a new crosswalk a moment after linkage has it; it says so.
    const absl::Time end = absl::Now() + absl::Seconds(30);
    while (ReasonOf(response.status()) == "CROSSWALK_NOT_CURRENT" && absl::Now() < end) {
      absl::SleepFor(absl::Milliseconds(200));
      response = ask();
    }
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->table() : gateway::v1::Table();
  }

  std::unique_ptr<RunningRegion> region_;
};

// People of the register who can be told from all others and have not objected.
std::vector<CsvRow> PlainPeople(const std::vector<CsvRow>& gp_register, const std::set<std::string>& objectors,
                                size_t count) {
  std::vector<CsvRow> people;
  for (const CsvRow& row : gp_register) {
    const bool listed = row.at("commissioner") == "ZC1" && row.at("registered_to").empty() &&
                        row.at("death_date").empty() && row.at("registered_from") < "2025-04-01";
    bool complete = row.at("nhs_number_verified") == "1" && row.at("restriction").empty();
    for (const char* column : {"nhs_number", "given_name", "family_name", "birth_date", "postcode"}) {
      complete = complete && !row.at(column).empty();
    }
    if (listed && complete && !objectors.contains(row.at("nhs_number"))) people.push_back(row);
    if (people.size() == count) break;
  }
  return people;
}

// Numbers of the 999 range that nobody in the region has.
std::vector<std::string> UnusedNumbers(const std::vector<CsvRow>& people, size_t count) {
  std::set<std::string> used;
  for (const CsvRow& row : people) used.insert(row.at("nhs_number"));
  std::vector<std::string> unused;
  for (uint32_t base = 999'000'001; unused.size() < count; ++base) {
    const absl::StatusOr<NhsNumber> number = NhsNumber::FromBase(base);
    if (number.ok() && !used.contains(number->ToDigits())) unused.push_back(number->ToDigits());
  }
  return unused;
}

// An admission of the person, told from all others in an answer by its last day.
CsvRow Admission(const CsvRow& person, const std::string& id, const std::string& end_date) {
  CsvRow row = {{"record_id", id},       {"feed", "apc"},           {"point_of_delivery", "EL"},
                {"currency", "HN12E"},   {"start_date", "2025-04-02"}, {"end_date", end_date},
                {"treatment_function", "110"}};
  for (const char* column : {"nhs_number", "nhs_number_verified", "given_name", "family_name", "birth_date", "sex",
                             "postcode", "address_line"}) {
    row[column] = person.at(column);
  }
  return row;
}

std::set<std::string> LastDays(const gateway::v1::Table& table) {
  std::set<std::string> days;
  for (const auto& [key, count] : cli::CountRecordKeys(table)) {
    const std::string mark = "acute/apc 2025-04-02 ";
    if (key.rfind(mark, 0) == 0) days.insert(key.substr(mark.size(), 10));
  }
  return days;
}

TEST_F(ObjectorsTest, LateRecordsOfObjectorsStayOutAndAnObjectionThatMatchesNobodyWaits) {
  const std::vector<CsvRow> people = PlainPeople(Rows("extracts/gp/register.csv"), Objectors(), 4);
  ASSERT_EQ(people.size(), 4u);
  const CsvRow &objector = people[0], &other = people[1];
  const std::vector<std::string> numbers = UnusedNumbers(Rows("truth/people.csv"), 2);
  // Two who are new in the region; the first objects before anything is known of them.
  CsvRow new_objector = people[2], new_other = people[3];
  new_objector["nhs_number"] = numbers[0];
  new_objector["given_name"] = "Zebedee";
  new_objector["family_name"] = "Quillfeather";
  new_objector["birth_date"] = "1961-02-03";
  new_objector["record_id"] = "GP-LATE-1";
  new_other["nhs_number"] = numbers[1];
  new_other["given_name"] = "Ottoline";
  new_other["family_name"] = "Yarrowby";
  new_other["birth_date"] = "1972-11-23";
  new_other["record_id"] = "GP-LATE-2";
  ASSERT_TRUE(Object(session(), {objector.at("nhs_number"), numbers[0]}, Work()).ok());
  const uint64_t rows_before = Records().rows_size();
  EXPECT_GT(rows_before, 0u) << "an objection that matches nobody stops nobody";

  CsvRow without_number = Admission(objector, "APC-LATE-2", "2025-09-22");
  without_number["nhs_number"] = without_number["nhs_number_verified"] = "";
  ASSERT_TRUE(LoadLate(session(), Files(), "gp/register", {new_objector, new_other}, Work()).ok());
  ASSERT_TRUE(LoadLate(session(), Files(), "acute/apc",
                       {Admission(objector, "APC-LATE-1", "2025-09-21"), without_number,
                        Admission(other, "APC-LATE-3", "2025-09-23"),
                        Admission(new_objector, "APC-LATE-4", "2025-09-24"),
                        Admission(new_other, "APC-LATE-5", "2025-09-25")},
                       Work())
                  .ok());
  const std::set<std::string> not_linked = LastDays(Records());
  for (const char* day : {"2025-09-21", "2025-09-22", "2025-09-23", "2025-09-24", "2025-09-25"}) {
    EXPECT_FALSE(not_linked.contains(day)) << "records that are nobody's yet are in no linked answer";
  }
  ASSERT_TRUE(Link(session()).ok());
  const std::set<std::string> linked = LastDays(Records());
  EXPECT_TRUE(linked.contains("2025-09-23")) << "who has not objected";
  EXPECT_TRUE(linked.contains("2025-09-25")) << "who came late and has not objected";
  EXPECT_FALSE(linked.contains("2025-09-21")) << "the objector, by number";
  EXPECT_FALSE(linked.contains("2025-09-22")) << "the objector, by name alone";
  EXPECT_FALSE(linked.contains("2025-09-24")) << "the objection waited for this";
}

// Each round the social care records lose their numbers in other places, so that people
// are merged and split, and are linked anew while questions are asked.
TEST_F(ObjectorsTest, NobodyWhoObjectedIsInAnAnswerWhileRecordsMoveBetweenPeople) {
  constexpr size_t kObjectors = 12;
  constexpr size_t kRounds = 3;
  const std::vector<CsvRow> services = Rows("extracts/social_care/services.csv");
  std::atomic<bool> done{false};
  std::atomic<int> relinked{0};
  std::thread moving([&] {
    SystemClock clock;
    SystemRandomness randomness;
    cli::Session other(*cli::ReadContext(region_->context_file()), clock, randomness);
    std::filesystem::create_directories(region_->File("moving"));
    for (size_t round = 0; round < kRounds; ++round) {
      std::vector<CsvRow> rows = services;
      for (size_t i = round; i < rows.size(); i += kRounds) {
        rows[i]["nhs_number"] = rows[i]["nhs_number_verified"] = "";
      }
      const absl::Status loaded = LoadLate(other, Files(), "social_care/services", rows, region_->File("moving"));
      EXPECT_TRUE(loaded.ok()) << loaded;
      const absl::Status linked = Link(other);
      EXPECT_TRUE(linked.ok()) << linked;
      ++relinked;
    }
    done.store(true);
  });
  // The truth of those who have objected so far, in the form of the forty's.
  const std::string truth_region = region_->File("truth-of-objectors");
  std::filesystem::create_directories(truth_region + "/objections");
  for (const char* folder : {"truth", "extracts"}) {
    std::filesystem::create_symlink(absl::StrCat(Files(), "/", folder), absl::StrCat(truth_region, "/", folder));
  }
  std::string forty = "nhs_number,effective_date,received_date,source_system,capacity\n";
  const std::set<std::string> before = Objectors();
  std::set<std::string> with_care;
  for (const CsvRow& row : services) with_care.insert(row.at("nhs_number"));
  std::vector<std::string> numbers;
  for (const CsvRow& person : Rows("truth/people.csv")) {
    const std::string& number = person.at("nhs_number");
    if (person.at("commissioner") == "ZC1" && with_care.contains(number) && !before.contains(number)) {
      numbers.push_back(number);
    }
  }
  ASSERT_GE(numbers.size(), kObjectors);
  uint64_t asked = 0;
  for (size_t i = 0; i < kObjectors || !done.load(); ++i) {
    if (i < kObjectors) {
      ASSERT_TRUE(Object(session(), {numbers[i]}, Work()).ok());
      absl::StrAppend(&forty, numbers[i], ",2026-03-31,2026-03-31,programme_office,self\n");
      ASSERT_TRUE(cli::WriteFile(truth_region + "/objections/forty.csv", forty).ok());
    }
    const auto truth = cli::ReadForty(truth_region, cli::RecordDatasets());
    ASSERT_TRUE(truth.ok()) << truth.status();
    const gateway::v1::Table table = Records();
    EXPECT_GT(table.rows_size(), 0);
    EXPECT_EQ(cli::RowsOfThem(*truth, table), 0u) << "after " << i + 1 << " objections and " << relinked << " links";
    ++asked;
    // The gateway limits how often one person asks.
    if (asked >= 15) absl::SleepFor(absl::Milliseconds(500));
  }
  moving.join();
  EXPECT_EQ(relinked.load(), static_cast<int>(kRounds));
}

}  // namespace
}  // namespace safehaven
