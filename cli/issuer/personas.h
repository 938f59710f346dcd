// The people of the demonstration, whom its issuer signs in. What they may do is not
// here: organisation and role are shown to the reader and go into no token; consent
// derives them from its own register. Pure functions; thread-safe.
#ifndef SAFEHAVEN_CLI_ISSUER_PERSONAS_H_
#define SAFEHAVEN_CLI_ISSUER_PERSONAS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/environment.h"
#include "libs/base/sensitive.h"

namespace safehaven::cli {

struct Persona {
  std::string subject;       // "sub" of its tokens; lower-case letters, digits, '-', '.'
  std::string name;          // made up; shown in the dashboard
  std::string organisation;  // shown only
  std::string role;          // shown only
  Sensitive<std::string> secret;  // for the command line's client-credentials grant
};

inline constexpr size_t kPersonasMax = 64;

// Reads a JSON list of {"subject", "name", "organisation", "role", "secret"}.
// INVALID_ARGUMENT with reason PERSONAS_INVALID if it is none, names a subject twice,
// lacks a subject or a name, holds a member that is none of these, or has no entry or
// more than kPersonasMax.
absl::StatusOr<std::vector<Persona>> ParsePersonas(const std::string& json);

// Gives a fresh secret to each persona that has none; says whether any had none.
bool FillSecrets(std::vector<Persona>& personas, Randomness& randomness);

// What ParsePersonas() reads, secrets included: for a file that only its owner reads.
std::string PersonasJson(const std::vector<Persona>& personas);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_ISSUER_PERSONAS_H_
