#include "services/costing/core/support_costs.h"

#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

using testing_support::Pounds;

Money Total(const std::vector<Money>& amounts) {
  WideMoney total;
  for (const Money amount : amounts) total += amount;
  return *total.Narrow();
}

// Worked case C03: three hospital service centres.
enum : size_t { kMaintenance, kDietary, kAdministrative, kLaboratory, kRadiology, kNursing };
SupportProblem ServiceCentres() {
  return {.names = {"maintenance", "dietary", "administrative", "laboratory", "radiology", "nursing"},
          .direct = {Pounds("150000"), Pounds("400000"), Pounds("600000"), Pounds("600000"), Pounds("800000"),
                     Pounds("2000000")},
          .senders = {kMaintenance, kDietary, kAdministrative},
          .statistics = {{kMaintenance, kDietary, 10000},
                         {kMaintenance, kAdministrative, 20000},
                         {kMaintenance, kLaboratory, 30000},
                         {kMaintenance, kRadiology, 40000},
                         {kMaintenance, kNursing, 100000},
                         {kDietary, kAdministrative, 2500},
                         {kDietary, kLaboratory, 2500},
                         {kDietary, kRadiology, 2500},
                         {kDietary, kNursing, 30000},
                         {kDietary, kMaintenance, 2500},
                         {kAdministrative, kMaintenance, 10},
                         {kAdministrative, kDietary, 15},
                         {kAdministrative, kLaboratory, 20},
                         {kAdministrative, kRadiology, 30},
                         {kAdministrative, kNursing, 50}}};
}

TEST(StepDown, ClosesPoolsInOrder) {
  // Goal: worked case C03, to 1e-8 pounds. Dietary's three equal shares end in 2/3 of
  // a unit; the two units left go to the first two, so radiology's is rounded down.
  const auto result = AllocateStepDown(ServiceCentres());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->gross_cost[kDietary], Pounds("407500"));
  EXPECT_EQ(result->gross_cost[kAdministrative], Pounds("642166.66666667"));
  EXPECT_EQ(result->final_cost[kLaboratory], Pounds("778100"));
  EXPECT_EQ(result->final_cost[kRadiology], Pounds("1049816.66666666"));
  EXPECT_EQ(result->final_cost[kNursing], Pounds("2722083.33333334"));
  EXPECT_EQ(Total(result->final_cost), Pounds("4550000"));
}

TEST(StepDown, SendsNothingBackToAClosedPool) {
  // Goal: worked case C07, whose published answer loses 8,800 that way.
  enum : size_t { kAdmin, kUpkeep, kSuburban, kDowntown };
  const SupportProblem problem = {
      .names = {"admin", "upkeep", "suburban", "downtown"},
      .direct = {Pounds("54000"), Pounds("42000"), Pounds("0"), Pounds("0")},
      .senders = {kAdmin, kUpkeep},
      .statistics = {{kAdmin, kUpkeep, 100},
                     {kAdmin, kSuburban, 250},
                     {kAdmin, kDowntown, 150},
                     {kUpkeep, kAdmin, 200},
                     {kUpkeep, kSuburban, 350},
                     {kUpkeep, kDowntown, 650}}};
  const auto result = AllocateStepDown(problem);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->gross_cost[kUpkeep], Pounds("52800"));
  EXPECT_EQ(result->final_cost[kAdmin], Money(0));
  EXPECT_EQ(result->final_cost[kSuburban], Pounds("45480"));
  EXPECT_EQ(result->final_cost[kDowntown], Pounds("50520"));
  for (const SupportTransfer& transfer : result->transfers) EXPECT_NE(transfer.receiver, kAdmin);
}

TEST(StepDown, RefusesAPoolWhoseReceiversAreAllClosed) {
  const SupportProblem problem = {.names = {"a", "b", "ward"},
                                  .direct = {Pounds("1"), Pounds("1"), Pounds("1")},
                                  .senders = {0, 1},
                                  .statistics = {{0, 2, 1}, {1, 0, 1}}};
  const absl::Status status = AllocateStepDown(problem).status();
  EXPECT_EQ(ReasonOf(status), "SUPPORT_POOL_CLOSED_LOOP");
  EXPECT_EQ(MetadataOf(status)["pools"], "b");
}

TEST(Reciprocal, SolvesTwoDepartmentsExactly) {
  // Goal: worked case C04: PM = 6300000 + 0.1 IS, IS = 1452150 + 0.2 PM.
  const SupportProblem problem = {.names = {"pm", "is", "line"},
                                  .direct = {Pounds("6300000"), Pounds("1452150"), Money(0)},
                                  .senders = {0, 1},
                                  .statistics = {{0, 1, 2}, {0, 2, 8}, {1, 0, 1}, {1, 2, 9}}};
  const auto result = AllocateReciprocal(problem);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->gross_cost[0], Pounds("6576750"));
  EXPECT_EQ(result->gross_cost[1], Pounds("2767500"));
  EXPECT_EQ(result->final_cost[2], Pounds("7752150"));
}

