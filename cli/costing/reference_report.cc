#include "cli/costing/reference_report.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/costing/csv_text.h"
#include "cli/costing/file_text.h"
#include "cli/costing/lines_file.h"
#include "cli/costing/output_folder.h"
#include "cli/costing/run_output.h"
#include "cli/costing/schedule_file.h"
#include "libs/base/status.h"
#include "libs/ingest/csv_rows.h"

namespace safehaven::cli {
namespace {

using costing::FineMoney;
using costing::IndexLine;
using costing::ProviderCost;
using costing::Schedule;

// One file, parsed by `parse`, whose failures then name it.
template <typename Parse>
auto ParseFile(const std::string& path, Parse parse) -> decltype(parse(absl::string_view())) {
  absl::StatusOr<FileText> file = FileText::Read(path);
  if (!file.ok()) return file.status();
  auto parsed = parse(file->text());
  if (!parsed.ok()) return WithContext(parsed.status(), path);
  return parsed;
}

absl::StatusOr<std::map<std::string, std::string>> ParseDepartments(absl::string_view csv) {
  SH_ASSIGN_OR_RETURN(CsvRows rows, CsvRows::Make(csv));
  const std::optional<size_t> point = rows.Find("point_of_delivery"), department = rows.Find("department");
  if (!point || !department) {
    return InvalidArgument("SCHEDULE_INVALID", "line 1: the columns are point_of_delivery and department");
  }
  std::map<std::string, std::string> names;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, rows.Next());
    if (!any) return names;
    if (!rows.has_all_fields()) return InvalidArgument("SCHEDULE_INVALID", absl::StrCat("line ", rows.line()));
    names.emplace(std::string(rows.field(*point)), std::string(rows.field(*department)));
  }
}

// What the lines of all files add up to.
struct Gathered {
  std::vector<std::string> providers;
  std::vector<ProviderCost> costs;
  std::map<std::pair<std::string, std::string>, std::vector<int64_t>> stays;  // by department and currency
};

absl::StatusOr<Gathered> Gather(const ReferenceOptions& options) {
  std::map<std::string, std::string> departments;
  if (!options.departments.empty()) {
    SH_ASSIGN_OR_RETURN(departments, ParseFile(options.departments, ParseDepartments));
  }
  struct Sums {
    int64_t activity = 0;
    WideMoney cost;
  };
  Gathered gathered;
  std::map<std::pair<size_t, std::pair<std::string, std::string>>, Sums> sums;
  for (const std::string& path : options.lines) {
    SH_ASSIGN_OR_RETURN(const LinesFile file, ParseFile(path, ReadLines));
    auto at = std::find(gathered.providers.begin(), gathered.providers.end(), file.provider);
    if (at == gathered.providers.end()) at = gathered.providers.insert(at, file.provider);
    const auto provider = static_cast<size_t>(at - gathered.providers.begin());
    for (const LinesEvent& event : file.events) {
      const auto name = departments.find(event.point_of_delivery);
      const std::pair<std::string, std::string> key = {
          name == departments.end() ? event.point_of_delivery : name->second, event.currency};
      Sums& sum = sums[{provider, key}];
      ++sum.activity;
      sum.cost += event.cost;
      gathered.stays[key].push_back(event.stay_days);
    }
  }
  for (const auto& [key, sum] : sums) {
    SH_ASSIGN_OR_RETURN(const Money cost, sum.cost.Narrow());
    gathered.costs.push_back({key.first, key.second.first, key.second.second, sum.activity, cost});
  }
  return gathered;
}

absl::StatusOr<std::vector<int64_t>> FactorsOf(const std::string& path, const std::vector<std::string>& providers) {
  std::vector<int64_t> factors;
  if (path.empty()) return factors;
  using Factors = std::map<std::string, int64_t>;
  SH_ASSIGN_OR_RETURN(const Factors by_name, ParseFile(path, ParseMarketForces));
  for (const std::string& provider : providers) {
    const auto at = by_name.find(provider);
    if (at == by_name.end()) {
      return InvalidArgument("MARKET_FORCES_MISSING", absl::StrCat(path, ": ", provider, " has no factor"));
    }
    factors.push_back(at->second);
  }
  return factors;
}

std::string IndexCsv(const std::vector<IndexLine>& lines) {
  std::string csv = "provider,department,rows,actual,expected,difference,index,not_compared,series_break\n";
  for (const IndexLine& line : lines) {
    AppendCsvRow(&csv, {line.provider, line.department.empty() ? "all" : line.department, absl::StrCat(line.row_count),
                        line.actual.ToString(8), line.expected.ToString(8),
                        (line.actual - line.expected).ToString(8), IndexText(line.index_e6),
                        line.not_compared.ToString(8), line.series_break});
  }
  return csv;
}

