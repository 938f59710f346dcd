// Goal: a clock that is an hour off, either way, stops what depends on it with its exact
// reason, and nothing else is needed than to start it with the right one. Method: real
// services that see a wrong wall clock (tests/e2e/support/shifted_clock.cc).
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/operations/decide.h"
#include "cli/operations/query.h"
#include "cli/tour/demo_questions.h"
#include "libs/base/status.h"
#include "tests/e2e/support/prepared_region.h"
#include "tests/e2e/support/presenting.h"
#include "tests/e2e/support/region_jobs.h"

namespace safehaven {
namespace {

using testing_support::AskCosting;
using testing_support::Job;
using testing_support::kPatience;
using testing_support::PreparedRegion;
using testing_support::RunningRegion;

constexpr char kAnalyst[] = "amira.analyst";
constexpr absl::Duration kOff[] = {absl::Hours(1), -absl::Hours(1)};

class ClocksTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { region_ = PreparedRegion::Get().StartOwn(); }
  static void TearDownTestSuite() { region_.reset(); }

  cli::Session& session() { return region_->session(); }

  // Waits until the service says that it is not ready for `reason`.
  void AwaitReason(const std::string& service, const std::string& reason) {
    const absl::Time end = absl::Now() + kPatience;
    std::string said;
    while (absl::Now() < end) {
      said = region_->NotReadyReason(service).value_or("");
      if (said == reason || said == absl::StrCat("consent: ", reason)) return;
      absl::SleepFor(absl::Milliseconds(20));  // between looks, not for timing
    }
    FAIL() << service << " says '" << said << "', not " << reason;
  }

  void SetClock(const std::string& service, absl::Duration ahead) {
    region_->Kill(service);
    ASSERT_TRUE(region_->StartService(service, {.flags = {}, .clock_ahead = ahead}).ok());
  }
  void SetRight(const std::string& service) {
    ASSERT_NO_FATAL_FAILURE(SetClock(service, absl::ZeroDuration()));
    ASSERT_TRUE(region_->AwaitReady().ok());
  }

  std::string Asked(const Question& question) { return ReasonOf(AskCosting(session(), kAnalyst, question)); }

  // The jobs that begin with a warrant at costing or at linkage.
  std::string Loaded() {
    const std::string region = region_->ground().region();
    return ReasonOf(testing_support::LoadJobs(region, region_->File(""))[1].run(session()));
  }

  static std::unique_ptr<RunningRegion> region_;
};

std::unique_ptr<RunningRegion> ClocksTest::region_;

TEST_F(ClocksTest, CostingsClockAnHourOffAnswersNothing) {
  for (const absl::Duration off : kOff) {
    SCOPED_TRACE(absl::FormatDuration(off));
    ASSERT_NO_FATAL_FAILURE(SetClock("costing", off));
    AwaitReason("costing", "CLOCK_SKEW");
    EXPECT_EQ(Asked(cli::CostPerHeadByAge()), "CLOCK_SKEW");
    SetRight("costing");
    EXPECT_EQ(Asked(cli::CostPerHeadByAge()), "");
  }
}

TEST_F(ClocksTest, LinkagesClockAnHourOffNamesNobodyAndLinksNothing) {
  for (const absl::Duration off : kOff) {
    SCOPED_TRACE(absl::FormatDuration(off));
    ASSERT_NO_FATAL_FAILURE(SetClock("linkage", off));
    AwaitReason("linkage", "CLOCK_SKEW");
    EXPECT_EQ(Asked(cli::PioneerRecords()), "CLOCK_SKEW") << "costing asked it for pseudonyms";
    EXPECT_EQ(Loaded(), "CLOCK_SKEW");
    SetRight("linkage");
    EXPECT_EQ(Asked(cli::PioneerRecords()), "");
    EXPECT_EQ(Loaded(), "");
  }
}

TEST_F(ClocksTest, ConsentsClockAnHourOffBelievesNobodyAndIsNotFollowed) {
  for (const absl::Duration off : kOff) {
    SCOPED_TRACE(absl::FormatDuration(off));
    const auto decided = testing_support::PermittedFor(session(), "gateway", kAnalyst, cli::CostPerHeadByAge());
    ASSERT_TRUE(decided.ok()) << decided.status();
    ASSERT_NO_FATAL_FAILURE(SetClock("consent", off));
    const std::string expected = off > absl::ZeroDuration() ? "EVIDENCE_EXPIRED" : "EVIDENCE_NOT_YET";
    EXPECT_EQ(Asked(cli::CostPerHeadByAge()), expected) << "a person's token";
    EXPECT_EQ(Loaded(), expected) << "a program's signature";
    AwaitReason("costing", "CLOCK_SKEW");
    AwaitReason("linkage", "CLOCK_SKEW");
    const auto request = testing_support::AnswerRequestOf(*decided, cli::CostPerHeadByAge());
    EXPECT_EQ(ReasonOf(testing_support::AnswerAt(session(), "gateway", request).status()), "CLOCK_SKEW")
        << "also with a warrant from before";
    SetRight("consent");
    EXPECT_EQ(Asked(cli::CostPerHeadByAge()), "");
    EXPECT_EQ(Loaded(), "");
  }
}

}  // namespace
}  // namespace safehaven
