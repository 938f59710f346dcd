// What every reader of CSV refuses before it looks at a row: a text that is empty, holds
// a NUL byte or is not UTF-8. Pure; thread-safe.
#ifndef SAFEHAVEN_LIBS_INGEST_CSV_TEXT_CHECK_H_
#define SAFEHAVEN_LIBS_INGEST_CSV_TEXT_CHECK_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace safehaven {

// INVALID_ARGUMENT with metadata "line" and reason CSV_EMPTY, CSV_NUL_BYTE or
// CSV_NOT_UTF8 (also for a byte-order mark). At memory speed where nothing is wrong.
absl::Status CheckCsvText(absl::string_view text);

// A fault of a CSV file at `line`, from 1: INVALID_ARGUMENT with metadata "line".
absl::Status CsvFault(uint64_t line, absl::string_view reason, absl::string_view message);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_INGEST_CSV_TEXT_CHECK_H_
