#include "services/gateway/oidc/sign_in.h"

#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/gateway/core/proof_key.h"
#include "services/gateway/oidc/claims.h"

namespace safehaven::gateway {
namespace {

constexpr char kScope[] = "openid profile";

absl::Status Refused(absl::string_view reason, absl::string_view message) {
  return Failure(absl::StatusCode::kUnauthenticated, reason, message);
}

}  // namespace

absl::StatusOr<std::string> SessionStore::Open(Session session) {
  absl::MutexLock lock(&mutex_);
  return sessions_.Open(std::move(session), clock_.Now(), randomness_);
}

std::optional<Session> SessionStore::Use(absl::string_view secret) {
  absl::MutexLock lock(&mutex_);
  return sessions_.Use(secret, clock_.Now());
}

std::optional<Session> SessionStore::Look(absl::string_view secret) const {
  absl::MutexLock lock(&mutex_);
  return sessions_.Look(secret, clock_.Now());
}

absl::Duration SessionStore::TimeLeft(absl::string_view secret) const {
  absl::MutexLock lock(&mutex_);
  const absl::Time now = clock_.Now();
  return sessions_.ExpireTime(secret, now) - now;
}

void SessionStore::Close(absl::string_view secret) {
  absl::MutexLock lock(&mutex_);
  sessions_.Close(secret);
}

std::string SessionStore::BeginSignIn(SignIn sign_in) {
  absl::MutexLock lock(&mutex_);
  return sign_ins_.Begin(std::move(sign_in), clock_.Now(), randomness_);
}

std::optional<SignIn> SessionStore::TakeSignIn(absl::string_view secret) {
  absl::MutexLock lock(&mutex_);
  return sign_ins_.Take(secret, clock_.Now());
}

absl::StatusOr<SignInStart> SignInFlow::Begin() {
  SH_ASSIGN_OR_RETURN(const IssuerMetadata metadata, parts_.issuer.Metadata());
  SignIn sign_in = {.state = NewSecret(parts_.randomness),
                    .nonce = NewSecret(parts_.randomness),
                    .code_verifier = NewSecret(parts_.randomness)};
  Form query;
  query.Add("response_type", "code");
  query.Add("client_id", parts_.issuer.options().client_id);
  query.Add("redirect_uri", redirect_uri_);
  query.Add("scope", kScope);
  query.Add("state", sign_in.state);
  query.Add("nonce", sign_in.nonce);
  query.Add("code_challenge", CodeChallenge(sign_in.code_verifier));
  query.Add("code_challenge_method", "S256");
  const char* joint = absl::StrContains(metadata.authorization_endpoint, "?") ? "&" : "?";
  SignInStart start;
  start.location = absl::StrCat(metadata.authorization_endpoint, joint, query.ToString());
  start.cookie = parts_.sessions.BeginSignIn(std::move(sign_in));
  return start;
}

absl::StatusOr<std::string> SignInFlow::Complete(const Form& query, absl::string_view cookie) {
  // Taken first: whatever follows, this sign-in is over.
  const std::optional<SignIn> sign_in = parts_.sessions.TakeSignIn(cookie);
  if (!sign_in.has_value()) {
    return Refused("SIGN_IN_UNKNOWN", "this sign-in was not begun in this browser, took too long or was used before");
  }
  if (!SameSecret(query.Get("state"), sign_in->state)) {
    return Refused("STATE_MISMATCH", "the issuer's answer belongs to another sign-in");
  }
  const std::string issuer = query.Get("iss");
  if (!issuer.empty() && issuer != parts_.issuer.options().issuer) {
    return Refused("ISSUER_MISMATCH", "the answer is another issuer's");
  }
  if (!query.Get("error").empty()) return Refused("SIGN_IN_REFUSED", "the issuer did not sign you in");
  const std::string code = query.Get("code");
  if (code.empty()) return Refused("CODE_REFUSED", "the issuer sent no code");
  SH_ASSIGN_OR_RETURN(const Tokens tokens, Exchange(code, *sign_in));
  SH_ASSIGN_OR_RETURN(Session session, Check(tokens, *sign_in));
  return parts_.sessions.Open(std::move(session));
}

absl::StatusOr<SignInFlow::Tokens> SignInFlow::Exchange(const std::string& code, const SignIn& sign_in) {
  SH_ASSIGN_OR_RETURN(const IssuerMetadata metadata, parts_.issuer.Metadata());
  Form form;
  form.Add("grant_type", "authorization_code");
  form.Add("code", code);
  form.Add("redirect_uri", redirect_uri_);
  form.Add("client_id", parts_.issuer.options().client_id);
  form.Add("code_verifier", sign_in.code_verifier);
  if (!parts_.issuer.options().client_secret.empty()) {
    form.Add("client_secret", parts_.issuer.options().client_secret);
  }
  const absl::StatusOr<HttpResponse> response = parts_.client.Fetch(
      {.method = "POST",
       .url = metadata.token_endpoint,
       .headers = {{"accept", "application/json"}, {"content-type", "application/x-www-form-urlencoded"}},
       .body = form.ToString()});
  if (!response.ok()) return Unavailable("ISSUER_UNREACHABLE", "the issuer did not exchange the code");
  if (response->status != 200) return Refused("CODE_REFUSED", "the issuer did not accept the code");
  const absl::StatusOr<JsonObject> json = JsonObject::Parse(response->body);
  if (!json.ok() || !absl::EqualsIgnoreCase(json->Text("token_type"), "Bearer")) {
    return Refused("CODE_REFUSED", "the issuer's answer holds no bearer token");
  }
  return Tokens{.id_token = json->Text("id_token"), .access_token = json->Text("access_token")};
}

absl::StatusOr<TokenSubject> SignInFlow::Verify(const std::string& token, const std::string& audience) {
  SH_ASSIGN_OR_RETURN(std::string keys, parts_.issuer.Keys());
  const std::string& issuer = parts_.issuer.options().issuer;
  std::array<TrustedIssuer, 1> trusted = {{{.url = issuer, .audience = audience, .jwks = std::move(keys)}}};
  absl::StatusOr<TokenSubject> subject = VerifyToken(token, trusted, parts_.clock.Now());
  if (subject.ok() || ReasonOf(subject.status()) != "EVIDENCE_KEY_UNKNOWN") return subject;
  SH_ASSIGN_OR_RETURN(trusted[0].jwks, parts_.issuer.KeysAfterUnknown());
  return VerifyToken(token, trusted, parts_.clock.Now());
}

absl::StatusOr<Session> SignInFlow::Check(const Tokens& tokens, const SignIn& sign_in) {
  const IssuerOptions& options = parts_.issuer.options();
  SH_ASSIGN_OR_RETURN(const TokenSubject person, Verify(tokens.id_token, options.client_id));
  SH_ASSIGN_OR_RETURN(const JsonObject claims, ClaimsOfVerified(tokens.id_token));
  if (!SameSecret(claims.Text("nonce"), sign_in.nonce)) {
    return Refused("NONCE_MISMATCH", "the token was made for another sign-in");
  }
  // Where an id token names several audiences, "azp" says for whom it is (Core 1.0, 2).
  const std::string authorised_party = claims.Text("azp");
  if (!authorised_party.empty() && authorised_party != options.client_id) {
    return Refused("TOKENS_DISAGREE", "the token was made for another client");
  }
  SH_ASSIGN_OR_RETURN(const TokenSubject evidence, Verify(tokens.access_token, options.audience));
  if (evidence.subject != person.subject) {
    return Refused("TOKENS_DISAGREE", "the issuer's two tokens speak of two people");
  }
  return Session{.token = Sensitive<std::string>(tokens.access_token),
                 .display_name = claims.Text("name"),
                 .token_expire_time = evidence.expire_time};
}

}  // namespace safehaven::gateway
