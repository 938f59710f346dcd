#include "libs/disclosure/protect.h"

#include <algorithm>
#include <array>
#include <limits>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/disclosure/rounding.h"

namespace safehaven {
namespace {

constexpr std::array<absl::string_view, 5> kMeasureNames = {"activity", "cost", "cost_per_head", "persons",
                                                            "population"};
constexpr int64_t kPenny = kMoneyUnitsPerPound / 100;

ReleasedValue Shown(int64_t amount) { return {.suppressed = false, .amount = amount}; }

bool NeedsPopulation(const std::vector<Measure>& measures) {
  return std::any_of(measures.begin(), measures.end(), [](Measure measure) {
    return measure == Measure::kPopulation || measure == Measure::kCostPerHead;
  });
}

absl::Status CheckRules(const DisclosureRules& rules) {
  if (rules.count_min < 1 || rules.rounding_base < 1 || rules.p_percent < 0 || rules.p_percent > 100) {
    return InvalidArgument("DISCLOSURE_RULES_INVALID", "a parameter of disclosure control is out of range");
  }
  return absl::OkStatus();
}

absl::Status CheckCell(const CostCell& cell, bool needs_population) {
  const bool counts_hold = cell.persons >= 0 && cell.population >= 0 && cell.activity >= cell.persons;
  const bool empty_is_empty = cell.persons > 0 || (cell.activity == 0 && cell.cost == Money(0) &&
                                                   cell.largest == Money(0) && cell.second_largest == Money(0));
  const bool population_holds = !needs_population || cell.population >= cell.persons;
  if (counts_hold && empty_is_empty && population_holds) return absl::OkStatus();
  return Internal("TABLE_INCONSISTENT", "a cell's figures contradict each other");
}

absl::Status CheckTable(const CostTable& table) {
  const bool needs_population = NeedsPopulation(table.measures);
  for (size_t i = 0; i < table.cells.size(); ++i) {
    SH_RETURN_IF_ERROR(CheckCell(table.cells[i], needs_population));
    const bool in_order = table.cells[i].key.size() == table.dimensions.size() &&
                          (i == 0 || table.cells[i - 1].key != table.cells[i].key);
    if (!in_order) return Internal("TABLE_INCONSISTENT", "two cells have one key, or a key has a wrong length");
  }
  if (table.total) SH_RETURN_IF_ERROR(CheckCell(*table.total, needs_population));
  if (table.people_left_out < 0) return Internal("TABLE_INCONSISTENT", "a count is below 0");
  return absl::OkStatus();
}

// A count of `events` that `people` are behind (rules 1, 2 and 6).
ReleasedValue Count(int64_t events, int64_t people, const DisclosureRules& rules) {
  if (people == 0) return Shown(0);
  if (people < rules.count_min) return {};
  const int128 rounded = RoundToMultiple(events, rules.rounding_base);
  if (rounded == 0 || rounded > std::numeric_limits<int64_t>::max()) return {};
  return Shown(static_cast<int64_t>(rounded));
}

ReleasedValue Cost(const CostCell& cell, const DisclosureRules& rules) {
  if (cell.persons == 0) return Shown(0);
  if (cell.persons < rules.count_min) return {};
  const std::optional<RoundedMoney> rounded =
      RoundForLargest({cell.cost, cell.largest, cell.second_largest}, rules.p_percent);
  return rounded ? Shown(rounded->amount.e8_pounds()) : ReleasedValue();
}

// Of two figures that may be shown already, to the penny (rule 4).
ReleasedValue CostPerHead(ReleasedValue cost, ReleasedValue population) {
  if (cost.suppressed || population.suppressed) return {};
  if (population.amount == 0) return Shown(0);
  const int128 pennies_times_heads = RoundToMultiple(cost.amount, int128{kPenny} * population.amount);
  return Shown(static_cast<int64_t>(pennies_times_heads / population.amount));
}

ReleasedCell ProtectCell(CostCell cell, const std::vector<Measure>& measures, const DisclosureRules& rules) {
  ReleasedCell released{.key = std::move(cell.key), .values = {}};
  const ReleasedValue cost = Cost(cell, rules);
  const ReleasedValue population = Count(cell.population, cell.population, rules);
  for (const Measure measure : measures) {
    switch (measure) {
      case Measure::kActivity: released.values.push_back(Count(cell.activity, cell.persons, rules)); break;
      case Measure::kCost: released.values.push_back(cost); break;
      case Measure::kCostPerHead: released.values.push_back(CostPerHead(cost, population)); break;
      case Measure::kPersons: released.values.push_back(Count(cell.persons, cell.persons, rules)); break;
      case Measure::kPopulation: released.values.push_back(population); break;
    }
  }
  return released;
}

bool IsWithheld(const ReleasedCell& cell) {
  return std::any_of(cell.values.begin(), cell.values.end(),
                     [](const ReleasedValue& value) { return value.suppressed; });
}

}  // namespace

absl::string_view Name(Measure measure) { return kMeasureNames[static_cast<size_t>(measure)]; }

absl::StatusOr<Measure> ParseMeasure(absl::string_view name) {
  for (size_t i = 0; i < kMeasureNames.size(); ++i) {
    if (kMeasureNames[i] == name) return static_cast<Measure>(i);
  }
  return InvalidArgument("NAME_UNKNOWN", "no such measure");
}

int64_t ReleasableTable::suppressed_cell_count() const {
  return std::count_if(cells_.begin(), cells_.end(), IsWithheld);
}

absl::StatusOr<ReleasableTable> Protect(CostTable table, const DisclosureRules& rules) {
  SH_RETURN_IF_ERROR(CheckRules(rules));
  SH_RETURN_IF_ERROR(CheckTable(table));
  ReleasableTable released;
  released.dimensions_ = std::move(table.dimensions);
  released.measures_ = std::move(table.measures);
  released.cells_.reserve(table.cells.size());
  for (CostCell& cell : table.cells) {
    released.cells_.push_back(ProtectCell(std::move(cell), released.measures_, rules));
  }
  if (table.total && std::none_of(released.cells_.begin(), released.cells_.end(), IsWithheld)) {
    released.total_ = ProtectCell(std::move(*table.total), released.measures_, rules);
  }
  released.people_left_out_ = ProtectCount(table.people_left_out, rules);
  return released;
}

ReleasedValue ProtectCount(int64_t people, const DisclosureRules& rules) { return Count(people, people, rules); }

std::string ToText(Measure measure, ReleasedValue value) {
  if (value.suppressed) return kSuppressedMark;
  if (measure != Measure::kCost && measure != Measure::kCostPerHead) return absl::StrCat(value.amount);
  // Every shown amount is a whole number of pennies.
  const std::string exact = Money(value.amount).ToString();
  return exact.substr(0, exact.size() - 6);
}

std::vector<std::string> Describe(const DisclosureRules& rules) {
  return {
      absl::StrCat("figures of fewer than ", rules.count_min, " people are withheld, with their cost"),
      absl::StrCat("counts are rounded to the nearest ", rules.rounding_base),
      absl::StrCat("costs are rounded so that nobody's own cost is known to within ", rules.p_percent, "%"),
      "costs per head are made of rounded figures; there is no total beside a withheld figure",
  };
}

}  // namespace safehaven
