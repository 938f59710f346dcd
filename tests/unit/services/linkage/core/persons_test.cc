#include "services/linkage/core/persons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "libs/base/status.h"
#include "services/linkage/core/crosswalk.h"
#include "services/linkage/core/match.h"
#include "tests/support/linkage_people.h"

namespace safehaven::linkage {
namespace {

using testing::ElementsAre;

// Assigns records 1, 2, 3, ... to clusters.
Assignment AssignClusters(const std::vector<uint32_t>& cluster_of, const std::vector<RecordPerson>& previous,
               PersonNumber next) {
  std::vector<RecordToken> tokens;
  uint32_t count = 0;
  for (size_t i = 0; i < cluster_of.size(); ++i) {
    tokens.push_back(TokenOf(i + 1));
    if (cluster_of[i] != kNoCluster) count = std::max(count, cluster_of[i] + 1);
  }
  return Assign({.previous = previous,
                 .next_person = next,
                 .tokens = tokens,
                 .cluster_of = cluster_of,
                 .cluster_count = count})
      .value();
}

std::vector<PersonNumber> PersonsOf(const Assignment& assignment) {
  std::vector<PersonNumber> persons;
  for (const RecordPerson& record : assignment.records) persons.push_back(record.person);
  return persons;
}

TEST(Assign, TheFirstRunNumbersPersonsFromTheSmallestToken) {
  const Assignment first = AssignClusters({1, 0, 1, kNoCluster}, {}, 1);
  EXPECT_THAT(PersonsOf(first), ElementsAre(1, 2, 1));
  EXPECT_EQ(first.next_person, 3u);
  EXPECT_THAT(first.events, ElementsAre(PersonEvent{PersonEventKind::kCreated, 1, 0},
                                        PersonEvent{PersonEventKind::kCreated, 2, 0}));
}

TEST(Assign, AnUnchangedPartitionChangesNothing) {
  const Assignment first = AssignClusters({0, 0, 1, 2, 2}, {}, 1);
  const Assignment second = AssignClusters({7, 7, 3, 0, 0}, first.records, first.next_person);
  EXPECT_EQ(second.records, first.records);
  EXPECT_TRUE(second.events.empty());
  EXPECT_EQ(second.next_person, first.next_person);
}

TEST(Assign, AMergeKeepsTheNumberOfMostRecordsAndMarksTheOther) {
  const Assignment first = AssignClusters({0, 1, 1}, {}, 1);
  const Assignment merged = AssignClusters({0, 0, 0}, first.records, first.next_person);
  EXPECT_THAT(PersonsOf(merged), ElementsAre(2, 2, 2));
  EXPECT_THAT(merged.events, ElementsAre(PersonEvent{PersonEventKind::kMergedInto, 1, 2}));
}

TEST(Assign, BetweenEquallyManyRecordsTheOldestNumberStays) {
  const Assignment first = AssignClusters({0, 1}, {}, 1);
  const Assignment merged = AssignClusters({0, 0}, first.records, first.next_person);
  EXPECT_THAT(PersonsOf(merged), ElementsAre(1, 1));
}

TEST(Assign, ASplitKeepsTheNumberOnTheLargestPart) {
  const Assignment first = AssignClusters({0, 0, 0}, {}, 1);
  const Assignment split = AssignClusters({0, 1, 1}, first.records, first.next_person);
  EXPECT_THAT(PersonsOf(split), ElementsAre(2, 1, 1));
  EXPECT_THAT(split.events, ElementsAre(PersonEvent{PersonEventKind::kSplitFrom, 2, 1}));
}

TEST(Assign, ARecordThatGoesFromOneLastingPersonToAnotherIsTold) {
  const Assignment first = AssignClusters({0, 0, 1, 1}, {}, 1);
  const Assignment moved = AssignClusters({0, 1, 1, 1}, first.records, first.next_person);
  EXPECT_THAT(PersonsOf(moved), ElementsAre(1, 2, 2, 2));
  EXPECT_THAT(moved.events, ElementsAre(PersonEvent{PersonEventKind::kGaveTo, 1, 2}));
}

TEST(Assign, EveryFragmentOfAnEndedPersonIsTold) {
  // Person 1's records go two to person 2 and one to person 3, who both had more.
  const Assignment first = AssignClusters({0, 0, 0, 1, 1, 1, 2, 2}, {}, 1);
  const Assignment ended = AssignClusters({1, 1, 2, 1, 1, 1, 2, 2}, first.records, first.next_person);
  EXPECT_THAT(PersonsOf(ended), ElementsAre(2, 2, 3, 2, 2, 2, 3, 3));
  EXPECT_THAT(ended.events, ElementsAre(PersonEvent{PersonEventKind::kMergedInto, 1, 2},
                                        PersonEvent{PersonEventKind::kGaveTo, 1, 3}));
}

TEST(Assign, APersonWithoutRecordsRetiresAndItsNumberIsNeverUsedAgain) {
  const Assignment first = AssignClusters({0, 1}, {}, 1);
  const Assignment gone = AssignClusters({0, kNoCluster}, first.records, first.next_person);
  EXPECT_THAT(gone.events, ElementsAre(PersonEvent{PersonEventKind::kRetired, 2, 0}));
  const Assignment again = AssignClusters({0, 1}, gone.records, gone.next_person);
  EXPECT_THAT(PersonsOf(again), ElementsAre(1, 3));
}

TEST(Assign, APreviousNumberThatWasNotGivenYetIsRefused) {
  const std::vector<RecordPerson> previous = {{.token = TokenOf(1), .person = 9}};
  const auto refused = Assign({.previous = previous, .next_person = 9});
  EXPECT_EQ(ReasonOf(refused.status()), "PERSON_NUMBER_AHEAD");
}

Crosswalk WalkOf(uint64_t revision, const Assignment& assignment) {
  Crosswalk crosswalk{.revision = revision, .records = assignment.records, .events = assignment.events};
  for (const RecordPerson& record : assignment.records) {
    if (crosswalk.attributes.empty() || crosswalk.attributes.back().person != record.person) {
      crosswalk.attributes.push_back({.person = record.person, .age_band = static_cast<int>(revision)});
    }
  }
  return crosswalk;
}

TEST(Crosswalk, ARecordThatIsGoneLeavesATombstone) {
  const Assignment first = AssignClusters({0, 0, 1}, {}, 1);
  const Crosswalk before = WalkOf(1, first);
  const std::vector<RecordPerson> now = {first.records[0]};
  const std::vector<Tombstone> tombstones = NextTombstones(before, now, {TokenOf(2)});
  EXPECT_THAT(tombstones, ElementsAre(Tombstone{TokenOf(2), 1, TombstoneReason::kUnlinked},
                                      Tombstone{TokenOf(3), 2, TombstoneReason::kGone}));
}

TEST(Crosswalk, ATombstoneGoesWhenItsRecordComesBack) {
  const Assignment first = AssignClusters({0, 1}, {}, 1);
  Crosswalk before = WalkOf(2, first);
  before.records.pop_back();
  before.tombstones = {{.token = TokenOf(2), .person = 2}};
  EXPECT_TRUE(NextTombstones(before, first.records, {}).empty());
}

TEST(Crosswalk, AChangeAppliesOnlyToTheRevisionItStartsFrom) {
  const Crosswalk one = WalkOf(1, AssignClusters({0, 0, 1}, {}, 1));
  const Crosswalk two = WalkOf(2, AssignClusters({0, 1, 1}, one.records, 3));
  const CrosswalkChange change = Difference(one, two);
  const auto applied = Apply(one, change);
  ASSERT_TRUE(applied.ok());
  EXPECT_EQ(applied->records, two.records);
  EXPECT_EQ(applied->attributes, two.attributes);
  EXPECT_EQ(ReasonOf(Apply(two, change).status()), "CROSSWALK_REVISION_OTHER");
}

}  // namespace
}  // namespace safehaven::linkage
