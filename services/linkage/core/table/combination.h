// The distinct combinations of values of some columns of one table: a name written
// in two columns is standardised once a combination and not once a row.
// Immutable after construction; thread-safe then. Borrows the table.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_COMBINATION_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_COMBINATION_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/linkage/core/table/table.h"

namespace safehaven::linkage {

class Combination {
 public:
  // O(rows * columns). With no column there is one combination, without values.
  Combination(const Table& table, std::vector<const TableColumn*> columns);

  // Combinations are 0 .. count() - 1; 0 is the one without any value.
  size_t count() const { return rows_of_parts_.size(); }
  uint32_t OfRow(size_t row) const { return of_row_.empty() ? 0 : of_row_[row]; }
  // The value of one column in a combination.
  absl::string_view Text(uint32_t combination, size_t column) const {
    const uint32_t row = rows_of_parts_[combination];
    return row == kNoRow ? absl::string_view() : columns_[column]->ValueAt(row);
  }
  // The values of all columns with a blank between them.
  std::string Joined(uint32_t combination) const;
  size_t column_count() const { return columns_.size(); }

 private:
  static constexpr uint32_t kNoRow = UINT32_MAX;

  std::vector<const TableColumn*> columns_;
  std::vector<uint32_t> of_row_;
  // A row that has the combination.
  std::vector<uint32_t> rows_of_parts_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_COMBINATION_H_
