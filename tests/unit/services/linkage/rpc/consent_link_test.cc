#include "services/linkage/rpc/consent_link.h"

#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "libs/storage/memory_store.h"
#include "tests/support/linkage_world.h"

namespace safehaven::linkage {
namespace {

using testing_support::FakeClock;
using testing_support::FakeRandomness;

class ConsentLinkTest : public testing::Test {
 protected:
  std::string ReasonOfCondition(LinkageService& service, const std::string& name) {
    const Readiness::Condition condition = service.readiness.Get().at(name);
    return condition.met ? "" : condition.reason;
  }

  MemoryStore store_;
  FakeClock clock_;
  FakeRandomness randomness_{1};
  FakeConsent consent_{clock_, '1'};
};

TEST_F(ConsentLinkTest, IsReadyOnceConsentIsHeardAndObjectionsAreFollowed) {
  LinkageService service(store_, consent_, clock_, randomness_);
  EXPECT_EQ(ReasonOfCondition(service, "consent"), "NOT_YET");
  ASSERT_TRUE(service.link.PollConsent().ok());
  EXPECT_EQ(ReasonOfCondition(service, "consent"), "");
  EXPECT_EQ(ReasonOfCondition(service, "objections"), "NOT_YET");
  ASSERT_TRUE(service.link.PollObjections(absl::ZeroDuration()).ok());
  EXPECT_EQ(ReasonOfCondition(service, "objections"), "");
}

TEST_F(ConsentLinkTest, FollowsObjectionsUpToWhatConsentSays) {
  consent_.Object("national", {TestNumber(1)});
  LinkageService service(store_, consent_, clock_, randomness_);
  ASSERT_TRUE(service.Follow().ok());
  EXPECT_EQ(service.link.followed(), consent_.objection_revision());
  // The log grows without an objection: nothing new is claimed.
  const Revision before = service.link.followed();
  consent_.Log(2, "register");
  ASSERT_TRUE(service.Follow().ok());
  EXPECT_EQ(service.link.followed(), before);
  consent_.Object("national", {TestNumber(2)});
  ASSERT_TRUE(service.Follow().ok());
  EXPECT_EQ(service.link.followed(), consent_.objection_revision());
}

TEST_F(ConsentLinkTest, ASilentConsentIsNotReadyAfterALease) {
  LinkageService service(store_, consent_, clock_, randomness_);
  ASSERT_TRUE(service.Follow().ok());
  consent_.silent = true;
  EXPECT_FALSE(service.Follow().ok());
  clock_.Advance(kWarrantLifeMax + absl::Seconds(1));
  EXPECT_FALSE(service.Follow().ok());
  EXPECT_NE(ReasonOfCondition(service, "consent"), "");
  consent_.silent = false;
  EXPECT_TRUE(service.Follow().ok());
  EXPECT_EQ(ReasonOfCondition(service, "consent"), "");
}

TEST_F(ConsentLinkTest, ARestoredConsentStopsEverythingUntilItIsReconciled) {
  {
    LinkageService before(store_, consent_, clock_, randomness_);
    ASSERT_TRUE(before.Follow().ok());
    ASSERT_TRUE(before.runner.Start().ok());
    Load(before, "gp", {RegisterRow(1, 1), RegisterRow(2, 2)}, 'a');
    EXPECT_EQ(LinkAll(before, 1).error_reason(), "");
  }
  FakeConsent restored(clock_, '2');
  LinkageService stopped(store_, restored, clock_, randomness_);
  EXPECT_EQ(ReasonOf(stopped.Follow()), "INCARNATION_CHANGED");
  EXPECT_EQ(ReasonOfCondition(stopped, "consent"), "INCARNATION_CHANGED");
  v1::ReadCrosswalkRequest read;
  read.set_authority(kAuthority);
  read.set_crosswalk_revision(1);
  const auto reason_of_reading = [&](LinkageService& service) {
    return ReasonOf(service.handlers.publications.ReadCrosswalk(service.CallFrom("costing"), read).status());
  };
  EXPECT_EQ(reason_of_reading(stopped), "INCARNATION_CHANGED");
  EXPECT_EQ(ReasonOf(stopped.handlers.publications
                         .WatchPublications(stopped.CallFrom("costing"), v1::WatchPublicationsRequest())
                         .status()),
            "INCARNATION_CHANGED");
  EXPECT_EQ(ReasonOf(stopped.handlers.runs.RunLinkage(stopped.CallFrom("tool"), LinkRequest(stopped, 2)).status()),
            "INCARNATION_CHANGED");
  LinkageService reconciled(store_, restored, clock_, randomness_, {.reconciled_incarnation = std::string(32, '2')});
  EXPECT_TRUE(reconciled.Follow().ok());
  EXPECT_EQ(reason_of_reading(reconciled), "");
}

TEST(ObjectionBookTest, RefusesAnotherIncarnationAndWhatIsNoNumber) {
  ObjectionBook book;
  consent::v1::ReadObjectionsResponse answer;
  answer.set_incarnation(std::string(32, '1'));
  answer.set_up_to_size(5);
  EXPECT_TRUE(book.Take(answer).ok());
  answer.set_up_to_size(4);
  EXPECT_EQ(ReasonOf(book.Take(answer)), "OBJECTION_MALFORMED");
  answer.set_up_to_size(6);
  answer.set_incarnation(std::string(32, '2'));
  EXPECT_EQ(ReasonOf(book.Take(answer)), "INCARNATION_CHANGED");
  answer.set_incarnation(std::string(32, '1'));
  consent::v1::ObjectionBatch* batch = answer.add_batches();
  batch->set_set("national");
  batch->set_size(6);
  batch->add_objections()->set_nhs_number(TestNumber(1).value() + 1);
  EXPECT_EQ(ReasonOf(book.Take(answer)), "OBJECTION_MALFORMED");
  EXPECT_TRUE(book.View()->sets.empty());
  EXPECT_EQ(book.revision().size, 5u);
}

}  // namespace
}  // namespace safehaven::linkage
