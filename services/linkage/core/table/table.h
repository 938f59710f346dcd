// A table of a file as it was read: columns of distinct texts and numbers. A million
// rows have a few thousand names between them, so everything that looks at texts is
// done once a distinct text and not once a row. Thread-compatible.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_TABLE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/linkage/core/columns/dictionary.h"

namespace safehaven::linkage {

struct TableColumn {
  std::string name;
  // Distinct values as read, without blanks at either end.
  Dictionary values;
  // By row; kNoCode where nothing is given. Empty in a listed column.
  std::vector<Code> codes;
  // A listed column only names rows, each by another value: its values stand one after
  // the other, value `row` ending at ends[row]. A dictionary would only cost memory.
  std::string listed;
  std::vector<uint32_t> ends;

  bool is_listed() const { return !ends.empty(); }
  absl::string_view ValueAt(size_t row) const {
    if (!is_listed()) return values.text(codes[row]);
    const uint32_t begin = row == 0 ? 0 : ends[row - 1];
    return absl::string_view(listed).substr(begin, ends[row] - begin);
  }
};

// Every column has `row_count` codes.
struct Table {
  // The name of the source.
  std::string name;
  std::vector<TableColumn> columns;
  size_t row_count = 0;

  // The column of that name, or null.
  const TableColumn* Find(absl::string_view column) const {
    for (const TableColumn& candidate : columns) {
      if (candidate.name == column) return &candidate;
    }
    return nullptr;
  }
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_TABLE_H_
