#include "services/linkage/core/cluster.h"

#include <gtest/gtest.h>

#include <vector>

#include "services/linkage/core/score/clear.h"
#include "services/linkage/core/standardise/nickname.h"
#include "tests/support/linkage_people.h"

namespace safehaven::linkage {
namespace {

// Profiles with the given sources and (verified) numbers, found again by number of
// creation, since their order depends on content.
struct World {
  Profiles profiles;
  std::vector<SourceRule> sources;
  std::vector<ProfileIndex> at;

  ScoredPair Link(size_t a, size_t b, Weight weight) const {
    return {.a = std::min(at[a], at[b]), .b = std::max(at[a], at[b]), .weight = weight,
            .decision = Decision::kWeight};
  }
  bool Together(const Clusters& clusters, size_t a, size_t b) const {
    return clusters.cluster_of[at[a]] == clusters.cluster_of[at[b]];
  }
};

struct Member {
  SourceIndex source = 0;
  uint32_t number = 0;  // 0: none; otherwise the index of a verified test number
};

World MakeWorld(const std::vector<Member>& members, std::vector<SourceRule> sources) {
  std::vector<StandardRecord> records;
  for (size_t i = 0; i < members.size(); ++i) {
    StandardIdentity identity{.local_id = std::to_string(i)};
    if (members[i].number != 0) {
      identity.nhs_number = TestNumber(members[i].number).value();
      identity.nhs_number_verified = true;
    }
    records.push_back(Standard(i, members[i].source, identity));
  }
  World world{.profiles = BuildProfiles(records, sources, 0, Nicknames::BuiltIn()).value(),
              .sources = std::move(sources)};
  world.at.resize(members.size());
  for (ProfileIndex p = 0; p < world.profiles.size(); ++p) {
    world.at[world.profiles.RecordsOf(p)[0]] = p;
  }
  return world;
}

const std::vector<SourceRule> kPlain = {{.name = "acute"}};

TEST(Cluster, LinksJoinAndStrangersStayApart) {
  const World world = MakeWorld({{}, {}, {}, {}}, kPlain);
  const std::vector<ScoredPair> pairs = {world.Link(0, 1, 9000), world.Link(1, 2, 8000)};
  const Clusters clusters = Cluster(world.profiles, pairs, {.sources = world.sources});
  EXPECT_TRUE(world.Together(clusters, 0, 2));
  EXPECT_FALSE(world.Together(clusters, 0, 3));
  EXPECT_EQ(clusters.count, 2u);
}

TEST(Cluster, PairsForReviewJoinNothing) {
  const World world = MakeWorld({{}, {}}, kPlain);
  ScoredPair pair = world.Link(0, 1, 9000);
  pair.decision = Decision::kReview;
  EXPECT_EQ(Cluster(world.profiles, std::vector{pair}, {.sources = world.sources}).count, 2u);
}

TEST(Cluster, ARecordWithoutANumberNeverBridgesTwoVerifiedNumbers) {
  // 0 and 1 have different verified numbers; 2 has none and looks like both.
  const World world = MakeWorld({{.number = 1}, {.number = 2}, {}}, kPlain);
  const std::vector<ScoredPair> pairs = {world.Link(0, 2, 7000), world.Link(1, 2, 9000)};
  const Clusters clusters = Cluster(world.profiles, pairs, {.sources = world.sources});
  EXPECT_FALSE(world.Together(clusters, 0, 1));
  EXPECT_TRUE(world.Together(clusters, 1, 2));  // the stronger link
  EXPECT_EQ(clusters.refused.numbers_conflict, 1u);
}

TEST(Cluster, ADuplicateFreeSourceGivesEachPersonOneRecord) {
  const World world = MakeWorld({{.source = 0}, {.source = 0}, {.source = 1}},
                                {{.name = "register", .duplicate_free = true}, {.name = "acute"}});
  const std::vector<ScoredPair> pairs = {world.Link(0, 2, 7000), world.Link(1, 2, 9000)};
  const Clusters clusters = Cluster(world.profiles, pairs, {.sources = world.sources});
  EXPECT_TRUE(world.Together(clusters, 1, 2));
  EXPECT_FALSE(world.Together(clusters, 0, 2));
  EXPECT_EQ(clusters.refused.source_repeated, 1u);
}

TEST(Cluster, WhatAPersonDecidedApartStaysApartThroughOthers) {
  const World world = MakeWorld({{}, {}, {}}, kPlain);
  const std::vector<ScoredPair> pairs = {world.Link(0, 1, 9000), world.Link(1, 2, 8000)};
  const Clusters clusters = Cluster(
      world.profiles, pairs,
      {.sources = world.sources,
       .forbidden = {{std::min(world.at[0], world.at[2]), std::max(world.at[0], world.at[2])}}});
  EXPECT_TRUE(world.Together(clusters, 0, 1));
  EXPECT_FALSE(world.Together(clusters, 1, 2));
  EXPECT_EQ(clusters.refused.decided_apart, 1u);
}

TEST(Cluster, WhatAPersonDecidedOfOneOfSeveralPeopleWhoSayTheSameJoinsNone) {
  const World world = MakeWorld({{}, {}, {}}, kPlain);
  ClusterRules rules = {.sources = world.sources,
                        .forced = {{std::min(world.at[0], world.at[1]), std::max(world.at[0], world.at[1])},
                                   {std::min(world.at[1], world.at[2]), std::max(world.at[1], world.at[2])}}};
  rules.unlinkable.assign(3, false);
  rules.unlinkable[world.at[0]] = true;
  const Clusters clusters = Cluster(world.profiles, {}, rules);
  EXPECT_FALSE(world.Together(clusters, 0, 1)) << "which of its records was meant is not known here";
  EXPECT_EQ(clusters.refused.unlinkable, 1u);
  EXPECT_TRUE(world.Together(clusters, 1, 2)) << "the twin";
}

TEST(Cluster, WhatAPersonDecidedTogetherIsJoinedUnlessForbidden) {
  const World world = MakeWorld({{}, {}, {.number = 1}, {.number = 2}}, kPlain);
  const Clusters clusters =
      Cluster(world.profiles, {},
              {.sources = world.sources,
               .forced = {{world.at[0], world.at[1]}, {world.at[2], world.at[3]}}});
  EXPECT_TRUE(world.Together(clusters, 0, 1));
  EXPECT_FALSE(world.Together(clusters, 2, 3));
}

TEST(Cluster, AClusterDoesNotGrowBeyondItsLimit) {
  std::vector<Member> members(kClusterProfilesMax + 10);
  const World world = MakeWorld(members, kPlain);
  std::vector<ScoredPair> pairs;
  for (size_t i = 1; i < members.size(); ++i) pairs.push_back(world.Link(0, i, 9000));
  const Clusters clusters = Cluster(world.profiles, pairs, {.sources = world.sources});
  EXPECT_EQ(clusters.refused.too_large, 10u);
}

TEST(Clear, TheOnlyGoodCandidateIsTakenAndAnAmbiguousOneIsNot) {
  const World world = MakeWorld({{.source = 0}, {.source = 0}, {.source = 1}, {.source = 1}, {.source = 1}},
                                {{.name = "a", .duplicate_free = true}, {.name = "b", .duplicate_free = true}});
  std::vector<ScoredPair> pairs = {world.Link(0, 2, 2000), world.Link(1, 3, 2000), world.Link(1, 4, 1000)};
  for (ScoredPair& pair : pairs) pair.decision = Decision::kReview;
  LinkClearPairs(world.profiles, world.sources, 4000, pairs);
  EXPECT_EQ(pairs[0].decision, Decision::kClear);
  EXPECT_EQ(pairs[1].decision, Decision::kReview);
  EXPECT_EQ(pairs[2].decision, Decision::kReview);
}

}  // namespace
}  // namespace safehaven::linkage
