#include "services/linkage/core/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "libs/base/status.h"
#include "services/linkage/core/evaluate.h"
#include "services/linkage/core/exclusion.h"
#include "services/linkage/core/explain.h"
#include "tests/support/linkage_people.h"

namespace safehaven::linkage {
namespace {

// A fixed population; its truth by token.
struct Region {
  explicit Region(uint32_t person_count) {
    std::mt19937_64 prng(20261122);
    population = MakePopulation(prng, person_count);
    standard = StandardiseAll(population.records, LearnRules(population.records, TestRules())).records;
    for (size_t i = 0; i < standard.size(); ++i) truth[standard[i].token] = population.truth[i];
  }
  LinkInput Input(std::vector<std::string> allowed) const {
    return {.records = standard,
            .sources = population.sources,
            .authority = {.reference = "CAG 9-01(a)/2025", .sources = std::move(allowed)},
            .model = DefaultModel({}),
            .reference_day = CivilDay::FromYmd(2026, 3, 31).value()};
  }
  Population population;
  std::vector<StandardRecord> standard;
  std::map<RecordToken, uint64_t> truth;
};

const Region& TheRegion() {
  static const Region* const kRegion = new Region(1500);
  return *kRegion;
}

const std::vector<std::string> kAll = {"gp", "acute", "social_care"};

PairCounts Judge(const Region& region, const LinkResult& result) {
  std::vector<JudgedRecord> judged;
  for (const RecordPerson& record : result.crosswalk.records) {
    judged.push_back({.person = record.person, .truth = region.truth.at(record.token)});
  }
  return CountPairs(judged);
}

TEST(Link, FindsPeopleAcrossSourcesAlsoWithoutNumbers) {
  const auto result = Link(TheRegion().Input(kAll));
  ASSERT_TRUE(result.ok()) << result.status();
  const PairCounts counts = Judge(TheRegion(), *result);
  EXPECT_GE(counts.Precision(), 0.999);
  EXPECT_GE(counts.Recall(), 0.99);
  EXPECT_EQ(result->crosswalk.records.size(), TheRegion().standard.size());
  EXPECT_EQ(result->counts.persons, result->crosswalk.attributes.size());
  EXPECT_GT(result->counts.links_certain, 0u);
  EXPECT_GT(result->counts.links_by_weight, 0u);
}

TEST(Link, AnAuthorityWithoutSocialCareCannotBeBridgedByIt) {
  // Two hospital records without any common evidence, and a social care record that
  // agrees with both: linked with social care, apart without.
  StandardIdentity first{.given_name = "ZEBEDEE", .family_name = "OLDNAME", .birth_date = {1980, 4, 1},
                         .postcode = "SS11AB", .address = "7 HIGH STREET"};
  StandardIdentity second{.given_name = "ZEBEDEE", .family_name = "NEWNAME", .sex = Sex::kMale,
                          .local_id = "77"};
  StandardIdentity bridge = first;
  bridge.family_name = "OLDNAME NEWNAME";
  std::vector<StandardRecord> records = TheRegion().standard;
  records.push_back(Standard(1, 1, first));
  records.push_back(Standard(2, 1, second));
  records.push_back(Standard(3, 2, bridge));
  LinkInput input = TheRegion().Input({"gp", "acute"});
  input.records = records;
  input.decided_together = {{TokenOf(1), TokenOf(3)}, {TokenOf(2), TokenOf(3)}};
  const auto person_of = [](const LinkResult& result, uint64_t token) {
    for (const RecordPerson& record : result.crosswalk.records) {
      if (record.token == TokenOf(token)) return record.person;
    }
    return kNoPerson;
  };
  const auto without = Link(input);
  ASSERT_TRUE(without.ok()) << without.status();
  EXPECT_NE(person_of(*without, 1), person_of(*without, 2));
  EXPECT_EQ(person_of(*without, 3), kNoPerson);
  EXPECT_GT(without->counts.records_left_out, 0u);
  input.authority.sources = kAll;
  const auto with = Link(input);
  ASSERT_TRUE(with.ok());
  EXPECT_EQ(person_of(*with, 1), person_of(*with, 2));
}

TEST(Link, RecordsDecidedApartStayApartWhenBothComeToSayTheSame) {
  const StandardIdentity identity{.given_name = "ZEBEDEE", .family_name = "OLDNAME", .birth_date = {1980, 4, 1},
                                  .sex = Sex::kMale, .postcode = "SS11AB", .address = "7 HIGH STREET"};
  std::vector<StandardRecord> records = TheRegion().standard;
  records.push_back(Standard(1, 1, identity));
  records.push_back(Standard(2, 1, identity));
  LinkInput input = TheRegion().Input(kAll);
  input.records = records;
  const auto person_of = [](const LinkResult& result, uint64_t token) {
    for (const RecordPerson& record : result.crosswalk.records) {
      if (record.token == TokenOf(token)) return record.person;
    }
    return kNoPerson;
  };
  const auto undecided = Link(input);
  ASSERT_TRUE(undecided.ok()) << undecided.status();
  EXPECT_EQ(person_of(*undecided, 1), person_of(*undecided, 2)) << "the twin";
  input.decided_apart = {{TokenOf(2), TokenOf(1)}};
  const auto apart = Link(input);
  ASSERT_TRUE(apart.ok()) << apart.status();
  EXPECT_NE(person_of(*apart, 1), kNoPerson);
  EXPECT_NE(person_of(*apart, 1), person_of(*apart, 2));
}

TEST(Link, AFieldOutsideTheAuthorityIsNotUsed) {
  LinkInput input = TheRegion().Input(kAll);
  input.authority.fields.nhs_number = false;
  const auto result = Link(input);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->counts.links_certain, 0u);
  // Objections still find the number.
  const std::vector<NhsNumber> objectors = {TestNumber(3)};
  const ExclusionSet set =
      Exclude({.places = result->places, .evidence = result->evidence, .objectors = objectors});
  EXPECT_EQ(set.counts.resolved, 1u);
}

TEST(Link, AnAuthorityThatNamesAnUnknownSourceIsRefused) {
  EXPECT_EQ(ReasonOf(Link(TheRegion().Input({"gp", "dentist"})).status()), "AUTHORITY_SOURCE_UNKNOWN");
}

TEST(Link, ASecondRunOnTheSameRecordsKeepsEveryNumber) {
  const auto first = Link(TheRegion().Input(kAll));
  ASSERT_TRUE(first.ok());
  LinkInput again = TheRegion().Input(kAll);
  again.previous = first->crosswalk;
  again.next_person = first->next_person;
  again.revision = 2;
  const auto second = Link(again);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->crosswalk.records, first->crosswalk.records);
  EXPECT_TRUE(second->crosswalk.events.empty());
  EXPECT_EQ(second->model_identity, first->model_identity);
  again.revision = 1;
  EXPECT_EQ(ReasonOf(Link(again).status()), "REVISION_NOT_ABOVE");
}

