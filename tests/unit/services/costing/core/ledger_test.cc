#include "services/costing/core/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "libs/base/status.h"
#include "services/costing/core/model_yaml.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing {
namespace {

using testing_support::kModelYaml;
using testing_support::Pounds;
using testing_support::SmallLedger;

CostModel SmallModel() {
  const auto model = ParseCostModel(kModelYaml);
  SH_CHECK(model.ok());
  return *model;
}

std::vector<LedgerRow> GoodRows() {
  return {{2, "ZA1", "E100", "1000", "Rent", "40000.00"}, {3, "ZA1", "N210", "5400", "", "-0.01"}};
}

TEST(ParseLedger, ReadsRowsAndAddsThemUp) {
  const auto ledger = ParseLedger(GoodRows());
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  EXPECT_EQ(ledger->provider, "ZA1");
  EXPECT_EQ(ledger->lines.size(), 2u);
  EXPECT_EQ(ledger->total, Pounds("39999.99"));
}

TEST(ParseLedger, NamesLineAndFieldOfAFault) {
  const auto refused = [](const LedgerRow& bad) {
    std::vector<LedgerRow> rows = GoodRows();
    rows.push_back(bad);
    const absl::Status status = ParseLedger(rows).status();
    EXPECT_EQ(ReasonOf(status), "LEDGER_INVALID");
    EXPECT_EQ(MetadataOf(status)["line"], "4");
    return MetadataOf(status)["field"];
  };
  EXPECT_EQ(refused({4, "ZB1", "E100", "1000", "", "1.00"}), "provider");
  EXPECT_EQ(refused({4, "ZA1", "e100", "1000", "", "1.00"}), "cost_centre");
  EXPECT_EQ(refused({4, "ZA1", "E100", "", "", "1.00"}), "account");
  EXPECT_EQ(refused({4, "ZA1", "E100", "1000", "", "1,000.00"}), "amount");
  EXPECT_EQ(refused({4, "ZA1", "E100", "1000", "", "99999999999999.00"}), "amount");
  EXPECT_EQ(ReasonOf(ParseLedger({}).status()), "LEDGER_INVALID");
}

TEST(ParseLedger, RefusesATotalBeyondWhatSixtyFourBitsHold) {
  // 92.23 billion pounds: each line fits, the sum does not.
  const std::vector<LedgerRow> rows = {{2, "ZA1", "E100", "1000", "", "92233720368.54775807"},
                                       {3, "ZA1", "E100", "1000", "", "0.00000001"}};
  const absl::Status status = ParseLedger(rows).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(status), "MONEY_OVERFLOW");
}

TEST(MapLedger, MovesAmountsFirstAndDividesTheRest) {
  const auto mapping = MapLedger(SmallLedger(), SmallModel());
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  // Account 5400 is named: 1,250.00 of its 2,250.00 go to education, the rest to the
  // ward; the other accounts, 100,000.00 together, are divided 85 : 15.
  EXPECT_EQ(mapping->pool_cost[0], Pounds("40000"));
  EXPECT_EQ(mapping->pool_cost[1], Pounds("86000"));
  EXPECT_EQ(mapping->pool_cost[2], Pounds("16250"));
  EXPECT_EQ(mapping->pool_cost[3], Pounds("9000"));
  EXPECT_EQ(mapping->postings[1].amount, Pounds("1250"));
  EXPECT_EQ(mapping->postings[2].amount, Pounds("1000"));
}

TEST(MapLedger, RefusesALineThatNoRuleFits) {
  Ledger ledger = SmallLedger();
  ledger.lines.push_back({"Z999", "1000", "", Pounds("1")});
  const absl::Status status = MapLedger(ledger, SmallModel()).status();
  EXPECT_EQ(ReasonOf(status), "LEDGER_LINE_UNMAPPED");
  EXPECT_EQ(MetadataOf(status)["cost_centre"], "Z999");
}

TEST(MapLedger, RefusesARuleThatFitsNoLine) {
  Ledger ledger = SmallLedger();
  ledger.lines.pop_back();
  const absl::Status status = MapLedger(ledger, SmallModel()).status();
  EXPECT_EQ(ReasonOf(status), "LEDGER_RULE_UNUSED");
  EXPECT_EQ(MetadataOf(status)["cost_centre"], "X900");
}

TEST(MapLedger, RefusesAmountsThatLeaveARest) {
  CostModel model = SmallModel();
  model.ledger_map.erase(model.ledger_map.begin() + 2);
  EXPECT_EQ(ReasonOf(MapLedger(SmallLedger(), model).status()), "LEDGER_REST_UNMAPPED");
  // Its permitted twin: amounts that leave nothing need no fraction.
  model.ledger_map[1].amount = Pounds("2250");
  EXPECT_TRUE(MapLedger(SmallLedger(), model).ok());
}

TEST(MapLedger, RefusesTheLedgerOfAnotherProvider) {
  Ledger ledger = SmallLedger();
  ledger.provider = "ZB1";
  EXPECT_EQ(ReasonOf(MapLedger(ledger, SmallModel()).status()), "LEDGER_PROVIDER_MISMATCH");
}

TEST(FindAccount, LetsTheLedgerSayWhereTheCostCentreEnds) {
  Ledger ledger = SmallLedger();
  ledger.lines.push_back({"W/1", "50/00", "Slashes of their own", Pounds("1")});
  const auto found = FindAccount(ledger, "W/1/50/00");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->cost_centre, "W/1");
  EXPECT_EQ(found->account, "50/00");
  EXPECT_TRUE(FindAccount(ledger, "N210/5400").ok()) << "two lines, one account";
  EXPECT_EQ(ReasonOf(FindAccount(ledger, "N210").status()), "ACCOUNT_UNKNOWN");
  EXPECT_EQ(ReasonOf(FindAccount(ledger, "N210/54").status()), "ACCOUNT_UNKNOWN");
  ledger.lines.push_back({"W", "1/50/00", "Written like the other", Pounds("1")});
  EXPECT_EQ(ReasonOf(FindAccount(ledger, "W/1/50/00").status()), "ACCOUNT_AMBIGUOUS");
}

TEST(LedgerDigest, DoesNotDependOnTheOrderOfLines) {
  Ledger ledger = SmallLedger();
  const std::string digest = LedgerDigest(ledger);
  std::reverse(ledger.lines.begin(), ledger.lines.end());
  EXPECT_EQ(LedgerDigest(ledger), digest);
  ledger.lines[0].amount = Money(ledger.lines[0].amount.e8_pounds() + 1);
  EXPECT_NE(LedgerDigest(ledger), digest);
}

}  // namespace
}  // namespace safehaven::costing
