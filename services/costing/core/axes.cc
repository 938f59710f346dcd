#include "services/costing/core/axes.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/civil_day.h"
#include "libs/base/status.h"
#include "libs/warrant/catalogue.h"

namespace safehaven::costing {
namespace {

// What a dimension is made of: a column, and the text of each of its values.
struct Source {
  bool of_person = false;
  size_t column = 0;
  std::vector<std::string> text_of_value;
};

Source OfPerson(PersonColumn column, const People& people) {
  return {true, static_cast<size_t>(column), people.Labels(column)};
}

Source OfEvent(EventColumn column, std::vector<std::string> texts) {
  return {false, static_cast<size_t>(column), std::move(texts)};
}

std::vector<std::string> Months(const LinkedEvents& events) {
  std::vector<std::string> months;
  for (int32_t day = events.end_day_min; day <= events.end_day_max; ++day) {
    const CivilDay civil(day);
    months.push_back(absl::StrFormat("%04d-%02d", civil.year(), civil.month()));
  }
  return months;
}

std::vector<std::string> Restrictions() {
  std::vector<std::string> names;
  for (int value = 0; value <= static_cast<int>(Restriction::kGenderRecognition); ++value) {
    names.emplace_back(Name(static_cast<Restriction>(value)));
  }
  return names;
}

std::optional<Source> FindSource(absl::string_view dimension, const Snapshot& snapshot) {
  const People& people = *snapshot.people;
  const LinkedEvents& events = *snapshot.events;
  if (dimension == "age_band") return OfPerson(PersonColumn::kAgeBand, people);
  if (dimension == "sex") return OfPerson(PersonColumn::kSex, people);
  if (dimension == "small_area") return OfPerson(PersonColumn::kSmallArea, people);
  if (dimension == "practice") return OfPerson(PersonColumn::kPractice, people);
  if (dimension == "currency") return OfEvent(EventColumn::kCurrency, events.currencies);
  if (dimension == "point_of_delivery") return OfEvent(EventColumn::kPointOfDelivery, events.points_of_delivery);
  if (dimension == "restriction") return OfEvent(EventColumn::kRestriction, Restrictions());
  if (dimension == "month") return OfEvent(EventColumn::kDay, Months(events));
  if (dimension != "dataset" && dimension != "sector") return std::nullopt;
  std::vector<std::string> texts;
  for (const SharedSegment& segment : events.segments) {
    texts.emplace_back(dimension == "dataset" ? absl::string_view(segment->dataset) : SourceOf(segment->dataset));
  }
  return OfEvent(EventColumn::kSegment, std::move(texts));
}

absl::Status FieldInvalid(absl::string_view dimension) {
  return Failure(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                 absl::StrCat("'", dimension, "' is no dimension that costing has"),
                 {{"field", "dimensions"}});
}

// Tables in which every value adds nothing and nothing is left out.
QuestionTables NeutralTables(const Snapshot& snapshot) {
  QuestionTables tables;
  for (size_t column = 0; column < kPersonColumnCount; ++column) {
    tables.of_person[column].resize(snapshot.people->Labels(static_cast<PersonColumn>(column)).size());
  }
  const LinkedEvents& events = *snapshot.events;
  const auto table = [&tables](EventColumn column) -> LookUp& {
    return tables.of_event[static_cast<size_t>(column)];
  };
  table(EventColumn::kSegment).resize(events.segments.size());
  table(EventColumn::kCurrency).resize(events.currencies.size());
  table(EventColumn::kPointOfDelivery).resize(events.points_of_delivery.size());
  table(EventColumn::kRestriction).resize(Restrictions().size());
  table(EventColumn::kDay).resize(static_cast<size_t>(events.end_day_max - events.end_day_min) + 1);
  tables.day_base = events.end_day_min;
  return tables;
}

// Leaves out what is not to be read: other segments, other days, restricted rows.
void LeaveOutUnasked(const Question& question, const std::vector<bool>& readable, QuestionTables& tables) {
  LookUp& segments = tables.of_event[static_cast<size_t>(EventColumn::kSegment)];
  for (size_t i = 0; i < segments.size(); ++i) {
    if (!readable[i]) segments[i] = kLeaveOut;
  }
  LookUp& days = tables.of_event[static_cast<size_t>(EventColumn::kDay)];
  for (size_t i = 0; i < days.size(); ++i) {
    const CivilDay day(tables.day_base + static_cast<int32_t>(i));
    if (day < question.first_day || day > question.last_day) days[i] = kLeaveOut;
  }
  if (AsksForRestricted(question)) return;
  LookUp& restrictions = tables.of_event[static_cast<size_t>(EventColumn::kRestriction)];
  std::fill(restrictions.begin() + 1, restrictions.end(), kLeaveOut);
}

LookUp& TableOf(const Axis& axis, QuestionTables& tables) {
  return axis.of_person ? tables.of_person[axis.column] : tables.of_event[axis.column];
}

}  // namespace

absl::StatusOr<Axis> MakeAxis(absl::string_view dimension, const Snapshot& snapshot) {
  const std::optional<Source> source = FindSource(dimension, snapshot);
  if (!source) return FieldInvalid(dimension);
  Axis axis;
  axis.dimension = std::string(dimension);
  axis.of_person = source->of_person;
  axis.column = source->column;
  axis.labels = source->text_of_value;
  std::sort(axis.labels.begin(), axis.labels.end());
  axis.labels.erase(std::unique(axis.labels.begin(), axis.labels.end()), axis.labels.end());
  for (const std::string& text : source->text_of_value) {
    const auto at = std::lower_bound(axis.labels.begin(), axis.labels.end(), text);
    axis.label_of_value.push_back(static_cast<uint32_t>(at - axis.labels.begin()));
  }
  return axis;
}

absl::StatusOr<QuestionTables> MakeTables(const Snapshot& snapshot, const Question& question,
                                          const std::vector<bool>& readable) {
  QuestionTables tables = NeutralTables(snapshot);
  LeaveOutUnasked(question, readable, tables);
  for (const std::string& dimension : question.dimensions) {
    SH_ASSIGN_OR_RETURN(Axis axis, MakeAxis(dimension, snapshot));
    tables.axes.push_back(std::move(axis));
  }
  // The last dimension varies fastest, so that cells are numbered in order of keys.
  for (size_t i = tables.axes.size(); i-- > 0;) {
    Axis& axis = tables.axes[i];
    axis.stride = tables.cell_count;
    if (__builtin_mul_overflow(tables.cell_count, std::max<uint64_t>(axis.labels.size(), 1), &tables.cell_count) ||
        tables.cell_count >= kLeaveOut / 2) {
      return Failure(absl::StatusCode::kInvalidArgument, "TABLE_TOO_LARGE", "the dimensions have too many values");
    }
    LookUp& table = TableOf(axis, tables);
    for (size_t value = 0; value < table.size(); ++value) table[value] += axis.label_of_value[value] * axis.stride;
  }
  for (const Filter& filter : question.filters) {
    // The snapshot's events were chosen by it (CheckBinding).
    if (filter.dimension == kCostingRunDimension) continue;
    SH_ASSIGN_OR_RETURN(const Axis axis, MakeAxis(filter.dimension, snapshot));
    LookUp& table = TableOf(axis, tables);
    for (size_t value = 0; value < table.size(); ++value) {
      const std::string& label = axis.labels[axis.label_of_value[value]];
      const bool kept = std::find(filter.values.begin(), filter.values.end(), label) != filter.values.end();
      // Once is enough: adding it for each of several reasons could wrap.
      if (!kept) table[value] = kLeaveOut;
    }
  }
  return tables;
}

}  // namespace safehaven::costing
