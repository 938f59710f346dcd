#include "services/costing/core/model_yaml.h"

#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "libs/base/status.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

using testing_support::kModelYaml;
using testing_support::Pounds;

// The field that the model is refused for after one replacement.
std::string FieldRefusedWith(absl::string_view from, absl::string_view to) {
  const std::string yaml = absl::StrReplaceAll(kModelYaml, {{from, to}});
  EXPECT_NE(yaml, kModelYaml) << "nothing was replaced: " << from;
  const absl::Status status = ParseCostModel(yaml).status();
  EXPECT_EQ(ReasonOf(status), "COST_MODEL_INVALID") << from << " -> " << to << ": " << status;
  EXPECT_FALSE(MetadataOf(status)["line"].empty());
  return MetadataOf(status)["field"];
}

TEST(CostModelYaml, ReadsEveryPart) {
  const auto model = ParseCostModel(kModelYaml);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->provider, "ZA1");
  EXPECT_EQ(model->version, 3);
  EXPECT_EQ(model->period_end.ToString(), "2026-03-31");
  ASSERT_EQ(model->pools.size(), 4u);
  EXPECT_EQ(model->pools[1].kind, PoolKind::kResource);
  ASSERT_EQ(model->ledger_map.size(), 6u);
  EXPECT_EQ(model->ledger_map[1].amount, Pounds("1250"));
  EXPECT_EQ(model->ledger_map[3].fraction_e8, 85'000'000);
  EXPECT_EQ(model->support_method, SupportMethod::kReciprocal);
  ASSERT_EQ(model->support_statistics.size(), 2u);
  ASSERT_EQ(model->drivers.size(), 2u);
  EXPECT_EQ(model->drivers[1].weight_by_point_of_delivery->at("CL"), 2);
}

TEST(CostModelYaml, NamesLineAndFieldOfAFault) {
  const std::string yaml = absl::StrReplaceAll(kModelYaml, {{"kind: excluded", "kind: forgotten"}});
  const absl::Status status = ParseCostModel(yaml).status();
  EXPECT_EQ(MetadataOf(status)["field"], "pools[3].kind");
  EXPECT_EQ(MetadataOf(status)["line"], "15");
}

TEST(CostModelYaml, RefusesUnknownAndMissingKeys) {
  EXPECT_EQ(FieldRefusedWith("version: 3", "version: 3\nextra: 1"), "extra");
  EXPECT_EQ(FieldRefusedWith("kind: support}", "kind: support, colour: red}"), "pools[0].colour");
  EXPECT_EQ(FieldRefusedWith("version: 3\n", ""), "the document");
  EXPECT_EQ(FieldRefusedWith("version: 3", "version: 3\nversion: 4"), "version");
}

TEST(CostModelYaml, RefusesReferencesToNothingAndDuplicates) {
  EXPECT_EQ(FieldRefusedWith("to: estates", "to: estate"), "ledger_map[0].to");
  EXPECT_EQ(FieldRefusedWith("resource: NURWRD}", "resource: NURSES}"), "pools[1].resource");
  EXPECT_EQ(FieldRefusedWith("activity: WARDCR, feed: apc", "activity: WARD, feed: apc"), "drivers[0].activity");
  EXPECT_EQ(FieldRefusedWith("feed: op, column", "feed: opd, column"), "drivers[1].feed");
  EXPECT_EQ(FieldRefusedWith("{id: education, name", "{id: estates, name"), "pools[2].id");
  EXPECT_EQ(FieldRefusedWith("estates: {ward_nursing: 3", "estates: {ward: 3"),
            "support_allocation.statistics.estates.ward");
  EXPECT_EQ(FieldRefusedWith("feed: op, column: count", "feed: apc, column: count"), "drivers[1].feed");
}

TEST(CostModelYaml, RefusesFractionsThatDoNotAddToOne) {
  EXPECT_EQ(FieldRefusedWith("fraction: \"0.15\"", "fraction: \"0.14999999\""), "ledger_map[4].fraction");
  EXPECT_EQ(FieldRefusedWith("fraction: \"0.15\"", "fraction: \"0\""), "ledger_map[4].fraction");
  EXPECT_EQ(FieldRefusedWith("fraction: \"0.15\"", "fraction: \"0.15\", amount: \"1\""), "ledger_map[4]");
}

TEST(CostModelYaml, RefusesNumbersThatAreNotExact) {
  EXPECT_EQ(FieldRefusedWith("amount: \"1250.00\"", "amount: \"1.25e3\""), "ledger_map[1].amount");
  EXPECT_EQ(FieldRefusedWith("share: 95", "share: 95.0"), "links[0].share");
  EXPECT_EQ(FieldRefusedWith("share: 95", "share: 0"), "links[0].share");
  EXPECT_EQ(FieldRefusedWith("version: 3", "version: 03"), "version");
}

TEST(CostModelYaml, RefusesACostGroupThatIsNotThePools) {
  EXPECT_EQ(FieldRefusedWith("cost_group: education_training", "cost_group: own_patient_care"),
            "ledger_map[1].cost_group");
  EXPECT_EQ(FieldRefusedWith("  - commercial_other\n", ""), "cost_groups");
}

TEST(CostModelYaml, RefusesSupportCostThatCannotLeave) {
  EXPECT_EQ(FieldRefusedWith("    estates: {ward_nursing: 3, education: 1}", "    estates: {}"),
            "support_allocation.statistics");
  EXPECT_EQ(FieldRefusedWith("education: 1}", "outside: 1}"), "support_allocation.statistics.estates.outside");
  EXPECT_EQ(FieldRefusedWith("order: [estates]", "order: []"), "support_allocation.order");
}

TEST(CostModelYaml, RefusesAResourceThatGoesNowhere) {
  EXPECT_EQ(FieldRefusedWith("name: Ward nurses}]", "name: Ward nurses}, {id: OTHER, name: Other}]"),
            "resources[1].id");
}

TEST(CostModelYaml, RefusesTextThatIsNoYaml) {
  EXPECT_EQ(ReasonOf(ParseCostModel("pools: [").status()), "COST_MODEL_INVALID");
  EXPECT_EQ(ReasonOf(ParseCostModel("").status()), "COST_MODEL_INVALID");
  EXPECT_EQ(ReasonOf(ParseCostModel("[1, 2]").status()), "COST_MODEL_INVALID");
  EXPECT_EQ(ReasonOf(ParseCostModel(std::string(100'000, '[')).status()), "COST_MODEL_INVALID");
}

TEST(CanonicalModel, IsEqualForEqualModelsAndDiffersForOthers) {
  const auto model = ParseCostModel(kModelYaml);
  ASSERT_TRUE(model.ok());
  const auto spaced = ParseCostModel(absl::StrReplaceAll(kModelYaml, {{"version: 3", "version:    3  # third"}}));
  ASSERT_TRUE(spaced.ok());
  EXPECT_EQ(CanonicalModel(*model), CanonicalModel(*spaced));
  CostModel other = *model;
  other.links[0].share = 96;
  EXPECT_NE(CanonicalModel(*model), CanonicalModel(other));
}

}  // namespace
}  // namespace safehaven::costing
