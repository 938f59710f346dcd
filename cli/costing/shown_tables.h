// Tables that leave in one folder, protected together. Each passes Protect(); beyond that, no
// table may give back by subtraction what another one withholds: they are of the same people.
// Only ever hides more than Protect() does. Single-threaded.
#ifndef SAFEHAVEN_CLI_COSTING_SHOWN_TABLES_H_
#define SAFEHAVEN_CLI_COSTING_SHOWN_TABLES_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/disclosure/protect.h"
#include "services/costing/core/person_costs.h"

namespace safehaven::cli {

// How the cells of a table add up to what other tables show.
enum class CellSums {
  kDistinctPeople,  // all cells, of different people, add up to the whole list
  kByLeadingKeys,   // cells with the same leading keys add up to a cell of another table
  kNone,            // no other table shows what they add up to
};

using CellKey = std::vector<std::string>;

struct CellSumsRule {
  CellSums sums = CellSums::kNone;
  size_t leading_key_count = 1;             // of kByLeadingKeys
  std::set<CellKey> sums_to_hide = {};      // leading keys: what their cells add up to may not be had
};

// One table, for certain links and for all.
class ShownTable {
 public:
  using Make = std::function<CostTable(costing::Links)>;
  // The failures of Protect().
  static absl::StatusOr<ShownTable> Of(const Make& make, const CellSumsRule& sums, const DisclosureRules& rules);

  // Withholds each cell whose key is, or begins with, the key of a cell that `other` withholds
  // for the same links.
  void HideWith(const ShownTable& other);

  bool WithholdsAny() const;
  // Keys of all cells, for either kind of links, in order.
  std::set<CellKey> Keys() const;
  // Keys of cells with a figure that is withheld, for either kind of links.
  std::set<CellKey> WithheldKeys() const;
  // A measure of the cells that show it, by key.
  std::map<CellKey, ReleasedValue> Shown(costing::Links links, Measure measure) const;

  // Rows of both kinds of links, in the order of keys, with the totals if `with_total`.
  std::string Csv(bool with_total) const;

 private:
  struct OfLinks {
    ReleasableTable table;
    std::set<CellKey> hidden;  // keys of cells that show nothing
  };
  ShownTable() = default;
  static bool IsWithheld(const OfLinks& of, const ReleasedCell& cell);

  std::vector<OfLinks> of_links_;  // by Links
};

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_SHOWN_TABLES_H_
