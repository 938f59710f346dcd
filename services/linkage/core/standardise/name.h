// Names of people as they are compared: folded tokens without titles, and nothing
// at all where the text only says that no name is known. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_NAME_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_NAME_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace safehaven::linkage {

// Given names in `text` as tokens of A-Z separated by blanks; "" for placeholders
// such as "Baby Boy", "Twin 1" or "Unknown". Adds to `changes` what was done.
std::string StandardGivenName(absl::string_view text, uint32_t& changes);

// Family name in `text`, likewise; "Mac" and "Mc" written apart are joined to what
// follows, so that "MAC DONALD" is one token.
std::string StandardFamilyName(absl::string_view text, uint32_t& changes);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_NAME_H_
