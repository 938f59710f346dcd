// The columns of a row under our names, whatever the file calls them, and the faults of
// rows. Internal to loading feeds. Single-threaded.
#ifndef SAFEHAVEN_CLI_COSTING_ROW_ACCESS_H_
#define SAFEHAVEN_CLI_COSTING_ROW_ACCESS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/costing/feeds.h"
#include "cli/costing/inputs.h"
#include "libs/ingest/csv_rows.h"

namespace safehaven::cli {

// Where one of our columns comes from.
struct ColumnSource {
  static constexpr size_t kNowhere = static_cast<size_t>(-1);

  std::string name;               // ours, for messages
  size_t index = kNowhere;        // of the file's column
  const std::string* constant = nullptr;
  int decimals = 0;

  bool exists() const { return index != kNowhere || constant != nullptr; }
  absl::string_view Of(const CsvRows& row) const {
    if (index != kNowhere) return row.field(index);
    return constant != nullptr ? absl::string_view(*constant) : absl::string_view();
  }
};

// `input` outlives the result.
ColumnSource FindColumn(const CsvRows& rows, const InputFile& input, const std::string& name);

// COLUMN_MISSING with metadata "column" if there is none.
absl::StatusOr<ColumnSource> RequireColumn(const CsvRows& rows, const InputFile& input, const std::string& name);

// Counts a fault of the row and keeps it if there is room.
void Reject(const CsvRows& row, const std::string& column, absl::string_view reason, absl::string_view message,
            DatasetReport& report);

// The row's whole number in a column. False, with the row rejected, if there is none.
inline bool ReadNumber(const CsvRows& row, const ColumnSource& column, int64_t& value, DatasetReport& report) {
  const absl::string_view text = column.Of(row);
  // Up to 17 plain digits: nearly every number of a feed.
  uint64_t digits = 0;
  bool is_plain = !text.empty() && text.size() < 18 && column.decimals == 0;
  for (size_t i = 0; is_plain && i < text.size(); ++i) {
    const auto digit = static_cast<uint64_t>(static_cast<unsigned char>(text[i]) - unsigned{'0'});
    is_plain = digit < 10;
    digits = digits * 10 + digit;
  }
  if (is_plain) {
    value = static_cast<int64_t>(digits);
    return true;
  }
  const absl::StatusOr<int64_t> scaled = ParseScaled(text, column.decimals);
  if (!scaled.ok() || *scaled < 0) {
    Reject(row, column.name, "DRIVER_MALFORMED", "a driver is a number of 0 or more, with no more decimals than are kept",
           report);
    return false;
  }
  value = *scaled;
  return true;
}

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_ROW_ACCESS_H_
