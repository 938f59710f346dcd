// Goal: a consent that was restored from an older copy is noticed, everything stops, and
// goes on only when an operator has reconciled and says so: the runbook's section "A
// restored or forked log", followed to the letter. And a restored costing shows which
// releases are gone from its log.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "cli/operations/audit.h"
#include "cli/operations/decide.h"
#include "cli/operations/objections.h"
#include "cli/operations/query.h"
#include "cli/tour/demo_questions.h"
#include "cli/tour/truth.h"
#include "libs/base/status.h"
#include "tests/e2e/support/prepared_region.h"
#include "tests/e2e/support/presenting.h"
#include "tests/e2e/support/region_jobs.h"

namespace safehaven {
namespace {

using testing_support::AskCosting;
using testing_support::ChildProcess;
using testing_support::kPatience;
using testing_support::PreparedRegion;
using testing_support::RunningRegion;

constexpr char kAnalyst[] = "amira.analyst";
constexpr char kOfficer[] = "gwen.guardian";

class RestoredTest : public testing::Test {
 protected:
  void SetUp() override { region_ = PreparedRegion::Get().StartOwn(); }

  cli::Session& session() { return region_->session(); }

  // An older copy of the service's state, and then something that is not in it.
  void CopyThenGoOn(const std::string& service) {
    ASSERT_TRUE(region_->Stop(service).ok());
    ASSERT_TRUE(region_->SaveState(service, Copy(service)).ok());
    ASSERT_TRUE(region_->StartService(service, {}).ok());
    ASSERT_TRUE(region_->AwaitReady().ok());
    ASSERT_TRUE(LoadForty().ok());
    ASSERT_EQ(Asked(), "");
  }
  void Restore(const std::string& service, const std::vector<std::string>& flags) {
    region_->Kill(service);
    ASSERT_TRUE(region_->PutState(service, Copy(service)).ok());
    ASSERT_TRUE(region_->StartService(service, {.flags = flags, .clock_ahead = {}}).ok());
  }
  std::string Copy(const std::string& service) const { return region_->File("copy-of-" + service); }

  absl::Status LoadForty() {
    return cli::LoadObjections(session(), {.file = region_->ground().region() + "/objections/forty.csv",
                                           .set = absl::StrCat("programme:", cli::kPioneer),
                                           .person = "dana.engineer",
                                           .rejects_dir = region_->File("")})
        .status();
  }

  void AwaitHalt(const std::string& service, const std::string& reason) {
    const absl::Time end = absl::Now() + kPatience;
    std::string said;
    while (absl::Now() < end) {
      said = region_->NotReadyReason(service).value_or("");
      if (absl::StrContains(said, reason)) return;
      absl::SleepFor(absl::Milliseconds(20));  // between looks, not for timing
    }
    FAIL() << service << " says '" << said << "', not " << reason;
  }

  std::string Asked() { return ReasonOf(AskCosting(session(), kAnalyst, cli::CostPerHeadByAge())); }
  std::string AskedThroughTheGateway() {
    return ReasonOf(cli::Query(session(), {.person = kAnalyst, .question = cli::CostPerHeadByAge()}).status());
  }
  std::string Done(const testing_support::Job& job) { return ReasonOf(job.run(session())); }

  // Every operation on person data, with a warrant of consent as it is now.
  void ExpectEverythingStopped(const std::string& reason) {
    const std::string region = region_->ground().region();
    EXPECT_EQ(Asked(), reason);
    EXPECT_EQ(AskedThroughTheGateway(), reason);
    EXPECT_EQ(Done(testing_support::LoadJobs(region, region_->File(""))[1]), reason) << "loading";
    EXPECT_EQ(Done(testing_support::LinkJobs()[0]), reason) << "linking";
    EXPECT_EQ(Done(testing_support::CostJobs(region)[1]), reason) << "costing";
  }
  void ExpectEverythingWorks() {
    const std::string region = region_->ground().region();
    EXPECT_EQ(Asked(), "");
    EXPECT_EQ(AskedThroughTheGateway(), "");
    EXPECT_EQ(Done(testing_support::LoadJobs(region, region_->File(""))[1]), "") << "loading";
    EXPECT_EQ(Done(testing_support::LinkJobs()[0]), "") << "linking";
    EXPECT_EQ(Done(testing_support::CostJobs(region)[1]), "") << "costing";
  }

  // What an operator sees: the line of `safehaven status` that says it.
  std::string IncarnationByStatus() {
    ChildProcess status({testing_support::ProgramPath("safehaven"), "--context", region_->context_file(), "--output",
                         "csv", "status"},
                        {.error_file = region_->File("status.log"), .environment = {}});
    std::string incarnation;
    for (auto line = status.ReadLine(); line.has_value(); line = status.ReadLine()) {
      const std::vector<std::string> fields = absl::StrSplit(*line, ',');
      if (fields.size() == 3 && fields[0] == "consent" && fields[1] == "incarnation") incarnation = fields[2];
    }
    EXPECT_EQ(status.Wait(), 0);
    return incarnation;
  }

  void RestartFollowers(const std::string& reconciled_incarnation) {
    for (const char* service : {"linkage", "costing"}) {
      region_->Kill(service);
      std::vector<std::string> flags;
      if (!reconciled_incarnation.empty()) {
        flags.push_back(absl::StrCat("--reconciled-consent-incarnation=", reconciled_incarnation));
      }
      ASSERT_TRUE(region_->StartService(service, {.flags = flags, .clock_ahead = {}}).ok());
    }
  }

