// Goal: a figure is explained down to the accounts of the ledger and an account up to
// where it went; parts of everything add up to it, to the last unit.
#include "services/costing/core/explain.h"

#include <gtest/gtest.h>

#include <map>

#include "absl/strings/match.h"
#include "libs/base/status.h"
#include "services/costing/core/model_yaml.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

using testing_support::kModelYaml;
using testing_support::Pounds;
using testing_support::SmallEvents;
using testing_support::SmallLedger;

class Explained : public ::testing::Test {
 protected:
  void SetUp() override {
    auto model = ParseCostModel(kModelYaml);
    ASSERT_TRUE(model.ok());
    model_ = *model;
    const EventColumns* const batches[] = {&events_};
    auto run = RunCosting(model_, ledger_, batches);
    ASSERT_TRUE(run.ok());
    run_ = *std::move(run);
  }

  CostModel model_;
  Ledger ledger_ = SmallLedger();
  EventColumns events_ = SmallEvents();
  CostRun run_;
};

// Of every stage, what its nodes add up to.
std::map<FlowStage, int64_t> TotalsOf(const Flow& flow) {
  std::map<FlowStage, int64_t> totals;
  for (const FlowNode& node : flow.nodes) totals[node.stage] += node.amount.e8_pounds();
  return totals;
}

TEST_F(Explained, AnEventsCostReachesTheLedgerWhole) {
  const auto explainer = Explainer::Make(model_, ledger_, run_);
  ASSERT_TRUE(explainer.ok()) << explainer.status();
  const Flow flow = explainer->Down("event 2", [](uint32_t event) { return event == 2; });
  EXPECT_EQ(flow.total, Money(run_.event_cost_e8[2]));
  const std::map<FlowStage, int64_t> totals = TotalsOf(flow);
  for (const FlowStage stage : {FlowStage::kAccount, FlowStage::kPool, FlowStage::kResource, FlowStage::kActivity, FlowStage::kFigure}) {
    EXPECT_EQ(totals.at(stage), flow.total.e8_pounds()) << static_cast<int>(stage);
  }
  // Estates' part is what they carry of the ward: 30,000 of 116,000 and a bit.
  EXPECT_GT(totals.at(FlowStage::kSupportPool), 0);
  const std::string text = FlowText(flow, 0);
  EXPECT_TRUE(absl::StrContains(text, "uses 4 of 10")) << text;
  EXPECT_TRUE(absl::StrContains(text, "support Estates")) << text;
}

TEST_F(Explained, AnAccountsMoneyIsFoundAgainWhole) {
  const auto explainer = Explainer::Make(model_, ledger_, run_);
  ASSERT_TRUE(explainer.ok()) << explainer.status();
  const auto flow = explainer->Up("E100", "1000", [](uint32_t) { return "events"; });
  ASSERT_TRUE(flow.ok()) << flow.status();
  EXPECT_EQ(flow->total, Pounds("40000.00"));
  EXPECT_EQ(TotalsOf(*flow).at(FlowStage::kFigure), flow->total.e8_pounds());
  std::map<std::string, Money> ends;
  for (const FlowNode& node : flow->nodes) {
    if (node.stage == FlowStage::kFigure) ends[node.id] = node.amount;
  }
  EXPECT_EQ(ends["education_training"], Pounds("10000.00"));
  EXPECT_EQ(ends["events"], Pounds("28500.00"));
  EXPECT_EQ(ends["no driver"], Pounds("1500.00"));
  EXPECT_EQ(ReasonOf(explainer->Up("E100", "9999", [](uint32_t) { return ""; }).status()), "ACCOUNT_UNKNOWN");
}

TEST_F(Explained, ThePictureIsWellFormedAndHoldsNoMoreThanItsNodes) {
  const auto explainer = Explainer::Make(model_, ledger_, run_);
  ASSERT_TRUE(explainer.ok());
  const std::string svg = FlowSvg(explainer->Down("a < b & c", [](uint32_t) { return true; }), 2);
  EXPECT_TRUE(absl::StartsWith(svg, "<svg "));
  EXPECT_TRUE(absl::EndsWith(svg, "</svg>\n"));
  EXPECT_TRUE(absl::StrContains(svg, "a &lt; b &amp; c"));
  EXPECT_TRUE(absl::StrContains(svg, "all others"));
}

TEST(SplitInProportion, AddsUpWhateverTheSigns) {
  const std::vector<Money> parts = {Money(1), Money(1), Money(-1), Money(2)};
  for (const int64_t amount : {0, 1, -7, 1'000'003}) {
    int64_t total = 0;
    for (const Money share : SplitInProportion(Money(amount), parts)) total += share.e8_pounds();
    EXPECT_EQ(total, amount);
  }
  const std::vector<Money> nothing = {Money(1), Money(-1)};
  EXPECT_EQ(SplitInProportion(Money(5), nothing), std::vector<Money>(2));
}

}  // namespace
}  // namespace safehaven::costing
