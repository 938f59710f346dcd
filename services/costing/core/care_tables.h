// Care of the people of one list by its kind (point of delivery and currency): what it cost
// against what is paid for it (costing.md D5), and what days beyond the trim point cost (D10).
// Exact tables, for disclosure control to judge (CostTable), with the uncertainty of linkage
// carried through as in person_costs.h. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_CARE_TABLES_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_CARE_TABLES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/money.h"
#include "libs/disclosure/cost_table.h"
#include "services/costing/core/person_costs.h"
#include "services/costing/core/tariff.h"

namespace safehaven::costing {

struct CareKind {
  std::string point_of_delivery;
  std::string currency;
  friend auto operator<=>(const CareKind&, const CareKind&) = default;
};

struct TariffTerms {
  std::vector<CareKind> kinds;            // by PersonEvent::kind
  Prices prices;                          // of one unit, before the market forces factor
  std::vector<int64_t> market_forces_e8;  // by sector; 1e8 is 1.0
};

// Texts of the dimension "price".
inline constexpr char kPriced[] = "priced";
inline constexpr char kNotPriced[] = "no price";

// By sector, point of delivery, price (kPriced or kNotPriced) and perhaps currency. `income`
// has the cells with a price, with what is paid in the place of what it cost.
struct TariffTables {
  CostTable cost;
  CostTable income;
  // By key: the highest amount that is paid for one event of the cell. Whoever knows the
  // prices reads counts off an income that is shown more finely than a few of these.
  std::map<std::vector<std::string>, Money> dearest;
};

// An event's income is price times factor, rounded half to even to 1e-8 pounds. Events of
// people who are not on the list are left out. OUT_OF_RANGE with reason MONEY_OVERFLOW.
absl::StatusOr<TariffTables> MakeTariffTables(const PersonCosts& costs, std::span<const PersonEvent> events,
                                              const TariffTerms& terms, bool by_currency, Links links);

// Days of a stay beyond which it is a long one, in thousandths of a day.
using TrimPoints = std::map<CareKind, int64_t>;

// Of the stays of people on the list, probable links and all: F7, rounded up to whole days.
// Of kinds in which no stay has a day, or that fewer than `persons_min` people have had,
// there is none.
TrimPoints TrimPointsOf(const PersonCosts& costs, std::span<const PersonEvent> events, const std::vector<CareKind>& kinds,
                        int64_t persons_min);

// Two tables with the same cells in the same order, by sector, point of delivery and currency,
// of people with a stay beyond the trim point: `cost` has the excess days' part of their stays'
// cost, in proportion to days (half to even to 1e-8 pounds), `days` the excess days in the place
// of cost, one pound a day. Kinds without a trim point have no cell. OUT_OF_RANGE with reason
// MONEY_OVERFLOW.
struct LongStayTables {
  CostTable cost;
  CostTable days;
};
absl::StatusOr<LongStayTables> MakeLongStayTables(const PersonCosts& costs, std::span<const PersonEvent> events,
                                                  const std::vector<CareKind>& kinds, const TrimPoints& trims, Links links);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_CARE_TABLES_H_
