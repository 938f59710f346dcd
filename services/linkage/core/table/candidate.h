// A column under one name over all tables that have it, while it is found out what it
// says about people. Values only; internal to recognising columns. Thread-compatible.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_CANDIDATE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_CANDIDATE_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "services/linkage/core/table/column_facts.h"
#include "services/linkage/core/table/schema.h"

namespace safehaven::linkage {

struct Candidate {
  ColumnRule rule;
  // Of the table with most rows filled.
  ColumnFacts facts;
  // Which tables have the column, ascending.
  std::vector<size_t> tables;
  bool by_name = false;

  bool IsIn(size_t table) const { return std::binary_search(tables.begin(), tables.end(), table); }
  bool IsFurther() const { return rule.use == ColumnUse::kText || rule.use == ColumnUse::kIdentifier; }
};

inline void Ignore(Candidate& candidate, std::string reason) {
  candidate.rule.use = ColumnUse::kIgnored;
  candidate.rule.reason = std::move(reason);
}

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_CANDIDATE_H_
