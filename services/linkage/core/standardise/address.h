// Address lines as they are compared: folded tokens with the common words for kinds
// of streets written alike, and the two parts that matter. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_ADDRESS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_ADDRESS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace safehaven::linkage {

// Tokens of A-Z and 0-9 separated by blanks; RD, ST, AVE and their like are spelt
// out; a number and its letter are one token ("12 A" becomes "12A").
std::string StandardAddress(absl::string_view text);

struct AddressParts {
  // The first token with a digit, "12A"; "" if there is none.
  absl::string_view house_number;
  // All other tokens without blanks: "CHURCHROAD".
  std::string street;
};

// The parts of a standard address, into which `house_number` is a view.
AddressParts PartsOf(absl::string_view standard_address);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_ADDRESS_H_
