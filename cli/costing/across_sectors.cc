#include "cli/costing/across_sectors.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/costing/care_files.h"
#include "cli/costing/csv_text.h"
#include "cli/costing/named_columns.h"
#include "cli/costing/shown_tables.h"
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
  std::optional<size_t> feed = std::nullopt;  // in which it was found, if the crosswalk names none
};
// By sector, feed (or nothing, if it names none) and record id.
using Crosswalk = absl::flat_hash_map<std::string, LinkedRecord>;
std::string LinkKey(absl::string_view sector, absl::string_view feed, absl::string_view record_id) {
  return absl::StrCat(sector, "\n", feed, "\n", record_id);
}

absl::StatusOr<Crosswalk> ReadCrosswalk(const std::string& path) {
  static constexpr char kReason[] = "CROSSWALK_INVALID";
  Crosswalk crosswalk;
  SH_RETURN_IF_ERROR(ForEachRow(path, kReason, {"sector", "record_id", "person", "certainty", "feed"}, 3,
                                [&crosswalk](const CsvRows& rows, const std::vector<absl::string_view>& fields) {
    LinkedRecord linked;
    if (!absl::SimpleAtoi(fields[2], &linked.person)) return RowInvalid(kReason, rows, "person", "must be a number");
    if (!fields[3].empty() && fields[3] != "certain" && fields[3] != "probable") {
      return RowInvalid(kReason, rows, "certainty", "must be certain or probable");
    }
    linked.is_certain = fields[3] != "probable";
    const bool is_new = crosswalk.emplace(LinkKey(fields[0], fields[4], fields[1]), linked).second;
    return is_new ? absl::OkStatus() : RowInvalid(kReason, rows, "record_id", "the record is linked twice");
  }));
  return crosswalk;
}

absl::StatusOr<std::vector<costing::Person>> ReadPeople(const std::string& path) {
  static constexpr char kReason[] = "PEOPLE_INVALID";
  std::vector<costing::Person> people;
  SH_RETURN_IF_ERROR(ForEachRow(path, kReason, {"person", "segment", "long_term_conditions", "index_day"}, 1,
                                [&people](const CsvRows& rows, const std::vector<absl::string_view>& fields) {
    if (people.size() == kPeopleMax) return RowInvalid(kReason, rows, "person", "too many people");
    costing::Person person = {.segment = fields[1].empty() ? "all" : std::string(fields[1])};
    if (!absl::SimpleAtoi(fields[0], &person.person)) return RowInvalid(kReason, rows, "person", "must be a number");
    int conditions = 0;
    if (!fields[2].empty()) {
      if (!absl::SimpleAtoi(fields[2], &conditions) || conditions < 0) {
        return RowInvalid(kReason, rows, "long_term_conditions", "must be 0 or more");
      }
      person.conditions = conditions;
    }
    if (!fields[3].empty()) {
      const absl::StatusOr<CivilDay> day = CivilDay::Parse(fields[3]);
      if (!day.ok()) return RowInvalid(kReason, rows, "index_day", "must be a day, as 2025-04-01");
      person.index_day = *day;
    }
    people.push_back(std::move(person));
    return absl::OkStatus();
  }));
  return people;
}

// Reads the events of one sector.
class EventReader {
 public:
  EventReader(size_t sector, Crosswalk& crosswalk, AcrossSectors& data)
      : sector_(sector), crosswalk_(crosswalk), coverage_(data.coverage.back()), events_(data.events), kinds_(data.kinds) {
    for (size_t i = 0; i < kinds_.size(); ++i) kind_numbers_.emplace(kinds_[i], i);
  }

  // Kinds of care are read where they are there; with `needs_kinds` they have to be.
  absl::Status Read(const std::string& path, bool needs_kinds) {
    SH_RETURN_IF_ERROR(ForEachRow(path, kReason, {"event", "start_date", "end_date", "cost", "point_of_delivery", "currency", "feed"},
                                  needs_kinds ? 6 : 4,
                                  [this](const CsvRows& rows, const std::vector<absl::string_view>& fields) {
                                    return Add(rows, fields);
                                  }));
    for (const auto& [person, part] : certain_) costing::AddPerson(part, coverage_.certain);
    for (const auto& [person, part] : probable_) costing::AddPerson(part, coverage_.probable);
    return absl::OkStatus();
  }

