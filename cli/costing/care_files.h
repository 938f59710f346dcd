// The files of `safehaven whole-person` about kinds of care, beside what care_tables.h has of
// them: tariff.csv and tariff_currencies.csv (cost against what is paid, costing.md D5) and
// long_stays.csv (days beyond the trim point and their cost, D10), protected. Single-threaded.
#ifndef SAFEHAVEN_CLI_COSTING_CARE_FILES_H_
#define SAFEHAVEN_CLI_COSTING_CARE_FILES_H_

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/costing/shown_tables.h"
#include "libs/disclosure/protect.h"
#include "services/costing/core/care_tables.h"

namespace safehaven::cli {

struct CareOptions {
  std::string prices;         // CSV: point_of_delivery, currency, price; empty: no tariff
  std::string market_forces;  // CSV: sector, market_forces_factor; empty: 1 for all
  bool long_stays = false;
  std::string trim_points;    // CSV: department, currency, trim_point_days; empty: of these stays
};

struct CareFiles {
  std::vector<std::pair<std::string, std::string>> files;  // name and text
  bool withhold_any = false;
};

// What `options` ask for. Beyond what Protect() does of each table: the points of delivery of
// a sector do not add up to it if `sectors` (by label and sector) withholds a part of it, nor
// currencies to a point of delivery that is withheld; an income is rounded to no less than
// rounding_base times the highest price in it, or it would tell the count; where one of cost
// and income, or of excess days and their cost, is withheld, both are; days are protected as
// costs are, and as counts; own trim points are told only of four times count_min people.
//
// INVALID_ARGUMENT with reason PRICES_INVALID, MARKET_FORCES_INVALID or TRIM_POINTS_INVALID
// (line and column in the message), MARKET_FORCES_MISSING if a sector has no factor, or
// FIELD_INVALID for factors without prices, or trim points without long stays; those of
// care_tables.h.
absl::StatusOr<CareFiles> MakeCareFiles(const costing::PersonCosts& costs, std::span<const costing::PersonEvent> events,
                                        const std::vector<costing::CareKind>& kinds, const ShownTable& sectors,
                                        const CareOptions& options, const DisclosureRules& rules);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_CARE_FILES_H_
