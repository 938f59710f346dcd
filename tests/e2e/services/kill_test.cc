// Goal: kill -9 of any service at any moment of loading, linking, costing or answering
// loses nothing that was acknowledged and doubles nothing, and what was cut off is done
// by doing it again. Method: a region is made from nothing while a second thread kills
// one service after the other, at moments that the seed chooses, and starts it again;
// at the end it holds and answers the same as one that nobody disturbed.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "cli/operations/audit.h"
#include "cli/operations/decide.h"
#include "cli/operations/query.h"
#include "cli/tour/demo_questions.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "libs/warrant/wire.h"
#include "tests/e2e/support/prepared_region.h"
#include "tests/e2e/support/presenting.h"
#include "tests/e2e/support/region_jobs.h"
#include "tests/support/seed.h"

namespace safehaven {
namespace {

using testing_support::Job;
using testing_support::kPatience;
using testing_support::PreparedRegion;
using testing_support::RunningRegion;

constexpr char kAnalyst[] = "amira.analyst";
constexpr char kOfficer[] = "gwen.guardian";
constexpr absl::Duration kAskAgain = absl::Milliseconds(50);

// Failures that say "not now": the caller does the same again, and need not know why.
// Any other failure is a fault.
bool IsPassing(const absl::Status& status) {
  static const auto* const kReasons = new std::set<std::string>{
      "UNREACHABLE",         // the service is gone
      "TRANSPORT_FAILED",    // it went in the middle
      "STREAM_ENDED",        // of a load
      "CALL_CANCELLED",
      "DEADLINE_PASSED",
      "CONSENT_STALE",       // it is back, and has not heard consent yet
      "CONSENT_UNREACHABLE",
      "OBJECTIONS_NOT_APPLIED",
      "CROSSWALK_NOT_LOADED",
      "EXCLUSION_SET_NOT_LOADED",
      "CROSSWALK_NOT_CURRENT",
      "COSTING_NOT_LIVE",    // consent is back, and has not heard costing yet
      "FOLLOWERS_UNCONFIRMED",
      "WARRANT_BEFORE_START",
      "WARRANT_EXPIRED",     // waited too long for somebody who was away
      "WARRANT_USED",        // the first try was cut off after it had opened a release
      "RELEASE_CUT_OFF"};
  return kReasons->contains(ReasonOf(status));
}

// Does the job until it is done.
void Persist(RunningRegion& region, const Job& job) {
  const absl::Time end = absl::Now() + kPatience;
  absl::Status done;
  int tries = 0;
  do {
    if (tries++ > 0) absl::SleepFor(kAskAgain);  // somebody is on the way back
    done = job.run(region.session());
  } while (!done.ok() && IsPassing(done) && absl::Now() < end);
  EXPECT_TRUE(done.ok()) << job.name << ", tried " << tries << " times: " << done;
}

// Kills and restarts on a thread of its own, while the jobs go on.
class Killer {
 public:
  Killer(RunningRegion& region, uint64_t seed) : region_(region), prng_(seed) {}

  // Does `jobs`, and meanwhile kills each of `victims` once, in an order by chance and at
  // a moment by chance after the work has begun to go on. Returns when both are through
  // and all services run.
  void Disturb(const std::vector<Job>& jobs, std::vector<std::string> victims, absl::Duration moment_max) {
    std::shuffle(victims.begin(), victims.end(), prng_);
    std::vector<absl::Duration> moments;
    for (size_t i = 0; i < victims.size(); ++i) {
      moments.push_back(absl::Milliseconds(static_cast<int64_t>(prng_() % absl::ToInt64Milliseconds(moment_max))));
    }
    std::atomic<uint64_t> done_count{0};
    absl::Notification all_killed;
    std::thread killing([&] {
      for (size_t i = 0; i < victims.size(); ++i) {
        if (i > 0) AwaitMore(done_count);
        absl::SleepFor(moments[i]);  // the moment, chosen by the seed
        region_.Kill(victims[i]);
        const absl::Status started = region_.StartService(victims[i], {});
        EXPECT_TRUE(started.ok()) << victims[i] << ": " << started;
      }
      all_killed.Notify();
    });
    // From the beginning again until everybody has been killed: doing twice what is done
    // must be harmless too.
    do {
      for (const Job& job : jobs) {
        Persist(region_, job);
        ++done_count;
      }
    } while (!all_killed.HasBeenNotified());
    killing.join();
  }

 private:
  static void AwaitMore(const std::atomic<uint64_t>& done_count) {
    const uint64_t before = done_count.load();
    const absl::Time end = absl::Now() + kPatience;
    while (done_count.load() == before && absl::Now() < end) {
      absl::SleepFor(absl::Milliseconds(1));  // between looks, not for timing
    }
  }