TEST(Link, AFrozenModelGivesTheSameWithoutTraining) {
  const auto trained = Link(TheRegion().Input(kAll));
  ASSERT_TRUE(trained.ok());
  LinkInput frozen = TheRegion().Input(kAll);
  frozen.model = trained->model;
  frozen.train = false;
  const auto result = Link(frozen);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->model_identity, trained->model_identity);
  EXPECT_EQ(result->crosswalk.records, trained->crosswalk.records);
}

TEST(Link, StrippedRecordsAreCountedAndInNoCrosswalk) {
  std::vector<StandardRecord> records = TheRegion().standard;
  records.push_back(Standard(1, 1, {}));
  records.back().stripped = true;
  LinkInput input = TheRegion().Input(kAll);
  input.records = records;
  const auto result = Link(input);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->counts.stripped, 1u);
  EXPECT_EQ(result->counts.unlinked, 1u);
  EXPECT_EQ(result->crosswalk.records.size(), TheRegion().standard.size());
}

TEST(Link, NoObjectorIsLeftInAlsoWhereNoNumberWasRecorded) {
  const auto result = Link(TheRegion().Input(kAll));
  ASSERT_TRUE(result.ok());
  std::vector<NhsNumber> objectors;
  for (uint32_t person = 0; person < 1500; person += 30) objectors.push_back(TestNumber(person));
  const ExclusionSet set =
      Exclude({.places = result->places, .evidence = result->evidence, .objectors = objectors});
  EXPECT_EQ(set.counts.unresolved, 0u);
  for (const RecordPerson& record : result->crosswalk.records) {
    const bool objects = TheRegion().truth.at(record.token) % 30 == 0;
    EXPECT_TRUE(!objects || set.Contains(record.person));
  }
  // And hardly anybody else.
  EXPECT_LE(set.persons.size(), objectors.size() * 2);
}

TEST(Explain, TheWaterfallAddsUpAndShowsValuesOnlyToThoseCleared) {
  const auto result = Link(TheRegion().Input(kAll));
  ASSERT_TRUE(result.ok());
  for (size_t i = 0; i < std::min<size_t>(500, result->evidence.size()); ++i) {
    const PairEvidence& pair = result->evidence[i];
    const auto hidden = Explain(result->profiles, result->model, pair.profile_a, pair.profile_b, ShowValues::kNo);
    ASSERT_TRUE(hidden.ok());
    EXPECT_EQ(hidden->total, pair.weight);
    EXPECT_LE(hidden->household, 0);
    Weight sum = hidden->prior + hidden->rarity_capped + hidden->household;
    for (const WaterfallStep& step : hidden->steps) {
      sum += step.weight + step.rarity;
      EXPECT_FALSE(step.values.has_value());
    }
    EXPECT_EQ(sum, hidden->total);
    EXPECT_FALSE(hidden->rule.empty());
  }
  const auto shown = Explain(result->profiles, result->model, 0, 1, ShowValues::kYes);
  ASSERT_TRUE(shown.ok());
  const std::string given(result->profiles.vocabulary.given_texts.text(result->profiles.rows[0].given));
  EXPECT_THAT(ToText(*shown), testing::HasSubstr(given));
  EXPECT_EQ(ReasonOf(Explain(result->profiles, result->model, 0, 1u << 30, ShowValues::kNo).status()),
            "PROFILE_UNKNOWN");
}

}  // namespace
}  // namespace safehaven::linkage
