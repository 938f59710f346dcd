// Splits a stranger's file into rows of fields. Tolerant where the meaning is plain, and
// it says where it was: a quotation mark that opens a field and is followed by more text
// on its line is part of that text; one that never closes, or closes lines later in front
// of more text, is a fault of the file, because the rows between cannot be told apart.
// Single-threaded.
#ifndef SAFEHAVEN_CLI_LINKAGE_TABLE_ROWS_H_
#define SAFEHAVEN_CLI_LINKAGE_TABLE_ROWS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven::cli {

// A longer row is no row of a table of people (the limit of libs/ingest/csv.h).
inline constexpr size_t kTableRowBytesMax = 65'536;

class TableRows {
 public:
  // `name` is that of the input, for messages. `text` is borrowed; its lines end in LF or CRLF.
  TableRows(absl::string_view name, absl::string_view text, char separator)
      : name_(name), text_(text), separator_(separator) {}

  // Reads the next row that is not blank; false at the end. The fields, without blanks
  // around them, live until the next call. INVALID_ARGUMENT with reason
  // CSV_QUOTE_UNCLOSED, which names the line of the mark.
  absl::StatusOr<bool> Next(std::vector<absl::string_view>& fields);

  // The line, from 1, at which the last row began, and its bytes.
  uint64_t line() const { return row_line_; }
  size_t row_bytes() const { return row_bytes_; }
  // Does the last row have a quotation mark that encloses nothing?
  bool stray_quote() const { return stray_quote_; }

 private:
  absl::string_view Unquoted();
  absl::StatusOr<absl::string_view> Quoted();
  absl::string_view Undoubled(absl::string_view value);

  std::string name_;
  absl::string_view text_;
  char separator_;
  size_t at_ = 0;
  uint64_t line_ = 1;
  uint64_t row_line_ = 1;
  size_t row_bytes_ = 0;
  bool stray_quote_ = false;
  // Values with doubled marks, undone; as many as a row had at most.
  std::vector<std::unique_ptr<std::string>> undoubled_;
  size_t undoubled_count_ = 0;
};

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_TABLE_ROWS_H_
