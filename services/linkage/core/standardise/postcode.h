// Postcodes as they are compared. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_POSTCODE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_POSTCODE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace safehaven::linkage {

struct StandardPostcodeResult {
  // Upper case without blanks: "SS11AA"; "" if there is none or it is a
  // pseudo-postcode (ZZ99..., NHS Data Dictionary: ODS pseudo-postcodes).
  std::string postcode;
  // ZZ99 3VZ was given.
  bool no_fixed_abode = false;
};

// The postcode in `text`; adds to `changes` what was done. Letters O and I and
// digits 0 and 1 are exchanged only where the position allows no other reading.
// Text without the shape of a United Kingdom postcode is kept as it is (another
// country's code), upper case, letters and digits only.
StandardPostcodeResult StandardPostcode(absl::string_view text, uint32_t& changes);

// The places a standard postcode lies in, from small to large. For a postcode of
// another shape: without its last character, its last two, and its first character.
struct PostcodeAreas {
  absl::string_view sector;    // "SS11"
  absl::string_view district;  // "SS1"
  absl::string_view area;      // "SS"
};

// Views into `postcode`, which must outlive the result. Empty views for "".
PostcodeAreas AreasOf(absl::string_view postcode);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_POSTCODE_H_
