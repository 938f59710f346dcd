// Asking about single records, and clerical review, through the real handlers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "libs/base/status.h"
#include "libs/storage/memory_store.h"
#include "tests/support/linkage_world.h"

namespace safehaven::linkage {
namespace {

using testing_support::FakeClock;
using testing_support::FakeRandomness;

class MatchHandlersTest : public testing::Test {
 protected:
  MatchHandlersTest() {
    EXPECT_TRUE(service_->Follow().ok());
    std::vector<v1::IdentityRow> registered, acute;
    for (uint32_t person = 0; person < 40; ++person) {
      registered.push_back(RegisterRow(1000 + person, person));
      if (person % 2 == 0) acute.push_back(RowOf(2000 + person, PersonIdentity(person)));
    }
    // Without a number and with less and less that agrees: some of these are for a clerk.
    for (uint32_t person = 1; person < 13; person += 2) {
      RawIdentity other = PersonIdentity(person);
      other.nhs_number.clear();
      other.nhs_number_verified = false;
      if (person > 2) other.address_line = "1 Harbour";
      if (person > 4) other.postcode = "ZE1 0AA";
      if (person > 6) other.birth_date = other.birth_date.substr(0, 8) + "28";
      if (person > 8) other.given_name = other.given_name.substr(0, 1);
      if (person > 10) other.family_name += "son";
      acute.push_back(RowOf(3000 + person, other));
    }
    Load(*service_, "gp", registered, 'a');
    Load(*service_, "acute", acute, 'b');
    EXPECT_TRUE(service_->runner.Start().ok());
    EXPECT_EQ(LinkAll(*service_, 1).error_reason(), "");
  }

  absl::StatusOr<v1::OpenSessionResponse> Open(int request, const std::function<void(Warrant&)>& change = {}) {
    const v1::RunLinkageRequest link = LinkRequest(*service_, request, change);
    v1::OpenSessionRequest open;
    *open.mutable_warrant() = link.warrant();
    *open.mutable_question() = link.question();
    open.set_request_id(link.request_id());
    return service_->handlers.matches.OpenSession(service_->CallFrom("tool"), open);
  }

  // A session of the person whose digest is 32 times `person`.
  std::string SessionOf(char person, int request) {
    const auto opened = Open(request, [person](Warrant& warrant) { warrant.caller_digest = std::string(32, person); });
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? opened->session() : "";
  }

  absl::StatusOr<v1::MatchResponse> Ask(const std::string& session, const std::vector<RawIdentity>& identities) {
    v1::MatchRequest request;
    request.set_session(session);
    request.set_source("acute");
    for (const RawIdentity& identity : identities) *request.add_records() = RowOf(1, identity);
    return service_->handlers.matches.Match(service_->CallFrom("tool"), request);
  }

