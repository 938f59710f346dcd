// Fast kernels against slow readable twins, on random inputs.
#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/block/found_earlier.h"
#include "services/linkage/core/block/radix_sort.h"
#include "services/linkage/core/cluster.h"
#include "services/linkage/core/compare/edit.h"
#include "services/linkage/core/compare/jaro_winkler.h"
#include "services/linkage/core/compare/values.h"
#include "services/linkage/core/standardise/nickname.h"
#include "tests/support/jaro_winkler_reference.h"
#include "tests/support/linkage_people.h"
#include "tests/support/seed.h"

namespace safehaven::linkage {
namespace {

// Few letters, so that characters in common and transpositions are many.
std::string RandomText(std::mt19937_64& prng, size_t length_max, int letters) {
  std::string text(prng() % (length_max + 1), 'A');
  for (char& c : text) c = static_cast<char>('A' + prng() % static_cast<uint64_t>(letters));
  return text;
}

TEST(JaroWinklerProperty, TheBitParallelKernelAgreesWithTheDefinition) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 200'000; ++round) {
    const size_t length = round % 2 == 0 ? 9 : PackedText::kLengthMax;
    const std::string a = RandomText(prng, length, 2 + round % 9);
    const std::string b = RandomText(prng, length, 2 + round % 9);
    const Similarity fast = JaroWinkler(PackedText(a), PackedText(b));
    ASSERT_EQ(fast, JaroWinklerReference(a, b)) << a << " " << b;
    ASSERT_EQ(fast, JaroWinkler(PackedText(b), PackedText(a))) << a << " " << b;
  }
}

TEST(JaroWinklerProperty, TheFilterByLettersLosesNothing) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 100'000; ++round) {
    const PackedText a(RandomText(prng, 12, 3 + round % 24));
    const PackedText b(RandomText(prng, 12, 3 + round % 24));
    const bool alike = JaroWinkler(a, b) >= kFarMin;
    ASSERT_TRUE(!alike || MayBeAlike(a, b)) << a.text() << " " << b.text();
  }
}

TEST(BlockProperty, TheKernelsOfBlockingAgreeWithPlainLoops) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<uint32_t> x(16), y(16);
    for (size_t i = 0; i < x.size(); ++i) {
      x[i] = static_cast<uint32_t>(prng() % 40);
      y[i] = static_cast<uint32_t>(prng() % 40);
    }
    const size_t count = prng() % 14;
    ASSERT_EQ(AnyEqual(x.data(), y.data(), count), AnyEqualPlain(x.data(), y.data(), count));
  }
  for (const size_t size : {0u, 1u, 100u, 5'000u, 20'000u}) {
    std::vector<uint64_t> words(size);
    for (uint64_t& word : words) word = (prng() % 3'000) << 32 << (prng() % 20) | prng() % 1'000;
    std::vector<uint64_t> expected = words;
    std::stable_sort(expected.begin(), expected.end(), [](uint64_t a, uint64_t b) { return a >> 32 < b >> 32; });
    SortByUpperHalf(words);
    ASSERT_EQ(words, expected);
  }
}

// Damerau's distance with adjacent exchanges, by the full table.
size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

TEST(EditProperty, WithinOneEditAgreesWithTheFullDistance) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 100'000; ++round) {
    const std::string a = RandomText(prng, 6, 3);
    std::string b = round % 2 == 0 ? RandomText(prng, 6, 3) : a;
    if (!b.empty() && round % 4 == 1) b[prng() % b.size()] = 'C';
    if (b.size() > 1 && round % 4 == 3) std::swap(b[0], b[1]);
    ASSERT_EQ(WithinOneEdit(a, b), EditDistance(a, b) <= 1) << a << " " << b;
  }
}

TEST(DateProperty, ComparingDatesIsSymmetric) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const auto random_date = [&] {
    return PartialDate{static_cast<uint16_t>(prng() % 4 == 0 ? 0 : 1980 + prng() % 15),
                       static_cast<uint8_t>(prng() % 13), static_cast<uint8_t>(prng() % 32)}
        .packed();
  };
  for (int round = 0; round < 100'000; ++round) {
    const uint32_t a = random_date();
    const uint32_t b = random_date();
    ASSERT_EQ(CompareDates(a, b), CompareDates(b, a)) << a << " " << b;
  }
}

