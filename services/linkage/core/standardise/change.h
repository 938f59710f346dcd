// What standardisation may do to a record, and how often it did. Counts only: a
// report never holds a value. Values only; thread-compatible.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_CHANGE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_CHANGE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace safehaven::linkage {

enum class ChangeKind : uint8_t {
  kNumberMalformed,       // not ten digits, or the check digit does not agree: dropped
  kNumberPlaceholder,     // all digits alike or on the deny list: dropped
  kNumberOutOfRange,      // of the test range where that is refused: dropped
  kNameFolded,            // accents, ligatures, case or punctuation
  kNameTitleRemoved,      // Mr, Mrs, Jr
  kNamePlaceholder,       // "Baby Boy", "Unknown": dropped
  kNameUnreadable,        // nothing left of a name after folding: dropped
  kDateMalformed,         // no date could be read: dropped
  kDateDefault,           // a date that stands for "not known": dropped
  kDatePartial,           // only some parts are known
  kDateImpossible,        // in the future or more than 120 years ago: year dropped
  kPostcodeRepaired,      // O for 0, I for 1 and the reverse, by position
  kPostcodePseudo,        // a pseudo-postcode: dropped
  kPostcodeNoFixedAbode,  // dropped, but kept as a fact
  kPostcodeForeignShape,  // not of a United Kingdom shape: kept as plain text
  kSexUnknown,            // a code that says nothing: dropped
};
inline constexpr size_t kChangeKindCount = 16;

// The name of a kind as reports and metrics show it, in lower_snake.
absl::string_view ChangeKindName(ChangeKind kind);

// The set that holds just `kind`.
constexpr uint32_t ChangeBit(ChangeKind kind) { return uint32_t{1} << static_cast<uint32_t>(kind); }

struct StandardiseReport {
  uint64_t records = 0;
  // Records without identity, because it was removed at the source.
  uint64_t stripped = 0;
  // Records to which a change was made, by ChangeKind.
  std::array<uint64_t, kChangeKindCount> changed{};

  uint64_t count(ChangeKind kind) const { return changed[static_cast<size_t>(kind)]; }
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_CHANGE_H_
