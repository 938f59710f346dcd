// Goal: a draft changes no answer until it is published, which is an act in the log; any
// run can be compared, explained and published again, also after a restart; only the
// provider's own warrant does any of it.
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "libs/storage/memory_store.h"
#include "tests/support/costing_world.h"
#include "tests/support/lossy_store.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

class RunActsTest : public testing::Test {
 protected:
  RunActsTest() {
    Start();
    std::vector<v1::PayloadRow> rows;
    for (uint64_t record = 1; record <= kPeople; ++record) rows.push_back(RowOf(record, static_cast<int64_t>(record)));
    Load(*service_, linkage_, OpenRequest(consent_), rows);
  }
  void Start() {
    service_.reset();
    service_ = std::make_unique<CostingService>(store_, consent_, linkage_, clock_, randomness_);
  }

  template <typename Request>
  Request Asked(const Question& question = CostQuestion()) {
    Request request;
    *request.mutable_warrant() = consent_.Permit(question, "tool", [this](Warrant& warrant) {
      if (!flows_.empty()) warrant.flows = flows_;
    });
    *request.mutable_question() = QuestionToProto(question);
    return request;
  }
  absl::StatusOr<v1::RunCostingResponse> Run(const std::string& rent, bool draft) {
    return RunOn(absl::StrReplaceAll(kLedgerCsv, {{"40000.00", rent}}), draft);
  }
  absl::StatusOr<v1::RunCostingResponse> RunOn(const std::string& ledger, bool draft) {
    v1::RunCostingRequest request = Asked<v1::RunCostingRequest>();
    request.set_ledger_csv(ledger);
    request.set_model_yaml(testing_support::kModelYaml);
    request.set_request_id(absl::StrFormat("00000000-0000-4000-8000-%012d", ++requests_));
    request.set_draft(draft);
    return handlers().RunCosting(service_->CallFrom("tool"), request);
  }
  absl::StatusOr<v1::PublishRunResponse> Publish(uint64_t run, const Question& question = CostQuestion()) {
    v1::PublishRunRequest request = Asked<v1::PublishRunRequest>(question);
    request.set_run(run);
    return handlers().PublishRun(service_->CallFrom("tool"), request);
  }
  absl::StatusOr<v1::ExplainCostResponse> Explain(uint64_t run, const std::function<void(v1::ExplainCostRequest&)>& ask,
                                                  const Question& question = CostQuestion()) {
    v1::ExplainCostRequest request = Asked<v1::ExplainCostRequest>(question);
    request.set_run(run);
    ask(request);
    return handlers().ExplainCost(service_->CallFrom("tool"), request);
  }
  RunHandlers& handlers() { return service_->handlers.runs; }

  int requests_ = 0;
  std::vector<std::string> flows_;  // of the next warrants, if not those of every warrant
  WorldClock clock_;
  safehaven::testing_support::FakeRandomness randomness_{1};
  MemoryStore memory_;
  LossyStore store_{memory_};
  ConsentInMemory consent_{clock_};
  LinkageInMemory linkage_;
  std::unique_ptr<CostingService> service_;
};

TEST_F(RunActsTest, ADraftChangesNoAnswerUntilItIsPublished) {
  ASSERT_TRUE(Run("40000.00", false).ok());
  const auto first = LiveEvents(*service_);
  const auto draft = Run("50000.00", true);
  ASSERT_TRUE(draft.ok()) << draft.status();
  EXPECT_GT(draft->made_count(), 0u);
  EXPECT_EQ(LiveEvents(*service_), first);
  Start();
  EXPECT_EQ(LiveEvents(*service_), first) << "nor after a restart";
  const auto published = Publish(draft->run());
  ASSERT_TRUE(published.ok()) << published.status();
  EXPECT_EQ(published->superseded_run(), 1u);
  EXPECT_NE(LiveEvents(*service_), first);
  ASSERT_EQ(service_->Leaves(kCostRunPublicationLeaf).size(), 1u);
  storage::v1::CostRunPublicationRecord logged;
  ASSERT_TRUE(logged.ParseFromString(service_->Leaves(kCostRunPublicationLeaf)[0].body));
  EXPECT_EQ(logged.run(), 2u);
  EXPECT_EQ(logged.superseded_run(), 1u);
  // What is superseded can be current again.
  ASSERT_TRUE(Publish(1).ok());
  EXPECT_EQ(LiveEvents(*service_), first);
  ASSERT_TRUE(Publish(1).ok()) << "again is no act";
  EXPECT_EQ(service_->Leaves(kCostRunPublicationLeaf).size(), 2u);
}

