// Disclosure control: the only way from an exact table to one that may be shown.
//
// The rules (docs/architecture.md, "Protection"; NHS Digital's practice for HES and
// ECDS at sub-national level since September 2018 for the threshold and the base):
//
// 1. A cell with 1 to count_min - 1 distinct people shows nothing: neither people nor
//    events nor cost. A shown cost with a hidden count would tell a bound of the count.
// 2. Counts are rounded to the nearest multiple of rounding_base, halves up.
// 3. Costs are rounded no finer than the largest contributor allows (rounding.h).
// 4. A cost per head is the shown cost over the shown population, so it tells nothing
//    that these two do not.
// 5. Populations and the number of people left out are counts like others.
// 6. 0 is shown only where there is no person at all.
// 7. The total over all cells is shown only if every figure of every cell is, or it
//    would give a withheld figure back by subtraction.
// 8. Whatever is withheld for whatever reason looks the same.
//
// What it does not do: it knows one table, not what the same reader has seen before.
// Pure; thread-safe.
#ifndef SAFEHAVEN_LIBS_DISCLOSURE_PROTECT_H_
#define SAFEHAVEN_LIBS_DISCLOSURE_PROTECT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/disclosure/cost_table.h"

namespace safehaven {

// The text of every figure that is withheld.
inline constexpr char kSuppressedMark[] = "suppressed";

struct DisclosureRules {
  int64_t count_min = 8;      // 1 or more
  int64_t rounding_base = 5;  // 1 or more
  int64_t p_percent = 10;     // 0 to 100
};

// One figure that may be shown, or the mark in its place.
struct ReleasedValue {
  bool suppressed = true;
  int64_t amount = 0;  // a count, or 1e-8 pounds; 0 if suppressed
  friend bool operator==(const ReleasedValue&, const ReleasedValue&) = default;
};

struct ReleasedCell {
  std::vector<std::string> key;
  std::vector<ReleasedValue> values;  // one a measure
};

// A table that has passed disclosure control. Only Protect() can make one.
class ReleasableTable {
 public:
  const std::vector<std::string>& dimensions() const { return dimensions_; }
  const std::vector<Measure>& measures() const { return measures_; }
  const std::vector<ReleasedCell>& cells() const { return cells_; }
  // Its key is empty. Nothing if it was not asked for, or may not be shown.
  const std::optional<ReleasedCell>& total() const { return total_; }
  ReleasedValue people_left_out() const { return people_left_out_; }
  // Cells with at least one figure that is withheld.
  int64_t suppressed_cell_count() const;

 private:
  friend absl::StatusOr<ReleasableTable> Protect(CostTable table, const DisclosureRules& rules);
  ReleasableTable() = default;

  std::vector<std::string> dimensions_;
  std::vector<Measure> measures_;
  std::vector<ReleasedCell> cells_;
  std::optional<ReleasedCell> total_;
  ReleasedValue people_left_out_;
};

// INVALID_ARGUMENT with reason DISCLOSURE_RULES_INVALID for rules out of range;
// INTERNAL with reason TABLE_INCONSISTENT, and nothing shown, for a table whose
// figures contradict each other (cost without people, more people than population
// where a population is asked for, keys that are not in order).
absl::StatusOr<ReleasableTable> Protect(CostTable table, const DisclosureRules& rules);

// A count of people under rules 1, 2, 5 and 6; for a number that stands outside any
// table. Rules as Protect() accepts them.
ReleasedValue ProtectCount(int64_t people, const DisclosureRules& rules);

// The figure as text: a whole number, pounds with two decimals, or the mark.
std::string ToText(Measure measure, ReleasedValue value);

// The rules in words, for the reader of an answer.
std::vector<std::string> Describe(const DisclosureRules& rules);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_DISCLOSURE_PROTECT_H_
