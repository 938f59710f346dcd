// Which column of a table says what about a person. Values only; thread-compatible.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_SCHEMA_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_SCHEMA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/linkage/core/standardise/date_text.h"

namespace safehaven::linkage {

enum class ColumnUse : uint8_t {
  kIgnored,
  kRecordId,           // names the row in the output; never evidence
  kNhsNumber,
  kNhsNumberVerified,  // 1, true or yes: traced at the national register
  kGivenName,          // several are joined in order
  kFamilyName,         // several are joined in order
  kFullName,           // given names, then family name; or family name, comma, given names
  kBirthDate,
  kBirthYear,
  kBirthMonth,
  kBirthDay,
  kSex,
  kPostcode,
  kAddress,            // several are joined in order: house number, street
  kIdentifier,         // a further number of an authority: telephone, e-mail, insurance number
  kText,               // a further text: town, occupation
};

// In lower_snake, as model files have it.
absl::string_view ColumnUseName(ColumnUse use);
std::optional<ColumnUse> ParseColumnUse(absl::string_view name);

struct ColumnRule {
  std::string column;
  ColumnUse use = ColumnUse::kIgnored;
  // Of kIdentifier and kText: the field that the column fills; columns of several
  // tables with one field are compared with one another.
  std::string field;
  // Of kBirthDate: the order in this column, where it is not the schema's.
  std::optional<DateOrder> date_order;
  // Why a recognised column is used so, for the report.
  std::string reason;
};

// A column of that name is used alike in every table. Where a use takes one column and a
// table has several, the first of the table counts.
struct Schema {
  std::vector<ColumnRule> columns;
  DateOrder date_order = DateOrder::kDayFirst;

  // The rule of a column, or null.
  const ColumnRule* Find(absl::string_view column) const {
    for (const ColumnRule& rule : columns) {
      if (rule.column == column) return &rule;
    }
    return nullptr;
  }
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_SCHEMA_H_
