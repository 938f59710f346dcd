// Goal: costing says which releases were made and whom they held, from what it kept of
// each, though crosswalks and objections have changed since.
#include <gtest/gtest.h>

#include "libs/storage/memory_store.h"
#include "tests/support/costing_world.h"

namespace safehaven::costing {
namespace {

class ConfirmHandlersTest : public testing::Test {
 protected:
  ConfirmHandlersTest() {
    Load(service_, linkage_, OpenRequest(consent_), Episodes());
    Publish(service_, consent_.objections(1));
    service_.world.linkage.resolve_inquiry = [this](const linkage::v1::ResolveInquiryRequest& request)
        -> absl::StatusOr<linkage::v1::ResolveInquiryResponse> {
      ++asked_;
      if (request.inquiry() != "q") return NotFound("INQUIRY_UNKNOWN", "there is no inquiry of that id");
      EXPECT_EQ(request.authority(), kAuthority);
      return inquired_;
    };
  }

  // A release, by its warrant's id.
  std::string Release(const std::function<void(Warrant&)>& change = {}) {
    std::string id;
    const v1::AnswerRequest request = Ask(consent_, TableQuestion(), [&](Warrant& warrant) {
      id = warrant.id;
      if (change) change(warrant);
    });
    EXPECT_TRUE(service_.handlers.answers.Answer(service_.CallFrom("gateway"), request).ok());
    return id;
  }

  void Inquire(std::vector<uint64_t> persons, const std::string& set = "", const std::string& effective = "2000-01-01",
               uint64_t size = 100) {
    inquired_.Clear();
    inquired_.set_set(set);
    linkage::v1::InquiredPerson* person = inquired_.add_people();
    person->mutable_persons()->Assign(persons.begin(), persons.end());
    person->set_effective_day(DayOf(effective).days_since_1970());
    person->set_size(size);
  }

  absl::StatusOr<v1::ConfirmReleasesResponse> Confirm(const std::vector<std::string>& warrants,
                                                      const std::string& inquiry = "q", const std::string& token = "t") {
    v1::ConfirmReleasesRequest request;
    request.mutable_evidence()->set_token(token);
    request.set_inquiry(inquiry);
    request.mutable_warrants()->Assign(warrants.begin(), warrants.end());
    return service_.handlers.confirm.ConfirmReleases(service_.CallFrom("tool"), request);
  }
  v1::Membership MembershipIn(const std::string& warrant) {
    const auto response = Confirm({warrant});
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->releases(0).membership() : v1::MEMBERSHIP_UNSPECIFIED;
  }

  WorldClock clock_;
  safehaven::testing_support::FakeRandomness randomness_{1};
  MemoryStore store_;
  ConsentInMemory consent_{clock_};
  LinkageInMemory linkage_;
  CostingService service_{store_, consent_, linkage_, clock_, randomness_};
  linkage::v1::ResolveInquiryResponse inquired_;
  int asked_ = 0;
};

TEST_F(ConfirmHandlersTest, AReleaseHeldWhoWasInItsPopulationThoughTheyObjectNow) {
  const std::string released = Release();
  Publish(service_, consent_.objections(2), {5});
  const std::string after = Release([this](Warrant& warrant) { warrant.objection_revision = consent_.objections(2); });
  Inquire({5});
  EXPECT_EQ(MembershipIn(released), v1::MEMBERSHIP_HELD);
  EXPECT_EQ(MembershipIn(after), v1::MEMBERSHIP_NOT_HELD) << "left out";
  Inquire({kPeople + 1});
  EXPECT_EQ(MembershipIn(released), v1::MEMBERSHIP_NOT_HELD) << "on no list";
}

TEST_F(ConfirmHandlersTest, AnObjectionTouchesAReleaseThatHonouredItsSetOnADayOnWhichItWasInEffect) {
  const std::string released = Release();
  const std::string waived = Release([](Warrant& warrant) { warrant.objections[0].mode = ObjectionMode::kIgnore; });
  Inquire({5}, "national");
  EXPECT_EQ(MembershipIn(released), v1::MEMBERSHIP_HELD);
  EXPECT_EQ(MembershipIn(waived), v1::MEMBERSHIP_NOT_HELD) << "it did not honour the set";
  Inquire({5}, "type1");
  EXPECT_EQ(MembershipIn(released), v1::MEMBERSHIP_NOT_HELD);
  Inquire({5}, "national", "2099-01-01");
  EXPECT_EQ(MembershipIn(released), v1::MEMBERSHIP_NOT_HELD) << "in effect later";
  Inquire({5}, "national", "2000-01-01", /*size=*/1);
  EXPECT_EQ(MembershipIn(released), v1::MEMBERSHIP_NOT_HELD) << "it was applied";
}

TEST_F(ConfirmHandlersTest, WhoWasReleasedToAndWhenIsSaidAndAWarrantThatWasNotUsedIsNoRelease) {
  const std::string released = Release();
  const auto response = Confirm({std::string(32, '0'), released}, "");
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_FALSE(response->releases(0).released());
  EXPECT_TRUE(response->releases(1).released());
  EXPECT_EQ(response->releases(1).organisation(), "ZC1");
  EXPECT_EQ(response->releases(1).open_unix_ms(), absl::ToUnixMillis(clock_.Now()));
  EXPECT_EQ(response->releases(1).membership(), v1::MEMBERSHIP_UNSPECIFIED);
  EXPECT_EQ(asked_, 0) << "nobody is looked up";
}

TEST_F(ConfirmHandlersTest, OnlyWhoMayReadConsentsLogAsksOfAnInquiryItsOfficersAndLinkageIsAskedOnceACrosswalk) {
  const std::string first = Release();
  const std::string second = Release();
  Inquire({5});
  EXPECT_EQ(ReasonOf(Confirm({first}, "", "").status()), "READER_UNKNOWN");
  EXPECT_EQ(ReasonOf(Confirm({first}, "q", "of-another-officer").status()), "INQUIRY_OF_OTHERS");
  EXPECT_EQ(asked_, 0);
  ASSERT_TRUE(Confirm({first, second}).ok());
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(ReasonOf(Confirm({first}, "other").status()), "INQUIRY_UNKNOWN");
}

TEST_F(ConfirmHandlersTest, APopulationThatIsNotKeptIsNotGuessed) {
  const std::string released = Release();
  Inquire({5});
  const std::unique_ptr<safehaven::Snapshot> snapshot = *store_.TakeSnapshot(absl::InfiniteFuture());
  Batch batch;
  ASSERT_TRUE(store_.Scan("", "\xff", *snapshot, absl::InfiniteFuture(), [&](absl::string_view key, const Entry&) {
    if (key.find("release_population") != absl::string_view::npos) batch.deletes.emplace_back(key);
    return true;
  }).ok());
  ASSERT_EQ(batch.deletes.size(), 1u);
  ASSERT_TRUE(store_.Apply(batch, absl::InfiniteFuture()).ok());
  EXPECT_EQ(MembershipIn(released), v1::MEMBERSHIP_UNKNOWN);
}

}  // namespace
}  // namespace safehaven::costing
