#include "cli/costing/across_sectors.h"

#include <functional>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/costing/csv_text.h"
#include "cli/costing/file_text.h"
#include "libs/base/status.h"
#include "libs/ingest/csv_rows.h"

namespace safehaven::cli {
namespace {

using costing::Links;
using costing::PersonCosts;

constexpr size_t kPeopleMax = 100'000'000;

struct LinkedRecord {
  uint64_t person = 0;
  bool is_certain = true;
};
using Crosswalk = absl::flat_hash_map<std::string, LinkedRecord>;

absl::Status Invalid(absl::string_view reason, const CsvRows& rows, absl::string_view column, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, reason, absl::StrCat("line ", rows.line(), ": ", column, ": ", why),
                 {{"line", absl::StrCat(rows.line())}, {"field", std::string(column)}});
}

// Every row of a file with these columns, in their order; those after `required` may be
// missing, and read as empty.
absl::Status ForEachRow(const std::string& path, absl::string_view reason, const std::vector<std::string>& columns,
                        size_t required, const std::function<absl::Status(const CsvRows&, const std::vector<absl::string_view>&)>& act) {
  SH_ASSIGN_OR_RETURN(const FileText file, FileText::Read(path));
  absl::StatusOr<CsvRows> rows = CsvRows::Make(file.text());
  if (!rows.ok()) return WithContext(rows.status(), path);
  std::vector<std::optional<size_t>> places;
  for (size_t i = 0; i < columns.size(); ++i) {
    places.push_back(rows->Find(columns[i]));
    if (!places.back() && i < required) {
      return InvalidArgument(reason, absl::StrCat(path, ": line 1: there is no column ", columns[i]));
    }
  }
  std::vector<absl::string_view> fields(columns.size());
  while (true) {
    absl::StatusOr<bool> any = rows->Next();
    if (!any.ok()) return WithContext(any.status(), path);
    if (!*any) return absl::OkStatus();
    absl::Status read = rows->has_all_fields() ? absl::OkStatus() : Invalid(reason, *rows, "row", "another number of fields than the header");
    for (size_t i = 0; read.ok() && i < places.size(); ++i) fields[i] = places[i] ? rows->field(*places[i]) : "";
    if (read.ok()) read = act(*rows, fields);
    if (!read.ok()) return WithContext(read, path);
  }
}

absl::StatusOr<Crosswalk> ReadCrosswalk(const std::string& path) {
  static constexpr char kReason[] = "CROSSWALK_INVALID";
  Crosswalk crosswalk;
  SH_RETURN_IF_ERROR(ForEachRow(path, kReason, {"sector", "record_id", "person", "certainty"}, 3,
                                [&crosswalk](const CsvRows& rows, const std::vector<absl::string_view>& fields) {
    LinkedRecord linked;
    if (!absl::SimpleAtoi(fields[2], &linked.person)) return Invalid(kReason, rows, "person", "must be a number");
    if (!fields[3].empty() && fields[3] != "certain" && fields[3] != "probable") {
      return Invalid(kReason, rows, "certainty", "must be certain or probable");
    }
    linked.is_certain = fields[3] != "probable";
    const bool is_new = crosswalk.emplace(absl::StrCat(fields[0], "\n", fields[1]), linked).second;
    return is_new ? absl::OkStatus() : Invalid(kReason, rows, "record_id", "the record is linked twice");
  }));
  return crosswalk;
}

absl::StatusOr<std::vector<costing::Person>> ReadPeople(const std::string& path) {
  static constexpr char kReason[] = "PEOPLE_INVALID";
  std::vector<costing::Person> people;
  SH_RETURN_IF_ERROR(ForEachRow(path, kReason, {"person", "segment", "long_term_conditions", "index_day"}, 1,
                                [&people](const CsvRows& rows, const std::vector<absl::string_view>& fields) {
    if (people.size() == kPeopleMax) return Invalid(kReason, rows, "person", "too many people");
    costing::Person person = {.segment = fields[1].empty() ? "all" : std::string(fields[1])};
    if (!absl::SimpleAtoi(fields[0], &person.person)) return Invalid(kReason, rows, "person", "must be a number");
    int conditions = 0;
    if (!fields[2].empty()) {
      if (!absl::SimpleAtoi(fields[2], &conditions) || conditions < 0) {
        return Invalid(kReason, rows, "long_term_conditions", "must be 0 or more");
      }
      person.conditions = conditions;
    }
    if (!fields[3].empty()) {
      const absl::StatusOr<CivilDay> day = CivilDay::Parse(fields[3]);
      if (!day.ok()) return Invalid(kReason, rows, "index_day", "must be a day, as 2025-04-01");
      person.index_day = *day;
    }
    people.push_back(std::move(person));
    return absl::OkStatus();
  }));
  return people;
}

absl::Status ReadEvents(const std::string& path, size_t sector, const Crosswalk& crosswalk, Coverage& coverage,
                        std::vector<costing::PersonEvent>& events) {
  static constexpr char kReason[] = "LINES_MALFORMED";
  return ForEachRow(path, kReason, {"event", "start_date", "end_date", "cost"}, 4,
                    [&](const CsvRows& rows, const std::vector<absl::string_view>& fields) {
    const absl::StatusOr<Money> cost = Money::Parse(fields[3]);
    // One that has not ended is dated by its beginning.
    const absl::StatusOr<CivilDay> day = CivilDay::Parse(fields[2].empty() ? fields[1] : fields[2]);
    if (!cost.ok()) return Invalid(kReason, rows, "cost", "must be an amount");
    if (!day.ok()) return Invalid(kReason, rows, "end_date", "must be a day");
    ++coverage.events;
    SH_ASSIGN_OR_RETURN(coverage.cost, Add(coverage.cost, *cost));
    const auto at = crosswalk.find(absl::StrCat(coverage.sector, "\n", fields[0]));
    if (at == crosswalk.end()) {
      ++coverage.unlinked;
      return absl::OkStatus();
    }
    int64_t& count = at->second.is_certain ? coverage.certain : coverage.probable;
    Money& sum = at->second.is_certain ? coverage.cost_certain : coverage.cost_probable;
    ++count;
    SH_ASSIGN_OR_RETURN(sum, Add(sum, *cost));
    events.push_back({.person = at->second.person, .sector = sector, .day = *day, .cost = *cost, .is_certain = at->second.is_certain});
    return absl::OkStatus();
  });
}

// Rows of one table with its two kinds of links, in the order of keys.
absl::StatusOr<std::string> TableCsv(const DisclosureRules& rules, const std::function<CostTable(Links)>& make) {
  std::string csv;
  for (const Links links : {Links::kCertain, Links::kAll}) {
    CostTable table = make(links);
    SH_ASSIGN_OR_RETURN(const ReleasableTable safe, Protect(std::move(table), rules));
    if (csv.empty()) {
      for (const std::string& dimension : safe.dimensions()) absl::StrAppend(&csv, dimension, ",");
      absl::StrAppend(&csv, "links");
      for (const Measure measure : safe.measures()) absl::StrAppend(&csv, ",", Name(measure));
      csv += "\n";
    }
    const auto add = [&](const ReleasedCell& cell) {
      for (size_t i = 0; i < safe.dimensions().size(); ++i) {
        AppendCsvField(&csv, i < cell.key.size() ? absl::string_view(cell.key[i]) : "all");
        csv += ",";
      }
      absl::StrAppend(&csv, links == Links::kCertain ? "certain" : "all");
      for (size_t i = 0; i < cell.values.size(); ++i) absl::StrAppend(&csv, ",", ToText(safe.measures()[i], cell.values[i]));
      csv += "\n";
    };
    for (const ReleasedCell& cell : safe.cells()) add(cell);
    if (safe.total()) add(*safe.total());
  }
  return csv;
}

std::string Pounds(costing::FineMoney money) {
  // Whole pounds: the range is no more exact than that.
  return money.ToString(0);
}

// A budget speaks of a segment only if the segment has people enough to be shown.
absl::StatusOr<std::string> BudgetCsv(const AcrossSectors& data, const AcrossSectorsOptions& options) {
  std::map<std::string, int64_t> planned;
  static constexpr char kReason[] = "BUDGET_INVALID";
  SH_RETURN_IF_ERROR(ForEachRow(options.planned, kReason, {"segment", "persons"}, 2,
                                [&planned](const CsvRows& rows, const std::vector<absl::string_view>& fields) {
    int64_t persons = 0;
    if (!absl::SimpleAtoi(fields[1], &persons) || persons < 0) return Invalid(kReason, rows, "persons", "must be 0 or more");
    planned[std::string(fields[0])] = persons;
    return absl::OkStatus();
  }));
  std::map<std::string, int64_t> people;
  for (const costing::Person& person : data.costs.people()) ++people[person.segment];
  bool is_withheld = false;
  std::string csv = "segment,planned_persons,mean,budget,low,high,low_with_certain_links\n";
  const costing::Budget budget = costing::SimulateBudget(data.costs, planned);
  for (const costing::BudgetLine& line : budget.lines) {
    const bool is_small = people[line.segment] < options.rules.count_min;
    is_withheld = is_withheld || is_small;
    AppendCsvRow(&csv, {line.segment, absl::StrCat(line.planned_persons), is_small ? kSuppressedMark : Pounds(line.mean),
                        is_small ? kSuppressedMark : Pounds(line.budget), "", "", ""});
  }
  for (const std::string& segment : budget.unknown_segments) {
    AppendCsvRow(&csv, {segment, absl::StrCat(planned[segment]), "nobody is in it", "", "", "", ""});
  }
  if (is_withheld) {
    AppendCsvRow(&csv, {"all", "", "", kSuppressedMark, kSuppressedMark, kSuppressedMark, kSuppressedMark});
  } else {
    AppendCsvRow(&csv, {"all", "", "", Pounds(budget.total), Pounds(budget.low), Pounds(budget.high), Pounds(budget.low_certain)});
  }
  return csv;
}

std::string CoverageCsv(const std::vector<Coverage>& coverage) {
  std::string csv = "sector,events,linked_certain,linked_probable,unlinked,cost,cost_linked_certain,cost_linked_probable\n";
  for (const Coverage& line : coverage) {
    AppendCsvRow(&csv, {line.sector, absl::StrCat(line.events), absl::StrCat(line.certain), absl::StrCat(line.probable),
                        absl::StrCat(line.unlinked), line.cost.ToString(), line.cost_certain.ToString(), line.cost_probable.ToString()});
  }
  return csv;
}

}  // namespace

