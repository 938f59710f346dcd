// What an identity column may hold (docs/formats.md, "Identity columns"): the fields
// whose values are codes. Names, addresses and local numbers are taken as the source has
// them. Pure.
#ifndef SAFEHAVEN_CLI_LOAD_IDENTITY_VALUES_H_
#define SAFEHAVEN_CLI_LOAD_IDENTITY_VALUES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace safehaven::cli {

// Longest text of one identity field: nobody's name or address is longer, and a field
// that is has swallowed its neighbours.
inline constexpr size_t kIdentityTextMax = 256;

// OK for a value that `column` may hold; `value` is not empty. INVALID_ARGUMENT with
// reason VERIFIED_MALFORMED, SEX_UNKNOWN, ODS_CODE_MALFORMED, SMALL_AREA_MALFORMED or
// TEXT_TOO_LONG; the message says what would be right and never holds the value.
absl::Status CheckIdentityValue(absl::string_view column, absl::string_view value);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LOAD_IDENTITY_VALUES_H_
