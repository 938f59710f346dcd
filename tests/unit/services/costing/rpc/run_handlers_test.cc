// Goal: a costing run accounts for every unit of its ledger or is not there.
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "libs/storage/faulty_store.h"
#include "libs/storage/memory_store.h"
#include "tests/support/costing_world.h"
#include "tests/support/lossy_store.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

constexpr char kRequest[] = "00000000-0000-4000-8000-000000000001";
constexpr char kOtherRequest[] = "00000000-0000-4000-8000-000000000002";

class RunHandlersTest : public testing::Test {
 protected:
  RunHandlersTest() { Load(service_, linkage_, OpenRequest(consent_), Episodes()); }

  v1::RunCostingRequest Request(const Question& question = CostQuestion()) {
    v1::RunCostingRequest request;
    *request.mutable_warrant() = consent_.Permit(question, "tool");
    *request.mutable_question() = QuestionToProto(question);
    request.set_ledger_csv(kLedgerCsv);
    request.set_model_yaml(testing_support::kModelYaml);
    request.set_request_id(kRequest);
    return request;
  }
  absl::StatusOr<v1::RunCostingResponse> Run(const v1::RunCostingRequest& request) {
    return service_.handlers.runs.RunCosting(service_.CallFrom("tool"), request);
  }
  bool HasRun() {
    for (const auto& [key, cost] : LiveEvents(service_)) {
      if (cost != 0) return true;
    }
    return service_.runs.FindRequest(kRequest, absl::InfiniteFuture())->has_value() ||
           !service_.Leaves(kCostRunLeaf).empty();
  }

  WorldClock clock_;
  safehaven::testing_support::FakeRandomness randomness_{1};
  MemoryStore memory_;
  LossyStore lossy_{memory_};
  FaultyStore store_{FaultOptions{}, lossy_};
  ConsentInMemory consent_{clock_};
  LinkageInMemory linkage_;
  CostingService service_{store_, consent_, linkage_, clock_, randomness_};
};

TEST_F(RunHandlersTest, ARunAccountsForTheLedgerAndIsLive) {
  const auto run = Run(Request());
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->run(), 1u);
  EXPECT_EQ(run->ledger_total().units(), 151'250);
  EXPECT_EQ(run->difference().units(), 0);
  EXPECT_EQ(run->difference().nanos(), 0);
  EXPECT_EQ(run->event_count(), kPeople);
  EXPECT_EQ(service_.Leaves(kCostRunLeaf).size(), 1u);
  for (const auto& [key, cost] : LiveEvents(service_)) EXPECT_GT(cost, 0);
}

TEST_F(RunHandlersTest, AWarrantIsForOneRun) {
  const v1::RunCostingRequest request = Request();
  v1::RunCostingRequest other = request;
  other.set_request_id(kOtherRequest);
  ASSERT_TRUE(Run(request).ok());
  EXPECT_EQ(ReasonOf(Run(other).status()), "WARRANT_USED");
  EXPECT_TRUE(Run(request).ok()) << "the same request again is a retry";
  *other.mutable_warrant() = Request().warrant();
  EXPECT_TRUE(Run(other).ok()) << "with a warrant of its own";
}

TEST_F(RunHandlersTest, ALedgerThatDoesNotFitLeavesNoRun) {
  v1::RunCostingRequest request = Request();
  request.set_ledger_csv(absl::StrCat(kLedgerCsv, "ZA1,Q777,1,Unheard of,1.00\n"));
  EXPECT_EQ(ReasonOf(Run(request).status()), "LEDGER_LINE_UNMAPPED");
  request.set_ledger_csv("provider,cost_centre,account,amount\nZA1,E100,1000,1.00\n");
  EXPECT_EQ(ReasonOf(Run(request).status()), "LEDGER_INVALID");
  request.set_ledger_csv(absl::StrReplaceAll(kLedgerCsv, {{"40000.00", "a lot"}}));
  EXPECT_EQ(ReasonOf(Run(request).status()), "LEDGER_INVALID");
  EXPECT_FALSE(HasRun());
}

TEST_F(RunHandlersTest, AModelOtherThanWasDecidedIsRefused) {
  v1::RunCostingRequest request = Request();
  request.set_model_yaml("no: model");
  EXPECT_EQ(ReasonOf(Run(request).status()), "COST_MODEL_INVALID");
  EXPECT_EQ(ReasonOf(Run(Request(CostQuestion("ZB1"))).status()), "COST_MODEL_INVALID") << "another provider's";
  request.set_model_yaml(absl::StrReplaceAll(testing_support::kModelYaml, {{"end: 2026-03-31", "end: 2027-03-31"}}));
  EXPECT_EQ(ReasonOf(Run(request).status()), "COST_MODEL_INVALID") << "longer than was decided";
  EXPECT_FALSE(HasRun());
}

TEST_F(RunHandlersTest, OnlyTheCostWarrantOfTheQuestionRuns) {
  v1::RunCostingRequest request = Request();
  *request.mutable_question() = QuestionToProto(CostQuestion("ZB1"));
  EXPECT_EQ(ReasonOf(Run(request).status()), "WARRANT_QUESTION");
  *request.mutable_warrant() =
      consent_.Permit(CostQuestion(), "tool", [](Warrant& warrant) { warrant.audience = "linkage"; });
  *request.mutable_question() = QuestionToProto(CostQuestion());
  EXPECT_EQ(ReasonOf(Run(request).status()), "WARRANT_AUDIENCE");
  EXPECT_FALSE(HasRun());
}

