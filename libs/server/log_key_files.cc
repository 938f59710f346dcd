#include "libs/server/log_key_files.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "libs/base/status.h"
#include "libs/transport/tls_files.h"

namespace safehaven {
namespace {

absl::StatusOr<NoteSigner> ReadSigner(const std::string& path, absl::string_view origin) {
  SH_ASSIGN_OR_RETURN(const std::string pem, ReadTlsFile(path));
  SH_ASSIGN_OR_RETURN(Ed25519PrivateKey key, Ed25519PrivateKey::FromPem(pem));
  return NoteSigner::Make(origin, NoteKeyKind::kEd25519, std::move(key));
}

absl::StatusOr<std::vector<NoteVerifier>> ReadVerifiers(const std::vector<std::string>& paths,
                                                        absl::string_view origin) {
  std::vector<NoteVerifier> verifiers;
  for (const std::string& path : paths) {
    SH_ASSIGN_OR_RETURN(const std::string text, ReadTlsFile(path));
    SH_ASSIGN_OR_RETURN(Ed25519PublicKey key, Ed25519PublicKey::FromText(absl::StripAsciiWhitespace(text)));
    SH_ASSIGN_OR_RETURN(NoteVerifier verifier, NoteVerifier::Make(origin, NoteKeyKind::kEd25519, std::move(key)));
    verifiers.push_back(std::move(verifier));
  }
  return verifiers;
}

}  // namespace

absl::StatusOr<LogKeys> ReadLogKeys(const LogKeyFiles& files, absl::string_view origin) {
  SH_ASSIGN_OR_RETURN(NoteSigner signer, ReadSigner(files.key, origin));
  LogKeys keys = {.signer = std::move(signer), .next_signers = {}, .earlier_keys = {}};
  if (!files.next_key.empty()) {
    SH_ASSIGN_OR_RETURN(NoteSigner next, ReadSigner(files.next_key, origin));
    if (next.verifier().key().bytes() == keys.signer.verifier().key().bytes()) {
      return InvalidArgument("KEY_MALFORMED", "the next key of the log is its present one");
    }
    keys.next_signers.push_back(std::move(next));
  }
  SH_ASSIGN_OR_RETURN(keys.earlier_keys, ReadVerifiers(files.earlier_public_keys, origin));
  const std::optional<LogKeyReason> reason = ParseLogKeyReason(files.reason);
  if (!reason.has_value()) return InvalidArgument("KEY_MALFORMED", "no reason for which a log's keys change");
  keys.reason = *reason;
  return keys;
}

FollowRules SignedBy(const LogKeys& keys) {
  FollowRules rules;
  rules.origin = keys.signer.verifier().name();
  rules.log_keys = {keys.signer.verifier()};
  for (const NoteSigner& next : keys.next_signers) rules.log_keys.push_back(next.verifier());
  return rules;
}

absl::StatusOr<FollowRules> ReadFollowRules(const std::vector<std::string>& public_keys, absl::string_view origin) {
  FollowRules rules;
  rules.origin = std::string(origin);
  SH_ASSIGN_OR_RETURN(rules.log_keys, ReadVerifiers(public_keys, origin));
  if (rules.log_keys.empty()) return InvalidArgument("KEY_MALFORMED", "no public key of the log");
  return rules;
}

}  // namespace safehaven
