// Goal: an objection that comes late names every past release it should have stopped, and
// a person's own request the releases that had their record: by the real services, each
// of which knows only its part. Method: the sample region, somebody of it who objects
// after an answer, and the same question again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/operations/audit.h"
#include "cli/operations/look_back.h"
#include "cli/operations/query.h"
#include "cli/tour/demo_questions.h"
#include "libs/base/status.h"
#include "tests/e2e/support/late_extract.h"
#include "tests/e2e/support/prepared_region.h"

namespace safehaven {
namespace {

using testing_support::CsvRow;
using testing_support::PreparedRegion;
using testing_support::ReadRows;
using testing_support::RunningRegion;

constexpr char kAnalyst[] = "amira.analyst";
constexpr char kOfficer[] = "gwen.guardian";
constexpr char kGuardian[] = "carl.caldicott";

class LookBackTest : public testing::Test {
 protected:
  void SetUp() override { region_ = PreparedRegion::Get().StartOwn(); }

  cli::Session& session() { return region_->session(); }

  std::vector<CsvRow> Rows(const std::string& file) const {
    auto rows = ReadRows(absl::StrCat(region_->ground().region(), "/", file));
    SH_CHECK(rows.ok());
    return *std::move(rows);
  }

  // Somebody on the pioneer's list with a hospital episode who has not objected.
  std::string Somebody() const {
    std::set<std::string> objectors, treated;
    for (const char* file : {"national", "type1", "programme", "forty"}) {
      for (const CsvRow& row : Rows(absl::StrCat("objections/", file, ".csv"))) objectors.insert(row.at("nhs_number"));
    }
    for (const CsvRow& row : Rows("extracts/acute/apc.csv")) treated.insert(row.at("nhs_number"));
    for (const CsvRow& row : Rows("extracts/gp/register.csv")) {
      const std::string& number = row.at("nhs_number");
      const bool plain = row.at("commissioner") == "ZC1" && row.at("registered_to").empty() &&
                         row.at("death_date").empty() && row.at("registered_from") < "2025-04-01" &&
                         row.at("nhs_number_verified") == "1" && row.at("restriction").empty();
      if (plain && !number.empty() && treated.contains(number) && !objectors.contains(number)) return number;
    }
    ADD_FAILURE() << "nobody is left";
    return "";
  }

  // A release to the analyst; the id of its warrant.
  std::string Release() {
    const auto response = cli::Query(session(), {.person = kAnalyst, .question = cli::PioneerRecords()});
    EXPECT_TRUE(response.ok()) << response.status();
    if (!response.ok()) return "";
    const auto facts = cli::VerifyReceipt(session(), response->receipt(), "");
    EXPECT_TRUE(facts.ok()) << facts.status();
    return facts.ok() ? facts->warrant : "";
  }

  uint64_t LogSize() {
    const auto newest = cli::ReadNewest(session(), "consent");
    EXPECT_TRUE(newest.ok()) << newest.status();
    return newest.ok() ? newest->size : 0;
  }

  std::unique_ptr<RunningRegion> region_;
};

std::vector<std::string> Ids(const cli::TouchedReleases& touched) {
  std::vector<std::string> ids;
  for (const cli::LookedBackRelease& one : touched.releases) {
    EXPECT_EQ(one.confirmed.membership(), costing::v1::MEMBERSHIP_HELD);
    EXPECT_EQ(one.confirmed.organisation(), "ZC1");
    ids.push_back(one.candidate.warrant());
  }
  return ids;
}

TEST_F(LookBackTest, ALateObjectionAndAPersonsOwnRequestNameTheReleasesThatHadTheRecord) {
  const std::string number = Somebody();
  const std::string before = Release();
  const uint64_t size = LogSize();
  const std::string folder = region_->File("late");
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(testing_support::Object(session(), {number}, folder).ok());
  const std::string after = Release();
  ASSERT_NE(before, "");
  ASSERT_NE(after, "");

  consent::v1::LateObjections late;
  late.set_set(absl::StrCat("programme:", cli::kPioneer));
  late.set_after_size(size);
  const auto impact = cli::ImpactOfObjections(session(), kOfficer, kGuardian, late);
  ASSERT_TRUE(impact.ok()) << impact.status();
  EXPECT_THAT(Ids(*impact), testing::ElementsAre(before)) << "the one after left the person out";
  EXPECT_EQ(ReasonOf(cli::ImpactOfObjections(session(), kAnalyst, kGuardian, late).status()), "ROLE_REFUSED");
  EXPECT_EQ(ReasonOf(cli::ImpactOfObjections(session(), kOfficer, "", late).status()), "SECOND_OFFICER_MISSING");

  cli::PatientRequest request = {.person = *NhsNumber::Parse(number),
                                 .request = "SAR-17",
                                 .identity_proof = "passport, record 4411",
                                 .officer = kOfficer,
                                 .second_officer = ""};
  EXPECT_EQ(ReasonOf(cli::AnswerPatient(session(), request).status()), "SECOND_OFFICER_MISSING");
  request.second_officer = kGuardian;
  const auto answered = cli::AnswerPatient(session(), request);
  ASSERT_TRUE(answered.ok()) << answered.status();
  EXPECT_THAT(Ids(answered->releases), testing::Contains(before));
  EXPECT_THAT(Ids(answered->releases), testing::Not(testing::Contains(after)));
  EXPECT_EQ(answered->answer.looks_size(), 1);
  EXPECT_GT(answered->answer.uses_size(), 0);
}

TEST_F(LookBackTest, PastDecisionsComeOutTheSameAndManyQuestionsGoOverOneStream) {
  const auto answers = cli::DecideBatch(session(), kAnalyst, {cli::PioneerRecords(), cli::CostPerHeadByAge()}, std::nullopt);
  ASSERT_TRUE(answers.ok()) << answers.status();
  ASSERT_EQ(answers->size(), 2u);
  for (const consent::v1::BatchedAnswer& answer : *answers) {
    ASSERT_EQ(answer.decided().decision().effect(), consent::v1::EFFECT_PERMITTED) << answer.error_reason();
    const auto again = cli::Reconstruct(session(), kOfficer, answer.decided().warrant().index());
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(again->same()) << again->DebugString();
  }
  const auto due = cli::ListDue(session(), kOfficer, 3650);
  ASSERT_TRUE(due.ok()) << due.status();
  EXPECT_GT(due->items_size(), 0);
}

}  // namespace
}  // namespace safehaven
