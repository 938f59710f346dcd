// Who asks, as consent derived it from evidence and its own register. Nothing in it
// is taken from a claim, a header or an address. Values only; thread-safe.
#ifndef SAFEHAVEN_LIBS_WARRANT_CALLER_H_
#define SAFEHAVEN_LIBS_WARRANT_CALLER_H_

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace safehaven {

struct Caller {
  bool is_program = false;
  std::string subject;       // "issuer|subject" of a person, SPIFFE id of a program
  std::string organisation;  // ODS code
  std::string role;          // "analyst", "invoice_validator", "information_governance", ...
  std::string environment;   // id of the registered environment whose key signed; or empty
};

// Is this Caller.subject a program's? A program's key is somebody's: where two people
// have to agree, it stands for neither.
inline bool IsProgramSubject(absl::string_view subject) { return absl::StartsWith(subject, "spiffe://"); }

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_WARRANT_CALLER_H_
