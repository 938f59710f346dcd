// From tables and a schema to profiles, without a record in between: each distinct
// value is standardised once. A test holds it to the same answer as standardising
// record by record. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_ENCODE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_ENCODE_H_

#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/standardise/standardise.h"
#include "services/linkage/core/table/schema.h"
#include "services/linkage/core/table/table.h"

namespace safehaven::linkage {

// The further fields that a schema fills, in order of first mention.
std::vector<ExtraField> ExtraFieldsOf(const Schema& schema);

struct EncodedTables {
  // Records are numbered through all tables: row r of table t is first_record[t] + r.
  EncodedRows rows;
  std::vector<uint32_t> first_record;
  uint32_t record_count = 0;
  StandardiseReport report;
  // As completed from the data.
  StandardRules rules;
};

// Source i is table i. Default dates, and how old people may be, are learned from the
// tables if `learn`; otherwise `rules` are complete. INVALID_ARGUMENT with reason RECORDS_TOO_MANY or SOURCES_TOO_MANY.
absl::StatusOr<EncodedTables> EncodeTables(std::span<const Table> tables, const Schema& schema,
                                           StandardRules rules, bool learn);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_ENCODE_H_
