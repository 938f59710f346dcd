#include "services/costing/core/records.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/axes.h"
#include "services/costing/core/population.h"

namespace safehaven::costing {
namespace {

enum class Item {
  kAgeBand,
  kCost,
  kCurrency,
  kDataset,
  kEndDate,
  kOfLinkage,  // pseudonym and NHS number
  kPointOfDelivery,
  kSector,
  kSex,
  kStartDate,
};

absl::StatusOr<Item> ParseItem(absl::string_view name) {
  if (name == "age_band") return Item::kAgeBand;
  if (name == "cost") return Item::kCost;
  if (name == "currency") return Item::kCurrency;
  if (name == "dataset") return Item::kDataset;
  if (name == "end_date") return Item::kEndDate;
  if (name == "nhs_number" || name == "pseudonym") return Item::kOfLinkage;
  if (name == "point_of_delivery") return Item::kPointOfDelivery;
  if (name == "sector") return Item::kSector;
  if (name == "sex") return Item::kSex;
  if (name == "start_date") return Item::kStartDate;
  return Failure(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                 absl::StrCat("'", name, "' is no item that costing has"), {{"field", "items"}});
}

// A selected row: where it stands, and whose it is (nobody's, if it was stripped).
struct Selected {
  size_t row = 0;
  std::optional<size_t> place;
};

std::string TextOf(Item item, const Selected& selected, const Snapshot& snapshot) {
  const LinkedEvents& events = *snapshot.events;
  const People& people = *snapshot.people;
  const EventSegment& segment = *events.segments[events.segment[selected.row]];
  const size_t row = events.segment_row[selected.row];
  const auto attribute = [&](PersonColumn column) {
    return selected.place ? people.Labels(column)[people.Column(column)[*selected.place]] : std::string();
  };
  switch (item) {
    case Item::kAgeBand: return attribute(PersonColumn::kAgeBand);
    case Item::kCost: return Money(events.cost_e8[selected.row]).ToString();
    case Item::kCurrency: return segment.events.currency.at(row);
    case Item::kDataset: return segment.dataset;
    case Item::kEndDate: return CivilDay(segment.events.end_day[row]).ToString();
    case Item::kOfLinkage: return "";
    case Item::kPointOfDelivery: return segment.events.point_of_delivery.at(row);
    case Item::kSector: return std::string(SourceOf(segment.dataset));
    case Item::kSex: return attribute(PersonColumn::kSex);
    case Item::kStartDate: return CivilDay(segment.events.start_day[row]).ToString();
  }
  return "";
}

// By segment of the snapshot: the exclusions of its source; nullptr if it is not read.
std::vector<const SourceExclusions*> ExclusionsBySegment(const Snapshot& snapshot, const Exclusions& exclusions) {
  std::vector<const SourceExclusions*> by_segment;
  for (const SharedSegment& segment : snapshot.events->segments) {
    const auto at = exclusions.by_source.find(std::string(SourceOf(segment->dataset)));
    by_segment.push_back(at == exclusions.by_source.end() ? nullptr : &at->second);
  }
  return by_segment;
}

bool FiltersByPerson(const QuestionTables& tables) {
  return std::any_of(tables.of_person.begin(), tables.of_person.end(), [](const LookUp& table) {
    return std::find(table.begin(), table.end(), kLeaveOut) != table.end();
  });
}

// Rows to release, in the order of people. Stops one row above the limit.
std::vector<Selected> SelectRows(const Snapshot& snapshot, const QuestionTables& tables, const PersonSet& on_list,
                                 const Exclusions& exclusions) {
  const LinkedEvents& events = *snapshot.events;
  const People& people = *snapshot.people;
  const std::vector<const SourceExclusions*> by_segment = ExclusionsBySegment(snapshot, exclusions);
  const bool filters_by_person = FiltersByPerson(tables);
  const auto& [segments, currencies, points_of_delivery, restrictions, days] = tables.of_event;
  std::vector<Selected> selected;
  for (size_t place = 0; place < people.count(); ++place) {
    if (!on_list.Contains(place)) continue;
    uint64_t person_cell = 0;
    for (size_t column = 0; column < kPersonColumnCount; ++column) {
      person_cell += tables.of_person[column][people.Column(static_cast<PersonColumn>(column))[place]];
    }
    if (person_cell >= kLeaveOut) continue;
    for (size_t row = events.first_row[place]; row < events.first_row[place + 1]; ++row) {
      const uint64_t cell = segments[events.segment[row]] + currencies[events.currency[row]] +
                            points_of_delivery[events.point_of_delivery[row]] +
                            restrictions[events.restriction[row]] +
                            days[static_cast<size_t>(events.end_day[row] - tables.day_base)];
      const SourceExclusions* excluded = by_segment[events.segment[row]];
      if (cell >= kLeaveOut || excluded == nullptr || excluded->removed.Contains(place)) continue;
      const bool stripped = excluded->stripped.Contains(place);
      if (stripped && filters_by_person) continue;
      selected.push_back({row, stripped ? std::nullopt : std::optional<size_t>(place)});
      if (selected.size() > kRecordsMax) return selected;
    }
  }
  return selected;
}

// Rows that look alike are put in the order of their secret keys: it has to be the
// same every time, and must tell neither whose they are nor how they were loaded.
uint32_t CellKeyOf(const Selected& selected, const LinkedEvents& events) {
  return events.segments[events.segment[selected.row]]->cell_keys[events.segment_row[selected.row]];
}

int64_t CountLeftOut(const PersonSet& on_list, const Exclusions& exclusions, size_t people_count) {
  int64_t count = 0;
  for (size_t place = 0; place < people_count; ++place) {
    if (!on_list.Contains(place)) continue;
    for (const auto& [source, of_source] : exclusions.by_source) {
      if (!of_source.removed.Contains(place)) continue;
      ++count;
      break;
    }
  }
  return count;
}

}  // namespace

absl::StatusOr<RecordTable> SelectRecords(const Snapshot& snapshot, const Question& question,
                                          const Warrant& warrant) {
  SH_RETURN_IF_ERROR(CheckBinding(snapshot, question, warrant));
  if (question.operation != Operation::kRecords) {
    return InvalidArgument("FIELD_INVALID", "only a question for records has rows for an answer");
  }
  std::vector<Item> items;
  for (const std::string& name : question.items) {
    SH_ASSIGN_OR_RETURN(const Item item, ParseItem(name));
    items.push_back(item);
  }
  SH_ASSIGN_OR_RETURN(const Exclusions exclusions, ApplyObjections(snapshot, question, warrant));
  SH_ASSIGN_OR_RETURN(const QuestionTables tables,
                      MakeTables(snapshot, question, ReadableSegments(snapshot, question, warrant)));
  const PersonSet on_list = snapshot.people->OnList(question.commissioner, question.list_day);
  const std::vector<Selected> selected = SelectRows(snapshot, tables, on_list, exclusions);
  if (selected.size() > kRecordsMax) {
    return Failure(absl::StatusCode::kResourceExhausted, "TOO_MANY_RECORDS",
                   absl::StrCat("the answer would have more than ", kRecordsMax,
                                " records: ask for fewer days, or filter"));
  }
  struct Sortable {
    Record record;
    uint32_t cell_key = 0;
    RecordKey key{};
  };
  std::vector<Sortable> rows;
  rows.reserve(selected.size());
  for (const Selected& one : selected) {
    Sortable row;
    if (one.place) row.record.person = snapshot.people->person(*one.place);
    for (const Item item : items) row.record.values.push_back(TextOf(item, one, snapshot));
    row.cell_key = CellKeyOf(one, *snapshot.events);
    const EventSegment& segment = *snapshot.events->segments[snapshot.events->segment[one.row]];
    row.key = segment.events.keys[snapshot.events->segment_row[one.row]];
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const Sortable& a, const Sortable& b) {
    return std::tie(a.record.values, a.cell_key, a.key) < std::tie(b.record.values, b.cell_key, b.key);
  });
  RecordTable table;
  table.columns = question.items;
  table.people_left_out = CountLeftOut(on_list, exclusions, snapshot.people->count());
  table.records.reserve(rows.size());
  for (Sortable& row : rows) table.records.push_back(std::move(row.record));
  return table;
}

}  // namespace safehaven::costing
