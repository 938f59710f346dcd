#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/status.h"
#include "services/linkage/core/encoded/dice.h"
#include "services/linkage/core/encoded/encoder.h"
#include "services/linkage/core/encoded/link_filters.h"
#include "services/linkage/core/encoded/threshold.h"
#include "tests/support/seed.h"

namespace safehaven::linkage {
namespace {

const std::string kSecret = "a secret of more than thirty-two bytes";

EncodingRules Rules(std::string epoch, EncodingSalt salt) {
  return {.epoch = std::move(epoch), .salt = salt,
          .fields = {{.name = "name", .kind = TokenKind::kName}, {.name = "born", .kind = TokenKind::kDate}}};
}

FilterEncoder EncoderOf(const std::string& secret, EncodingRules rules) {
  return *FilterEncoder::Make(secret, std::move(rules));
}

double Dice(const Filter& a, const Filter& b) {
  uint32_t common = 0;
  for (size_t w = 0; w < kFilterWords; ++w) common += static_cast<uint32_t>(std::popcount(a.words[w] & b.words[w]));
  return 2.0 * common / (a.CountBits() + b.CountBits());
}

// Filters with about `per_cent` of the bits set, some of them near copies of others.
std::vector<Filter> RandomFilters(std::mt19937_64& prng, size_t count, unsigned per_cent) {
  std::vector<Filter> filters(count);
  for (size_t i = 0; i < count; ++i) {
    if (i > 0 && prng() % 3 == 0) {
      filters[i] = filters[prng() % i];
      for (int flips = 0; flips < 40; ++flips) filters[i].words[prng() % kFilterWords] ^= uint64_t{1} << (prng() % 64);
      continue;
    }
    if (prng() % 17 == 0) continue;  // empty
    for (uint64_t& word : filters[i].words) {
      for (int bit = 0; bit < 64; ++bit) word |= uint64_t{prng() % 100 < per_cent} << bit;
    }
  }
  return filters;
}

TEST(Dice, EveryKernelFindsWhatTheDefinitionSays) {
  std::mt19937_64 prng(SeedFromEnvironment());
  for (int round = 0; round < 30; ++round) {
    const std::vector<Filter> filters = RandomFilters(prng, 1 + prng() % 100, 5 + prng() % 60);
    const std::vector<FilterBlock> blocks = BlocksOf(filters);
    for (const uint32_t threshold : {1u, 300u, 512u, 700u, 1023u, 1024u}) {
      const Filter& one = filters[prng() % filters.size()];
      std::vector<DiceHit> wanted;
      for (uint32_t i = 0; i < filters.size(); ++i) {
        uint32_t common = 0;
        for (size_t w = 0; w < kFilterWords; ++w) {
          for (int bit = 0; bit < 64; ++bit) common += one.words[w] >> bit & filters[i].words[w] >> bit & 1;
        }
        if (common > 0 && 2048 * common >= threshold * (one.CountBits() + filters[i].CountBits())) {
          wanted.push_back({.index = 7 + i, .common = common});
        }
      }
      std::vector<DiceHit> portable, wide;
      PortableDice(one, blocks, 7, threshold, portable);
      EXPECT_EQ(portable, wanted);
      for (const DiceKernel kernel : {WideDice(), PopcountDice(), BestDice()}) {
        if (kernel == nullptr) continue;
        wide.clear();
        kernel(one, blocks, 7, threshold, wide);
        EXPECT_EQ(wide, portable);
      }
    }
  }
}

TEST(FilterEncoder, LikeRecordsHaveLikeFiltersUnderOneSecretAndEpochOnly) {
  FilterEncoder encoder = EncoderOf(kSecret, Rules("e1", EncodingSalt::kNone));
  ASSERT_EQ(encoder.rules().fields[0].name, "born");
  const Filter ann = encoder.Encode({.values = {"19800517", "ANN LEE"}, .salt = ""});
  EXPECT_GT(Dice(ann, encoder.Encode({.values = {"19800517", "ANNE LEE"}, .salt = ""})), 0.8);
  EXPECT_LT(Dice(ann, encoder.Encode({.values = {"19630231", "ROBERT MOOR"}, .salt = ""})), 0.5);
  for (const auto& [secret, epoch] : {std::pair(kSecret, "e2"), std::pair(kSecret + "2", "e1")}) {
    FilterEncoder other = EncoderOf(secret, Rules(epoch, EncodingSalt::kNone));
    EXPECT_LT(Dice(ann, other.Encode({.values = {"19800517", "ANN LEE"}, .salt = ""})), 0.5);
    EXPECT_NE(other.comparability(), encoder.comparability());
  }
  EXPECT_EQ(encoder.Encode({.values = {"", ""}, .salt = ""}), Filter());
}

TEST(FilterEncoder, ComparabilityNamesEverythingThatDecidesTheBits) {
  const std::string comparability = EncoderOf(kSecret, Rules("e", EncodingSalt::kNone)).comparability();
  EXPECT_EQ(EncoderOf(kSecret, Rules("e", EncodingSalt::kNone)).comparability(), comparability);
  EXPECT_NE(EncoderOf(kSecret, Rules("e", EncodingSalt::kBirthYearAndSex)).comparability(), comparability);
  EncodingRules more = Rules("e", EncodingSalt::kNone);
  more.fields.push_back({.name = "sex", .kind = TokenKind::kCode});
  EXPECT_NE(EncoderOf(kSecret, more).comparability(), comparability);
  EncodingRules other_kind = Rules("e", EncodingSalt::kNone);
  other_kind.fields[0].kind = TokenKind::kText;
  EXPECT_NE(EncoderOf(kSecret, other_kind).comparability(), comparability);
}

TEST(FilterEncoder, RecordsOfTwoSaltsAreNotAlike) {
  FilterEncoder encoder = EncoderOf(kSecret, Rules("e", EncodingSalt::kBirthYearAndSex));
  const Filter ann = encoder.Encode({.values = {"19800517", "ANN LEE"}, .salt = "1980/2"});
  EXPECT_LT(Dice(ann, encoder.Encode({.values = {"19800517", "ANN LEE"}, .salt = "1981/2"})), 0.5);
  EXPECT_EQ(ann, encoder.Encode({.values = {"19800517", "ANN LEE"}, .salt = "1980/2"}));
}

TEST(FilterEncoder, AWeakSecretAndABlankEpochAreRefused) {
  EXPECT_EQ(ReasonOf(FilterEncoder::Make("password", Rules("e", EncodingSalt::kNone)).status()), "SECRET_TOO_SHORT");
  EXPECT_EQ(ReasonOf(FilterEncoder::Make(kSecret, Rules("", EncodingSalt::kNone)).status()), "EPOCH_INVALID");
  EXPECT_EQ(ReasonOf(FilterEncoder::Make(kSecret, Rules("a b", EncodingSalt::kNone)).status()), "EPOCH_INVALID");
}

// Two sources of `count` people, of whom every second one is in both, with some bits
// different.
std::vector<FilterSource> TwoSources(uint64_t seed, size_t count) {
  std::mt19937_64 prng(seed);
  std::vector<FilterSource> sources(2);
  sources[0].name = "a";
  sources[1].name = "b";
  while (sources[0].filters.size() < count) {
    Filter person;
    for (uint64_t& word : person.words) word = prng() & prng();
    Filter again = person;
    for (int flips = 0; flips < 60; ++flips) again.words[prng() % kFilterWords] ^= uint64_t{1} << (prng() % 64);
    if (sources[0].filters.size() % 2 == 1) {
      for (uint64_t& word : again.words) word = prng() & prng();
    }
    sources[0].filters.push_back(person);
    sources[1].filters.push_back(again);
  }
  return sources;
}

TEST(LinkFilters, FindsAThresholdBetweenStrangersAndMatches) {
  const std::vector<FilterSource> sources = TwoSources(5, 400);
  const auto linked = LinkFilters({.sources = sources, .threshold = std::nullopt, .workers = {}});
  ASSERT_TRUE(linked.ok()) << linked.status();
  EXPECT_TRUE(linked->threshold_found);
  EXPECT_EQ(linked->cluster_count, 600u);
  for (uint32_t i = 0; i < 400; ++i) {
    EXPECT_EQ(linked->cluster_of[i] == linked->cluster_of[400 + i], i % 2 == 0) << i;
  }
  EXPECT_LT(linked->expected_false, 2);
}

TEST(LinkFilters, NeitherTheOrderOfRecordsNorTheNumberOfThreadsMatters) {
  const std::vector<FilterSource> sources = TwoSources(6, 700);
  const auto one = LinkFilters({.sources = sources, .threshold = 0.6, .workers = {}});
  Workers three;
  three.count = 3;
  three.run = [](const std::function<void(size_t)>& body) {
    std::thread second(body, 1), third(body, 2);
    body(0);
    second.join();
    third.join();
  };
  std::vector<FilterSource> reversed = sources;
  for (FilterSource& source : reversed) std::reverse(source.filters.begin(), source.filters.end());
  const auto other = LinkFilters({.sources = reversed, .threshold = 0.6, .workers = three});
  ASSERT_TRUE(one.ok() && other.ok());
  ASSERT_EQ(one->pairs.size(), other->pairs.size());
  EXPECT_EQ(one->cluster_count, other->cluster_count);
  for (uint32_t i = 0; i < 700; ++i) {
    EXPECT_EQ(one->cluster_of[i] == one->cluster_of[700 + i],
              other->cluster_of[699 - i] == other->cluster_of[1399 - i]);
  }
}

TEST(LinkFilters, ASourceOfOneRecordAPersonIsNeverTwiceInACluster) {
  std::vector<FilterSource> sources = TwoSources(7, 50);
  sources[1].filters[1] = sources[0].filters[0];  // alike two of the other source
  sources[1].filters[0] = sources[0].filters[0];
  auto linked = LinkFilters({.sources = sources, .threshold = 0.7, .workers = {}});
  ASSERT_TRUE(linked.ok()) << linked.status();
  EXPECT_NE(linked->cluster_of[50], linked->cluster_of[51]);
  // The same is one person's two records where the source may hold two.
  sources[1].duplicate_free = false;
  linked = LinkFilters({.sources = sources, .threshold = 0.7, .workers = {}});
  ASSERT_TRUE(linked.ok()) << linked.status();
  EXPECT_EQ(linked->cluster_of[50], linked->cluster_of[51]);
  EXPECT_EQ(linked->cluster_of[50], linked->cluster_of[0]);
}

TEST(LinkFilters, WithoutASourceThatShowsStrangersAThresholdIsRequired) {
  std::vector<FilterSource> sources = TwoSources(8, 20);
  sources[0].duplicate_free = false;
  EXPECT_EQ(ReasonOf(LinkFilters({.sources = sources, .threshold = std::nullopt, .workers = {}}).status()),
            "THRESHOLD_REQUIRED");
  EXPECT_TRUE(LinkFilters({.sources = sources, .threshold = 0.8, .workers = {}}).ok());
}

}  // namespace
}  // namespace safehaven::linkage
