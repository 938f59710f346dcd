// Schedules of unit costs on disk: national ones as they are kept here (financial_year,
// department, currency_code, currency_description, activity, unit_cost_gbp,
// total_cost_gbp), and our own (reference_costs.csv). Recognised by their header.
#ifndef SAFEHAVEN_CLI_COSTING_SCHEDULE_FILE_H_
#define SAFEHAVEN_CLI_COSTING_SCHEDULE_FILE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/costing/core/reference_costs.h"

namespace safehaven::cli {

// Most rows of one schedule.
inline constexpr size_t kScheduleRowsMax = 1'000'000;

// An empty or "*" activity is a hidden one: the row keeps its cost. INVALID_ARGUMENT
// with reason SCHEDULE_INVALID (line and column in the message), or of CsvRows.
absl::StatusOr<costing::Schedule> ParseSchedule(absl::string_view csv);

// provider,market_forces_factor: the factor as decimal text above 0, here in 1e-8.
// INVALID_ARGUMENT with reason MARKET_FORCES_INVALID.
absl::StatusOr<std::map<std::string, int64_t>> ParseMarketForces(absl::string_view csv);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_SCHEDULE_FILE_H_
