// Is a text UTF-8? RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
// For texts of moderate size; readers of large files have their own, faster way
// (libs/ingest). Pure; thread-safe.
#ifndef SAFEHAVEN_LIBS_BASE_UTF8_H_
#define SAFEHAVEN_LIBS_BASE_UTF8_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace safehaven {

bool IsUtf8(absl::string_view text);

// The line, from 1, of the first byte that is not UTF-8; 0 if there is none.
int64_t FirstLineNotUtf8(absl::string_view text);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_BASE_UTF8_H_
