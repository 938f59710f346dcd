// Folds text to plain capital letters and digits, so that the same name written by
// two systems is the same text. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_FOLD_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_FOLD_H_

#include <string>

#include "absl/strings/string_view.h"

namespace safehaven::linkage {

enum class FoldDigits { kDrop, kKeep };

// `text` (UTF-8) as tokens of A-Z (and 0-9 with kKeep) separated by single blanks.
// Accents go, ligatures open (Latin-1 and Latin Extended-A, Unicode 15 charts 0080
// and 0100), apostrophes vanish without a break, all else is a break. Letters of
// other scripts are lost: an empty result from text that is not empty says so.
// Bytes that are not UTF-8 count as breaks. O(length).
std::string FoldText(absl::string_view text, FoldDigits digits);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_FOLD_H_
