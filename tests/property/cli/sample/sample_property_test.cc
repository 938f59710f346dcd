// Laws of the sample region for any seed and size.
#include <cstdint>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "cli/sample/bound.h"
#include "cli/sample/ledgers.h"
#include "cli/sample/objections.h"
#include "services/costing/core/model_yaml.h"
#include "tests/support/seed.h"
#include "tests/unit/cli/sample/region.h"

namespace safehaven::sample {
namespace {

constexpr int kRounds = 25;

void ExpectSoundPeople(const Population& population) {
  std::set<NhsNumber> numbers;
  for (const Person& person : population.people) {
    EXPECT_TRUE(person.nhs_number.IsNeverIssued());
    EXPECT_TRUE(numbers.insert(person.nhs_number).second);
    EXPECT_LE(person.birth, population.period.last);
    EXPECT_FALSE(person.given_name.empty());
    EXPECT_FALSE(person.family_name.empty());
    for (size_t nth = 1; nth < person.memberships.size(); ++nth) {
      EXPECT_EQ(person.memberships[nth].from, person.memberships[nth - 1].to->AddDays(1));
    }
  }
}

void ExpectSoundEvents(const Region& region) {
  for (const SourceActivity& source : region.activity) {
    for (const Dataset& dataset : source.datasets) {
      for (const Event& event : dataset.events) {
        ASSERT_LT(event.recorded, source.recorded.size());
        EXPECT_LE(event.start, event.end);
        EXPECT_LE(event.end, region.population.period.last);
        EXPECT_GE(event.end, region.population.period.first);
        for (const int32_t driver : event.drivers) EXPECT_GE(driver, 0);
      }
    }
  }
}

void ExpectSoundLedgers(const Region& region, uint64_t seed) {
  for (const Provider& provider : Providers()) {
    const SourceActivity& activity = region.activity[static_cast<size_t>(provider.source)];
    const std::vector<LedgerLine> ledger = MakeLedger(provider, activity, seed);
    int64_t total = 0;
    for (const LedgerLine& line : ledger) total += line.amount_pence;
    EXPECT_GT(total, 0);
    const auto model = costing::ParseCostModel(
        CostModelText(provider, ledger, region.population.period));
    EXPECT_TRUE(model.ok()) << provider.code << ": " << model.status();
  }
}

TEST(SampleProperty, AnyRegionIsSound) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < kRounds; ++round) {
    const int64_t persons = 1 + static_cast<int64_t>(prng() % 600);
    const uint64_t region_seed = prng();
    const Region region = MakeRegion(persons, region_seed);
    ASSERT_EQ(region.population.people.size(), static_cast<size_t>(persons));
    ExpectSoundPeople(region.population);
    ExpectSoundEvents(region);
    ExpectSoundLedgers(region, region_seed);
    const Objections objections = MakeObjections(region.population, region.activity, region_seed);
    const LinkageBound bound =
        ComputeBound(region.population, region.activity, objections.has_type1);
    EXPECT_LE(bound.reachable_pairs, bound.true_pairs);
    for (const SourceBound& source : bound.sources) {
      EXPECT_LE(source.eligible_rows, source.rows);
      EXPECT_LE(source.ambiguous_rows, source.eligible_rows);
      EXPECT_LE(source.anonymous_rows, source.ambiguous_rows);
    }
  }
}

TEST(SampleProperty, AnyObjectionIsDatedInOrderAndOfTheNeverIssuedRange) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  const Region region = MakeRegion(2'000, seed);
  const Objections objections = MakeObjections(region.population, region.activity, seed);
  for (const auto* list :
       {&objections.type1, &objections.national, &objections.programme, &objections.forty}) {
    for (const Objection& objection : *list) {
      const auto number = NhsNumber::Parse(objection.nhs_number);
      ASSERT_TRUE(number.ok());
      EXPECT_TRUE(number->IsNeverIssued());
      EXPECT_LE(objection.effective, objection.received);
      EXPECT_LE(objection.received, region.population.period.last);
    }
  }
}

}  // namespace
}  // namespace safehaven::sample
