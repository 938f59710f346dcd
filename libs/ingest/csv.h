// Reads CSV (RFC 4180) from memory, strictly and within limits.
//
// Two kinds of fault: those of the file (a NUL byte, bytes that are not UTF-8, a
// missing or doubled column, an enormous line, a quotation mark that never closes)
// refuse it whole, because what follows cannot be trusted to be what it seems; those
// of a row (too few or too many fields) are reported with their line and the reader
// goes on. It never guesses, trims or repairs. Views point into the text or into the
// reader. Single-threaded.
#ifndef SAFEHAVEN_LIBS_INGEST_CSV_H_
#define SAFEHAVEN_LIBS_INGEST_CSV_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven {

struct CsvLimits {
  size_t line_bytes_max = 65'536;
  size_t column_count_max = 256;
};

// A fault that has a place.
struct RowFault {
  uint64_t line = 0;   // from 1, as an editor counts
  std::string column;  // name of the column; empty if it is the whole row
  std::string reason;  // UPPER_SNAKE
  std::string message;  // what is wrong and what would be right; never the value
};

class CsvReader {
 public:
  // Reads the header. `text` is borrowed and outlives the reader. INVALID_ARGUMENT
  // with metadata "line" and reason CSV_EMPTY, CSV_NUL_BYTE, CSV_NOT_UTF8 (also for a
  // byte-order mark), CSV_LINE_TOO_LONG, CSV_QUOTE_UNCLOSED, CSV_QUOTE_MISPLACED,
  // CSV_COLUMN_DOUBLED or CSV_COLUMNS_TOO_MANY.
  static absl::StatusOr<CsvReader> Make(absl::string_view text, CsvLimits limits);

  const std::vector<std::string>& columns() const { return columns_; }

  // Index of a column, or nothing.
  std::optional<size_t> Find(absl::string_view column) const;

  // Reads the next row. False at the end. On true either `fault()` is set (the row is
  // not usable, CSV_FIELD_COUNT) or `fields()` holds one view per column, valid until
  // the next call. Fails as Make() on a fault of the file.
  absl::StatusOr<bool> Next();

  const std::vector<absl::string_view>& fields() const { return fields_; }
  const std::optional<RowFault>& fault() const { return fault_; }

  // Line at which the current row begins.
  uint64_t line() const { return row_line_; }

  // Bytes read so far: for progress.
  size_t position() const { return position_; }

 private:
  CsvReader(absl::string_view text, CsvLimits limits) : text_(text), limits_(limits) {}

  // Splits the row at position_ into fields_. OK with false at the end of the text.
  absl::StatusOr<bool> ReadRow();
  absl::Status ReadQuoted();
  absl::Status FileFault(absl::string_view reason, absl::string_view message) const;

  absl::string_view text_;
  CsvLimits limits_;
  std::vector<std::string> columns_;
  std::vector<absl::string_view> fields_;
  // Fields with doubled quotation marks, undone; as many as a row had at most.
  std::vector<std::string> unquoted_;
  size_t unquoted_count_ = 0;
  std::optional<RowFault> fault_;
  size_t position_ = 0;
  size_t row_begin_ = 0;
  uint64_t line_ = 1;
  uint64_t row_line_ = 1;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_INGEST_CSV_H_
