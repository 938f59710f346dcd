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

// Cells whose sum a reader has, or may not have.
struct Group {
  std::vector<const CostCell*> withheld, shown;
  bool sum_is_hidden = false;
};

// The shown cell of a group that has to be withheld too, so that the sum of those that are
// withheld says nothing of one, or that the sum of all cannot be had; null if none has to.
absl::StatusOr<const CostCell*> Complement(const CostTable& table, const Group& group, CellSums sums,
                                           const DisclosureRules& rules) {
  const CostCell* smallest = nullptr;
  if (group.withheld.empty() && !group.sum_is_hidden) return smallest;
  if (sums == CellSums::kDistinctPeople) {
    CostTable together = {.dimensions = table.dimensions, .measures = table.measures, .cells = {Merge(group.withheld)}, .total = std::nullopt};
    SH_ASSIGN_OR_RETURN(const ReleasableTable safe, Protect(std::move(together), rules));
    if (safe.suppressed_cell_count() == 0) return smallest;
  }
  for (const CostCell* cell : group.shown) {
    if (cell->persons == 0) continue;
    if (smallest == nullptr || cell->persons < smallest->persons) smallest = cell;
  }
  return smallest;
}

}  // namespace

absl::StatusOr<ShownTable> ShownTable::Of(const Make& make, const CellSumsRule& sums, const DisclosureRules& rules) {
  const bool by_keys = sums.sums == CellSums::kByLeadingKeys;
  ShownTable shown;
  for (const Links links : {Links::kCertain, Links::kAll}) {
    const CostTable exact = make(links);
    SH_ASSIGN_OR_RETURN(ReleasableTable safe, Protect(exact, rules));
    std::set<CellKey> hidden;
    std::map<CellKey, Group> groups;
    for (size_t i = 0; i < exact.cells.size() && sums.sums != CellSums::kNone; ++i) {
      const CellKey& key = exact.cells[i].key;
      const CellKey leading = by_keys ? CellKey(key.begin(), key.begin() + static_cast<ptrdiff_t>(sums.leading_key_count)) : CellKey();
      Group& group = groups[leading];
      group.sum_is_hidden = by_keys && sums.sums_to_hide.contains(leading);
      (LacksFigure(safe.cells()[i]) ? group.withheld : group.shown).push_back(&exact.cells[i]);
    }
    for (const auto& [name, group] : groups) {
      SH_ASSIGN_OR_RETURN(const CostCell* complement, Complement(exact, group, sums.sums, rules));
      if (complement != nullptr) hidden.insert(complement->key);
    }
    shown.of_links_.push_back({std::move(safe), std::move(hidden)});
  }
  return shown;
}

bool ShownTable::IsWithheld(const OfLinks& of, const ReleasedCell& cell) {
  return LacksFigure(cell) || of.hidden.contains(cell.key);
}

std::set<CellKey> ShownTable::WithheldKeys() const {
  std::set<CellKey> keys;
  for (const OfLinks& of : of_links_) {
    for (const ReleasedCell& cell : of.table.cells()) {
      if (IsWithheld(of, cell)) keys.insert(cell.key);
    }
  }
  return keys;
}

void ShownTable::HideWith(const ShownTable& other) {
  for (size_t links = 0; links < of_links_.size(); ++links) {
    std::set<CellKey> theirs;
    for (const ReleasedCell& cell : other.of_links_[links].table.cells()) {
      if (IsWithheld(other.of_links_[links], cell)) theirs.insert(cell.key);
    }
    for (const ReleasedCell& cell : of_links_[links].table.cells()) {
      CellKey begin;
      for (const std::string& part : cell.key) {
        begin.push_back(part);
        if (theirs.contains(begin)) of_links_[links].hidden.insert(cell.key);
      }
    }
  }
}

std::set<CellKey> ShownTable::Keys() const {
  std::set<CellKey> keys;
  for (const OfLinks& of : of_links_) {
    for (const ReleasedCell& cell : of.table.cells()) keys.insert(cell.key);
  }
  return keys;
}

bool ShownTable::WithholdsAny() const { return !WithheldKeys().empty(); }

std::map<CellKey, ReleasedValue> ShownTable::Shown(Links links, Measure measure) const {
  const OfLinks& of = of_links_[static_cast<size_t>(links)];
  const std::vector<Measure>& measures = of.table.measures();
  const auto place = static_cast<size_t>(std::find(measures.begin(), measures.end(), measure) - measures.begin());
  std::map<CellKey, ReleasedValue> shown;
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
