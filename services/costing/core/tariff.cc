#include "services/costing/core/tariff.h"

namespace safehaven::costing {

TariffReport CompareWithTariff(std::span<const ProviderCost> costs, const Prices& prices, int64_t market_forces_e8) {
  TariffReport report;
  for (const ProviderCost& cost : costs) {
    TariffLine line = {.department = cost.department, .currency = cost.currency, .activity = cost.activity, .cost = cost.cost};
    const auto price = prices.find({cost.department, cost.currency});
    if (price == prices.end()) {
      report.cost_without_price += FineMoney(cost.cost);
    } else {
      // 1e-8 pounds times 1e-8 is 1e-16: exact.
      line.income = FineMoney(int128{price->second.e8_pounds()} * market_forces_e8 * cost.activity);
      line.margin = *line.income - FineMoney(cost.cost);
      report.income += *line.income;
      report.cost += FineMoney(cost.cost);
    }
    report.lines.push_back(std::move(line));
  }
  return report;
}

ExcessCost CostOfExcessDays(std::span<const Stay> stays) {
  std::vector<int64_t> days;
  for (const Stay& stay : stays) days.push_back(stay.days);
  ExcessCost excess = {.trim = TrimPointOf(std::move(days)), .cost = FineMoney()};
  for (const Stay& stay : stays) {
    const int64_t beyond_e3 = stay.days * 1000 - excess.trim.days_e3;
    if (beyond_e3 <= 0 || stay.days == 0) continue;
    excess.cost += FineMoney(DivideHalfEven(FineMoney(stay.cost).e16_pounds() * beyond_e3, int128{stay.days} * 1000));
  }
  return excess;
}

}  // namespace safehaven::costing