 private:
  static constexpr char kReason[] = "LINES_MALFORMED";

  absl::Status Add(const CsvRows& rows, const std::vector<absl::string_view>& fields) {
    const absl::StatusOr<Money> cost = Money::Parse(fields[3]);
    // One that has not ended is dated by its beginning.
    const absl::StatusOr<CivilDay> day = CivilDay::Parse(fields[2].empty() ? fields[1] : fields[2]);
    const absl::StatusOr<CivilDay> start = CivilDay::Parse(fields[1]);
    if (!cost.ok()) return RowInvalid(kReason, rows, "cost", "must be an amount");
    if (!day.ok()) return RowInvalid(kReason, rows, "end_date", "must be a day");
    if (!start.ok()) return RowInvalid(kReason, rows, "start_date", "must be a day");
    // If all sizes together fit, every sum of some of them does.
    SH_ASSIGN_OR_RETURN(size_of_all_, *cost < Money(0) ? Subtract(size_of_all_, *cost) : safehaven::Add(size_of_all_, *cost));
    SH_ASSIGN_OR_RETURN(const LinkedRecord* linked, Find(rows, fields[6], fields[0]));
    if (linked == nullptr) {
      costing::AddPerson({1, *cost}, coverage_.unlinked);
      return absl::OkStatus();
    }
    costing::SectorCost& part = (linked->is_certain ? certain_ : probable_)[linked->person];
    ++part.activity;
    part.cost = Money(part.cost.e8_pounds() + cost->e8_pounds());
    events_.push_back({.person = linked->person,
                       .sector = sector_,
                       .day = *day,
                       .cost = *cost,
                       .is_certain = linked->is_certain,
                       .kind = KindOf(fields[4], fields[5]),
                       .stay_days = std::max(day->days_since_1970() - start->days_since_1970(), 0)});
    return absl::OkStatus();
  }

  size_t KindOf(absl::string_view point_of_delivery, absl::string_view currency) {
    const auto [at, is_new] =
        kind_numbers_.emplace(costing::CareKind{std::string(point_of_delivery), std::string(currency)}, kinds_.size());
    if (is_new) kinds_.push_back(at->first);
    return at->second;
  }

  // The record's link; null if it has none. Ids are unique within a feed only.
  absl::StatusOr<const LinkedRecord*> Find(const CsvRows& rows, absl::string_view feed, absl::string_view record_id) {
    const LinkedRecord* none = nullptr;
    if (!feed.empty()) {
      const auto exact = crosswalk_.find(LinkKey(coverage_.sector, feed, record_id));
      if (exact != crosswalk_.end()) return &exact->second;
    }
    const auto at = crosswalk_.find(LinkKey(coverage_.sector, "", record_id));
    if (at == crosswalk_.end()) return none;
    const size_t number = feeds_.emplace(feed, feeds_.size()).first->second;
    if (at->second.feed.value_or(number) != number) {
      return RowInvalid("EVENT_AMBIGUOUS", rows, "event", "another feed has an event of that id: name the feed in the crosswalk");
    }
    at->second.feed = number;
    return &at->second;
  }

  const size_t sector_;
  Crosswalk& crosswalk_;
  Coverage& coverage_;
  std::vector<costing::PersonEvent>& events_;
  std::vector<costing::CareKind>& kinds_;
  std::map<costing::CareKind, size_t> kind_numbers_;
  Money size_of_all_;
  absl::flat_hash_map<std::string, size_t> feeds_;
  absl::flat_hash_map<uint64_t, costing::SectorCost> certain_, probable_;  // by person
};

std::string Pounds(costing::FineMoney money) {
  // Whole pounds: the range is no more exact than that.
  return money.ToString(0);
}

absl::StatusOr<std::map<std::string, int64_t>> ReadPlanned(const std::string& path) {
  static constexpr char kReason[] = "BUDGET_INVALID";
  std::map<std::string, int64_t> planned;
  SH_RETURN_IF_ERROR(ForEachRow(path, kReason, {"segment", "persons"}, 2,
                                [&planned](const CsvRows& rows, const std::vector<absl::string_view>& fields) {
    int64_t persons = 0;
    if (!absl::SimpleAtoi(fields[1], &persons) || persons < 0 || persons > costing::kPlannedPersonsMax) {
      return RowInvalid(kReason, rows, "persons", absl::StrCat("must be 0 to ", costing::kPlannedPersonsMax));
    }
    planned[std::string(fields[0])] = persons;
    return absl::OkStatus();
  }));
  return planned;
}

