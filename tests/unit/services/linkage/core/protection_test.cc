#include "services/linkage/core/protection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "services/linkage/core/bridge.h"
#include "services/linkage/core/exclusion.h"
#include "tests/support/linkage_people.h"

namespace safehaven::linkage {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

const ProtectedPair kPair = {.former = TestNumber(5), .present = TestNumber(105)};

RecordPlace Place(uint64_t token, PersonNumber person, uint32_t profile, uint32_t number) {
  return {.token = TokenOf(token),
          .person = person,
          .profile = profile,
          .nhs_number_given = Sensitive<uint64_t>(number == 0 ? 0 : TestNumber(number).value())};
}

// Person 7 is both identities, and has a record (3) without a number; 8 is somebody else.
TornCrosswalk Joined() {
  TornCrosswalk torn;
  torn.crosswalk.authority = "A";
  torn.crosswalk.revision = 3;
  torn.places = {Place(1, 7, 0, 5), Place(2, 7, 1, 105), Place(3, 7, 2, 0), Place(4, 8, 3, 6)};
  for (const RecordPlace& place : torn.places) torn.crosswalk.records.push_back({place.token, place.person});
  for (const PersonNumber person : {7u, 8u}) {
    PersonAttributes known;
    known.person = person;
    known.sex = Sex::kFemale;
    known.memberships = {{"ZC1", CivilDay(1), kOpenEnd}};
    torn.crosswalk.attributes.push_back(known);
  }
  torn.evidence = {{.profile_a = 0, .profile_b = 1, .weight = 9000, .decision = Decision::kWeight},
                   {.profile_a = 0, .profile_b = 2, .weight = 9000, .decision = Decision::kWeight}};
  torn.next_person = 20;
  return torn;
}

TEST(Protection, APersonWhoIsBothIdentitiesIsTakenApart) {
  TornCrosswalk torn = Joined();
  ASSERT_TRUE(TakeApart({&kPair, 1}, torn));
  EXPECT_THAT(torn.crosswalk.records, ElementsAre(RecordPerson{TokenOf(1), 20}, RecordPerson{TokenOf(2), 21},
                                                  RecordPerson{TokenOf(4), 8}));
  EXPECT_EQ(torn.places[2].person, kNoPerson) << "a record that could tie them is nobody's";
  EXPECT_THAT(torn.crosswalk.tombstones,
              ElementsAre(Tombstone{.token = TokenOf(3), .person = 7, .reason = TombstoneReason::kUnlinked}));
  EXPECT_EQ(torn.next_person, 22u);
  ASSERT_EQ(torn.crosswalk.attributes.size(), 3u);
  EXPECT_EQ(torn.crosswalk.attributes[1].person, 20u);
  EXPECT_EQ(torn.crosswalk.attributes[1].sex, Sex::kUnknown) << "what was known was of both";
  EXPECT_THAT(torn.crosswalk.attributes[2].memberships, IsEmpty());
  EXPECT_EQ(torn.evidence[0].decision, Decision::kForbidden);
  EXPECT_EQ(torn.evidence[1].decision, Decision::kWeight);
}

TEST(Protection, ANumberThatIsOnNoRecordYetTearsNobody) {
  for (const ProtectedPair& pair : {ProtectedPair{.former = TestNumber(5), .present = TestNumber(400)},
                                    ProtectedPair{.former = TestNumber(400), .present = TestNumber(5)},
                                    ProtectedPair{.former = TestNumber(400), .present = TestNumber(401)}}) {
    TornCrosswalk torn = Joined();
    const TornCrosswalk before = torn;
    EXPECT_FALSE(TakeApart({&pair, 1}, torn));
    EXPECT_EQ(torn.crosswalk.records, before.crosswalk.records);
  }
}

TEST(Protection, WhoWasKeptOutStaysOutAsBoth) {
  const std::vector<NhsNumber> objectors = {TestNumber(5)};
  const ExclusionSet before = Exclude({.crosswalk_revision = 3, .places = Joined().places, .objectors = objectors});
  ASSERT_TRUE(before.Contains(7));
  TornCrosswalk torn = Joined();
  ASSERT_TRUE(TakeApart({&kPair, 1}, torn));
  const ExclusionSet after = Exclude({.crosswalk_revision = 4,
                                      .places = torn.places,
                                      .objectors = objectors,
                                      .previous = &before,
                                      .events = torn.crosswalk.events});
  EXPECT_TRUE(after.Contains(20));
  EXPECT_TRUE(after.Contains(21));
  EXPECT_FALSE(after.Contains(8));
}

TEST(Protection, WhereNobodyIsBothNothingChanges) {
  TornCrosswalk torn = Joined();
  const ProtectedPair other = {.former = TestNumber(5), .present = TestNumber(6)};
  EXPECT_FALSE(TakeApart({&other, 1}, torn));
  EXPECT_EQ(torn.crosswalk.records[2].person, 7u);
  EXPECT_THAT(torn.crosswalk.events, IsEmpty());
  EXPECT_THAT(ShieldedPersons({&other, 1}, torn.places), ElementsAre(7, 8));
  EXPECT_THAT(ShieldedPersons({}, torn.places), IsEmpty());
}

// Links people of whom some have a second number that is not verified, on records that are
// otherwise theirs, and which clerks have said to be theirs.
TEST(Protection, NoClusterHoldsBothWhateverTheRecordsOrClerksSay) {
  std::mt19937_64 prng(20261123);
  Population population = MakePopulation(prng, 400);
  std::map<uint64_t, uint64_t> second_number;
  for (size_t i = 0; i < population.records.size(); ++i) {
    if (population.records[i].source != 1 || population.truth[i] % 5 != 0) continue;
    RawIdentity identity = population.records[i].identity.Reveal();
    identity.nhs_number = TestNumber(static_cast<uint32_t>(10'000 + population.truth[i])).ToDigits();
    identity.nhs_number_verified = false;
    population.records[i].identity = Sensitive<RawIdentity>(identity);
    second_number[population.truth[i]] = i;
  }
  const std::vector<StandardRecord> records =
      StandardiseAll(population.records, LearnRules(population.records, TestRules())).records;
  std::vector<ProtectedPair> pairs;
  std::vector<DecidedPair> together;
  std::map<uint64_t, RecordToken> registered;
  for (size_t i = 0; i < records.size(); ++i) {
    if (records[i].source == 0) registered[population.truth[i]] = records[i].token;
  }
  for (const auto& [person, record] : second_number) {
    pairs.push_back({.former = TestNumber(static_cast<uint32_t>(person)),
                     .present = TestNumber(static_cast<uint32_t>(10'000 + person))});
    together.push_back(std::minmax(registered.at(person), records[record].token));
  }
  ASSERT_GT(pairs.size(), 20u);
  const auto torn_after = [&](const std::vector<DecidedPair>& apart) {
    const auto result = Link({.records = records,
                              .sources = population.sources,
                              .authority = {.reference = "A", .sources = {"gp", "acute", "social_care"}},
                              .model = DefaultModel({}),
                              .decided_apart = apart,
                              .decided_together = together,
                              .reference_day = CivilDay::FromYmd(2026, 3, 31).value()});
    EXPECT_TRUE(result.ok()) << result.status();
    TornCrosswalk torn = {.crosswalk = result->crosswalk, .places = result->places, .evidence = result->evidence};
    torn.next_person = result->next_person;
    TakeApart(pairs, torn);
    return torn.made.size();
  };
  EXPECT_GT(torn_after({}), 20u) << "the test would say nothing otherwise";
  EXPECT_EQ(torn_after(ApartBy(pairs, records)), 0u);
}

TEST(Bridge, IsBySharedRecordsAndOnlyWhereTheyAgree) {
  const std::vector<RecordPerson> first = {{TokenOf(1), 10}, {TokenOf(2), 10}, {TokenOf(3), 11},
                                           {TokenOf(4), 12}, {TokenOf(5), 12}, {TokenOf(6), 13}};
  const std::vector<RecordPerson> second = {{TokenOf(1), 90}, {TokenOf(3), 91}, {TokenOf(4), 92},
                                            {TokenOf(5), 93}, {TokenOf(7), 94}};
  const Bridged bridged = BridgePersons(first, second);
  EXPECT_THAT(bridged.pairs, UnorderedElementsAre(Pair(10u, 90u), Pair(11u, 91u)));
  EXPECT_EQ(bridged.ambiguous, 1u) << "12 is two people there";
  EXPECT_EQ(BridgePersons(second, first).ambiguous, 2u);
}

}  // namespace
}  // namespace safehaven::linkage
