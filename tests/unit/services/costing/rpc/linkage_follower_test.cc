// Goal: what linkage publishes is live as one switch: tokens opened to the records that
// are here, objections of exactly their pair, nothing of another store's.
#include "services/costing/rpc/linkage_follower.h"

#include <gtest/gtest.h>

#include "libs/storage/memory_store.h"
#include "tests/support/costing_world.h"

namespace safehaven::costing {
namespace {

namespace api = ::safehaven::linkage::v1;

class LinkageFollowerTest : public testing::Test {
 protected:
  LinkageFollowerTest() {
    publication_.set_authority(kAuthority);
    publication_.set_crosswalk_revision(1);
    *publication_.mutable_objection_revision() = RevisionToProto(consent_.objections(1));
  }

  PublicationCalls Calls() {
    return {.watch = [this](const api::WatchPublicationsRequest& request, Cancellation&)
                -> absl::StatusOr<api::WatchPublicationsResponse> {
              have_ = request;
              api::WatchPublicationsResponse response;
              response.set_incarnation(incarnation_);
              *response.add_publications() = publication_;
              return response;
            },
            .read_crosswalk = [this](const api::ReadCrosswalkRequest& request)
                -> absl::StatusOr<api::ReadCrosswalkResponse> {
              ++crosswalks_read_;
              return Chunk(request.chunk());
            },
            .read_exclusions = [this](const api::ReadExclusionsRequest& request)
                -> absl::StatusOr<api::ReadExclusionsResponse> {
              EXPECT_EQ(request.publication().SerializeAsString(), publication_.SerializeAsString());
              api::ReadExclusionsResponse response;
              api::ExclusionSet* set = response.add_sets();
              set->set_set("national");
              for (const uint64_t person : objectors_) set->add_persons(person);
              return response;
            }};
  }

  // Two chunks: records of even numbers in one, of odd numbers in the other.
  api::ReadCrosswalkResponse Chunk(uint32_t chunk) const {
    const SourceKeys keys = AcuteKeys();
    api::ReadCrosswalkResponse response;
    response.set_chunk_count(2);
    for (uint64_t person = 1 + chunk; person <= kPeople; person += 2) {
      response.mutable_tokens()->append(keys.Token(RecordBytes(person)));
      response.add_persons(person);
      api::PersonAttributes* attributes = response.add_attributes();
      attributes->set_person(person);
      attributes->set_age_band(40);
      attributes->set_sex(1);
      attributes->set_small_area("E01000001");
      attributes->set_practice("Z81001");
      api::ListMembership* membership = attributes->add_memberships();
      membership->set_commissioner("ZC1");
      membership->set_last_day(kOpenEnd);
    }
    // A record that linkage has and costing has not.
    response.mutable_tokens()->append(std::string(kRecordKeyBytes - 1, 'x') + static_cast<char>(chunk));
    response.add_persons(1);
    if (damaged_) response.add_persons(2);
    return response;
  }

  absl::Status Poll() {
    Cancellation cancellation;
    return follower_.Poll(cancellation);
  }
  std::shared_ptr<const Snapshot> Held() { return service_.live.All().at(kAuthority); }

  WorldClock clock_;
  safehaven::testing_support::FakeRandomness randomness_{1};
  MemoryStore store_;
  ConsentInMemory consent_{clock_};
  LinkageInMemory linkage_;
  CostingService service_{store_, consent_, linkage_, clock_, randomness_};
  api::Publication publication_;
  api::WatchPublicationsRequest have_;
  std::string incarnation_ = "one";
  std::vector<uint64_t> objectors_;
  int crosswalks_read_ = 0;
  bool damaged_ = false;
  LinkageFollower follower_{Calls(), service_.activity, service_.live};
};

TEST_F(LinkageFollowerTest, TokensAreOpenedToTheRecordsThatAreHere) {
  EXPECT_FALSE(follower_.Health().ok()) << "nothing has been heard yet";
  Load(service_, linkage_, OpenRequest(consent_), Episodes());
  ASSERT_TRUE(Poll().ok());
  EXPECT_TRUE(follower_.Health().ok());
  EXPECT_EQ(Held()->events->row_count(), kPeople);
  EXPECT_EQ(Held()->events->unlinked_count, 0);
  EXPECT_EQ(Held()->crosswalk_revision, 1u);
}

TEST_F(LinkageFollowerTest, AnotherSourcesKeyOpensNothing) {
  v1::OpenLoadRequest open = OpenRequest(consent_);
  open.set_join_key(std::string(kJoinKeyBytes, 'w'));
  Load(service_, linkage_, open, Episodes());
  ASSERT_TRUE(Poll().ok());
  EXPECT_EQ(Held()->events->row_count(), 0u);
  EXPECT_EQ(Held()->events->unlinked_count, static_cast<int64_t>(kPeople));
}

TEST_F(LinkageFollowerTest, NewObjectionsSwitchAloneAndAreToldBack) {
  Load(service_, linkage_, OpenRequest(consent_), Episodes());
  ASSERT_TRUE(Poll().ok());
  objectors_ = {3};
  *publication_.mutable_objection_revision() = RevisionToProto(consent_.objections(2));
  ASSERT_TRUE(Poll().ok());
  EXPECT_EQ(crosswalks_read_, 2) << "two chunks, once";
  EXPECT_EQ(Held()->objection_revision, consent_.objections(2));
  EXPECT_EQ(Held()->exclusions->at("national").Count(), 1);
  ASSERT_TRUE(Poll().ok());
  EXPECT_EQ(have_.have(0).SerializeAsString(), publication_.SerializeAsString());
}

TEST_F(LinkageFollowerTest, ADamagedCrosswalkChangesNothing) {
  damaged_ = true;
  EXPECT_EQ(ReasonOf(Poll()), "CROSSWALK_DAMAGED");
  EXPECT_TRUE(service_.live.All().empty());
}

TEST_F(LinkageFollowerTest, AnotherStoreOfLinkageIsNeverFollowed) {
  ASSERT_TRUE(Poll().ok());
  incarnation_ = "two";
  publication_.set_crosswalk_revision(2);
  EXPECT_EQ(ReasonOf(Poll()), "LINKAGE_INCARNATION_CHANGED");
  incarnation_ = "one";
  EXPECT_EQ(ReasonOf(Poll()), "LINKAGE_INCARNATION_CHANGED") << "also when the first seems to be back";
  EXPECT_EQ(ReasonOf(follower_.Health()), "LINKAGE_INCARNATION_CHANGED");
  EXPECT_EQ(Held()->crosswalk_revision, 1u);
}

}  // namespace
}  // namespace safehaven::costing