// Each currency of the schedule beside the standard's (D6 of costing.md 4.2).
std::string ComparisonCsv(const Schedule& schedule, const Schedule& standard) {
  std::map<std::pair<std::string, std::string>, const costing::ScheduleRow*> rows;
  for (const costing::ScheduleRow& row : standard.rows) rows[{row.department, row.currency}] = &row;
  const auto text = [](const std::optional<FineMoney>& amount) { return amount ? amount->ToString(8) : ""; };
  std::string csv = "department,currency,activity,unit_cost,standard_unit_cost,total_cost,series_break\n";
  for (const costing::ScheduleRow& row : schedule.rows) {
    const auto at = rows.find({row.department, row.currency});
    const bool is_new = at == rows.end();
    AppendCsvRow(&csv, {row.department, row.currency, row.activity ? absl::StrCat(*row.activity) : "", text(row.unit_cost),
                        is_new ? "" : text(at->second->unit_cost), row.total.ToString(8),
                        is_new ? "NOT_IN_STANDARD" : ""});
    if (!is_new) rows.erase(at);
  }
  for (const auto& [key, row] : rows) {
    AppendCsvRow(&csv, {key.first, key.second, "", "", text(row->unit_cost), "", "ONLY_IN_STANDARD"});
  }
  return csv;
}

std::string Thousandths(int64_t value_e3) { return absl::StrFormat("%d.%03d", value_e3 / 1000, value_e3 % 1000); }

}  // namespace

std::string IndexText(const std::optional<int128>& index_e6) {
  if (!index_e6) return "";
  return FineMoney(*index_e6 * 10'000'000'000).ToString(6);
}

absl::StatusOr<ReferenceReport> MakeReferenceReport(const ReferenceOptions& options) {
  if (options.lines.empty() == options.schedule.empty()) {
    return InvalidArgument("FIELD_INVALID", "give cost lines (--lines), or a schedule (--schedule) in their place");
  }
  ReferenceReport report;
  if (!options.standard.empty()) {
    SH_ASSIGN_OR_RETURN(report.standard, ParseFile(options.standard, ParseSchedule));
  }
  if (!options.schedule.empty()) {
    SH_ASSIGN_OR_RETURN(report.schedule, ParseFile(options.schedule, ParseSchedule));
  } else {
    SH_ASSIGN_OR_RETURN(Gathered gathered, Gather(options));
    SH_ASSIGN_OR_RETURN(report.schedule, costing::MakeSchedule("lines", gathered.costs));
    for (auto& [key, stays] : gathered.stays) {
      if (*std::max_element(stays.begin(), stays.end()) == 0) continue;
      report.trims.push_back({key.first, key.second, costing::TrimPointOf(std::move(stays))});
    }
    // A provider's index is against the standard, or against the average of all given.
    const Schedule& standard = report.standard ? *report.standard : report.schedule;
    SH_ASSIGN_OR_RETURN(const std::vector<int64_t> factors, FactorsOf(options.market_forces, gathered.providers));
    SH_ASSIGN_OR_RETURN(report.providers, costing::ProviderIndex(gathered.costs, gathered.providers, standard, {},
                                                                 options.index));
    if (!factors.empty()) {
      SH_ASSIGN_OR_RETURN(report.providers_adjusted, costing::ProviderIndex(gathered.costs, gathered.providers, standard,
                                                                            factors, options.index));
    }
  }
  if (report.standard) {
    report.departments = costing::CompareSchedules(report.schedule, *report.standard, options.index);
  }
  return report;
}

absl::Status WriteReferenceReport(const ReferenceReport& report, const std::string& out) {
  SH_ASSIGN_OR_RETURN(OutputFolder folder, OutputFolder::Make(out));
  SH_RETURN_IF_ERROR(folder.Put("schedule.csv", ScheduleCsv(report.schedule)));
  if (report.standard) {
    SH_RETURN_IF_ERROR(folder.Put("index.csv", IndexCsv(report.departments)));
    SH_RETURN_IF_ERROR(folder.Put("comparison.csv", ComparisonCsv(report.schedule, *report.standard)));
  }
  if (!report.providers.empty()) SH_RETURN_IF_ERROR(folder.Put("providers.csv", IndexCsv(report.providers)));
  if (!report.providers_adjusted.empty()) {
    SH_RETURN_IF_ERROR(folder.Put("providers_without_market_forces.csv", IndexCsv(report.providers_adjusted)));
  }
  std::string trims = "department,currency,trim_point_days,excess_bed_days,stays_above\n";
  for (const CurrencyTrim& trim : report.trims) {
    AppendCsvRow(&trims, {trim.department, trim.currency, Thousandths(trim.trim.days_e3),
                          Thousandths(trim.trim.excess_days_e3), absl::StrCat(trim.trim.excess_stay_count)});
  }
  if (!report.trims.empty()) SH_RETURN_IF_ERROR(folder.Put("trim_points.csv", trims));
  return folder.Commit();
}

}  // namespace safehaven::cli
