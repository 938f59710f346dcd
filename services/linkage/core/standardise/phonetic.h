// A phonetic key for names in England: names that sound alike mostly have the same
// key. Only for finding candidates and for a weak level of agreement, so it may
// err on the side of alike. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_PHONETIC_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_PHONETIC_H_

#include <string>

#include "absl/strings/string_view.h"

namespace safehaven::linkage {

// Key of a standard name (A-Z; blanks are skipped): its first sound and up to four
// classes of consonants, in the manner of Soundex (Russell, US patent 1,261,167,
// 1918) but aware of silent letters and of GH, PH, CK, SCH, and without Soundex's
// reliance on the first letter: KNIGHT is NIGHT, PHILIP is FILIP. "" for "".
std::string PhoneticKey(absl::string_view name);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_PHONETIC_H_
