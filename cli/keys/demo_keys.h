// All keys of a demonstration in one folder: throw-away, for loopback and the reserved
// names only (docs/architecture.md, "The demo profile is fenced").
//
//   tls/authority.crt .key           the authority that every program trusts
//   tls/<program>.crt .key           gateway, consent, linkage, costing, tool, issuer,
//                                    source-gp, source-acute, ...
//   log/<service>.key .pub           consent, costing: Ed25519, sign their checkpoints
//   request/<program>.key .pub       tool, source-...: Ed25519, sign requests
//   environment/<id>.signing.key .pub  Ed25519: signs requests from a controlled environment
//   environment/<id>.sealing.key .pub  X25519: opens what is sealed to it
//   linkage/wrapping.key             32 bytes: wraps pseudonym keys
//   source/<source>.key              32 bytes: record keys and tokens of its extracts
//
// Ed25519 private keys are PKCS #8 PEM; every other secret and every .pub is 32 bytes in
// standard base64 (44 characters) and a line end. Single-threaded.
#ifndef SAFEHAVEN_CLI_KEYS_DEMO_KEYS_H_
#define SAFEHAVEN_CLI_KEYS_DEMO_KEYS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/transport/tls_files.h"

namespace safehaven {

inline constexpr char kDemoTrustDomain[] = "demo.safehaven.invalid";
inline constexpr char kDemoEnvironment[] = "cef-zc1";

// SPIFFE paths of the demo's programs: "consent", "source/acute".
const std::vector<std::string>& DemoPrograms();

// Makes what is missing under `folder`; what is there stays, so a second run changes
// nothing, but a certificate that ends within a day of `now` is renewed. Fails as
// KeyFolder and CertificateAuthority do, or with FAILED_PRECONDITION and reason
// KEY_FILE_UNUSABLE if a file there is not what it should be.
absl::Status WriteDemoKeys(const std::string& folder, absl::Time now, Randomness& randomness);

// "source/acute" -> "source-acute": as file and host names have it.
std::string FileNameOf(absl::string_view program);

// The TLS files of a program in such a folder.
TlsFiles DemoTlsFiles(absl::string_view folder, absl::string_view program);

}  // namespace safehaven

#endif  // SAFEHAVEN_CLI_KEYS_DEMO_KEYS_H_
