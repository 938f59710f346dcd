// The keys of logs as files: those a service signs its own log with, and those it
// believes about another's. Functions; thread-safe.
#ifndef SAFEHAVEN_LIBS_SERVER_LOG_KEY_FILES_H_
#define SAFEHAVEN_LIBS_SERVER_LOG_KEY_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/merkle/checkpoint_follower.h"
#include "libs/merkle/log_keys.h"
#include "libs/merkle/note.h"

namespace safehaven {

// Paths. Private keys are PEM (PKCS #8), public ones 32 bytes in base64 and a line end.
struct LogKeyFiles {
  std::string key;
  std::string next_key;  // empty if there is none
  std::vector<std::string> earlier_public_keys;
  std::string reason = "PLANNED";
};

struct LogKeys {
  NoteSigner signer;
  std::vector<NoteSigner> next_signers;
  std::vector<NoteVerifier> earlier_keys;
  LogKeyReason reason = LogKeyReason::kPlanned;
};

// FAILED_PRECONDITION with reason TLS_KEYS_MISSING if a file cannot be read;
// INVALID_ARGUMENT with reason KEY_MALFORMED.
absl::StatusOr<LogKeys> ReadLogKeys(const LogKeyFiles& files, absl::string_view origin);

// By which keys others know this service's own log while it runs.
FollowRules SignedBy(const LogKeys& keys);

// Whom to believe about the log `origin`: any of these keys. The failures of
// ReadLogKeys(), and KEY_MALFORMED if there is none.
absl::StatusOr<FollowRules> ReadFollowRules(const std::vector<std::string>& public_keys, absl::string_view origin);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_LOG_KEY_FILES_H_
