// Goal: no answer is older than an objection that its warrant names. An answer waits for
// it, and the warrant has to be good still when the wait is over.
#include <gtest/gtest.h>

#include <thread>

#include "libs/storage/memory_store.h"
#include "tests/support/costing_world.h"

namespace safehaven::costing {
namespace {

class AnswerWaitingTest : public testing::Test {
 protected:
  AnswerWaitingTest() {
    Load(service_, linkage_, OpenRequest(consent_), Episodes());
    Publish(service_, consent_.objections(1));
  }

  // A question whose warrant names objections that are not here yet.
  v1::AnswerRequest AskAhead() {
    return Ask(consent_, TableQuestion(),
               [this](Warrant& warrant) { warrant.objection_revision = consent_.objections(2); });
  }

  // Answers on another thread, and calls `meanwhile` once the answer waits.
  absl::StatusOr<v1::AnswerResponse> AnswerWhile(const v1::AnswerRequest& request,
                                                 const std::function<void()>& meanwhile) {
    absl::StatusOr<v1::AnswerResponse> response;
    std::thread thread([&] { response = service_.handlers.answers.Answer(service_.CallFrom("gateway"), request); });
    // Only a waiting answer looks at this clock, holding the lock that publishing takes.
    while (service_.live_clock.looks() == 0) std::this_thread::yield();
    meanwhile();
    thread.join();
    return response;
  }

  WorldClock clock_;
  safehaven::testing_support::FakeRandomness randomness_{1};
  MemoryStore store_;
  ConsentInMemory consent_{clock_};
  LinkageInMemory linkage_;
  CostingService service_{store_, consent_, linkage_, clock_, randomness_};
};

TEST_F(AnswerWaitingTest, ItRefusesWhenTheObjectionsDoNotCome) {
  service_.live_clock.StepAtEachLook(absl::Milliseconds(20));
  const v1::AnswerRequest request = AskAhead();
  const auto call = service_.CallFrom("gateway", clock_.Now() + absl::Milliseconds(20));
  const auto response = service_.handlers.answers.Answer(call, request);
  EXPECT_EQ(ReasonOf(response.status()), "OBJECTIONS_NOT_APPLIED");
  EXPECT_GE(service_.live_clock.looks(), 2) << "it waited";
  EXPECT_TRUE(service_.Leaves(kReleaseOpeningLeaf).empty());
  Publish(service_, consent_.objections(2));
  EXPECT_TRUE(service_.handlers.answers.Answer(service_.CallFrom("gateway"), request).ok()) << "nothing was used up";
}

TEST_F(AnswerWaitingTest, ItAnswersWithThemWhenTheyCome) {
  const std::vector<uint64_t> objectors = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const auto response = AnswerWhile(AskAhead(), [this, &objectors] {
    ASSERT_TRUE(service_.live.SetExclusions(kAuthority, 1, consent_.objections(2), {{"national", objectors}}).ok());
  });
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->answer().rows(0).values(1), "10");
}

TEST_F(AnswerWaitingTest, AWarrantThatExpiredMeanwhileIsRefused) {
  const auto response = AnswerWhile(AskAhead(), [this] {
    clock_.Advance(absl::Seconds(11));
    Publish(service_, consent_.objections(2));
  });
  EXPECT_EQ(ReasonOf(response.status()), "WARRANT_EXPIRED");
  EXPECT_TRUE(service_.Leaves(kReleaseOpeningLeaf).empty());
}

// We have confirmed the withdrawal by then, so nothing may leave under the approval.
TEST_F(AnswerWaitingTest, AWarrantThatWasSupersededMeanwhileIsRefused) {
  const auto response = AnswerWhile(AskAhead(), [this] {
    consent_.Narrow();
    ASSERT_TRUE(service_.follower.Poll().ok());
    Publish(service_, consent_.objections(2));
  });
  EXPECT_EQ(ReasonOf(response.status()), "WARRANT_SUPERSEDED");
  EXPECT_TRUE(service_.Leaves(kReleaseOpeningLeaf).empty());
}

TEST_F(AnswerWaitingTest, ObjectionsOfAnotherIncarnationAreNoneAtAll) {
  service_.live_clock.StepAtEachLook(absl::Milliseconds(20));
  const v1::AnswerRequest request = Ask(consent_, TableQuestion(), [](Warrant& warrant) {
    warrant.objection_revision = {std::string(32, '9'), 1};
  });
  const auto call = service_.CallFrom("gateway", clock_.Now() + absl::Milliseconds(20));
  EXPECT_EQ(ReasonOf(service_.handlers.answers.Answer(call, request).status()), "OBJECTIONS_NOT_APPLIED");
}

}  // namespace
}  // namespace safehaven::costing
