#include "services/costing/core/answer.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/axes.h"
#include "services/costing/core/population.h"

namespace safehaven::costing {
namespace {

// Up to this many possible cells have a slot each; beyond it only those that occur.
constexpr uint64_t kDenseCellsMax = 1 << 17;

// Slots for cell numbers: the number itself where there are few, else handed out as
// they occur.
class Slots {
 public:
  explicit Slots(uint64_t cell_count) : dense_(cell_count <= kDenseCellsMax) {
    if (!dense_) return;
    for (uint64_t cell = 0; cell < cell_count; ++cell) cell_of_slot_.push_back(cell);
  }
  size_t Of(uint64_t cell) {
    if (dense_) return static_cast<size_t>(cell);
    const auto [at, is_new] = slot_of_cell_.try_emplace(cell, cell_of_slot_.size());
    if (is_new) cell_of_slot_.push_back(cell);
    return at->second;
  }
  // The slot of a cell that may never have occurred.
  std::optional<size_t> Find(uint64_t cell) const {
    if (dense_) return static_cast<size_t>(cell);
    const auto at = slot_of_cell_.find(cell);
    if (at == slot_of_cell_.end()) return std::nullopt;
    return at->second;
  }
  size_t count() const { return cell_of_slot_.size(); }
  uint64_t cell(size_t slot) const { return cell_of_slot_[slot]; }

