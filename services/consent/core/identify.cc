#include "services/consent/core/identify.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/consent/core/callers.h"

namespace safehaven::consent {
namespace {

absl::Status Refused(absl::string_view reason, absl::string_view message) {
  return Failure(absl::StatusCode::kUnauthenticated, reason, message);
}

absl::StatusOr<Caller> IdentifyPerson(const RegisterSnapshot& snapshot, const std::string& token, absl::Time now,
                                      VerifiedTokens& tokens) {
  const CivilDay day = CivilDay::InLondon(now);
  if (const std::optional<TokenSubject> known = tokens.Find(token, snapshot.size(), now)) {
    return PersonCaller(snapshot, known->issuer, known->subject, day);
  }
  std::vector<TrustedIssuer> issuers;
  for (const auto& [key, issuer] : snapshot.All<Issuer>()) {
    if (!issuer->value.period.Contains(day)) continue;
    issuers.push_back({.url = issuer->value.url, .audience = issuer->value.audience, .jwks = issuer->value.jwks});
  }
  SH_ASSIGN_OR_RETURN(const TokenSubject subject, VerifyToken(token, issuers, now));
  tokens.Keep(token, snapshot.size(), subject, now);
  return PersonCaller(snapshot, subject.issuer, subject.subject, day);
}

absl::StatusOr<Caller> IdentifyProgram(const RegisterSnapshot& snapshot, const SignedRequest& request,
                                       const SignedAct& act, absl::Time now, ReplayWindow& replays) {
  SH_ASSIGN_OR_RETURN(Caller caller, ProgramCaller(snapshot, request.signer, CivilDay::InLondon(now)));
  const Versioned<Program>* program = snapshot.FindProgram(request.signer);
  SH_ASSIGN_OR_RETURN(const Ed25519PublicKey key, Ed25519PublicKey::FromBytes(program->value.public_key.bytes));
  SH_RETURN_IF_ERROR(VerifySignedRequest(SignerKind::kProgram, act.digest, request, key, now));
  SH_RETURN_IF_ERROR(replays.Use(SignerKind::kProgram, request, act.kept, now));
  return caller;
}

// The environment whose key signed, if it is one of the caller's organisation.
absl::StatusOr<std::string> IdentifyEnvironment(const RegisterSnapshot& snapshot, const SignedRequest& request,
                                                const Caller& caller, const SignedAct& act, absl::Time now,
                                                ReplayWindow& replays) {
  SH_ASSIGN_OR_RETURN(const std::string signing_key,
                      EnvironmentSigningKey(snapshot, request.signer, CivilDay::InLondon(now)));
  if (snapshot.FindEnvironment(request.signer)->value.organisation != caller.organisation) {
    return Refused("EVIDENCE_ENVIRONMENT_FOREIGN", "the environment is another organisation's");
  }
  SH_ASSIGN_OR_RETURN(const Ed25519PublicKey key, Ed25519PublicKey::FromBytes(signing_key));
  SH_RETURN_IF_ERROR(VerifySignedRequest(SignerKind::kEnvironment, act.digest, request, key, now));
  SH_RETURN_IF_ERROR(replays.Use(SignerKind::kEnvironment, request, act.kept, now));
  return request.signer;
}

}  // namespace

absl::StatusOr<Caller> Identify(const RegisterSnapshot& snapshot, const CallerEvidence& evidence,
                                const SignedAct& act, absl::Time now, ReplayWindow& replays) {
  VerifiedTokens none;
  return Identify(snapshot, evidence, act, now, replays, none);
}

absl::StatusOr<Caller> Identify(const RegisterSnapshot& snapshot, const CallerEvidence& evidence,
                                const SignedAct& act, absl::Time now, ReplayWindow& replays, VerifiedTokens& tokens) {
  if (evidence.token.empty() != evidence.program.has_value()) {
    return Refused("EVIDENCE_MISSING", "exactly one of a person's token and a program's signature is required");
  }
  absl::StatusOr<Caller> caller = evidence.program.has_value()
                                      ? IdentifyProgram(snapshot, *evidence.program, act, now, replays)
                                      : IdentifyPerson(snapshot, evidence.token, now, tokens);
  if (!caller.ok() || !evidence.environment.has_value()) return caller;
  SH_ASSIGN_OR_RETURN(caller->environment,
                      IdentifyEnvironment(snapshot, *evidence.environment, *caller, act, now, replays));
  return caller;
}

}  // namespace safehaven::consent
