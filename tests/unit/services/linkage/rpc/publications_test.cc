// Who is left out, through the whole service: objections that come before, after and
// between runs, and persons that merge and split under them.
#include "services/linkage/rpc/publications.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "libs/base/status.h"
#include "libs/storage/memory_store.h"
#include "tests/support/linkage_world.h"

namespace safehaven::linkage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::FakeClock;
using testing_support::FakeRandomness;

constexpr uint32_t kPersons = 60;

class PublicationsTest : public testing::Test {
 protected:
  PublicationsTest() {
    StartService();
    std::vector<v1::IdentityRow> registered, acute;
    for (uint32_t person = 0; person < kPersons; ++person) {
      registered.push_back(RegisterRow(1000 + person, person));
      acute.push_back(RowOf(2000 + person, PersonIdentity(person)));
    }
    Load(*service_, "gp", registered, 'a');
    Load(*service_, "acute", acute, 'b');
  }

  // A new life over the same store.
  void StartService() {
    service_.reset();
    service_ = std::make_unique<LinkageService>(store_, consent_, clock_, randomness_);
    EXPECT_TRUE(service_->Follow().ok());
    EXPECT_TRUE(service_->runner.Start().ok());
  }
  void Link() { EXPECT_EQ(LinkAll(*service_, ++runs_).error_reason(), ""); }

