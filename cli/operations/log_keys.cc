#include "cli/operations/log_keys.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"

namespace safehaven::cli {

namespace {

constexpr size_t kPublicKeyBytesMax = 4096;

// The texts of the files that hold the public keys.
absl::StatusOr<std::vector<std::string>> KeyTexts(const Session& session, absl::string_view service) {
  const Context& context = session.context();
  const std::vector<std::string>& files = service == "consent" ? context.consent_log_keys : context.costing_log_keys;
  std::vector<std::string> texts;
  for (const std::string& file : files) {
    SH_ASSIGN_OR_RETURN(texts.emplace_back(), ReadFile(file, kPublicKeyBytesMax));
  }
  if (files.empty()) {
    SH_ASSIGN_OR_RETURN(texts.emplace_back(), session.KeyFile(absl::StrCat("log/", service, ".pub")));
  }
  return texts;
}

}  // namespace

absl::StatusOr<FollowRules> LogRules(const Session& session, absl::string_view service) {
  SH_ASSIGN_OR_RETURN(const std::vector<std::string> texts, KeyTexts(session, service));
  FollowRules rules;
  rules.origin = absl::StrCat(session.context().trust_domain, "/", service);
  for (const std::string& text : texts) {
    SH_ASSIGN_OR_RETURN(Ed25519PublicKey key, Ed25519PublicKey::FromText(absl::StripSuffix(text, "\n")));
    SH_ASSIGN_OR_RETURN(NoteVerifier verifier, NoteVerifier::Make(rules.origin, NoteKeyKind::kEd25519, std::move(key)));
    rules.log_keys.push_back(std::move(verifier));
  }
  return rules;
}

}  // namespace safehaven::cli