std::map<std::string, costing::FineMoney> ShownMeans(const ShownTable& segments, Links links) {
  std::map<std::string, costing::FineMoney> means;
  for (const auto& [key, value] : segments.Shown(links, Measure::kCostPerHead)) {
    means.emplace(key.front(), costing::FineMoney(Money(value.amount)));
  }
  return means;
}

// To two significant digits: a range is no more exact than that.
costing::FineMoney RoundMargin(costing::FineMoney margin) {
  int128 unit = 1;
  while (margin.e16_pounds() / unit >= 100) unit *= 10;
  return costing::FineMoney((margin.e16_pounds() + unit / 2) / unit * unit);
}

costing::FineMoney Plus(costing::FineMoney a, costing::FineMoney b) { return a += b; }

// Made of means that segments.csv shows: whoever plans for a million knows no more of one.
std::string BudgetCsv(const PersonCosts& costs, const ShownTable& segments, const std::map<std::string, int64_t>& planned) {
  const costing::BudgetMeans means = {ShownMeans(segments, Links::kAll), ShownMeans(segments, Links::kCertain)};
  const costing::Budget budget = costing::SimulateBudget(costs, planned, means);
  bool has_all = true, has_certain = true;
  std::string csv = "segment,planned_persons,mean,budget,low,high,low_with_certain_links\n";
  for (const costing::BudgetLine& line : budget.lines) {
    const bool is_shown = means.all.contains(line.segment);
    has_all = has_all && is_shown;
    has_certain = has_certain && means.certain.contains(line.segment);
    AppendCsvRow(&csv, {line.segment, absl::StrCat(line.planned_persons), is_shown ? Pounds(line.mean) : kSuppressedMark,
                        is_shown ? Pounds(line.budget) : kSuppressedMark, "", "", ""});
  }
  for (const std::string& segment : budget.unknown_segments) {
    AppendCsvRow(&csv, {segment, absl::StrCat(planned.at(segment)), "nobody is in it", "", "", "", ""});
  }
  const costing::FineMoney margin = RoundMargin(budget.high - budget.total);
  const costing::FineMoney total_certain = Plus(budget.low_certain, budget.high - budget.total);
  const auto shown = [](bool may_be, costing::FineMoney money) { return may_be ? Pounds(money) : kSuppressedMark; };
  AppendCsvRow(&csv, {"all", "", "", shown(has_all, budget.total), shown(has_all, budget.total - margin),
                      shown(has_all, Plus(budget.total, margin)), shown(has_all && has_certain, total_certain - margin)});
  return csv;
}

// By sector, of the people whom `sectors` shows by segment: where that withholds a part of a
// sector, and where one kind of link is withheld, both are, or the sum would give it back.
absl::StatusOr<std::string> CoverageCsv(const std::vector<Coverage>& coverage, const ShownTable& sectors,
                                        const DisclosureRules& rules) {
  std::set<std::string> withheld;
  for (const std::vector<std::string>& key : sectors.WithheldKeys()) withheld.insert(key.back());
  CostTable table = {.dimensions = {"sector", "link"},
                     .measures = {Measure::kPersons, Measure::kActivity, Measure::kCost},
                     .cells = {},
                     .total = std::nullopt};
  for (const Coverage& of : coverage) {
    for (const auto& [name, cell] : {std::pair("certain", &of.certain), std::pair("probable", &of.probable),
                                     std::pair("unlinked", &of.unlinked)}) {
      table.cells.push_back(*cell);
      table.cells.back().key = {of.sector, name};
    }
  }
  SH_ASSIGN_OR_RETURN(const ReleasableTable safe, Protect(std::move(table), rules));
  const auto is_linked = [](const ReleasedCell& cell) { return cell.key[1] != "unlinked"; };
  for (const ReleasedCell& cell : safe.cells()) {
    const bool lacks = std::any_of(cell.values.begin(), cell.values.end(), [](const ReleasedValue& value) { return value.suppressed; });
    if (is_linked(cell) && lacks) withheld.insert(cell.key[0]);
  }
  std::string csv = "sector,link,persons,activity,cost\n";
  for (const ReleasedCell& cell : safe.cells()) {
    std::vector<std::string> fields = cell.key;
    for (size_t i = 0; i < cell.values.size(); ++i) {
      const bool is_hidden = is_linked(cell) && withheld.contains(cell.key[0]);
      fields.push_back(ToText(safe.measures()[i], is_hidden ? ReleasedValue() : cell.values[i]));
    }
    AppendCsvRow(&csv, {fields[0], fields[1], fields[2], fields[3], fields[4]});
  }
  return csv;
}

}  // namespace

