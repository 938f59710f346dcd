// What care cost against what is paid for it (costing.md D5), and what days beyond the trim
// point cost (D10). Whole numbers throughout. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_TARIFF_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_TARIFF_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/money.h"
#include "services/costing/core/reference_costs.h"

namespace safehaven::costing {

// Price of one unit, by point of delivery and currency.
using Prices = std::map<std::pair<std::string, std::string>, Money>;

struct TariffLine {
  std::string department;  // point of delivery
  std::string currency;
  int64_t activity = 0;
  Money cost;
  std::optional<FineMoney> income;  // activity x price x market forces factor; absent: no price
  std::optional<FineMoney> margin;  // income less cost
};

struct TariffReport {
  std::vector<TariffLine> lines;  // as the costs come
  FineMoney cost, income;         // of lines with a price
  FineMoney cost_without_price;
};

// F6 without adjustments: paid = price x factor. `market_forces_e8`: 1e8 is 1.0.
TariffReport CompareWithTariff(std::span<const ProviderCost> costs, const Prices& prices, int64_t market_forces_e8);

// Cost of days beyond the trim point of a currency: of each longer stay the excess days'
// part of its cost, in proportion to days. `stays` is not empty.
struct Stay {
  int64_t days = 0;
  Money cost;
};
struct ExcessCost {
  TrimPoint trim;
  FineMoney cost;
};
ExcessCost CostOfExcessDays(std::span<const Stay> stays);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_TARIFF_H_