 private:
  bool dense_;
  std::vector<uint64_t> cell_of_slot_;
  absl::flat_hash_map<uint64_t, size_t> slot_of_cell_;
};

uint64_t Magnitude(int64_t value) {
  return value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

// What is summed in one cell.
struct Figures {
  int64_t persons = 0;
  int64_t activity = 0;
  WideMoney cost;
  int64_t largest = 0;  // by absolute value, with their signs
  int64_t second_largest = 0;

  void AddPerson(int64_t events, int64_t cost_e8) {
    ++persons;
    activity += events;
    cost += Money(cost_e8);
    if (Magnitude(cost_e8) > Magnitude(largest)) {
      second_largest = std::exchange(largest, cost_e8);
    } else if (Magnitude(cost_e8) > Magnitude(second_largest)) {
      second_largest = cost_e8;
    }
  }
};

// One person's part of a cell, while their rows are read.
struct PersonPart {
  int64_t events = 0;
  int64_t cost_e8 = 0;
};

class Aggregation {
 public:
  Aggregation(const Snapshot& snapshot, const QuestionTables& tables, const PersonSet& counted)
      : people_(*snapshot.people), events_(*snapshot.events), tables_(tables), counted_(counted),
        slots_(tables.cell_count), population_slots_(tables.cell_count) {}

  // Reads everybody's rows once. OUT_OF_RANGE if one person's cost overflows.
  absl::Status Scan() {
    for (size_t place = 0; place < people_.count(); ++place) {
      if (!counted_.Contains(place)) continue;
      const uint64_t person_cell = PersonCell(place);
      if (person_cell >= kLeaveOut) continue;
      const size_t slot = population_slots_.Of(person_cell);
      if (slot >= population_.size()) population_.resize(population_slots_.count());
      ++population_[slot];
      ++population_total_;
      SH_RETURN_IF_ERROR(ScanRows(place, person_cell));
    }
    return absl::OkStatus();
  }

  // Cells of every combination of values that occur.
  absl::Status Write(CostTable& table) const {
    std::vector<std::vector<uint32_t>> values = OccurringValues();
    uint64_t cell_count = 1;
    for (const std::vector<uint32_t>& of_axis : values) {
      if (__builtin_mul_overflow(cell_count, of_axis.size(), &cell_count) || cell_count > kCellsMax) {
        return Failure(absl::StatusCode::kInvalidArgument, "TABLE_TOO_LARGE",
                       absl::StrCat("the table would have more than ", kCellsMax,
                                    " cells: filter, or ask for fewer dimensions"));
      }
    }
    std::vector<size_t> at(values.size(), 0);
    for (uint64_t i = 0; i < cell_count; ++i) {
      uint64_t cell = 0, person_cell = 0;
      std::vector<std::string> key;
      for (size_t axis = 0; axis < values.size(); ++axis) {
        const uint32_t label = values[axis][at[axis]];
        key.push_back(tables_.axes[axis].labels[label]);
        cell += label * tables_.axes[axis].stride;
        if (tables_.axes[axis].of_person) person_cell += label * tables_.axes[axis].stride;
      }
      SH_ASSIGN_OR_RETURN(CostCell written, ToCell(std::move(key), FiguresOf(cell), PopulationOf(person_cell)));
      table.cells.push_back(std::move(written));
      for (size_t axis = values.size(); axis-- > 0 && ++at[axis] == values[axis].size();) at[axis] = 0;
    }
    if (values.empty()) return absl::OkStatus();
    SH_ASSIGN_OR_RETURN(table.total, ToCell({}, total_, population_total_));
    return absl::OkStatus();
  }

 private:
  uint64_t PersonCell(size_t place) const {
    uint64_t cell = 0;
    for (size_t column = 0; column < kPersonColumnCount; ++column) {
      cell += tables_.of_person[column][people_.Column(static_cast<PersonColumn>(column))[place]];
    }
    return cell;
  }

  uint64_t EventCell(size_t row) const {
    const auto& [segments, currencies, points_of_delivery, restrictions, days] = tables_.of_event;
    return segments[events_.segment[row]] + currencies[events_.currency[row]] +
           points_of_delivery[events_.point_of_delivery[row]] + restrictions[events_.restriction[row]] +
           days[static_cast<size_t>(events_.end_day[row] - tables_.day_base)];
  }

  // The rows of one person stand side by side, so their cells are few and each
  // cell's people are counted by ending the person.
  absl::Status ScanRows(size_t place, uint64_t person_cell) {
    PersonPart whole;
    for (size_t row = events_.first_row[place]; row < events_.first_row[place + 1]; ++row) {
      const uint64_t event_cell = EventCell(row);
      if (event_cell >= kLeaveOut) continue;
      const size_t slot = slots_.Of(person_cell + event_cell);
      if (slot >= figures_.size()) {
        figures_.resize(slots_.count());
        parts_.resize(slots_.count());
      }
      PersonPart& part = parts_[slot];
      if (part.events++ == 0) touched_.push_back(slot);
      ++whole.events;
      if (__builtin_add_overflow(part.cost_e8, events_.cost_e8[row], &part.cost_e8) ||
          __builtin_add_overflow(whole.cost_e8, events_.cost_e8[row], &whole.cost_e8)) {
        return Failure(absl::StatusCode::kOutOfRange, "MONEY_OVERFLOW", "a person's cost does not fit 64 bits");
      }
    }
    for (const size_t slot : touched_) {
      figures_[slot].AddPerson(parts_[slot].events, parts_[slot].cost_e8);
      parts_[slot] = {};
    }
    touched_.clear();
    if (whole.events > 0) total_.AddPerson(whole.events, whole.cost_e8);
    return absl::OkStatus();
  }

  // By axis: the labels that a counted person (of person axes) or a counted event has.
  std::vector<std::vector<uint32_t>> OccurringValues() const {
    std::vector<std::vector<bool>> occurs;
    for (const Axis& axis : tables_.axes) occurs.emplace_back(axis.labels.size(), false);
    const auto mark = [&](uint64_t cell, bool of_person) {
      for (size_t i = 0; i < occurs.size(); ++i) {
        const Axis& axis = tables_.axes[i];
        if (axis.of_person == of_person) occurs[i][cell / axis.stride % axis.labels.size()] = true;
      }
    };
    for (size_t slot = 0; slot < population_.size(); ++slot) {
      if (population_[slot] > 0) mark(population_slots_.cell(slot), true);
    }
    for (size_t slot = 0; slot < figures_.size(); ++slot) {
      if (figures_[slot].persons > 0) mark(slots_.cell(slot), false);
    }
    std::vector<std::vector<uint32_t>> values(occurs.size());
    for (size_t i = 0; i < occurs.size(); ++i) {
      for (uint32_t label = 0; label < occurs[i].size(); ++label) {
        if (occurs[i][label]) values[i].push_back(label);
      }
    }
    return values;
  }

  static absl::StatusOr<CostCell> ToCell(std::vector<std::string> key, const Figures& figures, int64_t population) {
    SH_ASSIGN_OR_RETURN(const Money cost, figures.cost.Narrow());
    return CostCell{.key = std::move(key),
                    .persons = figures.persons,
                    .activity = figures.activity,
                    .cost = cost,
                    .largest = Money(figures.largest),
                    .second_largest = Money(figures.second_largest),
                    .population = population};
  }

  int64_t PopulationOf(uint64_t person_cell) const {
    const std::optional<size_t> slot = population_slots_.Find(person_cell);
    return slot && *slot < population_.size() ? population_[*slot] : 0;
  }

  const Figures& FiguresOf(uint64_t cell) const {
    static const Figures kNone;
    const std::optional<size_t> slot = slots_.Find(cell);
    return slot && *slot < figures_.size() ? figures_[*slot] : kNone;
  }

  const People& people_;
  const LinkedEvents& events_;
  const QuestionTables& tables_;
  const PersonSet& counted_;
  Slots slots_;
  Slots population_slots_;
  std::vector<Figures> figures_;   // by slot
  std::vector<PersonPart> parts_;  // by slot; all 0 between people
  std::vector<size_t> touched_;
  std::vector<int64_t> population_;  // by population slot
  int64_t population_total_ = 0;
  Figures total_;
};

}  // namespace

absl::StatusOr<CostTable> Aggregate(const Snapshot& snapshot, const Question& question, const Warrant& warrant) {
  SH_RETURN_IF_ERROR(CheckBinding(snapshot, question, warrant));
  if (question.operation != Operation::kAggregate) {
    return InvalidArgument("FIELD_INVALID", "only an aggregate question has a table for an answer");
  }
  CostTable table;
  table.dimensions = question.dimensions;
  for (const std::string& name : question.measures) {
    SH_ASSIGN_OR_RETURN(const Measure measure, ParseMeasure(name));
    table.measures.push_back(measure);
  }
  SH_ASSIGN_OR_RETURN(const Exclusions exclusions, ApplyObjections(snapshot, question, warrant));
  const PersonSet on_list = snapshot.people->OnList(question.commissioner, question.list_day);
  PersonSet counted = on_list;
  for (size_t place = 0; place < snapshot.people->count(); ++place) {
    if (!exclusions.anywhere.Contains(place)) continue;
    if (on_list.Contains(place)) ++table.people_left_out;
    counted.Erase(place);
  }
  SH_ASSIGN_OR_RETURN(const QuestionTables tables,
                      MakeTables(snapshot, question, ReadableSegments(snapshot, question, warrant)));
  Aggregation aggregation(snapshot, tables, counted);
  SH_RETURN_IF_ERROR(aggregation.Scan());
  SH_RETURN_IF_ERROR(aggregation.Write(table));
  return table;
}

}  // namespace safehaven::costing
