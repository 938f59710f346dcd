#include "services/consent/rpc/followers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "libs/warrant/warrant.h"
#include "tests/support/environment_fakes.h"

namespace safehaven::consent {
namespace {

using testing::ElementsAre;
using testing_support::FakeClock;

const std::string kThumbprint(32, 't');

class FollowersTest : public testing::Test {
 protected:
  FollowersTest() : followers_(clock_, clock_.Now() - absl::Hours(1)) {}
  bool Await(uint64_t size, std::vector<std::string>& confirmed) {
    return followers_.AwaitApplied(size, clock_.Now(), confirmed);
  }
  FakeClock clock_;
  Followers followers_;
};

TEST_F(FollowersTest, ANarrowingChangeIsConfirmedByEveryLiveFollower) {
  followers_.Heard("costing", kThumbprint, 7);
  followers_.Heard("linkage", kThumbprint, 6);
  std::vector<std::string> confirmed;
  EXPECT_FALSE(Await(7, confirmed)) << "linkage has not applied it";
  followers_.Heard("linkage", kThumbprint, 7);
  EXPECT_TRUE(Await(7, confirmed));
  EXPECT_THAT(confirmed, ElementsAre("costing", "linkage"));
}

TEST_F(FollowersTest, ASilentFollowerIsWaitedForUntilItsLeaseHasRunOut) {
  followers_.Heard("costing", kThumbprint, 3);
  std::vector<std::string> confirmed;
  EXPECT_FALSE(Await(7, confirmed));
  clock_.Advance(kWarrantLifeMax);
  EXPECT_TRUE(Await(7, confirmed));
  EXPECT_TRUE(confirmed.empty());
}

TEST_F(FollowersTest, AfterAStartFollowersOfTheLifeBeforeAreWaitedFor) {
  Followers fresh(clock_, clock_.Now());
  std::vector<std::string> confirmed;
  EXPECT_FALSE(fresh.AwaitApplied(1, clock_.Now(), confirmed));
  clock_.Advance(kWarrantLifeMax);
  EXPECT_TRUE(fresh.AwaitApplied(1, clock_.Now(), confirmed));
}

TEST_F(FollowersTest, OnlyALiveFollowerCanBeGivenAWarrant) {
  EXPECT_FALSE(followers_.LiveThumbprint("costing").has_value());
  followers_.Heard("costing", kThumbprint, 0);
  EXPECT_EQ(followers_.LiveThumbprint("costing"), kThumbprint);
  clock_.Advance(kWarrantLifeMax + absl::Seconds(1));
  EXPECT_FALSE(followers_.LiveThumbprint("costing").has_value());
}

TEST_F(FollowersTest, WhoWaitsForNewsIsWokenByGrowth) {
  followers_.Grown(5);
  std::thread grower([this] { followers_.Grown(6); });
  followers_.WaitForNews({.size = 5}, absl::InfiniteDuration());
  grower.join();
  followers_.WaitForNews({.size = 5}, absl::InfiniteDuration());  // is beyond it already
}

TEST_F(FollowersTest, AFloorIsNewsToAFollowerThatHasTheLeafAlready) {
  followers_.Grown(6);
  std::thread folder([this] { followers_.Narrowed(6); });
  followers_.WaitForNews({.size = 6, .floor = 2}, absl::InfiniteDuration());
  folder.join();
  followers_.WaitForNews({.size = 6, .floor = 2}, absl::InfiniteDuration());  // is in force already
}

}  // namespace
}  // namespace safehaven::consent
