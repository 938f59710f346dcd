// Candidates and what is made of them: blocks under a budget, records left over, models
// as files.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/base/status.h"
#include "services/linkage/core/block/blocks.h"
#include "services/linkage/core/cluster.h"
#include "services/linkage/core/model_yaml.h"
#include "services/linkage/core/score/left_over.h"
#include "services/linkage/core/standardise/nickname.h"
#include "services/linkage/core/table/encode.h"
#include "tests/support/linkage_people.h"

namespace safehaven::linkage {
namespace {

constexpr size_t kRows = 400;

Profiles SmithsAndOthers() {
  std::vector<StandardRecord> records;
  for (uint64_t i = 0; i < kRows; ++i) {
    records.push_back(Standard(i, 0, {.given_name = absl::StrCat("G", std::string(1 + i % 5, 'A')),
                                      .family_name = i % 2 == 0 ? "SMITH" : absl::StrCat("F", std::string(1 + i % 19, 'B')),
                                      .birth_date = {static_cast<uint16_t>(1950 + i % 40), 1, 2}}));
  }
  return BuildProfiles(records, std::vector<SourceRule>{{.name = "a", .duplicate_free = true}}, 0, Nicknames::BuiltIn())
      .value();
}

Model WithRule(std::vector<KeyPart> parts, bool split, double pairs_per_profile) {
  Model model = DefaultModel({});
  model.rules = {{.name = "rule", .parts = std::move(parts), .block_profiles_max = 60, .split = split}};
  model.pairs_min = 0;
  model.pairs_per_profile = pairs_per_profile;
  return model;
}

TEST(Blocks, WithALargeBudgetEverybodyOfOneKeyMeets) {
  const Profiles profiles = SmithsAndOthers();
  const Blocks blocks(profiles, WithRule({KeyPart::kFamilyName}, false, 1e6));
  uint64_t pairs = 0;
  blocks.ForEachPair(0, [&](ProfileIndex a, ProfileIndex b) {
    EXPECT_LT(a, b);
    EXPECT_EQ(profiles.rows[a].family_joined, profiles.rows[b].family_joined);
    EXPECT_TRUE(blocks.Found(a, b));
    ++pairs;
    return true;
  });
  EXPECT_EQ(pairs, blocks.report(0).pairs);
  EXPECT_GE(pairs, 200u * 199 / 2);
}

TEST(Blocks, UnderASmallBudgetHeavyBlocksAreLeftOutOrSplit) {
  const Profiles profiles = SmithsAndOthers();
  const Blocks left_out(profiles, WithRule({KeyPart::kFamilyName}, false, 8));
  EXPECT_LE(left_out.report(0).pairs, 8 * kRows);
  EXPECT_EQ(left_out.report(0).heavy_blocks, 1u);
  const Blocks split(profiles, WithRule({KeyPart::kFamilyName}, true, 8));
  EXPECT_GT(split.report(0).pairs, left_out.report(0).pairs);
}

TEST(Blocks, ARuleWithoutPartsComparesAllWhereTheBudgetAllowsIt) {
  const Profiles profiles = SmithsAndOthers();
  EXPECT_EQ(Blocks(profiles, WithRule({}, false, 1e6)).report(0).pairs, kRows * (kRows - 1) / 2);
  EXPECT_EQ(Blocks(profiles, WithRule({}, false, 10)).report(0).pairs, 0u);
}

// Profiles of two duplicate-free sources, `per_source` each.
Profiles TwoSources(size_t per_source, const std::vector<SourceRule>& sources) {
  std::vector<StandardRecord> records;
  for (uint64_t i = 0; i < 2 * per_source; ++i) {
    records.push_back(Standard(i, static_cast<SourceIndex>(i % 2), {.local_id = std::to_string(i)}));
  }
  return BuildProfiles(records, sources, 0, Nicknames::BuiltIn()).value();
}

TEST(LeftOver, AWeakPairOfTheLastTwoRecordsIsTakenAndAnAmbiguousOneIsNot) {
  const std::vector<SourceRule> sources = {{.name = "a", .duplicate_free = true}, {.name = "b", .duplicate_free = true}};
  const Profiles profiles = TwoSources(200, sources);
  std::vector<ProfileIndex> a, b;
  for (ProfileIndex p = 0; p < profiles.size(); ++p) (profiles.rows[p].source == 0 ? a : b).push_back(p);
  const auto pair = [&](size_t i, size_t j, Weight weight, Decision decision) {
    return ScoredPair{.a = std::min(a[i], b[j]), .b = std::max(a[i], b[j]), .weight = weight, .decision = decision};
  };
  std::vector<ScoredPair> pairs;
  for (size_t i = 0; i < 190; ++i) pairs.push_back(pair(i, i, 30'000, Decision::kWeight));
  pairs.push_back(pair(195, 195, 3'000, Decision::kReview));
  pairs.push_back(pair(196, 196, 3'000, Decision::kReview));
  pairs.push_back(pair(196, 197, 3'000, Decision::kReview));
  Model model = DefaultModel({});
  model.lambda = 1.0 / 200;
  LinkLeftOver(profiles, sources, model, pairs);
  EXPECT_EQ(pairs[190].decision, Decision::kClear);
  EXPECT_EQ(pairs[191].decision, Decision::kReview);
  EXPECT_EQ(pairs[192].decision, Decision::kReview);
}

TEST(LeftOver, NothingChangesWhereASourceHasDuplicates) {
  const std::vector<SourceRule> sources = {{.name = "a", .duplicate_free = true}, {.name = "b"}};
  const Profiles profiles = TwoSources(20, sources);
  std::vector<ScoredPair> pairs = {{.a = 0, .b = 1, .weight = 3'000, .decision = Decision::kReview}};
  LinkLeftOver(profiles, sources, DefaultModel({}), pairs);
  EXPECT_EQ(pairs[0].decision, Decision::kReview);
}

TEST(Cluster, AWeakBridgeBetweenTwoClustersIsRefused) {
  // 0-1 and 2-3 are two people; one link joins 1 and 2, and all else speaks against it.
  const std::vector<SourceRule> sources = {{.name = "a"}};
  std::vector<StandardRecord> records;
  for (uint64_t i = 0; i < 4; ++i) records.push_back(Standard(i, 0, {.local_id = std::to_string(i)}));
  const Profiles profiles = BuildProfiles(records, sources, 0, Nicknames::BuiltIn()).value();
  const std::vector<ScoredPair> pairs = {{.a = 0, .b = 1, .weight = 9'000, .decision = Decision::kWeight},
                                         {.a = 2, .b = 3, .weight = 9'000, .decision = Decision::kWeight},
                                         {.a = 1, .b = 2, .weight = 5'000, .decision = Decision::kWeight}};
  ClusterRules rules{.sources = sources};
  EXPECT_EQ(Cluster(profiles, pairs, rules).count, 1u);
  rules.evidence = [](ProfileIndex a, ProfileIndex b) -> Weight { return a / 2 == b / 2 || a + b == 3 ? 9'000 : -12'000; };
  const Clusters clusters = Cluster(profiles, pairs, rules);
  EXPECT_EQ(clusters.count, 2u);
  EXPECT_EQ(clusters.refused.weak_bridge, 1u);
}

ModelFile SomeModel() {
  ModelFile file;
  file.schema.columns = {{.column = "First \"name\"", .use = ColumnUse::kGivenName},
                         {.column = "ssn", .use = ColumnUse::kIdentifier, .field = "ssn"},
                         {.column = "town", .use = ColumnUse::kText, .field = "town"}};
  file.schema.date_order = DateOrder::kMonthFirst;
  file.model = DefaultModel(ExtraFieldsOf(file.schema));
  file.model.frequencies.given.share = {{0xDEADBEEFu, 0.1f}, {17u, 1.0f / 3}};
  file.model.frequencies.extra[1].agreement = 0.1 + 0.2;
  file.model.lambda = 1.0 / 3e5;
  file.model.dependences = {{.field = 3, .on = 7, .u = file.model.fields[3].u}};
  file.trained = true;
  return file;
}

TEST(ModelYaml, WhatIsWrittenIsReadBackWithTheSameIdentity) {
  const ModelFile file = SomeModel();
  const auto read = ParseModelFile(ModelFileText(file));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(ModelIdentity(read->model), ModelIdentity(file.model));
  EXPECT_TRUE(read->trained);
  EXPECT_EQ(read->schema.date_order, DateOrder::kMonthFirst);
  ASSERT_EQ(read->schema.columns.size(), 3u);
  EXPECT_EQ(read->schema.columns[0].column, "First \"name\"");
  EXPECT_EQ(read->schema.columns[2].field, "town");
}

TEST(ModelYaml, ATextThatIsNotQuiteAModelIsRefused) {
  const std::string text = ModelFileText(SomeModel());
  const auto reason = [&](absl::string_view from, absl::string_view to) {
    return ReasonOf(ParseModelFile(absl::StrReplaceAll(text, {{from, to}})).status());
  };
  EXPECT_EQ(reason("pairs_min:", "pairs_least:"), "LINKAGE_MODEL_INVALID");
  EXPECT_EQ(reason("use: identifier", "use: identify"), "LINKAGE_MODEL_INVALID");
  EXPECT_EQ(reason("compare: birth_date", "compare: birthday"), "LINKAGE_MODEL_INVALID");
  EXPECT_EQ(reason("safehaven-linkage-model/1", "safehaven-linkage-model/2"), "LINKAGE_MODEL_INVALID");
  EXPECT_EQ(reason("split: true", "split: maybe"), "LINKAGE_MODEL_INVALID");
  EXPECT_EQ(ReasonOf(ParseModelFile("a: [").status()), "LINKAGE_MODEL_INVALID");
}

}  // namespace
}  // namespace safehaven::linkage
