// Reads strangers' CSV files for linking on files alone. Where the services' reader
// (libs/ingest/csv.h) refuses, this one makes the best of it and says what it did: a
// byte-order mark, another separator, another encoding, rows too short or too long.
#ifndef SAFEHAVEN_CLI_LINKAGE_READ_TABLE_H_
#define SAFEHAVEN_CLI_LINKAGE_READ_TABLE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/table/table.h"

namespace safehaven::cli {

inline constexpr size_t kTableColumnsMax = 512;
inline constexpr size_t kTableBytesMax = size_t{16} << 30;

struct ReadTableResult {
  linkage::Table table;
  char separator = ',';
  bool converted = false;     // was not UTF-8: read as Latin-1
  uint64_t rows_short = 0;    // filled up with nothing
  uint64_t rows_long = 0;     // cut
};

// The table in `text`; its first row names the columns. Columns whose name says that they
// number rows, and `truth`, are listed and not put into dictionaries. Blanks around values go, and
// words for "nothing" (NA, NULL, nan, ...) are nothing. INVALID_ARGUMENT with reason
// CSV_EMPTY, CSV_COLUMNS_TOO_MANY or CSV_NUL_BYTE.
absl::StatusOr<ReadTableResult> ParseTable(absl::string_view name, absl::string_view text, absl::string_view truth);

// The same from a file. NOT_FOUND with reason FILE_NOT_READ.
absl::StatusOr<ReadTableResult> ReadTable(absl::string_view name, const std::string& path, absl::string_view truth);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_READ_TABLE_H_
