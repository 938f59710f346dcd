// Reads entries that SerialiseEntry() wrote, some fifty times faster than the reader of
// files: at every start the whole register is read from the log. It knows one spelling
// only, with fields in the order of their description; anything else is left to
// ParseEntry(), which also says what is wrong. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_CANONICAL_ENTRY_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_CANONICAL_ENTRY_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/consent/core/entry.h"

namespace safehaven::consent {

// The entry, or nothing if `text` is not as SerialiseEntry() writes it. Not validated.
std::optional<Entry> ReadCanonicalEntry(absl::string_view text);

// As ParseEntry(), for text that was stored: the same result and the same faults.
absl::StatusOr<Entry> ParseStoredEntry(absl::string_view text);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_CANONICAL_ENTRY_H_
