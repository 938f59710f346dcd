// A table of counts and costs before disclosure control: exact, and not to be shown
// to anybody. It carries what Protect() needs to judge a cell (how many people are in
// it, what the largest of them contribute) and never leaves the process that made it.
// Values only; thread-safe.
#ifndef SAFEHAVEN_LIBS_DISCLOSURE_COST_TABLE_H_
#define SAFEHAVEN_LIBS_DISCLOSURE_COST_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/money.h"

namespace safehaven {

// What a column of a table says of each cell. Names as in the catalogue.
enum class Measure {
  kActivity,     // "activity": events
  kCost,         // "cost": pounds
  kCostPerHead,  // "cost_per_head": pounds a registered person
  kPersons,      // "persons": people with at least one event
  kPopulation,   // "population": registered people
};

absl::string_view Name(Measure measure);
// INVALID_ARGUMENT with reason NAME_UNKNOWN for any other text.
absl::StatusOr<Measure> ParseMeasure(absl::string_view name);

// Exact figures of the people who have one combination of the dimensions' values.
struct CostCell {
  std::vector<std::string> key;  // a value a dimension
  int64_t persons = 0;           // distinct people with an event in the cell
  int64_t activity = 0;
  Money cost;
  // The two people of the cell whose own cost is largest, by absolute value.
  Money largest;
  Money second_largest;
  int64_t population = 0;  // distinct registered people; at least `persons`
  friend bool operator==(const CostCell&, const CostCell&) = default;
};

struct CostTable {
  std::vector<std::string> dimensions;
  std::vector<Measure> measures;
  std::vector<CostCell> cells;    // in ascending order of keys, no two alike
  std::optional<CostCell> total;  // the margin over all cells; its key is empty
  int64_t people_left_out = 0;    // distinct people whom an objection kept out
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_DISCLOSURE_COST_TABLE_H_