  cli::Reconciliation Reconciled() {
    const auto costing = cli::ReadLog(session(), "costing", kOfficer);
    const auto consent = cli::ReadLog(session(), "consent", kOfficer);
    SH_CHECK(costing.ok() && consent.ok());
    return cli::Reconcile(*consent, *costing, session().clock().Now() + absl::Hours(1));
  }

  std::unique_ptr<RunningRegion> region_;
};

TEST_F(RestoredTest, AnOlderCopyOfConsentStopsEverything) {
  ASSERT_NO_FATAL_FAILURE(CopyThenGoOn("consent"));
  ASSERT_NO_FATAL_FAILURE(Restore("consent", {}));
  for (const char* service : {"linkage", "costing"}) AwaitHalt(service, "LOG_ROLLED_BACK");
  ExpectEverythingStopped("LOG_ROLLED_BACK");
  // It is not a matter of starting them again: they remember what they have seen.
  ASSERT_NO_FATAL_FAILURE(RestartFollowers(""));
  for (const char* service : {"linkage", "costing"}) AwaitHalt(service, "LOG_");
  // By now its log may have grown beyond what they had seen, into another history.
  const std::string reason = Asked();
  EXPECT_TRUE(reason == "LOG_ROLLED_BACK" || reason == "LOG_FORKED") << reason;
}

TEST_F(RestoredTest, ARestoredConsentIsFollowedOnceItIsReconciled) {
  const std::string before = IncarnationByStatus();
  ASSERT_NO_FATAL_FAILURE(CopyThenGoOn("consent"));
  ASSERT_NO_FATAL_FAILURE(Restore("consent", {"--new-incarnation"}));
  for (const char* service : {"linkage", "costing"}) AwaitHalt(service, "INCARNATION_CHANGED");
  ExpectEverythingStopped("INCARNATION_CHANGED");

  const std::string incarnation = IncarnationByStatus();
  EXPECT_EQ(incarnation.size(), 32u);
  EXPECT_NE(incarnation, before);
  ASSERT_NO_FATAL_FAILURE(RestartFollowers(before));
  for (const char* service : {"linkage", "costing"}) AwaitHalt(service, "INCARNATION_CHANGED");

  // What was acknowledged after the copy is handed in again; what was released on its
  // strength is listed.
  ASSERT_TRUE(LoadForty().ok());
  const cli::Reconciliation lost = Reconciled();
  ASSERT_FALSE(lost.faults.empty());
  for (const std::string& fault : lost.faults) {
    EXPECT_TRUE(absl::StrContains(fault, "a release without a warrant of consent's log")) << fault;
  }
  ASSERT_NO_FATAL_FAILURE(RestartFollowers(incarnation));
  ASSERT_TRUE(region_->AwaitReady().ok());
  ExpectEverythingWorks();
  const auto records = cli::Query(session(), {.person = kAnalyst, .question = cli::PioneerRecords()});
  ASSERT_TRUE(records.ok()) << records.status();
  const auto truth = cli::ReadForty(region_->ground().region(), cli::RecordDatasets());
  ASSERT_TRUE(truth.ok()) << truth.status();
  EXPECT_GT(truth->records, 0u);
  EXPECT_EQ(cli::RowsOfThem(*truth, records->table()), 0u) << "they had objected after the copy";
  // The word is needed once.
  ASSERT_NO_FATAL_FAILURE(RestartFollowers(""));
  ASSERT_TRUE(region_->AwaitReady().ok());
  EXPECT_EQ(Asked(), "");
}

TEST_F(RestoredTest, ASignedRequestStaysUsedUpWhenConsentIsKilled) {
  const Question question = cli::CostPerHeadByAge();
  const absl::StatusOr<type::v1::Evidence> evidence = session().ProgramEvidence(cli::kToolProgram, question);
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  const auto asked = [&](const type::v1::Evidence& by) {
    return ReasonOf(cli::Decide(session(), cli::kToolProgram, question, by).status());
  };
  ASSERT_EQ(asked(*evidence), "");
  region_->Kill("consent");
  ASSERT_TRUE(region_->StartService("consent", {}).ok());
  ASSERT_TRUE(region_->AwaitReady().ok());
  EXPECT_EQ(asked(*evidence), "EVIDENCE_REPLAYED");
  EXPECT_EQ(asked(*session().ProgramEvidence(cli::kToolProgram, question)), "") << "one that was not used";
}

TEST_F(RestoredTest, ARestoredCostingLeavesWarrantsThatNoReleaseAnswersTo) {
  ASSERT_NO_FATAL_FAILURE(CopyThenGoOn("costing"));
  const cli::Reconciliation before = Reconciled();
  EXPECT_TRUE(before.faults.empty()) << before.faults.front();
  ASSERT_NO_FATAL_FAILURE(Restore("costing", {"--new-incarnation"}));
  ASSERT_TRUE(region_->AwaitReady().ok());
  const cli::Reconciliation after = Reconciled();
  EXPECT_TRUE(after.faults.empty()) << after.faults.front();
  EXPECT_EQ(after.used_count, before.used_count - 1);
  EXPECT_EQ(after.unused_count, before.unused_count + 1) << "it was answered, and shows as if it had not been";
  EXPECT_EQ(Asked(), "");
}

}  // namespace
}  // namespace safehaven
