#include "services/consent/store/objection_sets.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/nhs_number.h"
#include "tests/support/seed.h"

namespace safehaven::consent {
namespace {

// The first `count` numbers of the never-issued range.
std::vector<uint64_t> Numbers(size_t count) {
  std::vector<uint64_t> numbers;
  for (uint32_t base = 999'000'001; numbers.size() < count; ++base) {
    const auto number = NhsNumber::FromBase(base);
    if (number.ok()) numbers.push_back(number->value());
  }
  return numbers;
}

TEST(ObjectionSets, ASetGrowsFromFewToManyAndForgetsNobody) {
  // Goal: nothing changes for readers when a set becomes a bitmap. Method: random batches
  // of objections and withdrawals beside a plain set.
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const std::vector<uint64_t> people = Numbers(2 * ObjectionSets::kIndexFrom);
  ObjectionSets sets;
  std::set<uint64_t> expected;
  for (int batch = 0; batch < 24; ++batch) {
    std::vector<uint64_t> numbers;
    std::string withdrawn;
    for (int i = 0; i < 2'000; ++i) {
      const uint64_t number = people[prng() % people.size()];
      const bool is_withdrawn = prng() % 4 == 0;
      numbers.push_back(number);
      withdrawn.push_back(is_withdrawn ? '\1' : '\0');
      is_withdrawn ? (void)expected.erase(number) : (void)expected.insert(number);
    }
    ASSERT_TRUE(sets.Change("national", numbers, withdrawn));
    for (int i = 0; i < 500; ++i) {
      const uint64_t number = people[prng() % people.size()];
      EXPECT_EQ(sets.Contains("national", number), expected.contains(number));
      EXPECT_FALSE(sets.Contains("type1", number)) << "another set";
    }
    std::vector<uint8_t> allowed(people.size());
    const FilterCounts counts = sets.Filter("national", people, allowed);
    for (size_t i = 0; i < people.size(); ++i) ASSERT_EQ(allowed[i] == 0, expected.contains(people[i]));
    EXPECT_EQ(counts.objecting, expected.size());
  }
  EXPECT_GT(expected.size(), ObjectionSets::kIndexFrom / 2);
}

TEST(ObjectionSets, ABatchWithSomethingThatIsNoNumberChangesNothing) {
  ObjectionSets sets;
  const std::vector<uint64_t> numbers = {9990000018, 9990000019};
  EXPECT_FALSE(sets.Change("national", numbers, std::string(2, '\0')));
  EXPECT_FALSE(sets.Contains("national", 9990000018));
}

TEST(ObjectionSets, WhatIsNoNumberNeverPassesASetThatNobodyIsIn) {
  const ObjectionSets sets;
  const std::vector<uint64_t> numbers = {9990000018, 9990000019, 99'900'000'180};
  std::vector<uint8_t> allowed(numbers.size(), 7);
  EXPECT_EQ(sets.Filter("type1", numbers, allowed), (FilterCounts{.passed = 1, .objecting = 0, .invalid = 2}));
  EXPECT_EQ(allowed, (std::vector<uint8_t>{1, 0, 0}));
}

}  // namespace
}  // namespace safehaven::consent