TEST(ClusterProperty, WithoutConflictsClustersAreTheConnectedParts) {
  // Goal: clusters on random graphs equal what a breadth-first search finds.
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const std::vector<SourceRule> sources = {{.name = "acute"}};
  for (int round = 0; round < 100; ++round) {
    const size_t count = 2 + prng() % 100;
    std::vector<StandardRecord> records;
    for (size_t i = 0; i < count; ++i) records.push_back(Standard(i, 0, {.local_id = absl::StrCat(i)}));
    const Profiles profiles = BuildProfiles(records, sources, 0, Nicknames::BuiltIn()).value();
    std::vector<ScoredPair> pairs;
    std::vector<std::vector<ProfileIndex>> neighbours(count);
    for (size_t i = prng() % count; i > 0; --i) {
      const ProfileIndex a = static_cast<ProfileIndex>(prng() % count);
      const ProfileIndex b = static_cast<ProfileIndex>(prng() % count);
      if (a == b) continue;
      pairs.push_back({.a = std::min(a, b), .b = std::max(a, b), .weight = static_cast<Weight>(prng() % 9000),
                       .decision = Decision::kWeight});
      neighbours[a].push_back(b);
      neighbours[b].push_back(a);
    }
    const Clusters clusters = Cluster(profiles, pairs, {.sources = sources});
    std::vector<uint32_t> expected(count, UINT32_MAX);
    uint32_t next = 0;
    for (ProfileIndex start = 0; start < count; ++start) {
      if (expected[start] != UINT32_MAX) continue;
      std::deque<ProfileIndex> queue = {start};
      expected[start] = next;
      for (; !queue.empty(); queue.pop_front()) {
        for (const ProfileIndex to : neighbours[queue.front()]) {
          if (expected[to] == UINT32_MAX) queue.push_back(to);
          expected[to] = next;
        }
      }
      ++next;
    }
    ASSERT_EQ(clusters.cluster_of, expected);
    ASSERT_EQ(clusters.count, next);
  }
}

TEST(ClusterProperty, NoClusterBreaksARuleWhateverTheLinks) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const std::vector<SourceRule> sources = {{.name = "register", .duplicate_free = true}, {.name = "acute"}};
  for (int round = 0; round < 100; ++round) {
    const size_t count = 2 + prng() % 60;
    std::vector<StandardRecord> records;
    for (size_t i = 0; i < count; ++i) {
      StandardIdentity identity{.local_id = absl::StrCat(i)};
      if (prng() % 2 == 0) {
        identity.nhs_number = TestNumber(static_cast<uint32_t>(prng() % 5)).value();
        identity.nhs_number_verified = true;
      }
      records.push_back(Standard(i, static_cast<SourceIndex>(prng() % 2), identity));
    }
    const Profiles profiles = BuildProfiles(records, sources, 0, Nicknames::BuiltIn()).value();
    std::vector<ScoredPair> pairs;
    for (size_t i = 0; i < 3 * count; ++i) {
      const ProfileIndex a = static_cast<ProfileIndex>(prng() % count);
      const ProfileIndex b = static_cast<ProfileIndex>(prng() % count);
      if (a == b) continue;
      pairs.push_back({.a = std::min(a, b), .b = std::max(a, b), .weight = static_cast<Weight>(prng() % 9000),
                       .decision = Decision::kWeight});
    }
    const ProfileIndex x = static_cast<ProfileIndex>(prng() % (count - 1));
    const Clusters clusters = Cluster(profiles, pairs, {.sources = sources, .forbidden = {{x, x + 1}}});
    EXPECT_NE(clusters.cluster_of[x], clusters.cluster_of[x + 1]);
    for (ProfileIndex a = 0; a < count; ++a) {
      for (ProfileIndex b = a + 1; b < count; ++b) {
        if (clusters.cluster_of[a] != clusters.cluster_of[b]) continue;
        const Profile& p = profiles.rows[a];
        const Profile& q = profiles.rows[b];
        const bool numbers_conflict =
            p.nhs_number_verified && q.nhs_number_verified && p.nhs_number != q.nhs_number;
        ASSERT_FALSE(numbers_conflict);
        ASSERT_FALSE(p.source == 0 && q.source == 0);
      }
    }
  }
}

}  // namespace
}  // namespace safehaven::linkage
