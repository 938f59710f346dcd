// Finds out which columns of unknown tables say what about people, from their names
// and from what they hold. It never looks at a truth column, and it leaves out what
// only numbers the rows: such a number would link rows by accident, or give the
// answer away. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_RECOGNISE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_RECOGNISE_H_

#include <optional>
#include <span>
#include <string>

#include "absl/strings/string_view.h"
#include "services/linkage/core/table/schema.h"
#include "services/linkage/core/table/table.h"

namespace safehaven::linkage {

// Lower-case letters and digits of a column's name: "First Name" is "firstname".
std::string CompactName(absl::string_view column);

// The use that a column's name alone suggests, if it suggests one.
std::optional<ColumnUse> UseByName(absl::string_view column);

// The use of every column of the tables. Columns in `left_out` (the truth) are ignored.
Schema Recognise(std::span<const Table> tables, std::span<const std::string> left_out);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_RECOGNISE_H_
