// Where the command line finds a Safehaven and who it can be there: the context file
// (docs/formats.md, "Context"). Values; ReadContext() reads one file.
#ifndef SAFEHAVEN_CLI_SESSION_CONTEXT_H_
#define SAFEHAVEN_CLI_SESSION_CONTEXT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven::cli {

struct Context {
  bool demo = false;          // profile: demo or production
  std::string trust_domain;   // "demo.safehaven.invalid"
  std::string keys;           // folder of keys and certificates (docs/formats.md, "Keys")
  std::string consent;        // addresses, host:port
  std::string linkage;
  std::string costing;
  std::string gateway;
  std::string issuer;         // URL of the token issuer; empty if tokens come from elsewhere
  // Files of the public keys by which each log is believed, the first known first; if
  // there are none, log/<service>.pub of the keys folder.
  std::vector<std::string> consent_log_keys;
  std::vector<std::string> costing_log_keys;
  // Personas of the demo: name -> file with the secret for the issuer's
  // client-credentials grant.
  std::string personas;       // JSON file of the demo issuer; empty outside the demo
};

// Relative paths are relative to the file. INVALID_ARGUMENT with reason
// CONTEXT_INVALID and the line; NOT_FOUND with reason FILE_UNREADABLE.
absl::StatusOr<Context> ReadContext(const std::string& path);

// The whole file. NOT_FOUND with reason FILE_UNREADABLE; INVALID_ARGUMENT with reason
// FILE_TOO_LARGE above `bytes_max`.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t bytes_max);

// Writes the whole file, replacing it. UNAVAILABLE with reason FILE_UNWRITABLE.
absl::Status WriteFile(const std::string& path, absl::string_view bytes);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_SESSION_CONTEXT_H_
