// Writes the demonstration's register: OUT/register/*.yaml.
//
// Fictional bodies, people, keys and approvals around one pioneer, Seahaven, with
// validity from 2025-04-01 to 2030-03-31, so that the demonstration works on any day
// of these years. The files are written for readers: each says why it is as it is.
// Nothing in them is of a real approval; committee meetings numbered 9 never took
// place. Reading them back is cli/register's. Single-threaded.
#ifndef SAFEHAVEN_CLI_SAMPLE_REGISTER_SAMPLE_REGISTER_H_
#define SAFEHAVEN_CLI_SAMPLE_REGISTER_SAMPLE_REGISTER_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace safehaven::sample {

// Public keys and names that the demonstration made for itself. Keys are 32 raw bytes.
struct SampleKeys {
  std::string issuer_url;  // of the demo's own issuer
  std::string issuer_audience = "safehaven-demo";
  std::string issuer_jwks;                         // JSON text
  std::string tool_key;                            // Ed25519: spiffe://demo.safehaven.invalid/tool
  std::map<std::string, std::string> source_keys;  // source -> Ed25519; all six sources
  std::string environment_signing_key;             // Ed25519 of cef-zc1
  std::string environment_sealing_key;             // X25519 of cef-zc1
  // Persona ("amira.analyst") -> subject in the issuer's tokens; a persona that is not
  // here has its own name as subject.
  std::map<std::string, std::string> subjects;
};

// First year of the financial year whose activity the flows hold.
inline constexpr int kSampleReferenceYear = 2025;

// The files as name -> text. INVALID_ARGUMENT with reason SAMPLE_KEYS_INVALID if a key
// is not 32 bytes, a source has none, or a name cannot stand in YAML quotes.
absl::StatusOr<std::map<std::string, std::string>> SampleRegisterFiles(const SampleKeys& keys, int reference_year);

// Writes them into `out_dir`/register, in place of those of an earlier run. Fails as
// above, or UNAVAILABLE with reason FILE_WRITE_FAILED.
absl::Status WriteSampleRegister(const std::string& out_dir, const SampleKeys& keys,
                                 int reference_year = kSampleReferenceYear);

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_REGISTER_SAMPLE_REGISTER_H_
