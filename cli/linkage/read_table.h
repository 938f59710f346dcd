// Reads strangers' CSV files for linking on files alone. Where the services' reader
// (libs/ingest/csv.h) refuses, this one makes the best of it and says what it did and
// where: a byte-order mark, another separator, another encoding, rows of the wrong length.
#ifndef SAFEHAVEN_CLI_LINKAGE_READ_TABLE_H_
#define SAFEHAVEN_CLI_LINKAGE_READ_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/table/table.h"

namespace safehaven::cli {

inline constexpr size_t kTableColumnsMax = 512;
inline constexpr size_t kTableBytesMax = size_t{16} << 30;

// A row that is not as the header says.
struct TableFault {
  uint64_t line = 0;  // from 1, as an editor counts
  uint32_t row = 0;   // from 1, without the header
  // ROW_TOO_SHORT (filled up with nothing), ROW_TOO_LONG (more fields than columns),
  // ROW_TOO_LARGE (kTableRowBytesMax) or QUOTE_STRAY (taken as part of the text).
  absl::string_view reason;
  // Is the row left out? One whose values may stand in wrong columns is.
  bool left_out = false;
};

struct ReadTableResult {
  linkage::Table table;
  char separator = ',';
  bool converted = false;         // was not UTF-8: read as Latin-1
  bool carriage_returns = false;  // lines ended in a carriage return alone
  // In order of lines.
  std::vector<TableFault> faults;
  // Of the faults, rows that are left out; ascending.
  std::vector<uint32_t> rows_left_out;

  uint64_t FaultCount(absl::string_view reason) const;
  // The number in the file, from 1 without the header, of record `index` of the table.
  uint32_t RowNumber(uint32_t index) const;
};

// The table in `text`; its first row names the columns. Columns whose name says that they
// number rows, and `truth`, are listed and not put into dictionaries. Blanks around values go, and
// words for "nothing" (NA, NULL, nan, ...) are nothing. INVALID_ARGUMENT with reason
// CSV_EMPTY, CSV_NO_ROWS, CSV_COLUMNS_TOO_MANY, CSV_NUL_BYTE or CSV_QUOTE_UNCLOSED.
absl::StatusOr<ReadTableResult> ParseTable(absl::string_view name, absl::string_view text, absl::string_view truth);

// The same from a file. NOT_FOUND with reason FILE_NOT_READ.
absl::StatusOr<ReadTableResult> ReadTable(absl::string_view name, const std::string& path, absl::string_view truth);

// INVALID_ARGUMENT with reason TOO_MANY_FAULTS, naming the first, if more rows in a
// thousand have a fault.
absl::Status CheckFaults(const ReadTableResult& read, uint64_t fault_per_mille_max);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_READ_TABLE_H_