TEST_F(RunActsTest, ARetryOfAPublicationWhoseAnswerWasLostMakesItLive) {
  ASSERT_TRUE(Run("40000.00", false).ok() && Run("50000.00", true).ok());
  const auto first = LiveEvents(*service_);
  store_.LoseAnswersOf("cost_run_current");
  EXPECT_FALSE(Publish(2).ok());
  store_.LoseAnswersOf("");
  EXPECT_EQ(LiveEvents(*service_), first);
  const auto again = Publish(2);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->superseded_run(), 0u) << "it is the act of before";
  EXPECT_NE(LiveEvents(*service_), first);
}

TEST_F(RunActsTest, ARerunTakesOverAndIsTheSameRun) {
  ASSERT_TRUE(Run("40000.00", false).ok());
  const auto again = Run("40000.00", true);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->made_count(), 0u);
  EXPECT_GT(again->reused_count(), 0u);
  const auto rerun = Run("41000.00", true);
  Start();
  const auto full = Run("41000.00", true);
  ASSERT_TRUE(rerun.ok() && full.ok());
  EXPECT_EQ(full->reused_count(), 0u);
  EXPECT_EQ(rerun->certificate(), full->certificate());
}

TEST_F(RunActsTest, ListsRunsWithWhatBecameOfThem) {
  ASSERT_TRUE(Run("40000.00", false).ok() && Run("41000.00", false).ok() && Run("42000.00", true).ok());
  const auto listed = handlers().ListRuns(service_->CallFrom("tool"), Asked<v1::ListRunsRequest>());
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->runs_size(), 3);
  EXPECT_TRUE(listed->complete());
  EXPECT_EQ(listed->runs(0).state(), v1::RUN_STATE_DRAFT);
  EXPECT_EQ(listed->runs(1).state(), v1::RUN_STATE_CURRENT);
  EXPECT_EQ(listed->runs(2).state(), v1::RUN_STATE_SUPERSEDED);
  EXPECT_EQ(listed->runs(0).ledger_total().units(), 153'250);
}

TEST_F(RunActsTest, ListsOnlyRunsThatTheWarrantCovers) {
  flows_ = {"another flow", kFlow};
  ASSERT_TRUE(Run("40000.00", false).ok());
  flows_.clear();
  ASSERT_TRUE(Run("41000.00", true).ok());
  const auto listed = [this](const Question& question) {
    return handlers().ListRuns(service_->CallFrom("tool"), Asked<v1::ListRunsRequest>(question)).value();
  };
  EXPECT_EQ(listed(CostQuestion()).runs_size(), 1);
  EXPECT_EQ(listed(CostQuestion()).runs(0).run(), 2u);
  EXPECT_EQ(listed(CostQuestion()).undecided_count(), 1u) << "it has a flow that the warrant does not cover";
  Question shorter = CostQuestion(), op = CostQuestion();
  shorter.last_day = DayOf("2025-12-31");
  op.datasets = {"acute/op"};
  for (const Question& narrow : {shorter, op}) {
    EXPECT_EQ(listed(narrow).runs_size(), 0);
    EXPECT_EQ(listed(narrow).undecided_count(), 2u);
  }
}

