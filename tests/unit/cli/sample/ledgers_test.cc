#include "cli/sample/ledgers.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cli/sample/writer.h"
#include "services/costing/core/events.h"
#include "services/costing/core/model_yaml.h"
#include "services/costing/core/run.h"
#include "tests/unit/cli/sample/region.h"

namespace safehaven::sample {
namespace {

// The data sets of a provider as costing's columns.
std::vector<costing::EventColumns> ColumnsOf(const SourceActivity& activity) {
  std::vector<costing::EventColumns> batches;
  uint64_t number = 0;
  for (const Dataset& dataset : activity.datasets) {
    std::vector<std::string> names;
    for (const DriverColumn& driver : dataset.drivers) names.emplace_back(driver.name);
    costing::EventColumnsBuilder builder(names);
    for (const Event& event : dataset.events) {
      if (builder.row_count() == costing::kSegmentRowsMax) batches.push_back(builder.Finish());
      const Currency& currency = Currencies()[event.currency];
      const std::vector<int64_t> drivers(event.drivers.begin(),
                                         event.drivers.begin() + static_cast<ptrdiff_t>(names.size()));
      costing::Event row;
      ++number;
      for (size_t at = 0; at < 8; ++at) row.key[at] = static_cast<uint8_t>(number >> (8 * at));
      row.feed = SpecOf(currency.delivery).feed;
      row.point_of_delivery = SpecOf(currency.delivery).code;
      row.currency = currency.code;
      row.start = event.start;
      row.end = event.end;
      row.drivers = drivers;
      EXPECT_TRUE(builder.Append(row).ok());
    }
    batches.push_back(builder.Finish());
  }
  return batches;
}

costing::Ledger ReadLedger(const Provider& provider, const std::vector<LedgerLine>& ledger) {
  std::vector<std::string> amounts;
  amounts.reserve(ledger.size());
  std::vector<costing::LedgerRow> rows;
  for (const LedgerLine& line : ledger) {
    amounts.push_back(PoundsText(line.amount_pence));
    rows.push_back({static_cast<int64_t>(rows.size()) + 2, provider.code, line.cost_centre,
                    line.account, line.description, amounts.back()});
  }
  return *costing::ParseLedger(rows);
}

class LedgersTest : public ::testing::TestWithParam<size_t> {
 protected:
  static void SetUpTestSuite() { region_ = new Region(MakeRegion(4'000, 5)); }
  static void TearDownTestSuite() {
    delete region_;
    region_ = nullptr;
  }
  const Provider& provider() const { return Providers()[GetParam()]; }
  const SourceActivity& activity() const {
    return region_->activity[static_cast<size_t>(provider().source)];
  }
  static Region* region_;
};
Region* LedgersTest::region_ = nullptr;

TEST_P(LedgersTest, ModelCostsTheLedgerWithoutADifference) {
  // Goal: what this generator writes is what the costing core accepts and reconciles,
  // with every activity reaching events.
  const std::vector<LedgerLine> ledger = MakeLedger(provider(), activity(), 5);
  const auto model =
      costing::ParseCostModel(CostModelText(provider(), ledger, region_->population.period));
  ASSERT_TRUE(model.ok()) << model.status();
  const std::vector<costing::EventColumns> batches = ColumnsOf(activity());
  std::vector<const costing::EventColumns*> pointers;
  for (const costing::EventColumns& batch : batches) pointers.push_back(&batch);
  const auto run = costing::RunCosting(*model, ReadLedger(provider(), ledger), pointers);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->reconciliation.difference, Money(0));
  EXPECT_EQ(run->reconciliation.undistributed, Money(0));
  for (const Money group : run->reconciliation.group_total) EXPECT_GT(group, Money(0));
  // Own patients' care is by far the largest part.
  EXPECT_GT(run->reconciliation.group_total[0].e8_pounds(),
            run->reconciliation.ledger_total.e8_pounds() / 100 * 85);
}

TEST_P(LedgersTest, OwnCareCostsWhatTheActivityCostsNationally) {
  int64_t national = 0;
  for (const Dataset& dataset : activity().datasets) {
    for (const Event& event : dataset.events) national += NationalCostPence(event);
  }
  int64_t own = 0;
  for (const LedgerLine& line : MakeLedger(provider(), activity(), 5)) {
    const auto centre = std::find_if(
        provider().cost_centres.begin(), provider().cost_centres.end(),
        [&](const CostCentre& candidate) { return candidate.code == line.cost_centre; });
    const PoolKind kind = PoolOf(provider(), centre->pool).kind;
    if (kind == PoolKind::kSupport || kind == PoolKind::kResource) own += line.amount_pence;
  }
  EXPECT_NEAR(static_cast<double>(own) / static_cast<double>(national), provider().index / 100.0,
              0.03);
}

TEST_P(LedgersTest, SomeLinesAreNegative) {
  const std::vector<LedgerLine> ledger = MakeLedger(provider(), activity(), 5);
  EXPECT_TRUE(std::any_of(ledger.begin(), ledger.end(),
                          [](const LedgerLine& line) { return line.amount_pence < 0; }));
}

TEST_P(LedgersTest, ARegionWithoutActivityStillHasALedger) {
  const SourceActivity nothing;
  const std::vector<LedgerLine> ledger = MakeLedger(provider(), nothing, 5);
  int64_t total = 0;
  for (const LedgerLine& line : ledger) total += line.amount_pence;
  EXPECT_GT(total, 0);
}

INSTANTIATE_TEST_SUITE_P(Providers, LedgersTest, ::testing::Range<size_t>(0, 5),
                         [](const auto& tested) {
                           return std::string(Providers()[tested.param].code);
                         });

TEST(PoundsText, IsExactForBothSigns) {
  EXPECT_EQ(PoundsText(0), "0.00");
  EXPECT_EQ(PoundsText(7), "0.07");
  EXPECT_EQ(PoundsText(-1205), "-12.05");
}

}  // namespace
}  // namespace safehaven::sample
