#include "cli/costing/shown_tables.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/costing/csv_text.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

using costing::Links;
using Key = std::vector<std::string>;

bool LacksFigure(const ReleasedCell& cell) {
  return std::any_of(cell.values.begin(), cell.values.end(), [](const ReleasedValue& value) { return value.suppressed; });
}

// Cells of different people as one.
CostCell Merge(const std::vector<const CostCell*>& cells) {
  CostCell merged = {.key = cells.front()->key};
  for (const CostCell* cell : cells) {
    merged.persons += cell->persons;
    merged.activity += cell->activity;
    merged.population += cell->population;
    merged.cost = Money(merged.cost.e8_pounds() + cell->cost.e8_pounds());
    for (const Money one : {cell->largest, cell->second_largest}) {
      const auto size = [](Money money) { return std::llabs(money.e8_pounds()); };
      if (size(one) > size(merged.largest)) {
        merged.second_largest = std::exchange(merged.largest, one);
      } else if (size(one) > size(merged.second_largest)) {
        merged.second_largest = one;
      }
    }
  }
  return merged;
}

// Of one group of cells, `withheld` and `shown`, whose sum a reader has: the shown cell that
// has to be withheld too, so that the sum of those that are withheld says nothing of one.
absl::StatusOr<const CostCell*> Complement(const CostTable& table, const std::vector<const CostCell*>& withheld,
                                           const std::vector<const CostCell*>& shown, CellSums sums,
                                           const DisclosureRules& rules) {
  const CostCell* smallest = nullptr;
  if (withheld.empty()) return smallest;
  if (sums == CellSums::kDistinctPeople) {
    CostTable together = {.dimensions = table.dimensions, .measures = table.measures, .cells = {Merge(withheld)}, .total = std::nullopt};
    SH_ASSIGN_OR_RETURN(const ReleasableTable safe, Protect(std::move(together), rules));
    if (safe.suppressed_cell_count() == 0) return smallest;
  }
  for (const CostCell* cell : shown) {
    if (cell->persons == 0) continue;
    if (smallest == nullptr || cell->persons < smallest->persons) smallest = cell;
  }
  return smallest;
}

}  // namespace

absl::StatusOr<ShownTable> ShownTable::Of(const Make& make, CellSums sums, const DisclosureRules& rules) {
  ShownTable shown;
  for (const Links links : {Links::kCertain, Links::kAll}) {
    const CostTable exact = make(links);
    SH_ASSIGN_OR_RETURN(ReleasableTable safe, Protect(exact, rules));
    std::set<Key> hidden;
    std::map<std::string, std::pair<std::vector<const CostCell*>, std::vector<const CostCell*>>> groups;
    for (size_t i = 0; i < exact.cells.size() && sums != CellSums::kNone; ++i) {
      auto& [withheld, shown_cells] = groups[sums == CellSums::kByFirstKey ? exact.cells[i].key.front() : ""];
      (LacksFigure(safe.cells()[i]) ? withheld : shown_cells).push_back(&exact.cells[i]);
    }
    for (const auto& [name, group] : groups) {
      SH_ASSIGN_OR_RETURN(const CostCell* complement, Complement(exact, group.first, group.second, sums, rules));
      if (complement != nullptr) hidden.insert(complement->key);
    }
    shown.of_links_.push_back({std::move(safe), std::move(hidden)});
  }
  return shown;
}

bool ShownTable::IsWithheld(const OfLinks& of, const ReleasedCell& cell) {
  return LacksFigure(cell) || of.hidden.contains(cell.key);
}

std::set<Key> ShownTable::WithheldKeys() const {
  std::set<Key> keys;
  for (const OfLinks& of : of_links_) {
    for (const ReleasedCell& cell : of.table.cells()) {
      if (IsWithheld(of, cell)) keys.insert(cell.key);
    }
  }
  return keys;
}

bool ShownTable::WithholdsAny() const { return !WithheldKeys().empty(); }

std::map<Key, ReleasedValue> ShownTable::Shown(Links links, Measure measure) const {
  const OfLinks& of = of_links_[static_cast<size_t>(links)];
  const std::vector<Measure>& measures = of.table.measures();
  const auto place = static_cast<size_t>(std::find(measures.begin(), measures.end(), measure) - measures.begin());
  std::map<Key, ReleasedValue> shown;
  for (const ReleasedCell& cell : of.table.cells()) {
    if (place < cell.values.size() && !cell.values[place].suppressed && !of.hidden.contains(cell.key)) {
      shown.emplace(cell.key, cell.values[place]);
    }
  }
  return shown;
}

std::string ShownTable::Csv(bool with_total) const {
  const ReleasableTable& any = of_links_.front().table;
  std::string csv;
  for (const std::string& dimension : any.dimensions()) absl::StrAppend(&csv, dimension, ",");
  absl::StrAppend(&csv, "links");
  for (const Measure measure : any.measures()) absl::StrAppend(&csv, ",", Name(measure));
  csv += "\n";
  for (size_t links = 0; links < of_links_.size(); ++links) {
    const OfLinks& of = of_links_[links];
    const auto add = [&](const ReleasedCell& cell) {
      for (size_t i = 0; i < of.table.dimensions().size(); ++i) {
        AppendCsvField(&csv, i < cell.key.size() ? absl::string_view(cell.key[i]) : "all");
        csv += ",";
      }
      absl::StrAppend(&csv, static_cast<Links>(links) == Links::kCertain ? "certain" : "all");
      for (size_t i = 0; i < cell.values.size(); ++i) {
        const ReleasedValue value = of.hidden.contains(cell.key) ? ReleasedValue() : cell.values[i];
        absl::StrAppend(&csv, ",", ToText(of.table.measures()[i], value));
      }
      csv += "\n";
    };
    for (const ReleasedCell& cell : of.table.cells()) add(cell);
    if (with_total && of.table.total()) add(*of.table.total());
  }
  return csv;
}

}  // namespace safehaven::cli
