#include "services/linkage/core/exclusion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/linkage_people.h"

namespace safehaven::linkage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A record of `person` in a profile of its own, with the `number`-th test number.
RecordPlace Place(uint64_t token, PersonNumber person, uint32_t profile, uint32_t number) {
  return {.token = TokenOf(token),
          .person = person,
          .profile = profile,
          .nhs_number_given = Sensitive<uint64_t>(number == 0 ? 0 : TestNumber(number).value())};
}

PairEvidence Pair(uint32_t a, uint32_t b, Decision decision) {
  return {.profile_a = a, .profile_b = b, .decision = decision};
}

std::vector<PersonNumber> PersonsOf(const ExclusionSet& set) {
  std::vector<PersonNumber> persons;
  for (const ExcludedPerson& person : set.persons) persons.push_back(person.person);
  return persons;
}

// Persons 1 (number 1, two records), 2 (number 2), 3 and 4 without a number.
const std::vector<RecordPlace> kPlaces = {Place(1, 1, 0, 1), Place(2, 1, 1, 0), Place(3, 2, 2, 2),
                                          Place(4, 3, 3, 0), Place(5, 4, 4, 0), Place(6, kNoPerson, kNoProfile, 3)};

TEST(Exclusion, ANumberExcludesTheWholePersonAndNobodyElse) {
  const std::vector<NhsNumber> objectors = {TestNumber(1), TestNumber(1), TestNumber(77)};
  const ExclusionSet set = Exclude({.places = kPlaces, .objectors = objectors});
  EXPECT_THAT(PersonsOf(set), ElementsAre(1));
  EXPECT_EQ(set.counts.received, 2u);
  EXPECT_EQ(set.counts.resolved, 1u);
  EXPECT_EQ(set.counts.unresolved, 1u);
  EXPECT_TRUE(set.Contains(1));
  EXPECT_FALSE(set.Contains(2));
}

TEST(Exclusion, APossibleLinkIsEnoughButOnlyOneStep) {
  // 3 may be 1's (through 1's second record), 4 may be 3's.
  const std::vector<PairEvidence> evidence = {Pair(1, 3, Decision::kPossible), Pair(3, 4, Decision::kPossible)};
  const std::vector<NhsNumber> objectors = {TestNumber(1)};
  const ExclusionSet set = Exclude({.places = kPlaces, .evidence = evidence, .objectors = objectors});
  EXPECT_THAT(PersonsOf(set), ElementsAre(1, 3));
  EXPECT_EQ(set.persons[1].reason, ExclusionReason::kPossibleLink);
  EXPECT_THAT(set.persons[1].causes.Reveal(), ElementsAre(TestNumber(1).value()));
  EXPECT_EQ(set.counts.persons_possible, 1u);
}

TEST(Exclusion, AForbiddenPairExcludesNobody) {
  const std::vector<PairEvidence> evidence = {Pair(0, 3, Decision::kForbidden)};
  const std::vector<NhsNumber> objectors = {TestNumber(1)};
  EXPECT_THAT(PersonsOf(Exclude({.places = kPlaces, .evidence = evidence, .objectors = objectors})),
              ElementsAre(1));
}

TEST(Exclusion, RecordsThatLookExactlyLikeAnObjectorsAreOut) {
  // Profile 9 says too little to be linked even to itself: its records are two people.
  const std::vector<RecordPlace> places = {Place(1, 1, 9, 1), Place(2, 2, 9, 0)};
  const std::vector<NhsNumber> objectors = {TestNumber(1)};
  EXPECT_THAT(PersonsOf(Exclude({.places = places, .objectors = objectors})), ElementsAre(1, 2));
}

TEST(Exclusion, AnObjectorsRecordThatIsNobodysIsCountedAndUnresolved) {
  const std::vector<NhsNumber> objectors = {TestNumber(3)};
  const ExclusionSet set = Exclude({.places = kPlaces, .objectors = objectors});
  EXPECT_THAT(set.persons, IsEmpty());
  EXPECT_EQ(set.counts.unlinked_records, 1u);
  EXPECT_EQ(set.counts.unresolved, 1u);
}

