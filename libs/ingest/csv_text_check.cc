#include "libs/ingest/csv_text_check.h"

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/base/utf8.h"

namespace safehaven {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

absl::Status CsvFault(uint64_t line, absl::string_view reason, absl::string_view message) {
  return Failure(absl::StatusCode::kInvalidArgument, reason, absl::StrCat("line ", line, ": ", message),
                 {{"line", absl::StrCat(line)}});
}

absl::Status CheckCsvText(absl::string_view text) {
  if (text.empty()) return CsvFault(1, "CSV_EMPTY", "the file is empty: a header line is required");
  if (const void* nul = std::memchr(text.data(), '\0', text.size())) {
    const auto line = 1 + std::count(text.data(), static_cast<const char*>(nul), '\n');
    return CsvFault(static_cast<uint64_t>(line), "CSV_NUL_BYTE", "a NUL byte: this is not a text file");
  }
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    return CsvFault(1, "CSV_NOT_UTF8", "a byte-order mark: save the file as UTF-8 without one");
  }
  if (!simdjson::validate_utf8(text.data(), text.size())) {
    return CsvFault(static_cast<uint64_t>(FirstLineNotUtf8(text)), "CSV_NOT_UTF8",
                    "bytes that are not UTF-8: save the file as UTF-8");
  }
  return absl::OkStatus();
}

}  // namespace safehaven
