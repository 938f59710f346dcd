// What the values of a column look like, for recognising columns whose name says
// little. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_COLUMN_FACTS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_COLUMN_FACTS_H_

#include <cstdint>
#include <optional>

#include "services/linkage/core/standardise/date_text.h"
#include "services/linkage/core/table/table.h"

namespace safehaven::linkage {

// At most so many distinct values of a column are looked at, those first met.
inline constexpr size_t kFactsValuesMax = 5'000;

// Shares are of the distinct values looked at, 0 to 1.
struct ColumnFacts {
  uint64_t rows = 0;
  uint64_t filled = 0;
  uint64_t distinct = 0;
  double letters_only = 0;      // letters, blanks, hyphens, apostrophes, full stops, one comma
  double digits_only = 0;
  double dates = 0;             // with a year and two more parts
  double emails = 0;
  double phones = 0;            // 7 to 15 digits with blanks, +, -, brackets, and a sign of these
  double uk_postcodes = 0;
  double sexes = 0;             // a code or word for a sex
  double nhs_numbers = 0;       // ten digits with a correct check digit
  double given_names = 0;       // first word, or first after a comma, of the list of given names
  double addresses = 0;         // a number and a word of two letters or more
  double one_word = 0;
  double length_mean = 0;
  uint64_t years = 0;           // distinct years of dates
  // Whole numbers that fill their range: numbers of rows.
  bool consecutive = false;

  double FilledShare() const { return rows == 0 ? 0 : static_cast<double>(filled) / static_cast<double>(rows); }
  // 1: every value occurs once.
  double DistinctShare() const {
    return filled == 0 ? 0 : static_cast<double>(distinct) / static_cast<double>(filled);
  }
};

// Facts of one column. O(rows + values looked at).
ColumnFacts FactsOf(const TableColumn& column);

// Adds the votes of all values of a column for the order of day and month.
void VoteOrders(const TableColumn& column, OrderVotes& votes);

// The order that the votes are for, if they are for any.
std::optional<DateOrder> OrderOf(const OrderVotes& votes);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_COLUMN_FACTS_H_