  v1::ReadExclusionsResponse Exclusions() {
    const v1::WatchPublicationsResponse watched = Watch({});
    v1::ReadExclusionsRequest request;
    if (watched.publications_size() > 0) *request.mutable_publication() = watched.publications(0);
    const auto response = service_->handlers.publications.ReadExclusions(service_->CallFrom("costing"), request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? *response : v1::ReadExclusionsResponse();
  }
  v1::ExclusionSet Set(const std::string& name) {
    const v1::ReadExclusionsResponse exclusions = Exclusions();
    for (const v1::ExclusionSet& set : exclusions.sets()) {
      if (set.set() == name) return set;
    }
    ADD_FAILURE() << "no set " << name;
    return {};
  }
  v1::WatchPublicationsResponse Watch(const std::vector<v1::Publication>& have) {
    v1::WatchPublicationsRequest request;
    for (const v1::Publication& publication : have) *request.add_have() = publication;
    const auto response = service_->handlers.publications.WatchPublications(service_->CallFrom("costing"), request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? *response : v1::WatchPublicationsResponse();
  }
  PersonNumber PersonOf(uint64_t token) { return PersonsByToken(*service_).at(token); }

  MemoryStore store_;
  FakeClock clock_;
  FakeRandomness randomness_{1};
  FakeConsent consent_{clock_, '1'};
  std::unique_ptr<LinkageService> service_;
  int runs_ = 0;
};

TEST_F(PublicationsTest, EverySetIsPublishedAlsoAnEmptyOne) {
  Link();
  std::vector<std::string> names;
  const v1::ReadExclusionsResponse exclusions = Exclusions();
  for (const v1::ExclusionSet& set : exclusions.sets()) {
    names.push_back(set.set());
    EXPECT_THAT(set.persons(), IsEmpty());
  }
  EXPECT_THAT(names, ElementsAre("national", kProgrammeSet, "type1"));
}

TEST_F(PublicationsTest, WhatIsStoredIsUnavailableAndNotAbsentUntilObjectionsAreFollowed) {
  Link();
  const std::string authority = Watch({}).publications(0).authority();
  service_.reset();
  service_ = std::make_unique<LinkageService>(store_, consent_, clock_, randomness_);
  EXPECT_EQ(ReasonOf(service_->publications.Find(authority).status()), "OBJECTIONS_NOT_APPLIED");
  ASSERT_TRUE(service_->Follow().ok());
  EXPECT_TRUE(service_->publications.Find(authority).ok());
  EXPECT_EQ(ReasonOf(service_->publications.Find("another").status()), "CROSSWALK_NOT_PUBLISHED");
}

TEST_F(PublicationsTest, AnObjectionTakesThePersonOutWithEveryRecord) {
  Link();
  consent_.Object("national", {TestNumber(7)});
  ASSERT_TRUE(service_->Follow().ok());
  const v1::ExclusionSet set = Set("national");
  EXPECT_THAT(set.persons(), ElementsAre(PersonOf(1007)));
  EXPECT_EQ(set.received_count(), 1u);
  EXPECT_EQ(set.resolved_count(), 1u);
  EXPECT_EQ(set.unresolved_count(), 0u);
  EXPECT_THAT(Set("type1").persons(), IsEmpty());
  EXPECT_EQ(RevisionFromProto(Watch({}).publications(0).objection_revision()), consent_.objection_revision());
}

TEST_F(PublicationsTest, AnObjectionThatMatchesNobodyIsCountedAndWaits) {
  consent_.Object("national", {TestNumber(500)});
  Link();
  ASSERT_TRUE(service_->Follow().ok());
  EXPECT_EQ(Set("national").unresolved_count(), 1u);
  EXPECT_THAT(Set("national").persons(), IsEmpty());
  // The objector's record comes late.
  Load(*service_, "acute", {RowOf(3000, PersonIdentity(500))}, 'c');
  Link();
  EXPECT_THAT(Set("national").persons(), ElementsAre(PersonOf(3000)));
  EXPECT_EQ(Set("national").unresolved_count(), 0u);
}

TEST_F(PublicationsTest, ALateRecordOfAnObjectorIsOutWithItsRevision) {
  consent_.Object(kProgrammeSet, {TestNumber(3)});
  ASSERT_TRUE(service_->Follow().ok());
  Link();
  RawIdentity without_number = PersonIdentity(3);
  without_number.nhs_number.clear();
  Load(*service_, "social_care", {RowOf(3000, without_number)}, 'c');
  Link();
  EXPECT_EQ(PersonOf(3000), PersonOf(1003)) << "linked without a number";
  EXPECT_THAT(Set(kProgrammeSet).persons(), ElementsAre(PersonOf(1003)));
}

TEST_F(PublicationsTest, AWithdrawnObjectionKeepsNobodyOut) {
  Link();
  consent_.Object("national", {TestNumber(7), TestNumber(8)});
  ASSERT_TRUE(service_->Follow().ok());
  consent_.Object("national", {TestNumber(7)}, /*withdrawn=*/true);
  ASSERT_TRUE(service_->Follow().ok());
  EXPECT_THAT(Set("national").persons(), ElementsAre(PersonOf(1008)));
}

TEST_F(PublicationsTest, AFragmentOfASplitObjectorStaysOutAlsoAfterARestart) {
  RawIdentity without_number = PersonIdentity(3);
  without_number.nhs_number.clear();
  Load(*service_, "social_care", {RowOf(3000, without_number)}, 'c');
  consent_.Object("national", {TestNumber(3)});
  ASSERT_TRUE(service_->Follow().ok());
  Link();
  ASSERT_EQ(PersonOf(3000), PersonOf(1003));
  // The source says later that it was somebody else: nobody knows whether that is right.
  RawIdentity other = PersonIdentity(700);
  other.nhs_number.clear();
  Load(*service_, "social_care", {RowOf(3000, other)}, 'd');
  Link();
  ASSERT_NE(PersonOf(3000), PersonOf(1003)) << "split";
  EXPECT_THAT(Set("national").persons(), ElementsAre(PersonOf(1003), PersonOf(3000)));
  StartService();
  EXPECT_THAT(Set("national").persons(), ElementsAre(PersonOf(1003), PersonOf(3000))) << "held over a restart";
}

TEST_F(PublicationsTest, APersonIntoWhomAnObjectorWasMergedIsOut) {
  Load(*service_, "acute", {RowOf(3000, PersonIdentity(600))}, 'c');
  consent_.Object("national", {TestNumber(600)});
  ASSERT_TRUE(service_->Follow().ok());
  Link();
  ASSERT_THAT(Set("national").persons(), ElementsAre(PersonOf(3000)));
  // The record's only identity becomes another person's.
  Load(*service_, "acute", {RowOf(3000, PersonIdentity(5))}, 'd');
  Link();
  ASSERT_EQ(PersonOf(3000), PersonOf(1005)) << "merged";
  EXPECT_THAT(Set("national").persons(), ElementsAre(PersonOf(1005)));
}

TEST_F(PublicationsTest, ARecordThatLeavesAnObjectorForALastingPersonTakesTheObjectionAlong) {
  RawIdentity without_number = PersonIdentity(3);
  without_number.nhs_number.clear();
  Load(*service_, "social_care", {RowOf(3000, without_number)}, 'c');
  consent_.Object("national", {TestNumber(3)});
  ASSERT_TRUE(service_->Follow().ok());
  Link();
  ASSERT_EQ(PersonOf(3000), PersonOf(1003));
  RawIdentity other = PersonIdentity(8);
  other.nhs_number.clear();
  Load(*service_, "social_care", {RowOf(3000, other)}, 'd');
  Link();
  ASSERT_EQ(PersonOf(3000), PersonOf(1008)) << "both persons go on";
  EXPECT_THAT(Set("national").persons(), ElementsAre(PersonOf(1003), PersonOf(1008)));
}

TEST_F(PublicationsTest, SetsAreOfExactlyTheirPair) {
  Link();
  const v1::Publication before = Watch({}).publications(0);
  consent_.Object("national", {TestNumber(7)});
  ASSERT_TRUE(service_->Follow().ok());
  const v1::Publication after = Watch({}).publications(0);
  v1::ReadExclusionsRequest request;
  *request.mutable_publication() = before;
  const auto read = [&] { return service_->handlers.publications.ReadExclusions(service_->CallFrom("costing"), request); };
  const auto of_before = read();
  ASSERT_TRUE(of_before.ok()) << "the last pairs stay readable";
  for (const v1::ExclusionSet& set : of_before->sets()) EXPECT_THAT(set.persons(), IsEmpty());
  *request.mutable_publication() = after;
  EXPECT_TRUE(read().ok());
  request.mutable_publication()->set_crosswalk_revision(2);
  EXPECT_EQ(ReasonOf(read().status()), "EXCLUSIONS_NOT_PUBLISHED");
}

TEST_F(PublicationsTest, WatchingWakesWhenSomethingIsPublished) {
  Link();
  const v1::Publication before = Watch({}).publications(0);
  std::thread watcher([&] {
    v1::WatchPublicationsResponse seen;
    do {
      seen = Watch({before});
    } while (seen.publications(0).objection_revision().size() == before.objection_revision().size());
  });
  consent_.Object("national", {TestNumber(7)});
  ASSERT_TRUE(service_->Follow().ok());
  watcher.join();
}

TEST_F(PublicationsTest, ACrosswalkIsNotPublishedBeforeObjectionsAreKnown) {
  Link();
  LinkageService fresh(store_, consent_, clock_, randomness_);
  EXPECT_THAT(fresh.publications.Newest(), IsEmpty());
  EXPECT_FALSE(fresh.readiness.IsReady());
  ASSERT_TRUE(fresh.Follow().ok());
  EXPECT_EQ(fresh.publications.Newest().size(), 1u);
  EXPECT_TRUE(fresh.readiness.IsReady());
}

TEST_F(PublicationsTest, TheWholeCrosswalkIsReadInChunksWithAttributes) {
  Link();
  v1::ReadCrosswalkRequest request;
  request.set_authority(kAuthority);
  request.set_crosswalk_revision(1);
  const auto chunk = service_->handlers.publications.ReadCrosswalk(service_->CallFrom("costing"), request);
  ASSERT_TRUE(chunk.ok()) << chunk.status();
  EXPECT_EQ(chunk->chunk_count(), 1u);
  EXPECT_EQ(chunk->persons_size(), static_cast<int>(2 * kPersons));
  EXPECT_EQ(chunk->tokens().size(), size_t{2} * kPersons * 16);
  ASSERT_EQ(chunk->attributes_size(), static_cast<int>(kPersons));
  EXPECT_EQ(chunk->attributes(0).practice(), "Z81001");
  ASSERT_EQ(chunk->attributes(0).memberships_size(), 1);
  EXPECT_EQ(chunk->attributes(0).memberships(0).commissioner(), "ZC1");
  EXPECT_EQ(chunk->attributes(0).memberships(0).last_day(), std::numeric_limits<int32_t>::max());
  std::set<uint32_t> keys;
  for (const v1::PersonAttributes& person : chunk->attributes()) keys.insert(person.cell_key());
  EXPECT_GT(keys.size(), kPersons - 3u);
  request.set_chunk(1);
  EXPECT_EQ(ReasonOf(service_->handlers.publications.ReadCrosswalk(service_->CallFrom("costing"), request).status()),
            "CHUNK_UNKNOWN");
}


}  // namespace
}  // namespace safehaven::linkage