TEST_F(RunHandlersTest, TheSameRequestGetsTheSameRun) {
  const auto first = Run(Request());
  const auto again = Run(Request());
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(first->SerializeAsString(), again->SerializeAsString());
  EXPECT_EQ(service_.Leaves(kCostRunLeaf).size(), 1u);
}

TEST_F(RunHandlersTest, AnIdOfAnotherRequestGivesNothingAway) {
  ASSERT_TRUE(Run(Request()).ok());
  v1::RunCostingRequest other = Request();
  other.set_ledger_csv(absl::StrReplaceAll(kLedgerCsv, {{"Rent", "Other"}}));
  EXPECT_EQ(ReasonOf(Run(other).status()), "REQUEST_ID_REUSED");
  EXPECT_EQ(ReasonOf(Run(Request(CostQuestion("ZB1"))).status()), "REQUEST_ID_REUSED") << "another provider asks";
  other.set_request_id("short");
  EXPECT_EQ(ReasonOf(Run(other).status()), "FIELD_INVALID");
}

TEST_F(RunHandlersTest, AStoreThatFailsAtAnyWriteLeavesNoRun) {
  const v1::RunCostingRequest request = Request();
  // Placing the warrant saves consent's new checkpoint: done before the fault.
  ASSERT_TRUE(service_.follower.Poll().ok());
  store_.FailNextApplies(ApplyFault::kBefore, 1);
  EXPECT_EQ(ReasonOf(Run(request).status()), "STORE_UNAVAILABLE");
  EXPECT_FALSE(HasRun());
  store_.SetDown(true);
  EXPECT_FALSE(Run(request).ok());
  store_.SetDown(false);
  EXPECT_FALSE(HasRun());
  EXPECT_TRUE(Run(request).ok()) << "and can be tried again";
}

// The run of one period says nothing of events of another.
TEST_F(RunHandlersTest, ARunLeavesOtherPeriodsCostsAlone) {
  v1::RunCostingRequest earlier = Request();
  earlier.set_model_yaml(absl::StrReplaceAll(testing_support::kModelYaml, {{"end: 2026-03-31", "end: 2025-12-31"}}));
  ASSERT_TRUE(Run(earlier).ok());
  const auto before = LiveEvents(service_);
  v1::PayloadRow later = RowOf(99);
  later.set_start_day(DayOf("2026-02-01").days_since_1970());
  later.set_end_day(DayOf("2026-02-02").days_since_1970());
  Load(service_, linkage_, OpenRequest(consent_, std::string(32, 'b')), {later});
  v1::RunCostingRequest request = Request();
  request.set_request_id(kOtherRequest);
  request.set_model_yaml(absl::StrReplaceAll(testing_support::kModelYaml, {{"start: 2025-04-01", "start: 2026-01-01"}}));
  const auto run = Run(request);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->event_count(), 1u);
  for (const auto& [key, cost] : LiveEvents(service_)) {
    if (key == RecordBytes(99)) {
      EXPECT_GT(cost, 0);
    } else {
      EXPECT_EQ(cost, before.at(key));
    }
  }
}

TEST_F(RunHandlersTest, OtherFlowsAreNotCosted) {
  v1::RunCostingRequest request = Request();
  *request.mutable_warrant() =
      consent_.Permit(CostQuestion(), "tool", [](Warrant& warrant) { warrant.flows = {"another flow"}; });
  const auto run = Run(request);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->event_count(), 0u);
}

TEST_F(RunHandlersTest, EventsThatAreStillOpenAreNotCostedHere) {
  v1::RunCostingRequest request = Request();
  request.set_model_yaml(absl::StrCat(testing_support::kModelYaml, "year_edge: overlapping\n"));
  EXPECT_EQ(ReasonOf(Run(request).status()), "YEAR_EDGE_UNSUPPORTED");
  EXPECT_FALSE(HasRun());
  request.set_model_yaml(absl::StrCat(testing_support::kModelYaml, "year_edge: ended\n"));
  *request.mutable_warrant() = Request().warrant();
  EXPECT_TRUE(Run(request).ok());
}

TEST_F(RunHandlersTest, ARunOfAPartOfACurrentPeriodIsRefused) {
  ASSERT_TRUE(Run(Request()).ok());
  const auto before = LiveEvents(service_);
  v1::RunCostingRequest part = Request();
  part.set_request_id(kOtherRequest);
  part.set_model_yaml(absl::StrReplaceAll(testing_support::kModelYaml, {{"end: 2026-03-31", "end: 2025-04-30"}}));
  EXPECT_EQ(ReasonOf(Run(part).status()), "PERIOD_OVERLAPS");
  EXPECT_EQ(LiveEvents(service_), before);
}

// The store kept the run, but the answer was lost on its way.
TEST_F(RunHandlersTest, ARetryOfARunWhoseAnswerWasLostMakesItLive) {
  const v1::RunCostingRequest request = Request();
  lossy_.LoseAnswersOf("cost_run_current");
  EXPECT_FALSE(Run(request).ok());
  lossy_.LoseAnswersOf("");
  const auto again = Run(request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->run(), 1u) << "it is the run of before";
  for (const auto& [key, cost] : LiveEvents(service_)) EXPECT_GT(cost, 0);
}

}  // namespace
}  // namespace safehaven::costing
