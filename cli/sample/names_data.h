// Lists of names as "Name:weight" separated by blanks; a weight is a frequency in
// proportion to the others of its list. Our own compilation of names that are common
// in England, with rounded frequencies from general knowledge: facts, not a copy of
// any list. Constants only.
#ifndef SAFEHAVEN_CLI_SAMPLE_NAMES_DATA_H_
#define SAFEHAVEN_CLI_SAMPLE_NAMES_DATA_H_

#include "absl/strings/string_view.h"

namespace safehaven::sample {

// The commoner British and Irish family names.
extern const absl::string_view kBritishFamilyNames;
// Rarer British family names are made of these: a beginning and an ending each.
extern const absl::string_view kFamilyNameBeginnings;
extern const absl::string_view kFamilyNameEndings;

// British given names by time of birth: before 1960, 1960 to 1989, from 1990.
extern const absl::string_view kBritishMaleNames[3];
extern const absl::string_view kBritishFemaleNames[3];

// Other heritages, one list each for all times.
extern const absl::string_view kMuslimFamilyNames;
extern const absl::string_view kMuslimMaleNames;
extern const absl::string_view kMuslimFemaleNames;
extern const absl::string_view kIndianFamilyNames;
extern const absl::string_view kIndianMaleNames;
extern const absl::string_view kIndianFemaleNames;
extern const absl::string_view kAfricanFamilyNames;
extern const absl::string_view kAfricanMaleNames;
extern const absl::string_view kAfricanFemaleNames;
extern const absl::string_view kEastEuropeanFamilyNames;
extern const absl::string_view kEastEuropeanMaleNames;
extern const absl::string_view kEastEuropeanFemaleNames;
extern const absl::string_view kChineseFamilyNames;
extern const absl::string_view kChineseMaleNames;
extern const absl::string_view kChineseFemaleNames;

// "Name:Nickname/Nickname".
extern const absl::string_view kNicknames;

// First and last words of street names.
extern const absl::string_view kStreetNames;
extern const absl::string_view kStreetKinds;

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_NAMES_DATA_H_
