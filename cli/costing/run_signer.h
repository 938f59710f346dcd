// The key that signs the certificates of runs on files, and checking what it signed.
#ifndef SAFEHAVEN_CLI_COSTING_RUN_SIGNER_H_
#define SAFEHAVEN_CLI_COSTING_RUN_SIGNER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/environment.h"
#include "libs/merkle/note.h"

namespace safehaven::cli {

// The Ed25519 key in the file at `path` (PEM, readable by its owner only); made there if
// there is none. Signs as "safehaven-cost/<provider>". The failures of KeyFolder;
// INVALID_ARGUMENT with reason KEY_MALFORMED.
absl::StatusOr<NoteSigner> RunSigner(const std::string& path, absl::string_view provider, Randomness& randomness);

// What a check of a run's folder found.
struct RunCheck {
  std::string text;                  // of the certificate
  std::string signer;                // name of the key that signed
  std::vector<std::string> changed;  // files whose hash is not the certificate's, or that are not there
};

// Checks certificate.txt of the folder against `public_key` (a note verifier's text;
// empty: the folder's own certificate.pub, which shows only that nothing was changed
// since) and every output file against the certificate. The failures of OpenNote();
// NOT_FOUND with reason FILE_UNREADABLE.
absl::StatusOr<RunCheck> CheckRunFolder(const std::string& folder, absl::string_view public_key);

// The same for the files whose names begin with `prefix` only.
absl::StatusOr<RunCheck> CheckRunFiles(const std::string& folder, absl::string_view public_key, absl::string_view prefix);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_RUN_SIGNER_H_
