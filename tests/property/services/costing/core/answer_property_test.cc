// Goal: Aggregate() over random regions equals a slow answer made of sets and maps by
// people who know only the rules; and nobody who objected is ever in it.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/warrant/age_bands.h"
#include "services/costing/core/answer.h"
#include "services/costing/core/records.h"
#include "tests/support/seed.h"
#include "tests/unit/services/costing/core/answer_fixtures.h"

namespace safehaven::costing {
namespace {

using testing_support::AggregateQuestion;
using testing_support::Day;
using testing_support::RecordsQuestion;
using testing_support::Region;
using testing_support::RegionEvent;
using testing_support::RegionPerson;
using testing_support::WarrantFor;

constexpr int kRounds = 150;

template <typename T>
const T& OneOf(const std::vector<T>& list, std::mt19937_64& prng) {
  return list[prng() % list.size()];
}

Region RandomRegion(std::mt19937_64& prng) {
  Region region;
  const size_t person_count = 1 + prng() % 60;
  for (size_t i = 1; i <= person_count; ++i) {
    region.AddPerson({.person = i * 3,
                .age_band = OneOf<int32_t>({-1, 0, 40, 45, 95}, prng),
                .sex = OneOf<int32_t>({0, 1, 2, 9}, prng),
                .small_area = OneOf<std::string>({"E01000001", "E01000002", ""}, prng),
                .practice = OneOf<std::string>({"Z81001", "Z81002"}, prng),
                .commissioner = OneOf<std::string>({"ZC1", "ZC1", "ZC1", "ZC2"}, prng),
                .death_month = OneOf<int32_t>({0, 0, 0, (2025 - 1970) * 12 + 3, (2026 - 1970) * 12}, prng)});
    if (prng() % 5 == 0) region.Object("national", {i * 3});
    if (prng() % 9 == 0) region.Object("programme", {i * 3});
  }
  const size_t event_count = prng() % 300;
  for (size_t i = 0; i < event_count; ++i) {
    region.AddEvent({.record = 1000 + i,
                .person = prng() % 6 == 0 ? 0 : 3 * (1 + prng() % (person_count + 2)),
                .dataset = OneOf<std::string>({"acute/apc", "acute/op", "social_care/services"}, prng),
                .flow = prng() % 8 == 0 ? "another flow" : "",
                .day = OneOf<std::string>({"2025-03-31", "2025-04-01", "2025-08-17", "2026-03-31"}, prng),
                .currency = OneOf<std::string>({"AA01A", "BB02B", "CC03C"}, prng),
                .point_of_delivery = OneOf<std::string>({"EL", "DC"}, prng),
                .cost_pounds = static_cast<int64_t>(prng() % 10'000) - 500,
                .restriction = prng() % 12 == 0 ? Restriction::kFertility : Restriction::kNone});
  }
  return region;
}

std::string ValueOf(const std::string& dimension, const RegionPerson& person, const RegionEvent& event) {
  if (dimension == "age_band") return AgeBandLabels()[AgeBandIndex(person.age_band)];
  if (dimension == "sex") return absl::StrCat(person.sex);
  if (dimension == "small_area") return person.small_area;
  if (dimension == "practice") return person.practice;
  if (dimension == "currency") return event.currency;
  if (dimension == "point_of_delivery") return event.point_of_delivery;
  if (dimension == "dataset") return event.dataset;
  if (dimension == "sector") return event.dataset.substr(0, event.dataset.find('/'));
  return event.day.substr(0, 7);
}

bool IsOfPerson(const std::string& dimension) {
  return dimension == "age_band" || dimension == "sex" || dimension == "small_area" || dimension == "practice";
}

bool Passes(const Question& question, const RegionPerson& person, const RegionEvent& event, bool of_person) {
  return std::all_of(question.filters.begin(), question.filters.end(), [&](const Filter& filter) {
    return IsOfPerson(filter.dimension) != of_person ||
           std::count(filter.values.begin(), filter.values.end(), ValueOf(filter.dimension, person, event)) > 0;
  });
}

// Who counts, by the rules in words.
bool IsCounted(const Region& region, const RegionPerson& person, const Question& question) {
  const bool died = person.death_month != 0 && person.death_month < (2025 - 1970) * 12 + 9;
  return person.commissioner == question.commissioner && !died && !region.objections().at("national").contains(person.person);
}

struct SlowCell {
  std::map<uint64_t, int64_t> cost_by_person;
  int64_t activity = 0;
};

using Key = std::vector<std::string>;

std::map<Key, SlowCell> SlowAnswer(const Region& region, const Question& question) {
  std::map<Key, SlowCell> cells;
  for (const RegionEvent& event : region.events()) {
    for (const RegionPerson& person : region.people()) {
      if (person.person != event.person || !IsCounted(region, person, question)) continue;
      if (event.flow == "another flow" || event.restriction != Restriction::kNone) continue;
      if (std::count(question.datasets.begin(), question.datasets.end(), event.dataset) == 0) continue;
      if (Day(event.day) < question.first_day || Day(event.day) > question.last_day) continue;
      if (!Passes(question, person, event, true) || !Passes(question, person, event, false)) continue;
      Key key;
      for (const std::string& dimension : question.dimensions) key.push_back(ValueOf(dimension, person, event));
      SlowCell& cell = cells[key];
      cell.cost_by_person[person.person] += event.cost_pounds * kMoneyUnitsPerPound;
      ++cell.activity;
    }
  }
  return cells;
}

int64_t SlowPopulation(const Region& region, const Question& question, const Key& key) {
  int64_t count = 0;
  for (const RegionPerson& person : region.people()) {
    if (!IsCounted(region, person, question) || !Passes(question, person, {}, true)) continue;
    bool matches = true;
    for (size_t i = 0; i < question.dimensions.size(); ++i) {
      const std::string& dimension = question.dimensions[i];
      matches = matches && (!IsOfPerson(dimension) || ValueOf(dimension, person, {}) == key[i]);
    }
    count += matches ? 1 : 0;
  }
  return count;
}

Question RandomQuestion(std::mt19937_64& prng) {
  static const std::vector<std::string> kDimensions = {"age_band", "currency", "dataset", "month",     "point_of_delivery",
                                                       "practice", "sector",   "sex",     "small_area"};
  Question question = AggregateQuestion();
  question.datasets = prng() % 2 == 0 ? std::vector<std::string>{"acute/apc", "acute/op", "social_care/services"}
                                      : std::vector<std::string>{"acute/op"};
  std::set<std::string> dimensions;
  for (size_t i = 0; i < prng() % 4; ++i) dimensions.insert(OneOf(kDimensions, prng));
  question.dimensions.assign(dimensions.begin(), dimensions.end());
  if (prng() % 3 == 0) question.filters.push_back({"age_band", {"40-44", "unknown"}});
  if (prng() % 3 == 0) question.filters.push_back({"currency", {"AA01A", "XX99X"}});
  return question;
}

TEST(AggregateProperty, EqualsASlowAnswerByTheSameRules) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    const Region region = RandomRegion(prng);
    const Question question = RandomQuestion(prng);
    const auto table = Aggregate(region.MakeSnapshot(), question, WarrantFor(question));
    ASSERT_TRUE(table.ok()) << table.status();
    std::map<Key, SlowCell> slow = SlowAnswer(region, question);
    const Key* previous = nullptr;
    for (const CostCell& cell : table->cells) {
      EXPECT_TRUE(previous == nullptr || *previous < cell.key);
      previous = &cell.key;
      const SlowCell expected = slow[cell.key];
      slow.erase(cell.key);
      ASSERT_EQ(cell.persons, static_cast<int64_t>(expected.cost_by_person.size()));
      ASSERT_EQ(cell.activity, expected.activity);
      std::vector<int64_t> costs = {0, 0};
      int64_t total = 0;
      for (const auto& [person, cost] : expected.cost_by_person) {
        costs.push_back(std::abs(cost));
        total += cost;
      }
      std::sort(costs.rbegin(), costs.rend());
      ASSERT_EQ(cell.cost.e8_pounds(), total);
      ASSERT_EQ(std::abs(cell.largest.e8_pounds()), costs[0]);
      ASSERT_EQ(std::abs(cell.second_largest.e8_pounds()), costs[1]);
      ASSERT_EQ(cell.population, SlowPopulation(region, question, cell.key));
    }
    EXPECT_TRUE(slow.empty()) << "a cell is missing";
  }
}

TEST(SelectRecordsProperty, NeverHoldsAnObjector) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    const Region region = RandomRegion(prng);
    Question question = RecordsQuestion();
    question.datasets = {"acute/apc", "acute/op", "social_care/services"};
    const auto table = SelectRecords(region.MakeSnapshot(), question, WarrantFor(question));
    ASSERT_TRUE(table.ok()) << table.status();
    size_t expected = 0;
    for (const auto& [key, cell] : SlowAnswer(region, question)) expected += static_cast<size_t>(cell.activity);
    EXPECT_EQ(table->records.size(), expected);
    for (const Record& record : table->records) {
      ASSERT_TRUE(record.person.has_value());
      EXPECT_FALSE(region.objections().at("national").contains(*record.person));
    }
  }
}

}  // namespace
}  // namespace safehaven::costing