absl::StatusOr<AcrossSectors> ReadAcrossSectors(const AcrossSectorsOptions& options) {
  AcrossSectors data;
  SH_ASSIGN_OR_RETURN(const Crosswalk crosswalk, ReadCrosswalk(options.crosswalk));
  SH_ASSIGN_OR_RETURN(std::vector<costing::Person> people, ReadPeople(options.people));
  std::vector<std::string> sectors;
  for (const auto& [sector, path] : options.events) {
    data.coverage.push_back({.sector = sector});
    SH_RETURN_IF_ERROR(ReadEvents(path, sectors.size(), crosswalk, data.coverage.back(), data.events));
    sectors.push_back(sector);
  }
  SH_ASSIGN_OR_RETURN(data.costs, PersonCosts::Make(std::move(sectors), std::move(people), data.events));
  return data;
}

absl::Status WriteAcrossSectors(const AcrossSectors& data, const AcrossSectorsOptions& options, OutputFolder& folder) {
  const PersonCosts& costs = data.costs;
  const costing::LabelOf segment = [&costs](size_t place) { return costs.people()[place].segment; };
  const costing::LabelOf band = [&costs](size_t place) { return costing::ConditionBand(costs.people()[place].conditions); };
  const std::vector<std::pair<std::string, std::function<CostTable(Links)>>> tables = {
      {"segments.csv", [&](Links links) { return costing::TableByLabel(costs, "segment", segment, links); }},
      {"sectors.csv", [&](Links links) { return costing::TableBySector(costs, "segment", segment, links); }},
      {"conditions.csv", [&](Links links) { return costing::TableByLabel(costs, "long_term_conditions", band, links); }},
      {"concentration.csv",
       [&](Links links) {
         const std::vector<std::string> slices = costing::ConcentrationSlices(costs, links);
         return costing::TableByLabel(costs, "costliest", [&slices](size_t place) { return slices[place]; }, links);
       }},
      {"before_index.csv",
       [&](Links links) { return costing::TableBeforeIndex(costs, data.events, options.months, links); }}};
  for (const auto& [name, make] : tables) {
    SH_ASSIGN_OR_RETURN(const std::string csv, TableCsv(options.rules, make));
    SH_RETURN_IF_ERROR(folder.Put(name, csv));
  }
  if (!options.planned.empty()) {
    SH_ASSIGN_OR_RETURN(const std::string csv, BudgetCsv(data, options));
    SH_RETURN_IF_ERROR(folder.Put("budget.csv", csv));
  }
  return folder.Put("coverage.csv", CoverageCsv(data.coverage));
}

}  // namespace safehaven::cli
