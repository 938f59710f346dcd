// Filtering NHS numbers by a bitmap: columns and text, plain and vector code, against
// NhsNumber::Parse() and a set.
#include "services/consent/core/screening/number_filter.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "tests/support/seed.h"

namespace safehaven::consent {
namespace {

NhsNumber Number(uint32_t base) { return NhsNumber::FromBase(base).value(); }

// Numbers of the never-issued range, so that no text here could be anybody's.
constexpr uint32_t kFirstBase = 999'000'001;

class NumberFilterTest : public testing::Test {
 protected:
  void Object(uint32_t base) {
    if (!NhsNumber::FromBase(base).ok()) return;
    objections_.Add(Number(base));
    objecting_.insert(Number(base).value());
  }

  // What should pass, by the slow and plain way.
  std::string Expected(absl::string_view text, FilterCounts& counts) const {
    std::string passed;
    while (!text.empty()) {
      const size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
      const absl::string_view line = text.substr(0, size);
      text.remove_prefix(size);
      absl::string_view number = line;
      for (const char end : {'\n', '\r', ','}) {
        if (!number.empty() && number.back() == end) number.remove_suffix(1);
      }
      // Parse() takes blanks and hyphens too; lists do not.
      const auto parsed = NhsNumber::Parse(number);
      if (number.size() != 10 || !parsed.ok()) {
        ++counts.invalid;
      } else if (objecting_.contains(parsed->value())) {
        ++counts.objecting;
      } else {
        ++counts.passed;
        absl::StrAppend(&passed, line);
      }
    }
    return passed;
  }

  void ExpectAgreement(absl::string_view text) const {
    FilterCounts expected_counts;
    const std::string expected = Expected(text, expected_counts);
    for (const auto filter : {FilterText, FilterTextPlainly}) {
      std::string passed = "before\n";
      const FilterCounts counts = filter(text, objections_, passed);
      EXPECT_EQ(passed, absl::StrCat("before\n", expected));
      EXPECT_EQ(counts, expected_counts);
    }
  }

  ObjectionIndex objections_{MakeZeroedWords(ObjectionIndex::kWords)};
  std::set<uint64_t> objecting_;
};

TEST_F(NumberFilterTest, AnIndexCountsEachPersonOnce) {
  EXPECT_TRUE(objections_.Add(Number(kFirstBase)));
  EXPECT_FALSE(objections_.Add(Number(kFirstBase)));
  EXPECT_EQ(objections_.count(), 1u);
  EXPECT_TRUE(objections_.Contains(Number(kFirstBase)));
  EXPECT_FALSE(objections_.Contains(Number(kFirstBase + 1)));
  EXPECT_TRUE(objections_.Remove(Number(kFirstBase)));
  EXPECT_FALSE(objections_.Remove(Number(kFirstBase)));
  EXPECT_EQ(objections_.count(), 0u);
}

TEST_F(NumberFilterTest, TheFirstAndTheLastBaseHaveAPlace) {
  // Neither was ever issued.
  for (const uint32_t base : {1u, 999'999'998u}) {
    EXPECT_FALSE(objections_.ContainsBase(base));
    ASSERT_TRUE(objections_.Add(Number(base)));
    EXPECT_TRUE(objections_.ContainsBase(base));
  }
}

TEST_F(NumberFilterTest, ANumberIsWhatTheParserSaysItIs) {
  std::mt19937_64 prng(7);
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t value = 9'990'000'000 + prng() % 10'000'000;
    EXPECT_EQ(IsNhsNumber(value), NhsNumber::Parse(absl::StrFormat("%010d", value)).ok());
  }
  for (uint64_t digit = 0; digit < 10; ++digit) EXPECT_FALSE(IsNhsNumber(digit * 1'111'111'111)) << "all alike";
  EXPECT_FALSE(IsNhsNumber(99'900'000'000)) << "eleven digits";
  EXPECT_FALSE(IsNhsNumber(~uint64_t{0}));
}

TEST_F(NumberFilterTest, ColumnsPassWhoDoesNotObjectAndNothingInvalid) {
  std::vector<uint64_t> numbers;
  for (uint32_t base = kFirstBase; base < kFirstBase + 1000; ++base) {
    if (base % 3 == 0) Object(base);
    for (uint64_t check = 0; check < 10; ++check) numbers.push_back(uint64_t{base} * 10 + check);
  }
  numbers.push_back(~uint64_t{0});
  std::vector<uint8_t> allowed(numbers.size(), 7);
  const FilterCounts counts = FilterNumbers(numbers, objections_, allowed);
  uint64_t passed = 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    const bool valid = numbers[i] < 10'000'000'000 && NhsNumber::Parse(absl::StrFormat("%010d", numbers[i])).ok();
    EXPECT_EQ(allowed[i], valid && !objecting_.contains(numbers[i]) ? 1 : 0);
    passed += allowed[i];
  }
  EXPECT_EQ(counts.passed, passed);
  EXPECT_EQ(counts.objecting, objecting_.size());
  EXPECT_EQ(counts.passed + counts.objecting + counts.invalid, numbers.size());
}

TEST_F(NumberFilterTest, TextAndItsEndsPassUnchanged) {
  Object(kFirstBase);
  const std::string objector = Number(kFirstBase).ToDigits();
  const std::string other = Number(kFirstBase + 2).ToDigits();
  for (const char* end : {"\n", ",\n", "\r\n", ",\r\n"}) {
    ExpectAgreement(absl::StrCat(other, end, objector, end, other, end));
    ExpectAgreement(absl::StrCat(objector, end, other));
    ExpectAgreement(absl::StrCat(objector, end, other, end, objector));
  }
}

TEST_F(NumberFilterTest, WhatIsNoNumberNeverPasses) {
  const std::string good = Number(kFirstBase).ToDigits();
  for (const char* bad : {"", ",", "\r", "999000", "99900000181", "999000001x", " 9990000018", "999 000 0018", "0000000000",
                          "9999999999", "9990000019", "9990000018,,", "9990000018;", "\xC2\xA3 99900000"}) {
    ExpectAgreement(absl::StrCat(bad, "\n"));
    ExpectAgreement(absl::StrCat(good, "\n", bad, "\n", good, "\n"));
    ExpectAgreement(absl::StrCat(good, ",\n", bad, "\n", std::string(100, '7'), "\n", good, ",\n"));
    ExpectAgreement(bad);
  }
}

TEST_F(NumberFilterTest, RandomTextIsFilteredAlikeByBothWays) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (uint32_t base = kFirstBase; base < kFirstBase + 2000; ++base) {
    if (prng() % 5 == 0) Object(base);
  }
  for (int round = 0; round < 50; ++round) {
    std::string text;
    const size_t lines = prng() % 400;
    for (size_t i = 0; i < lines; ++i) {
      absl::StrAppend(&text, 9'990'000'000 + prng() % 20'000, prng() % 4 == 0 ? "," : "");
      if (prng() % 50 == 0 && !text.empty()) text[prng() % text.size()] = static_cast<char>('-' + prng() % 16);
      absl::StrAppend(&text, prng() % 40 == 0 ? "\r\n" : "\n");
    }
    ExpectAgreement(text);
  }
}

}  // namespace
}  // namespace safehaven::consent