TEST(Exclusion, AFragmentOfASplitStaysOutUntilReviewedOrTheObjectionEnds) {
  const std::vector<NhsNumber> objectors = {TestNumber(1)};
  const ExclusionSet before = Exclude({.places = kPlaces, .objectors = objectors});
  // Person 1's second record becomes person 5.
  std::vector<RecordPlace> after = kPlaces;
  after[1].person = 5;
  const std::vector<PersonEvent> events = {{PersonEventKind::kSplitFrom, 5, 1}};
  const ExclusionInput input{
      .places = after, .objectors = objectors, .previous = &before, .events = events};
  const ExclusionSet held = Exclude(input);
  EXPECT_THAT(PersonsOf(held), ElementsAre(1, 5));
  EXPECT_EQ(held.persons[1].reason, ExclusionReason::kHeld);

  // It is held again without any event, until an officer has looked at it.
  ExclusionInput later = input;
  later.previous = &held;
  later.events = {};
  EXPECT_THAT(PersonsOf(Exclude(later)), ElementsAre(1, 5));
  const std::vector<PersonNumber> reviewed = {5};
  later.reviewed = reviewed;
  EXPECT_THAT(PersonsOf(Exclude(later)), ElementsAre(1));

  // A withdrawn objection keeps nobody out.
  ExclusionInput withdrawn = input;
  withdrawn.previous = &held;
  withdrawn.objectors = {};
  EXPECT_THAT(PersonsOf(Exclude(withdrawn)), IsEmpty());
}

TEST(Exclusion, TheNumberGoingToTheSmallerPartOfASplitFreesNeither) {
  const std::vector<NhsNumber> objectors = {TestNumber(1)};
  const ExclusionSet before = Exclude({.places = kPlaces, .objectors = objectors});
  std::vector<RecordPlace> after = kPlaces;
  after[0].person = 5;  // the record with the number
  const std::vector<PersonEvent> events = {{PersonEventKind::kSplitFrom, 5, 1}};
  EXPECT_THAT(PersonsOf(Exclude({.places = after, .objectors = objectors, .previous = &before, .events = events})),
              ElementsAre(1, 5));
}

TEST(Exclusion, APersonIntoWhomAHeldOneIsMergedIsHeld) {
  const std::vector<NhsNumber> objectors = {TestNumber(1)};
  const ExclusionSet before = Exclude({.places = kPlaces, .objectors = objectors});
  // Person 1's number was deleted at the source; its other record joined person 4.
  std::vector<RecordPlace> after = kPlaces;
  after.erase(after.begin());
  after[0].person = 4;
  const std::vector<PersonEvent> events = {{PersonEventKind::kMergedInto, 1, 4}};
  EXPECT_THAT(PersonsOf(Exclude({.places = after, .objectors = objectors, .previous = &before, .events = events})),
              ElementsAre(4));
}

TEST(Exclusion, APersonToWhomAnObjectorsRecordWentIsHeldThoughBothGoOn) {
  const std::vector<NhsNumber> objectors = {TestNumber(1)};
  const ExclusionSet before = Exclude({.places = kPlaces, .objectors = objectors});
  std::vector<RecordPlace> after = kPlaces;
  after[1].person = 4;  // the objector's record without a number
  const std::vector<PersonEvent> events = {{PersonEventKind::kGaveTo, 1, 4}};
  const ExclusionInput input{.places = after, .objectors = objectors, .previous = &before, .events = events};
  EXPECT_THAT(PersonsOf(Exclude(input)), ElementsAre(1, 4));
  // It is not contagious the other way: whom a person gave something to may go on.
  const std::vector<PersonEvent> back = {{PersonEventKind::kGaveTo, 4, 1}};
  ExclusionInput other_way = input;
  other_way.events = back;
  EXPECT_THAT(PersonsOf(Exclude(other_way)), ElementsAre(1));
}

}  // namespace
}  // namespace safehaven::linkage
