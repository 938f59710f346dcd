#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "libs/storage/faulty_store.h"
#include "libs/storage/memory_store.h"
#include "tests/support/linkage_world.h"

namespace safehaven::linkage {
namespace {

using testing::Contains;
using testing_support::FakeClock;
using testing_support::FakeRandomness;

class RunHandlersTest : public testing::Test {
 protected:
  RunHandlersTest() {
    EXPECT_TRUE(service_.Follow().ok());
    std::vector<v1::IdentityRow> registered, acute;
    for (uint32_t person = 0; person < 40; ++person) {
      registered.push_back(RegisterRow(1000 + person, person));
      acute.push_back(RowOf(2000 + person, PersonIdentity(person)));
    }
    Load(service_, "gp", registered, 'a');
    Load(service_, "acute", acute, 'b');
  }

  absl::StatusOr<v1::RunLinkageResponse> Run(const v1::RunLinkageRequest& request) {
    return service_.handlers.runs.RunLinkage(service_.CallFrom("tool"), request);
  }

  MemoryStore memory_;
  FaultyStore store_{FaultOptions{}, memory_};
  FakeClock clock_;
  FakeRandomness randomness_{1};
  FakeConsent consent_{clock_, '1'};
  std::vector<std::string> stages_;
  std::function<void()> at_publish_;
  std::function<void()> at_show_;
  LinkageService service_{store_, consent_, clock_, randomness_,
                          {.on_progress = [this](const RunProgress& progress) {
                             stages_.push_back(progress.stage);
                             if (progress.per_mille == 900 && at_publish_) at_publish_();
                             if (progress.per_mille == 950 && at_show_) at_show_();
                           }}};
};

TEST_F(RunHandlersTest, ARunLinksWhatIsVisibleAndPublishesIt) {
  ASSERT_TRUE(service_.runner.Start().ok());
  const v1::GetLinkageRunResponse run = LinkAll(service_, 1);
  EXPECT_EQ(run.error_reason(), "");
  EXPECT_EQ(run.summary().authority(), kAuthority);
  EXPECT_EQ(run.summary().crosswalk_revision(), 1u);
  EXPECT_EQ(run.summary().record_count(), 80u);
  EXPECT_EQ(run.summary().person_count(), 40u);
  EXPECT_FALSE(run.summary().model().empty());
  EXPECT_EQ(run.progress_per_mille(), 1000);
  for (const char* stage : {"standardise", "train", "compare", "cluster", "publish"}) EXPECT_THAT(stages_, Contains(stage));
  const auto persons = PersonsByToken(service_);
  EXPECT_EQ(persons.at(1000), persons.at(2000));
  const std::vector<PublishedPair> newest = service_.publications.Newest();
  ASSERT_EQ(newest.size(), 1u);
  EXPECT_EQ(newest[0].crosswalk_revision, 1u);
}

TEST_F(RunHandlersTest, TheSameRequestIsTheSameRun) {
  ASSERT_TRUE(service_.runner.Start().ok());
  const v1::RunLinkageRequest request = LinkRequest(service_, 1);
  const auto first = Run(request);
  ASSERT_TRUE(first.ok());
  service_.AwaitRun(first->run());
  EXPECT_EQ(Run(request)->run(), first->run());
  EXPECT_EQ(Run(LinkRequest(service_, 1))->run(), first->run()) << "also under a new warrant";
  EXPECT_EQ(service_.AwaitRun(first->run()).summary().crosswalk_revision(), 1u) << "it did not run again";
  v1::RunLinkageRequest other = request;
  other.set_request_id(RequestId(2));
  EXPECT_EQ(ReasonOf(Run(other).status()), "WARRANT_USED");
}

TEST_F(RunHandlersTest, WhatTheWarrantDoesNotCoverIsRefused) {
  EXPECT_EQ(ReasonOf(Run(LinkRequest(service_, 1, [](Warrant& w) { w.crosswalk.clear(); })).status()), "WARRANT_CROSSWALK");
  EXPECT_EQ(ReasonOf(Run(LinkRequest(service_, 1, [](Warrant& w) { w.operation = Operation::kCollect; })).status()),
            "WARRANT_OPERATION");
  v1::RunLinkageRequest request = LinkRequest(service_, 1);
  request.mutable_question()->mutable_datasets()->RemoveLast();
  EXPECT_EQ(ReasonOf(Run(request).status()), "WARRANT_QUESTION");
  request = LinkRequest(service_, 1);
  request.set_request_id("1");
  EXPECT_EQ(ReasonOf(Run(request).status()), "FIELD_INVALID");
  EXPECT_TRUE(Run(LinkRequest(service_, 1)).ok()) << "the twin";
}

TEST_F(RunHandlersTest, AFlowThatTheWarrantLacksIsNotLinked) {
  ASSERT_TRUE(service_.runner.Start().ok());
  const auto run = Run(LinkRequest(service_, 1, [](Warrant& w) { w.flows = {"gp-register-2025"}; }));
  EXPECT_EQ(service_.AwaitRun(run->run()).summary().record_count(), 40u);
  EXPECT_FALSE(PersonsByToken(service_).contains(2000));
}

TEST_F(RunHandlersTest, AWithdrawalDuringARunIsNotPublishedOver) {
  at_publish_ = [this] {
    consent_.Narrow();
    EXPECT_TRUE(service_.link.PollConsent().ok());
  };
  ASSERT_TRUE(service_.runner.Start().ok());
  EXPECT_EQ(LinkAll(service_, 1).error_reason(), "WARRANT_SUPERSEDED");
  EXPECT_TRUE(service_.publications.Newest().empty());
  EXPECT_EQ(service_.crosswalks.ReadNewest(kAuthority, absl::InfiniteFuture())->crosswalk.revision, 0u);
  at_publish_ = {};
  EXPECT_EQ(LinkAll(service_, 2).error_reason(), "") << "the twin, permitted after it";
}

TEST_F(RunHandlersTest, ARunIsNotPublishedWithoutConsent) {
  at_publish_ = [this] { clock_.Advance(absl::Minutes(1)); };
  ASSERT_TRUE(service_.runner.Start().ok());
  EXPECT_EQ(LinkAll(service_, 1).error_reason(), "CONSENT_STALE");
  EXPECT_TRUE(service_.publications.Newest().empty());
}

TEST_F(RunHandlersTest, ARunWhoseCommitWasWrittenIsPublishedThoughItsAnswerWasLost) {
  at_publish_ = [this] { store_.FailNextApplies(ApplyFault::kAfter, 1); };
  ASSERT_TRUE(service_.runner.Start().ok());
  const v1::GetLinkageRunResponse run = LinkAll(service_, 1);
  EXPECT_EQ(run.error_reason(), "");
  EXPECT_EQ(run.summary().crosswalk_revision(), 1u);
  EXPECT_EQ(service_.publications.Newest().size(), 1u);
}

TEST_F(RunHandlersTest, ARunWhoseCommitWasNotWrittenHasFailed) {
  at_publish_ = [this] { store_.FailNextApplies(ApplyFault::kBefore, 1); };
  ASSERT_TRUE(service_.runner.Start().ok());
  EXPECT_NE(LinkAll(service_, 1).error_reason(), "");
  EXPECT_TRUE(service_.publications.Newest().empty());
  at_publish_ = {};
  EXPECT_EQ(LinkAll(service_, 2).error_reason(), "") << "the twin";
}

TEST_F(RunHandlersTest, WhatCouldNotBeShownAtOnceIsShownWithoutWaitingForObjections) {
  at_show_ = [this] { store_.FailNextApplies(ApplyFault::kBefore, 1); };
  ASSERT_TRUE(service_.runner.Start().ok());
  EXPECT_EQ(LinkAll(service_, 1).error_reason(), "");
  EXPECT_TRUE(service_.publications.Newest().empty());
  ASSERT_TRUE(service_.link.PollObjections(absl::ZeroDuration()).ok());
  EXPECT_EQ(service_.publications.Newest().size(), 1u);
  EXPECT_TRUE(service_.live.Find(kAuthority).ok());
}

TEST_F(RunHandlersTest, ARunThatIsRefusedBecauseTooManyWaitIsNotDoneLater) {
  // Nothing is taken up before the runner starts.
  EXPECT_TRUE(Run(LinkRequest(service_, 1)).ok()) << "the twin";
  for (size_t i = 1; i < kRunsWaitingMax; ++i) {
    storage::v1::LinkageRunRecord other;
    other.set_run(absl::StrCat("other-", i));
    ASSERT_TRUE(service_.runner.Submit(other).ok());
  }
  EXPECT_EQ(ReasonOf(Run(LinkRequest(service_, 2)).status()), "RUNS_WAITING");
  const auto pending = service_.runs.Pending(absl::InfiniteFuture());
  ASSERT_TRUE(pending.ok()) << pending.status();
  EXPECT_EQ(pending->size(), 1u);
}

TEST_F(RunHandlersTest, AVersionThatKnowsNoBirthsAsLateAsTheRunIsOutgrown) {
  ASSERT_TRUE(service_.runner.Start().ok());
  ASSERT_EQ(LinkAll(service_, 1).error_reason(), "");
  clock_.Advance(absl::Hours(24) * 300);
  ASSERT_TRUE(service_.Follow().ok());
  EXPECT_EQ(LinkAll(service_, 2).error_reason(), "") << "the twin";
  clock_.Advance(absl::Hours(24) * 400);
  ASSERT_TRUE(service_.Follow().ok());
  EXPECT_EQ(LinkAll(service_, 3).error_reason(), "VERSION_OUTGROWN");
  v1::RunLinkageRequest request = LinkRequest(service_, 4);
  request.set_train(true);
  EXPECT_EQ(service_.AwaitRun(Run(request)->run()).error_reason(), "");
}

TEST_F(RunHandlersTest, APermitDoesNotLastForEver) {
  at_publish_ = [this] {
    clock_.Advance(kPermitLifeMax + absl::Seconds(1));
    EXPECT_TRUE(service_.link.PollConsent().ok());
  };
  ASSERT_TRUE(service_.runner.Start().ok());
  EXPECT_EQ(LinkAll(service_, 1).error_reason(), "RUN_PERMIT_EXPIRED");
}

TEST_F(RunHandlersTest, APersonKeepsItsNumberAndItsCellKey) {
  ASSERT_TRUE(service_.runner.Start().ok());
  LinkAll(service_, 1);
  const auto before = service_.crosswalks.ReadNewest(kAuthority, absl::InfiniteFuture());
  Load(service_, "acute", {RowOf(3000, PersonIdentity(500))}, 'c');
  LinkAll(service_, 2);
  const auto after = service_.crosswalks.ReadNewest(kAuthority, absl::InfiniteFuture());
  ASSERT_EQ(after->secrets.size(), before->secrets.size() + 1);
  for (size_t i = 0; i < before->secrets.size(); ++i) {
    EXPECT_EQ(after->crosswalk.attributes[i].person, before->crosswalk.attributes[i].person);
    EXPECT_EQ(after->secrets[i].cell_key, before->secrets[i].cell_key);
  }
}

TEST_F(RunHandlersTest, WhenEverythingIsDeletedAnEmptyCrosswalkIsPublished) {
  ASSERT_TRUE(service_.runner.Start().ok());
  LinkAll(service_, 1);
  for (const auto& [source, id, first] : {std::tuple("gp", 'c', 1000u), std::tuple("acute", 'd', 2000u)}) {
    std::vector<v1::IdentityRow> deletions;
    for (uint64_t person = 0; person < 40; ++person) {
      deletions.push_back(RowOf(first + person, {}));
      deletions.back().set_deleted(true);
    }
    Load(service_, source, deletions, id);
  }
  const v1::GetLinkageRunResponse run = LinkAll(service_, 2);
  EXPECT_EQ(run.error_reason(), "");
  EXPECT_EQ(run.summary().person_count(), 0u);
  const auto stored = service_.crosswalks.ReadNewest(kAuthority, absl::InfiniteFuture());
  EXPECT_EQ(stored->crosswalk.tombstones.size(), 80u);
}

TEST_F(RunHandlersTest, LinkageIsJudgedInTheDemoOnly) {
  ASSERT_TRUE(service_.runner.Start().ok());
  LinkAll(service_, 1);
  v1::EvaluateRequest request;
  request.set_authority(kAuthority);
  for (const uint64_t token : {1000u, 2000u, 1001u, 2001u, 77u}) {
    const RecordToken bytes = TokenOf(token);
    request.mutable_tokens()->append(bytes.bytes.begin(), bytes.bytes.end());
    request.add_truth(static_cast<uint32_t>(token % 1000 == 1 ? token : token % 1000));
  }
  const auto judged = service_.handlers.runs.Evaluate(service_.CallFrom("tool"), request);
  ASSERT_TRUE(judged.ok()) << judged.status();
  EXPECT_EQ(judged->true_link_count(), 1u);
  EXPECT_EQ(judged->false_link_count(), 1u);
  EXPECT_EQ(judged->missed_link_count(), 0u);
  EXPECT_EQ(judged->unknown_token_count(), 1u);
  service_.world.profile = ServiceProfile::kProduction;
  EXPECT_EQ(ReasonOf(service_.handlers.runs.Evaluate(service_.CallFrom("tool"), request).status()), "DEMO_ONLY");
}

TEST_F(RunHandlersTest, StatusCountsVisibleRecords) {
  const auto status = service_.handlers.runs.GetStatus(service_.CallFrom("tool"), v1::GetStatusRequest());
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status->record_counts().at("gp"), 40u);
  EXPECT_EQ(status->record_counts().at("acute"), 40u);
  EXPECT_EQ(status->not_ready_reason(), "");
  EXPECT_EQ(status->incarnation().size(), 32u);
}

// The server looks the service up by its name: its descriptor has to be in the program.
TEST_F(RunHandlersTest, EveryMethodOfTheServiceIsDeclaredAndHasAHandler) {
  MethodRegistry registry;
  service_.handlers.Register(registry);
  const absl::Status status = registry.Check();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_FALSE(registry.methods().empty());
}

}  // namespace
}  // namespace safehaven::linkage