absl::StatusOr<AcrossSectors> ReadAcrossSectors(const AcrossSectorsOptions& options) {
  AcrossSectors data;
  SH_ASSIGN_OR_RETURN(Crosswalk crosswalk, ReadCrosswalk(options.crosswalk));
  SH_ASSIGN_OR_RETURN(std::vector<costing::Person> people, ReadPeople(options.people));
  const bool needs_kinds = !options.care.prices.empty() || options.care.long_stays;
  std::vector<std::string> sectors;
  for (const auto& [sector, path] : options.events) {
    data.coverage.push_back({.sector = sector});
    SH_RETURN_IF_ERROR(EventReader(sectors.size(), crosswalk, data).Read(path, needs_kinds));
    sectors.push_back(sector);
  }
  SH_ASSIGN_OR_RETURN(data.costs, PersonCosts::Make(std::move(sectors), std::move(people), data.events));
  return data;
}

absl::Status WriteAcrossSectors(const AcrossSectors& data, const AcrossSectorsOptions& options, OutputFolder& folder) {
  const PersonCosts& costs = data.costs;
  const costing::LabelOf segment = [&costs](size_t place) { return costs.people()[place].segment; };
  const costing::LabelOf band = [&costs](size_t place) { return costing::ConditionBand(costs.people()[place].conditions); };
  struct Named {
    std::string name;
    CellSums sums;
    ShownTable::Make make;
  };
  const std::vector<Named> makers = {
      {"segments.csv", CellSums::kDistinctPeople,
       [&](Links links) { return costing::TableByLabel(costs, "segment", segment, links); }},
      {"sectors.csv", CellSums::kByLeadingKeys,
       [&](Links links) { return costing::TableBySector(costs, "segment", segment, links); }},
      {"conditions.csv", CellSums::kDistinctPeople,
       [&](Links links) { return costing::TableByLabel(costs, "long_term_conditions", band, links); }},
      {"concentration.csv", CellSums::kDistinctPeople,
       [&](Links links) {
         const std::vector<std::string> slices = costing::ConcentrationSlices(costs, links);
         return costing::TableByLabel(costs, "costliest", [&slices](size_t place) { return slices[place]; }, links);
       }},
      {"before_index.csv", CellSums::kNone,
       [&](Links links) { return costing::TableBeforeIndex(costs, data.events, options.months, links); }}};
  std::vector<ShownTable> tables;
  for (const Named& named : makers) {
    SH_ASSIGN_OR_RETURN(ShownTable table, ShownTable::Of(named.make, {.sums = named.sums}, options.rules));
    tables.push_back(std::move(table));
  }
  const ShownTable &segments = tables[0], &sectors = tables[1];
  SH_ASSIGN_OR_RETURN(const CareFiles care, MakeCareFiles(data.costs, data.events, data.kinds, sectors, options.care, options.rules));
  for (const auto& [name, csv] : care.files) SH_RETURN_IF_ERROR(folder.Put(name, csv));
  // One total is all tables' total.
  const bool with_total = !care.withhold_any && std::none_of(tables.begin(), tables.end(), [](const ShownTable& table) { return table.WithholdsAny(); });
  for (size_t i = 0; i < tables.size(); ++i) SH_RETURN_IF_ERROR(folder.Put(makers[i].name, tables[i].Csv(with_total)));
  if (!options.planned.empty()) {
    SH_ASSIGN_OR_RETURN(const auto planned, ReadPlanned(options.planned));
    SH_RETURN_IF_ERROR(folder.Put("budget.csv", BudgetCsv(costs, segments, planned)));
  }
  SH_ASSIGN_OR_RETURN(const std::string coverage, CoverageCsv(data.coverage, sectors, options.rules));
  return folder.Put("coverage.csv", coverage);
}

}  // namespace safehaven::cli
