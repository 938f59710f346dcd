// Reads the rows of a CSV text (RFC 4180) at memory speed, for feeds of millions of
// rows. The same strictness as csv.h, whose reasons it uses; unlike there,
// only the columns that are asked for are looked at. Views point into the text or into
// the reader. Single-threaded.
#ifndef SAFEHAVEN_LIBS_INGEST_CSV_ROWS_H_
#define SAFEHAVEN_LIBS_INGEST_CSV_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/ingest/csv_index.h"

namespace safehaven {

// Most columns of a file, and longest row.
inline constexpr size_t kCsvColumnsMax = 512;
inline constexpr size_t kCsvRowBytesMax = 65'536;

class CsvRows {
 public:
  // Reads the header. `text` outlives the reader. INVALID_ARGUMENT with metadata "line"
  // and reason CSV_EMPTY, CSV_NUL_BYTE, CSV_NOT_UTF8, CSV_COLUMN_DOUBLED,
  // CSV_COLUMNS_TOO_MANY, or as Next().
  static absl::StatusOr<CsvRows> Make(absl::string_view text);

  const std::vector<std::string>& columns() const { return columns_; }
  // Index of a column, or nothing.
  std::optional<size_t> Find(absl::string_view column) const;

  // The next row. False at the end. A fault of the file (CSV_QUOTE_MISPLACED,
  // CSV_QUOTE_UNCLOSED, CSV_LINE_TOO_LONG) fails; a row with another number of fields
  // than the header is there with has_all_fields() false.
  absl::StatusOr<bool> Next();

  bool has_all_fields() const { return field_count_ == columns_.size(); }
  size_t field_count() const { return field_count_; }
  // Field `index` of the row, until the next call of Next(); below field_count().
  absl::string_view field(size_t index) const { return fields_[index]; }

  // Bytes of the first row after the header, with its line end: to reserve room by.
  size_t first_row_bytes() const;

  // The line at which the row begins, from 1, as an editor counts.
  uint64_t line() const { return line_; }

 private:
  explicit CsvRows(absl::string_view text);

  void Refill();
  absl::Status Fault(absl::string_view reason, absl::string_view message) const;
  absl::StatusOr<absl::string_view> Unquote(absl::string_view field);

  absl::string_view text_;
  std::vector<std::string> columns_;
  std::vector<absl::string_view> fields_;
  std::vector<std::string> unquoted_;
  size_t unquoted_count_ = 0;
  size_t field_count_ = 0;
  // Structural offsets of the window [window_begin_, window_end_) of the text.
  std::vector<uint32_t> offsets_;
  size_t offset_count_ = 0;
  size_t next_offset_ = 0;
  size_t window_begin_ = 0;
  size_t window_end_ = 0;
  QuoteState state_;
  size_t position_ = 0;   // where the next field begins
  size_t row_begin_ = 0;
  uint64_t line_ = 0;
  uint64_t next_line_ = 1;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_INGEST_CSV_ROWS_H_
