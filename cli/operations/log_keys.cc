#include "cli/operations/log_keys.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"

namespace safehaven::cli {

absl::StatusOr<FollowRules> LogRules(const Session& session, absl::string_view service) {
  SH_ASSIGN_OR_RETURN(const std::string text, session.KeyFile(absl::StrCat("log/", service, ".pub")));
  SH_ASSIGN_OR_RETURN(Ed25519PublicKey key, Ed25519PublicKey::FromText(absl::StripSuffix(text, "\n")));
  FollowRules rules;
  rules.origin = absl::StrCat(session.context().trust_domain, "/", service);
  SH_ASSIGN_OR_RETURN(NoteVerifier verifier, NoteVerifier::Make(rules.origin, NoteKeyKind::kEd25519, std::move(key)));
  rules.log_keys.push_back(std::move(verifier));
  return rules;
}

}  // namespace safehaven::cli
