// Standardised rows of a table as values to be encoded. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_ENCODABLE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_ENCODABLE_H_

#include <string>
#include <vector>

#include "services/linkage/core/encoded/encoder.h"
#include "services/linkage/core/table/encode.h"
#include "services/linkage/core/table/schema.h"
#include "services/linkage/core/table/table.h"

namespace safehaven::linkage {

// The fields that the table's columns fill under the schema, by name. Further columns
// keep the name of their field in lower case, with _ for what is no letter or digit.
std::vector<EncodedField> EncodedFieldsOf(const Table& table, const Schema& schema);

// Every row's values for `fields`, and its salt. `encoded` is that of `table` alone. A date
// of birth that standardising drops as impossible is kept as it was typed, as a slip in it
// leaves most of it right; a default date is not.
std::vector<EncodableRecord> EncodableRecordsOf(const Table& table, const Schema& schema, const EncodedTables& encoded,
                                                const std::vector<EncodedField>& fields, EncodingSalt salt);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_ENCODED_ENCODABLE_H_
