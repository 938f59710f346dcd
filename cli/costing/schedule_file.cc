#include "cli/costing/schedule_file.h"

#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/costing/inputs.h"
#include "libs/base/status.h"
#include "libs/ingest/csv_rows.h"

namespace safehaven::cli {
namespace {

using costing::FineMoney;

constexpr int kFactorDecimals = 8;

absl::Status Invalid(const CsvRows& rows, absl::string_view column, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, "SCHEDULE_INVALID",
                 absl::StrCat("line ", rows.line(), ": ", column, ": ", why),
                 {{"line", absl::StrCat(rows.line())}, {"field", std::string(column)}});
}

// The columns of one of the two kinds of schedule.
struct Columns {
  std::optional<size_t> department, currency, description, activity, unit_cost, total, name;
  bool are_complete() const { return department && currency && activity && unit_cost && total; }
};

Columns FindColumns(const CsvRows& rows) {
  Columns columns = {.department = rows.Find("department"), .currency = rows.Find("currency_code")};
  if (columns.currency) {
    columns.description = rows.Find("currency_description");
    columns.activity = rows.Find("activity");
    columns.unit_cost = rows.Find("unit_cost_gbp");
    columns.total = rows.Find("total_cost_gbp");
    columns.name = rows.Find("financial_year");
    return columns;
  }
  columns.currency = rows.Find("currency");
  columns.description = rows.Find("description");
  columns.activity = rows.Find("activity");
  columns.unit_cost = rows.Find("unit_cost");
  columns.total = rows.Find("total_cost");
  return columns;
}

bool IsHidden(absl::string_view text) { return text.empty() || text == "*"; }

absl::StatusOr<costing::ScheduleRow> ParseRow(const CsvRows& rows, const Columns& columns) {
  costing::ScheduleRow row;
  row.department = std::string(rows.field(*columns.department));
  row.currency = std::string(rows.field(*columns.currency));
  if (columns.description) row.description = std::string(rows.field(*columns.description));
  const absl::string_view activity = rows.field(*columns.activity), unit_cost = rows.field(*columns.unit_cost);
  if (!IsHidden(activity)) {
    int64_t count = 0;
    if (!absl::SimpleAtoi(activity, &count) || count < 0) return Invalid(rows, "activity", "must be a whole number");
    row.activity = count;
  }
  if (!IsHidden(unit_cost)) {
    const absl::StatusOr<FineMoney> amount = FineMoney::Parse(unit_cost);
    if (!amount.ok()) return Invalid(rows, "unit_cost", amount.status().message());
    row.unit_cost = *amount;
  }
  const absl::StatusOr<FineMoney> total = FineMoney::Parse(rows.field(*columns.total));
  if (!total.ok()) return Invalid(rows, "total_cost", total.status().message());
  row.total = *total;
  return row;
}

}  // namespace

absl::StatusOr<costing::Schedule> ParseSchedule(absl::string_view csv) {
  SH_ASSIGN_OR_RETURN(CsvRows rows, CsvRows::Make(csv));
  const Columns columns = FindColumns(rows);
  if (!columns.are_complete()) {
    return InvalidArgument("SCHEDULE_INVALID",
                           "line 1: a schedule has the columns department, currency, activity, unit_cost and total_cost");
  }
  costing::Schedule schedule;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, rows.Next());
    if (!any) break;
    if (!rows.has_all_fields()) return Invalid(rows, "row", "has another number of fields than the header");
    if (schedule.rows.size() == kScheduleRowsMax) return Invalid(rows, "row", "there are too many rows");
    SH_ASSIGN_OR_RETURN(costing::ScheduleRow row, ParseRow(rows, columns));
    if (columns.name && schedule.name.empty()) schedule.name = std::string(rows.field(*columns.name));
    schedule.rows.push_back(std::move(row));
  }
  SH_RETURN_IF_ERROR(SortSchedule(schedule));
  return schedule;
}

absl::StatusOr<std::map<std::string, int64_t>> ParseMarketForces(absl::string_view csv) {
  SH_ASSIGN_OR_RETURN(CsvRows rows, CsvRows::Make(csv));
  const std::optional<size_t> provider = rows.Find("provider"), factor = rows.Find("market_forces_factor");
  if (!provider || !factor) {
    return InvalidArgument("MARKET_FORCES_INVALID", "line 1: the columns are provider and market_forces_factor");
  }
  std::map<std::string, int64_t> factors;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, rows.Next());
    if (!any) return factors;
    const absl::StatusOr<int64_t> value =
        rows.has_all_fields() ? ParseScaled(rows.field(*factor), kFactorDecimals) : absl::StatusOr<int64_t>(0);
    if (!value.ok() || *value <= 0 || !factors.emplace(std::string(rows.field(*provider)), *value).second) {
      return InvalidArgument("MARKET_FORCES_INVALID",
                             absl::StrCat("line ", rows.line(), ": a provider once, and its factor as a number above 0"));
    }
  }
}

}  // namespace safehaven::cli