  RunningRegion& region_;
  std::mt19937_64 prng_;
};

// What a region holds, by name.
std::map<std::string, uint64_t> HoldingsOf(RunningRegion& region) {
  std::map<std::string, uint64_t> holdings;
  Client* linkage = *region.session().Connect(cli::kToolProgram, "linkage");
  const auto links = linkage->CallUnary<linkage::v1::GetStatusResponse>("safehaven.linkage.v1.LinkageService", "GetStatus",
                                                                        linkage::v1::GetStatusRequest(), {});
  Client* costing = *region.session().Connect(cli::kToolProgram, "costing");
  const auto costs = costing->CallUnary<costing::v1::GetStatusResponse>("safehaven.costing.v1.CostingService", "GetStatus",
                                                                        costing::v1::GetStatusRequest(), {});
  EXPECT_TRUE(links.ok() && costs.ok()) << links.status() << costs.status();
  if (!links.ok() || !costs.ok()) return holdings;
  for (const auto& [source, count] : links->record_counts()) holdings[absl::StrCat("records of ", source)] = count;
  for (const auto& [dataset, count] : costs->event_counts()) holdings[absl::StrCat("events of ", dataset)] = count;
  return holdings;
}

// An answer that somebody got, to be found in the log again.
struct Acknowledged {
  std::string receipt;
  std::string digest;
};

// As the gateway does, without its limit on how often one person asks.
absl::StatusOr<costing::v1::AnswerResponse> Ask(cli::Session& session, const Question& question) {
  SH_ASSIGN_OR_RETURN(const auto decided, testing_support::PermittedFor(session, testing_support::kGateway, kAnalyst, question));
  return testing_support::AnswerAt(session, testing_support::kGateway, testing_support::AnswerRequestOf(decided, question));
}

Job AskingJob(const Question& question, std::vector<Acknowledged>& answers) {
  return {.name = "ask", .run = [&question, &answers](cli::Session& session) -> absl::Status {
            SH_ASSIGN_OR_RETURN(const auto response, Ask(session, question));
            answers.push_back({.receipt = response.receipt().SerializeAsString(),
                               .digest = ToBytes(Sha256(response.answer().SerializeAsString()))});
            return absl::OkStatus();
          }};
}

// Through the gateway itself, as often as it lets one.
Job QueryJob(const Question& question, std::vector<Acknowledged>& answers) {
  return {.name = "query", .run = [&question, &answers](cli::Session& session) -> absl::Status {
            const auto response = cli::Query(session, {.person = kAnalyst, .question = question});
            if (ReasonOf(response.status()) == "RATE_LIMITED") return absl::OkStatus();
            SH_RETURN_IF_ERROR(response);
            answers.push_back({.receipt = response->receipt(), .digest = cli::AnswerDigest(response->table())});
            return absl::OkStatus();
          }};
}

std::string TableOf(RunningRegion& region, const Question& question) {
  const auto response = Ask(region.session(), question);
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? response->answer().DebugString() : "";
}

void ExpectLogsAgree(RunningRegion& region, const std::vector<Acknowledged>& answers) {
  cli::Session& session = region.session();
  const auto costing = cli::ReadLog(session, "costing", kOfficer);
  const auto consent = cli::ReadLog(session, "consent", kOfficer);
  ASSERT_TRUE(costing.ok()) << costing.status();
  ASSERT_TRUE(consent.ok()) << consent.status();
  for (const cli::LogCopy* copy : {&*costing, &*consent}) {
    const auto audit = cli::VerifyLog(*copy);
    ASSERT_TRUE(audit.ok()) << audit.status();
    EXPECT_FALSE(audit->first_fault.has_value()) << copy->service << ": " << audit->first_fault->reason;
  }
  const cli::Reconciliation result = cli::Reconcile(*consent, *costing, session.clock().Now() + absl::Hours(1));
  for (const std::string& fault : result.faults) ADD_FAILURE() << fault;
  std::cout << "releases " << result.release_count << ", answered " << result.answered_count << ", cut off "
            << result.cut_off_count << std::endl;
  EXPECT_GE(result.answered_count, answers.size());
  std::set<uint64_t> releases;
  for (const Acknowledged& answer : answers) {
    const auto facts = cli::VerifyReceipt(session, answer.receipt, answer.digest);
    ASSERT_TRUE(facts.ok()) << facts.status();
    EXPECT_TRUE(releases.insert(facts->release_index).second) << "one answer for two";
    ASSERT_LT(facts->release_index, costing->entries.size());
    costing::v1::ReleaseClosing closing;
    ASSERT_TRUE(closing.ParseFromString(costing->entries[facts->release_index].body()));
    EXPECT_EQ(closing.warrant(), facts->warrant);
  }
}

TEST(Kill, NothingAcknowledgedIsLostAndNothingIsDoubled) {
  const uint64_t seed = SeedFromEnvironment();
  std::cout << "SAFEHAVEN_SEED=" << seed << std::endl;
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  PreparedRegion& undisturbed = PreparedRegion::Get();
  auto started = RunningRegion::Start(undisturbed.ground(), "");
  ASSERT_TRUE(started.ok()) << started.status();
  RunningRegion& region = **started;
  const std::string files = undisturbed.ground().region();
  const std::string work = region.File("");
  Killer killer(region, seed);
  for (const Job& job : testing_support::RegisterJobs(files, work)) Persist(region, job);

  killer.Disturb(testing_support::LoadJobs(files, work), {"consent", "linkage", "costing"}, absl::Milliseconds(500));
  killer.Disturb(testing_support::LinkJobs(), {"consent", "linkage", "costing"}, absl::Milliseconds(500));
  killer.Disturb(testing_support::CostJobs(files), {"consent", "linkage", "costing"}, absl::Milliseconds(300));
  const Question table = cli::CostPerHeadByAgeAndSector();
  const Question records = cli::PioneerRecords();
  std::vector<Acknowledged> answers;
  killer.Disturb({AskingJob(table, answers), AskingJob(records, answers), QueryJob(table, answers)},
                 {"consent", "linkage", "costing", "gateway", "costing", "costing", "costing"}, absl::Milliseconds(40));

  ASSERT_TRUE(region.AwaitReady().ok());
  EXPECT_EQ(HoldingsOf(region), HoldingsOf(undisturbed.shared()));
  EXPECT_EQ(TableOf(region, table), TableOf(undisturbed.shared(), table));
  ASSERT_NO_FATAL_FAILURE(ExpectLogsAgree(region, answers));
}

// The run is not asked for again: it is found in linkage's store and done.
TEST(Kill, ALinkageRunThatWasCutOffGoesOnByItself) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const std::unique_ptr<RunningRegion> region = PreparedRegion::Get().StartOwn();
  cli::Session& session = region->session();
  const cli::LinkPlan plan = cli::LinkOf(cli::kPioneer, cli::AllDatasets());
  const auto question = Normalise({.approval = plan.authority,
                                   .purpose = plan.purpose,
                                   .operation = Operation::kLink,
                                   .identifiability = Identifiability::kIdentifiable,
                                   .subject = plan.authority,
                                   .commissioner = plan.commissioner,
                                   .list_day = plan.list_day,
                                   .first_day = plan.first_day,
                                   .last_day = plan.last_day,
                                   .datasets = plan.datasets});
  ASSERT_TRUE(question.ok()) << question.status();
  const auto decided = cli::DecideOrFail(session, cli::kToolProgram, *question, *session.PersonEvidence(plan.person));
  ASSERT_TRUE(decided.ok()) << decided.status();
  linkage::v1::RunLinkageRequest request;
  *request.mutable_warrant()->mutable_proof() = decided->warrant();
  *request.mutable_question() = QuestionToProto(*question);
  request.set_request_id(cli::NewUuid(session.randomness()));
  constexpr char kLinkage[] = "safehaven.linkage.v1.LinkageService";
  Client* linkage = *session.Connect(cli::kToolProgram, "linkage");
  const auto run = linkage->CallUnary<linkage::v1::RunLinkageResponse>(kLinkage, "RunLinkage", request, {});
  ASSERT_TRUE(run.ok()) << run.status();
  absl::SleepFor(absl::Milliseconds(static_cast<int64_t>(prng() % 200)));  // the moment, chosen by the seed
  region->Kill("linkage");
  ASSERT_TRUE(region->StartService("linkage", {}).ok());
  linkage::v1::GetLinkageRunRequest ask;
  ask.set_run(run->run());
  const absl::Time end = absl::Now() + kPatience;
  absl::StatusOr<linkage::v1::GetLinkageRunResponse> state;
  do {
    state = linkage->CallUnary<linkage::v1::GetLinkageRunResponse>(kLinkage, "GetLinkageRun", ask, {});
    absl::SleepFor(absl::Milliseconds(20));  // between looks, not for timing
  } while ((!state.ok() || !state->done()) && absl::Now() < end);
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ(state->error_reason(), "");
  EXPECT_GT(state->summary().person_count(), 0u);
}

}  // namespace
}  // namespace safehaven