TEST(Reciprocal, KeepsTheExactValueOfRepeatingDecimals) {
  // Goal: worked case C05: A = 1200 + M/5, M = 2400 + A/6.
  const SupportProblem problem = {.names = {"a", "m", "line"},
                                  .direct = {Pounds("1200"), Pounds("2400"), Money(0)},
                                  .senders = {0, 1},
                                  .statistics = {{0, 1, 1}, {0, 2, 5}, {1, 0, 1}, {1, 2, 4}}};
  const auto result = AllocateReciprocal(problem);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->gross_cost[0], Pounds("1737.93103448"));
  EXPECT_EQ(result->gross_cost[1], Pounds("2689.65517241"));
  EXPECT_EQ(result->final_cost[2], Pounds("3600"));
}

TEST(Reciprocal, SharesTwoPoolsOverTwoObjectives) {
  // Goal: worked case C06 (CAS 418.50), in millions.
  const SupportProblem problem = {
      .names = {"facilities", "overhead", "x", "y"},
      .direct = {Pounds("15000000"), Pounds("40000000"), Money(0), Money(0)},
      .senders = {0, 1},
      .statistics = {{0, 2, 20}, {0, 3, 60}, {0, 1, 20}, {1, 2, 30}, {1, 3, 60}, {1, 0, 10}}};
  const auto result = AllocateReciprocal(problem);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->gross_cost[0], Pounds("19387755.10204081"));
  EXPECT_EQ(result->gross_cost[1], Pounds("43877551.02040816"));
  EXPECT_EQ(result->final_cost[2], Pounds("17040816.32653061"));
  EXPECT_EQ(result->final_cost[3], Pounds("37959183.67346939"));
}

TEST(Reciprocal, RefusesAClosedLoopAndNamesIt) {
  // b and c serve only each other; a drains.
  const SupportProblem problem = {.names = {"a", "b", "c", "ward"},
                                  .direct = {Pounds("1"), Pounds("1"), Pounds("1"), Pounds("1")},
                                  .senders = {0, 1, 2},
                                  .statistics = {{0, 3, 1}, {0, 1, 1}, {1, 2, 1}, {2, 1, 5}}};
  const absl::Status status = AllocateReciprocal(problem).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), "SUPPORT_POOL_CLOSED_LOOP");
  EXPECT_EQ(MetadataOf(status)["pools"], "b, c");
}

TEST(Reciprocal, TurnsEverySignWhenTheLedgerTurnsIts) {
  SupportProblem problem = ServiceCentres();
  const auto positive = AllocateReciprocal(problem);
  for (Money& direct : problem.direct) direct = Money(-direct.e8_pounds());
  const auto negative = AllocateReciprocal(problem);
  ASSERT_TRUE(positive.ok() && negative.ok());
  for (size_t i = 0; i < problem.direct.size(); ++i) {
    EXPECT_EQ(positive->final_cost[i].e8_pounds(), -negative->final_cost[i].e8_pounds());
  }
}

TEST(Reciprocal, SolvesAsManyPoolsAsAreAllowed) {
  // Goal: large determinants. Sixty-four pools serve each other and one ward.
  SupportProblem problem;
  for (size_t i = 0; i <= kSupportPoolsMax; ++i) {
    problem.names.push_back("pool");
    problem.direct.push_back(Money(static_cast<int64_t>(i) * 1'000'003 + 17));
    if (i == kSupportPoolsMax) continue;
    problem.senders.push_back(i);
    for (size_t j = 0; j <= kSupportPoolsMax; ++j) {
      if (i != j) problem.statistics.push_back({i, j, static_cast<int64_t>(i * 7919 + j * 104729 + 1)});
    }
  }
  const auto result = AllocateReciprocal(problem);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->final_cost.back(), Total(problem.direct));
}

TEST(SupportCosts, RefuseStatisticsThatMakeNoSense) {
  const SupportProblem good = ServiceCentres();
  for (const SupportStatistic& bad : std::vector<SupportStatistic>{
           {kMaintenance, kNursing, 0}, {kMaintenance, kNursing, -1}, {kNursing, kRadiology, 1},
           {kMaintenance, kMaintenance, 1}, {kMaintenance, 99, 1}}) {
    SupportProblem problem = good;
    problem.statistics.push_back(bad);
    EXPECT_EQ(ReasonOf(AllocateStepDown(problem).status()), "SUPPORT_STATISTIC_INVALID");
    EXPECT_EQ(ReasonOf(AllocateReciprocal(problem).status()), "SUPPORT_STATISTIC_INVALID");
  }
}

}  // namespace
}  // namespace safehaven::costing