  v1::ListReviewsResponse Reviews(const std::string& session) {
    v1::ListReviewsRequest request;
    request.set_session(session);
    const auto response = service_->handlers.reviews.ListReviews(service_->CallFrom("tool"), request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.value_or(v1::ListReviewsResponse());
  }

  absl::Status Say(const std::string& session, const std::string& review, v1::ReviewVerdict verdict) {
    v1::DecideReviewRequest request;
    request.set_session(session);
    request.set_review(review);
    request.set_verdict(verdict);
    return service_->handlers.reviews.DecideReview(service_->CallFrom("tool"), request).status();
  }

  std::unique_ptr<LinkageService> MakeService() {
    return std::make_unique<LinkageService>(
        store_, consent_, clock_, randomness_,
        FakeWorldOptions{.match_limits = {.records_per_second_max = 50, .records_per_day_max = 120}});
  }

  MemoryStore store_;
  FakeClock clock_;
  FakeRandomness randomness_{1};
  FakeConsent consent_{clock_, '1'};
  std::unique_ptr<LinkageService> service_ = MakeService();
};

TEST_F(MatchHandlersTest, AKnownPersonIsAMatchAndTheSameInEveryAnswerOfASession) {
  const std::string session = SessionOf('p', 2);
  const auto answer = Ask(session, {PersonIdentity(5), PersonIdentity(5), PersonIdentity(6), PersonIdentity(900)});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->answers(0).outcome(), v1::MATCH_OUTCOME_MATCH);
  EXPECT_EQ(answer->answers(0).method(), "cross_check");
  EXPECT_EQ(answer->answers(0).person_reference(), answer->answers(1).person_reference());
  EXPECT_NE(answer->answers(0).person_reference(), answer->answers(2).person_reference());
  EXPECT_EQ(answer->answers(3).outcome(), v1::MATCH_OUTCOME_NO_MATCH);
  EXPECT_EQ(answer->answers(3).person_reference(), "");
  const auto other = Ask(SessionOf('p', 3), {PersonIdentity(5)});
  EXPECT_NE(other->answers(0).person_reference(), answer->answers(0).person_reference());
}

TEST_F(MatchHandlersTest, WhomAnObjectionKeepsOutAnswersLikeNobody) {
  consent_.Object(kProgrammeSet, {TestNumber(5)});
  ASSERT_TRUE(service_->Follow().ok());
  const auto answer = Ask(SessionOf('p', 2), {PersonIdentity(5), PersonIdentity(901)});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->answers(0).SerializeAsString(), answer->answers(1).SerializeAsString());
}

TEST_F(MatchHandlersTest, AnObjectionAcknowledgedDuringASessionStopsItUntilItIsApplied) {
  const std::string session = SessionOf('p', 2);
  v1::ListReviewsRequest reviews;
  reviews.set_session(session);
  const auto list = [&] { return service_->handlers.reviews.ListReviews(service_->CallFrom("tool"), reviews).status(); };
  ASSERT_EQ(Ask(session, {PersonIdentity(5)})->answers(0).outcome(), v1::MATCH_OUTCOME_MATCH);
  ASSERT_TRUE(list().ok());
  consent_.Object(kProgrammeSet, {TestNumber(5)});
  ASSERT_TRUE(service_->link.PollConsent().ok());
  EXPECT_EQ(ReasonOf(Ask(session, {PersonIdentity(5)}).status()), "OBJECTIONS_NOT_APPLIED");
  EXPECT_EQ(ReasonOf(list()), "OBJECTIONS_NOT_APPLIED");
  ASSERT_TRUE(service_->link.PollObjections(absl::ZeroDuration()).ok());
  EXPECT_EQ(Ask(session, {PersonIdentity(5)})->answers(0).outcome(), v1::MATCH_OUTCOME_NO_MATCH);
  EXPECT_TRUE(list().ok());
}

TEST_F(MatchHandlersTest, AskingIsBoundedASecondAndADay) {
  const std::string session = SessionOf('p', 2);
  const std::vector<RawIdentity> fifty(50, PersonIdentity(1));
  EXPECT_EQ(Ask(session, fifty)->records_left(), 70u);
  EXPECT_EQ(ReasonOf(Ask(session, fifty).status()), "MATCH_RATE_LIMITED");
  clock_.Advance(absl::Seconds(1));
  ASSERT_TRUE(service_->Follow().ok());
  EXPECT_TRUE(Ask(session, fifty).ok());
  clock_.Advance(absl::Seconds(1));
  ASSERT_TRUE(service_->Follow().ok());
  EXPECT_EQ(ReasonOf(Ask(session, fifty).status()), "MATCH_VOLUME_SPENT");
  // Another person has not asked yet; a new session of the same one helps nothing.
  EXPECT_TRUE(Ask(SessionOf('q', 3), fifty).ok());
  EXPECT_EQ(ReasonOf(Ask(SessionOf('p', 4), fifty).status()), "MATCH_VOLUME_SPENT");
}

TEST_F(MatchHandlersTest, ASessionIsTheCallersOwnAndEnds) {
  const std::string session = SessionOf('p', 2);
  v1::MatchRequest request;
  request.set_session(session);
  request.set_source("acute");
  *request.add_records() = RowOf(1, PersonIdentity(5));
  EXPECT_EQ(ReasonOf(service_->handlers.matches.Match(service_->CallFrom("source/acute"), request).status()),
            "SESSION_UNKNOWN");
  EXPECT_EQ(ReasonOf(Ask("0123", {PersonIdentity(5)}).status()), "SESSION_UNKNOWN");
  EXPECT_TRUE(Ask(session, {PersonIdentity(5)}).ok());
  clock_.Advance(kSessionLifeMax + absl::Seconds(1));
  ASSERT_TRUE(service_->Follow().ok());
  EXPECT_EQ(ReasonOf(Ask(session, {PersonIdentity(5)}).status()), "SESSION_UNKNOWN");
}

TEST_F(MatchHandlersTest, WithoutALinkagePermissionThereIsNoSession) {
  EXPECT_EQ(ReasonOf(Open(2, [](Warrant& warrant) { warrant.crosswalk.clear(); }).status()), "WARRANT_CROSSWALK");
}

TEST_F(MatchHandlersTest, ThePeopleAreThereAgainAfterARestart) {
  service_->runner.Stop();
  service_ = MakeService();
  ASSERT_TRUE(service_->Follow().ok());
  ASSERT_TRUE(service_->runner.Start().ok());
  while (!service_->live.Find(kAuthority).ok()) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(Ask(SessionOf('p', 2), {PersonIdentity(5)})->answers(0).outcome(), v1::MATCH_OUTCOME_MATCH);
}

TEST_F(MatchHandlersTest, ARunUsesTheFrozenVersionUnlessAskedToTrain) {
  const std::string model = service_->crosswalks.ReadNewest(kAuthority, absl::InfiniteFuture())->crosswalk.model;
  std::vector<v1::IdentityRow> more;
  for (uint32_t person = 41; person < 60; ++person) more.push_back(RowOf(2000 + person, PersonIdentity(person % 50)));
  Load(*service_, "acute", more, 'c');
  const v1::GetLinkageRunResponse again = LinkAll(*service_, 2);
  EXPECT_EQ(again.summary().model(), model);
  v1::RunLinkageRequest request = LinkRequest(*service_, 3);
  request.set_train(true);
  const auto run = service_->handlers.runs.RunLinkage(service_->CallFrom("tool"), request);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_NE(service_->AwaitRun(run->run()).summary().model(), model);
}

TEST_F(MatchHandlersTest, TwoPeopleDecideWithoutKnowingOfEachOther) {
  const std::string first = SessionOf('p', 2);
  const std::string second = SessionOf('q', 3);
  const v1::ListReviewsResponse queue = Reviews(first);
  ASSERT_GE(queue.items_size(), 1);
  const std::string review = queue.items(0).review();
  EXPECT_GT(queue.items(0).steps_size(), 0);
  EXPECT_TRUE(queue.items(0).sealed_evidence().empty());
  ASSERT_TRUE(Say(first, review, v1::REVIEW_VERDICT_SAME).ok());
  EXPECT_TRUE(Say(first, review, v1::REVIEW_VERDICT_SAME).ok());
  EXPECT_EQ(ReasonOf(Say(first, review, v1::REVIEW_VERDICT_DIFFERENT)), "REVIEW_DECIDED");
  EXPECT_EQ(Reviews(first).waiting_count(), queue.waiting_count() - 1);
  const auto audit_of = [&](const std::string& session) {
    v1::ReadReviewAuditRequest request;
    request.set_session(session);
    return service_->handlers.reviews.ReadReviewAudit(service_->CallFrom("tool"), request)->entries_size();
  };
  EXPECT_EQ(audit_of(first), 1) << "what one said oneself";
  EXPECT_EQ(audit_of(second), 0) << "and nothing of what others said while it is open";
  // The second one's queue looks as if nobody had said anything.
  EXPECT_EQ(Reviews(second).SerializeAsString(), queue.SerializeAsString());
  ASSERT_TRUE(Say(second, review, v1::REVIEW_VERDICT_DIFFERENT).ok());
  const std::string third = SessionOf('r', 4);
  const v1::ListReviewsResponse disputed = Reviews(third);
  ASSERT_EQ(disputed.items(0).review(), review);
  EXPECT_TRUE(disputed.items(0).disagreed());
  EXPECT_EQ(audit_of(third), 0);
  ASSERT_TRUE(Say(third, review, v1::REVIEW_VERDICT_SAME).ok());

  v1::ReadReviewAuditRequest audit;
  audit.set_session(third);
  const auto said = service_->handlers.reviews.ReadReviewAudit(service_->CallFrom("tool"), audit);
  ASSERT_EQ(said->entries_size(), 3);
  EXPECT_EQ(said->entries(1).verdict(), v1::REVIEW_VERDICT_DIFFERENT);
  EXPECT_EQ(said->entries(1).outcome(), v1::REVIEW_VERDICT_SAME);
  EXPECT_NE(said->entries(0).reviewer(), said->entries(1).reviewer());

  // The next run does as they said.
  const auto count = [this] {
    std::set<PersonNumber> persons;
    for (const auto& [token, person] : PersonsByToken(*service_)) persons.insert(person);
    return persons.size();
  };
  const size_t before = count();
  ASSERT_EQ(LinkAll(*service_, 5).error_reason(), "");
  EXPECT_EQ(count(), before - 1);
  EXPECT_EQ(ReasonOf(Say(third, std::string(32, '0'), v1::REVIEW_VERDICT_SAME)), "REVIEW_UNKNOWN");
}

// A program's key would be a second name of somebody, and a second voice.
TEST_F(MatchHandlersTest, AProgramGivesNoVerdictAndAPersonDoes) {
  const auto program = Open(2, [](Warrant& warrant) { warrant.role = "csu_tool"; });
  ASSERT_TRUE(program.ok()) << program.status();
  const std::string person = SessionOf('p', 3);
  const v1::ListReviewsResponse queue = Reviews(person);
  ASSERT_GE(queue.items_size(), 1);
  const std::string review = queue.items(0).review();
  EXPECT_EQ(ReasonOf(Say(program->session(), review, v1::REVIEW_VERDICT_SAME)), "REVIEWER_NOT_A_PERSON");
  EXPECT_EQ(Reviews(person).waiting_count(), queue.waiting_count());
  EXPECT_TRUE(Say(person, review, v1::REVIEW_VERDICT_SAME).ok());
  EXPECT_EQ(Reviews(person).waiting_count(), queue.waiting_count() - 1);
}

}  // namespace
}  // namespace safehaven::linkage