TEST_F(RunActsTest, ComparesRunsByEventCurrencyAndIndex) {
  ASSERT_TRUE(Run("40000.00", false).ok() && Run("48000.00", true).ok());
  Start();
  v1::CompareRunsRequest request = Asked<v1::CompareRunsRequest>();
  request.set_before(1);
  request.set_after(2);
  request.set_event_count_max(3);
  const auto changes = handlers().CompareRuns(service_->CallFrom("tool"), request);
  ASSERT_TRUE(changes.ok()) << changes.status();
  EXPECT_EQ(changes->changed_event_count(), kPeople);
  EXPECT_EQ(changes->events_size(), 3);
  EXPECT_EQ(changes->events(0).record_key(), RecordBytes(kPeople)) << "who uses most changes most";
  ASSERT_EQ(changes->currencies_size(), 1);
  // Three quarters of 8,000 pounds go to the ward, 95 in 100 of them to its care.
  EXPECT_EQ(changes->currencies(0).after().units() - changes->currencies(0).before().units(), 5'700);
  EXPECT_EQ(changes->index(changes->index_size() - 1).before(), "100.000000");
  request.set_after(7);
  *request.mutable_warrant() = consent_.Permit(CostQuestion(), "tool");
  EXPECT_EQ(ReasonOf(handlers().CompareRuns(service_->CallFrom("tool"), request).status()), "RUN_UNKNOWN");
}

TEST_F(RunActsTest, ExplainsAnyFigureDownToTheLedgerAlsoAfterARestart) {
  ASSERT_TRUE(Run("40000.00", false).ok() && Run("48000.00", false).ok());
  Start();
  const auto event = Explain(1, [](v1::ExplainCostRequest& request) {
    request.set_record_key(RecordBytes(7));
    request.set_with_picture(true);
  });
  ASSERT_TRUE(event.ok()) << event.status();
  std::map<std::string, int64_t> nanos;
  for (const v1::FlowNode& node : event->nodes()) nanos[node.stage()] += node.amount().units() * 1'000'000'000 + node.amount().nanos();
  for (const char* stage : {"account", "pool", "resource", "activity", "figure"}) {
    EXPECT_EQ(nanos[stage], event->total().units() * 1'000'000'000 + event->total().nanos()) << stage;
  }
  EXPECT_TRUE(absl::StrContains(event->words(), "Ward care: uses 7 of 210"));
  EXPECT_TRUE(absl::StrContains(event->picture(), "<svg"));
  const auto currency = Explain(2, [](v1::ExplainCostRequest& request) {
    request.mutable_events()->set_currency("AA01A");
    request.set_index_against_run(1);
  });
  ASSERT_TRUE(currency.ok()) << currency.status();
  EXPECT_EQ(currency->event_count(), kPeople);
  EXPECT_FALSE(currency->index().empty());
  ASSERT_EQ(currency->index_parts_size(), 1);
  EXPECT_EQ(currency->index_parts(0).activity(), static_cast<int64_t>(kPeople));
  const auto account = Explain(1, [](v1::ExplainCostRequest& request) { request.set_account("E100/1000"); });
  ASSERT_TRUE(account.ok()) << account.status();
  EXPECT_EQ(account->total().units(), 40'000);
  EXPECT_TRUE(absl::StrContains(account->words(), "stays: education_training"));
}

TEST_F(RunActsTest, RefusesWhatIsNotTheProvidersOrNotThere) {
  ASSERT_TRUE(Run("40000.00", false).ok());
  EXPECT_EQ(ReasonOf(Publish(1, CostQuestion("ZB1")).status()), "RUN_UNKNOWN") << "another provider asks";
  EXPECT_EQ(ReasonOf(Publish(2).status()), "RUN_UNKNOWN");
  const auto reason = [this](const std::function<void(v1::ExplainCostRequest&)>& ask) { return ReasonOf(Explain(1, ask).status()); };
  EXPECT_EQ(reason([](v1::ExplainCostRequest&) {}), "FIELD_INVALID");
  EXPECT_EQ(reason([](v1::ExplainCostRequest& request) { request.set_record_key("short"); }), "FIELD_INVALID");
  EXPECT_EQ(reason([](v1::ExplainCostRequest& request) { request.set_record_key(RecordBytes(999)); }), "EVENT_UNKNOWN");
  EXPECT_EQ(reason([](v1::ExplainCostRequest& request) { request.mutable_events()->set_currency("ZZ"); }), "EVENT_UNKNOWN");
  EXPECT_EQ(reason([](v1::ExplainCostRequest& request) { request.set_account("E100/1"); }), "ACCOUNT_UNKNOWN");
  v1::ExplainCostRequest other = Asked<v1::ExplainCostRequest>();
  *other.mutable_question() = QuestionToProto(CostQuestion("ZB1"));
  other.set_run(1);
  EXPECT_EQ(ReasonOf(handlers().ExplainCost(service_->CallFrom("tool"), other).status()), "WARRANT_QUESTION");
}

// The provider is right, but days, data sets or flows of the run were not decided.
TEST_F(RunActsTest, ARunBeyondTheWarrantIsNeitherExplainedNorPublishedNorCompared) {
  ASSERT_TRUE(Run("40000.00", false).ok() && Run("41000.00", true).ok());
  const auto everything = [](v1::ExplainCostRequest& request) { request.mutable_events(); };
  Question op = CostQuestion(), earlier = CostQuestion(), shorter = CostQuestion(), wider = CostQuestion();
  op.datasets = {"acute/op"};
  earlier.first_day = DayOf("2019-04-01");
  earlier.last_day = DayOf("2020-03-31");
  shorter.last_day = DayOf("2025-12-31");
  wider.datasets = {"acute/apc", "acute/op"};
  wider.last_day = DayOf("2026-06-30");
  for (const Question& narrow : {op, earlier, shorter}) {
    EXPECT_EQ(ReasonOf(Explain(1, everything, narrow).status()), "RUN_NOT_DECIDED");
    EXPECT_EQ(ReasonOf(Publish(2, narrow).status()), "RUN_NOT_DECIDED");
  }
  v1::CompareRunsRequest compare = Asked<v1::CompareRunsRequest>(earlier);
  compare.set_before(1);
  compare.set_after(2);
  EXPECT_EQ(ReasonOf(handlers().CompareRuns(service_->CallFrom("tool"), compare).status()), "RUN_NOT_DECIDED");
  flows_ = {"another flow"};
  EXPECT_EQ(ReasonOf(Explain(1, everything).status()), "RUN_NOT_DECIDED") << "the agreement ended";
  EXPECT_EQ(ReasonOf(Publish(2).status()), "RUN_NOT_DECIDED");
  flows_ = {"another flow", kFlow};
  EXPECT_TRUE(Explain(1, everything, wider).ok());
  EXPECT_TRUE(Publish(2, wider).ok());
}

TEST_F(RunActsTest, AnIndexAgainstARunBeyondTheWarrantIsRefused) {
  flows_ = {"another flow", kFlow};
  ASSERT_TRUE(Run("40000.00", false).ok());
  flows_.clear();
  ASSERT_TRUE(Run("41000.00", true).ok());
  const auto against = [this](uint64_t run, uint64_t other) {
    return Explain(run, [other](v1::ExplainCostRequest& request) {
      request.mutable_events();
      request.set_index_against_run(other);
    });
  };
  EXPECT_EQ(ReasonOf(against(2, 1).status()), "RUN_NOT_DECIDED");
  EXPECT_TRUE(against(2, 2).ok());
}

// An event of so little use that no unit of the cost reaches it is no activity on either side.
TEST_F(RunActsTest, TheIndexOfARunAgainstItselfIsAHundred) {
  Load(*service_, linkage_, OpenRequest(consent_, std::string(32, 'b')), {RowOf(99, 10'000'000'000)});
  ASSERT_TRUE(RunOn("provider,cost_centre,account,description,amount\n"
                    "ZA1,E100,1000,Rent,0.00\n"
                    "ZA1,N210,5400,Nurse teachers,1250.00\n"
                    "ZA1,N210,5000,Nurses' pay,0.01\n"
                    "ZA1,X900,9000,Impairment,9000.00\n", false).ok());
  const auto itself = Explain(1, [](v1::ExplainCostRequest& request) {
    request.mutable_events();
    request.set_index_against_run(1);
  });
  ASSERT_TRUE(itself.ok()) << itself.status();
  EXPECT_EQ(itself->index(), "100.000000");
}

TEST_F(RunActsTest, AnAccountMayHaveASlashInItsCode) {
  ASSERT_TRUE(RunOn(absl::StrReplaceAll(kLedgerCsv, {{"N210,5001", "N210,5/001"}}), false).ok());
  const auto account = Explain(1, [](v1::ExplainCostRequest& request) { request.set_account("N210/5/001"); });
  ASSERT_TRUE(account.ok()) << account.status();
  EXPECT_EQ(account->total().nanos(), 10'000'000);
}

TEST_F(RunActsTest, DoesNotExplainARunOfOtherActivity) {
  ASSERT_TRUE(Run("40000.00", false).ok());
  Load(*service_, linkage_, OpenRequest(consent_, std::string(32, 'b')), {RowOf(77)});
  const auto everything = [](v1::ExplainCostRequest& request) { request.mutable_events(); };
  EXPECT_TRUE(Explain(1, everything).ok()) << "as long as it is held";
  Start();
  EXPECT_EQ(ReasonOf(Explain(1, everything).status()), "RUN_NOT_REPEATABLE");
}

TEST_F(RunActsTest, OneWarrantOneAct) {
  ASSERT_TRUE(Run("40000.00", false).ok() && Run("41000.00", true).ok());
  v1::PublishRunRequest publish = Asked<v1::PublishRunRequest>();
  publish.set_run(2);
  ASSERT_TRUE(handlers().PublishRun(service_->CallFrom("tool"), publish).ok());
  publish.set_run(1);
  EXPECT_EQ(ReasonOf(handlers().PublishRun(service_->CallFrom("tool"), publish).status()), "WARRANT_USED");
}

TEST_F(RunActsTest, WhatIsToldOfARunIsInTheLogFirst) {
  ASSERT_TRUE(Run("40000.00", false).ok() && Run("41000.00", true).ok());
  v1::ExplainCostRequest request = Asked<v1::ExplainCostRequest>();
  request.set_run(1);
  request.set_record_key(RecordBytes(7));
  ASSERT_TRUE(handlers().ExplainCost(service_->CallFrom("tool"), request).ok());
  request.set_account("E100/1000");
  ASSERT_TRUE(handlers().ExplainCost(service_->CallFrom("tool"), request).ok()) << "explanations of one run share a warrant";
  request.mutable_events()->set_currency("AA01A");
  request.set_index_against_run(2);
  ASSERT_TRUE(handlers().ExplainCost(service_->CallFrom("tool"), request).ok());
  v1::CompareRunsRequest compare = Asked<v1::CompareRunsRequest>();
  compare.set_before(1);
  compare.set_after(2);
  ASSERT_TRUE(handlers().CompareRuns(service_->CallFrom("tool"), compare).ok());
  EXPECT_EQ(ReasonOf(Explain(1, [](v1::ExplainCostRequest& other) { other.set_account("E100/1"); }).status()), "ACCOUNT_UNKNOWN");
  const std::vector<LogEntry> leaves = service_->Leaves(kCostRunReadingLeaf);
  ASSERT_EQ(leaves.size(), 4u) << "what was not told is not there";
  std::vector<v1::CostRunReading> readings(leaves.size());
  for (size_t i = 0; i < leaves.size(); ++i) ASSERT_TRUE(readings[i].ParseFromString(leaves[i].body));
  EXPECT_EQ(readings[0].run(), 1u);
  EXPECT_EQ(readings[0].figure(), absl::StrCat("event ", absl::BytesToHexString(RecordBytes(7))));
  EXPECT_EQ(readings[0].provider(), "ZA1");
  EXPECT_EQ(readings[0].organisation(), "ZC1");
  EXPECT_EQ(readings[0].warrant_index(), request.warrant().proof().index());
  EXPECT_FALSE(readings[0].warrant().empty());
  EXPECT_EQ(readings[1].figure(), "account E100/1000");
  EXPECT_EQ(readings[2].figure(), "events, currency AA01A");
  EXPECT_EQ(readings[2].other_run(), 2u);
  EXPECT_EQ(readings[3].figure(), "comparison");
  EXPECT_EQ(readings[3].run(), 2u);
  EXPECT_EQ(readings[3].other_run(), 1u);
}

TEST_F(RunActsTest, NothingIsToldThatCannotBeLogged) {
  ASSERT_TRUE(Run("40000.00", false).ok() && Run("41000.00", true).ok());
  v1::PublishRunRequest publish = Asked<v1::PublishRunRequest>();
  publish.set_run(2);
  ASSERT_TRUE(handlers().PublishRun(service_->CallFrom("tool"), publish).ok());
  v1::ExplainCostRequest request;
  *request.mutable_warrant() = publish.warrant();
  *request.mutable_question() = publish.question();
  request.set_run(2);
  request.mutable_events();
  EXPECT_EQ(ReasonOf(handlers().ExplainCost(service_->CallFrom("tool"), request).status()), "WARRANT_USED");
  store_.LoseAnswersOf("used_warrant");
  EXPECT_FALSE(Explain(2, [](v1::ExplainCostRequest& other) { other.mutable_events(); }).ok());
}

class AnswerOfRunsTest : public RunActsTest {
 protected:
  AnswerOfRunsTest() { PublishPeople(); }
  void PublishPeople() { costing::Publish(*service_, consent_.objections(1)); }

  static Question Cost(const std::vector<std::string>& runs) {
    Question question = TableQuestion();
    question.measures = {"activity", "cost"};
    if (!runs.empty()) question.filters = {{.dimension = "costing_run", .values = runs}};
    return *Normalise(question);
  }
  absl::StatusOr<v1::AnswerResponse> Answer(const std::vector<std::string>& runs) {
    return service_->handlers.answers.Answer(service_->CallFrom("gateway"), Ask(consent_, Cost(runs)));
  }
  // The figures of the only row.
  std::vector<std::string> Figures(const std::vector<std::string>& runs) {
    const auto answer = Answer(runs);
    if (!answer.ok() || answer->answer().rows_size() != 1) return {std::string(answer.status().message())};
    return {answer->answer().rows(0).values().begin(), answer->answer().rows(0).values().end()};
  }
};

TEST_F(AnswerOfRunsTest, ASupersededRunStaysAnswerable) {
  ASSERT_TRUE(Run("40000.00", false).ok());
  const std::vector<std::string> first = Figures({});
  ASSERT_EQ(first.size(), 2u) << first[0];
  ASSERT_TRUE(Run("90000.00", false).ok());
  EXPECT_NE(Figures({}), first);
  EXPECT_EQ(Figures({"1"}), first);
  EXPECT_EQ(Figures({"2"}), Figures({})) << "the current run by its number";
  Start();
  PublishPeople();
  EXPECT_EQ(Figures({"1"}), first) << "also after a restart";
}

TEST_F(AnswerOfRunsTest, RecordsThatAreGoneAreInNoAnswerOfAnyRun) {
  ASSERT_TRUE(Run("40000.00", false).ok() && Run("90000.00", false).ok());
  EXPECT_EQ(Figures({"1"})[0], "20");
  std::vector<v1::PayloadRow> rows;
  for (uint64_t record = 1; record <= 5; ++record) rows.push_back(DeletedRow(record));
  Load(*service_, linkage_, OpenRequest(consent_, std::string(32, 'b')), rows);
  EXPECT_EQ(Figures({"1"})[0], "15");
}

TEST_F(AnswerOfRunsTest, OnlyPublishedRunsWithoutCommonDaysAreAnsweredFrom) {
  ASSERT_TRUE(Run("40000.00", false).ok() && Run("41000.00", false).ok() && Run("42000.00", true).ok());
  EXPECT_EQ(ReasonOf(Answer({"3"}).status()), "RUN_UNKNOWN") << "a draft";
  EXPECT_EQ(ReasonOf(Answer({"4"}).status()), "RUN_UNKNOWN");
  EXPECT_EQ(ReasonOf(Answer({"1", "2"}).status()), "FIELD_INVALID") << "two costs of one event";
  EXPECT_TRUE(Answer({"1"}).ok());
  v1::ReleaseClosing closing;
  ASSERT_TRUE(closing.ParseFromString(service_->Leaves(kReleaseClosingLeaf).at(0).body));
  EXPECT_EQ(closing.error_reason(), "RUN_UNKNOWN") << "refusals are in the log too";
}

}  // namespace
}  // namespace safehaven::costing
