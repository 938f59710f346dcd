#include "cli/issuer/demo_issuer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "libs/http/cookies.h"
#include "libs/http/json_text.h"

namespace safehaven::cli {
namespace {

constexpr char kReservedEnding[] = ".demo.safehaven.invalid";
constexpr char kSessionCookie[] = "safehaven-demo-issuer";
constexpr char kLinkPath[] = "/sign-in/";
constexpr size_t kGrantsMax = 1000;
constexpr size_t kSessionsMax = 1000;
constexpr size_t kLinksMax = 1000;

HttpResponse Json(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

// An error of the token endpoint (RFC 6749, 5.2).
HttpResponse TokenError(int status, absl::string_view error) {
  return Json(status, absl::StrCat("{\"error\":", JsonQuote(error), "}"));
}

HttpResponse Page(int status, absl::string_view title, absl::string_view text) {
  return {.status = status,
          .headers = {{"Content-Type", "text/html; charset=utf-8"}},
          .body = absl::StrCat("<!doctype html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>",
                               HtmlEscape(title), "</title></head><body><h1>", HtmlEscape(title), "</h1><p>",
                               HtmlEscape(text), "</p></body></html>\n")};
}

HttpResponse Redirect(const std::string& location) {
  return {.status = 303, .headers = {{"Location", location}}, .body = ""};
}

void AddSecurityHeaders(HttpResponse& response) {
  for (const auto& [name, value] :
       {std::pair("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
        std::pair("Cache-Control", "no-store"), std::pair("X-Content-Type-Options", "nosniff"),
        std::pair("Referrer-Policy", "no-referrer")}) {
    response.headers.emplace_back(name, value);
  }
}

// Client id and secret from "Basic ..." (RFC 6749, 2.3.1), or from the form.
std::pair<std::string, std::string> ClientOf(const HttpRequest& request, const Form& form) {
  const std::string authorization = request.Header("authorization");
  std::string decoded;
  if (absl::StartsWithIgnoreCase(authorization, "Basic ") &&
      absl::Base64Unescape(authorization.substr(6), &decoded)) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(decoded, absl::MaxSplits(':', 1));
    const auto id = PercentDecode(parts.first);
    const auto secret = PercentDecode(parts.second);
    return {id.value_or(""), secret.value_or("")};
  }
  return {form.Get("client_id"), form.Get("client_secret")};
}

std::string TokenReply(const std::string& access_token, const std::string& id_token) {
  const std::string id_member = id_token.empty() ? "" : absl::StrCat(",\"id_token\":", JsonQuote(id_token));
  return absl::StrCat("{\"access_token\":", JsonQuote(access_token), ",\"token_type\":\"Bearer\",\"expires_in\":",
                      absl::ToInt64Seconds(kTokenLife), id_member, "}");
}

}  // namespace

absl::Status CheckIssuerName(const std::string& name) {
  const absl::StatusOr<Url> url = Url::Parse(name);
  // Its tokens carry the name to the letter, so it must be written in its one form.
  if (url.ok() && url->secure && url->Origin() == name && absl::EndsWith(url->host, kReservedEnding)) {
    return absl::OkStatus();
  }
  return FailedPrecondition("DEMO_FENCE", "the demo issuer's name must be https://NAME.demo.safehaven.invalid");
}

DemoIssuer::DemoIssuer(const DemoIssuerOptions& options, std::vector<Persona> personas, SigningKey key,
                       const Clock& clock, Randomness& randomness)
    : options_(options), personas_(std::move(personas)), key_(std::move(key)), clock_(clock), randomness_(randomness),
      links_(personas_.size()), link_codes_(kLinksMax), sessions_(kSessionsMax), grants_(kGrantsMax) {}

void DemoIssuer::SetAddress(const Url& own_address) {
  absl::MutexLock lock(&mutex_);
  own_address_ = own_address;
}

void DemoIssuer::Open(const Url& own_address, const Url& gateway_address, LinksListener listener) {
  LinksListener told = listener;
  std::vector<SignInLink> links;
  {
    absl::MutexLock lock(&mutex_);
    own_address_ = own_address;
    gateway_address_ = gateway_address;
    listener_ = std::move(listener);
    open_ = true;
    for (size_t i = 0; i < personas_.size(); ++i) RenewLink(i);
    links_changed_ = false;
    links = links_;
  }
  told(links);
}

void DemoIssuer::RenewLink(size_t persona) {
  const absl::Time now = clock_.Now();
  const std::string code = link_codes_.Put(persona, now + kLinkLife, now, randomness_);
  links_[persona] = {.persona = personas_[persona], .url = absl::StrCat(own_address_.Origin(), kLinkPath, code)};
  links_changed_ = true;
}

HttpResponse DemoIssuer::Handle(const HttpRequest& request) {
  HttpResponse response;
  LinksListener listener;
  std::vector<SignInLink> links;
  {
    absl::MutexLock lock(&mutex_);
    const absl::string_view path = request.Path();
    if (!absl::EqualsIgnoreCase(request.Header("host"), own_address_.HostHeader())) {
      response = Page(400, "Not here", "This issuer answers to its own address only.");
    } else if (path == "/token") {
      response = Token(request);
    } else if (request.method != "GET") {
      response = {.status = 405, .headers = {{"Allow", "GET"}}, .body = ""};
    } else if (path == "/.well-known/openid-configuration") {
      response = Discovery();
    } else if (path == "/jwks.json") {
      response = Json(200, key_.Jwks());
    } else if (path == "/authorize") {
      response = Authorize(request);
    } else if (absl::StartsWith(path, kLinkPath)) {
      response = FollowLink(absl::StripPrefix(path, kLinkPath));
    } else if (path == "/") {
      response = Home(request);
    } else {
      response = Page(404, "Not found", "There is no such page.");
    }
    if (links_changed_) {
      listener = listener_;
      links = links_;
      links_changed_ = false;
    }
  }
  if (listener) listener(links);
  AddSecurityHeaders(response);
  return response;
}

HttpResponse DemoIssuer::Discovery() const {
  const std::string base = own_address_.Origin();
  return Json(200, absl::StrCat("{\"issuer\":", JsonQuote(options_.name), ",\"authorization_endpoint\":",
                                JsonQuote(base + "/authorize"), ",\"token_endpoint\":", JsonQuote(base + "/token"),
                                ",\"jwks_uri\":", JsonQuote(base + "/jwks.json"),
                                ",\"response_types_supported\":[\"code\"],\"subject_types_supported\":[\"public\"],"
                                "\"id_token_signing_alg_values_supported\":[\"ES256\"],"
                                "\"grant_types_supported\":[\"authorization_code\",\"client_credentials\"],"
                                "\"code_challenge_methods_supported\":[\"S256\"],"
                                "\"token_endpoint_auth_methods_supported\":[\"none\",\"client_secret_basic\","
                                "\"client_secret_post\"],"
                                "\"authorization_response_iss_parameter_supported\":true}"));
}

HttpResponse DemoIssuer::Home(const HttpRequest& request) const {
  const std::optional<size_t> persona = SignedInAt(request);
  return Page(200, "The demonstration's issuer",
              persona.has_value()
                  ? absl::StrCat("You are ", personas_[*persona].name, " here. Nobody on this page is a real person.")
                  : "Nobody is signed in here. Open one of the one-time links that the demonstration printed.");
}

std::optional<size_t> DemoIssuer::SignedInAt(const HttpRequest& request) const {
  return sessions_.Find(FindCookie(request.Header("cookie"), kSessionCookie), clock_.Now());
}

std::string DemoIssuer::RedirectUri() const { return absl::StrCat(gateway_address_.Origin(), "/auth/callback"); }

HttpResponse DemoIssuer::FollowLink(absl::string_view code) {
  const absl::Time now = clock_.Now();
  const std::optional<size_t> persona = link_codes_.Take(code, now);
  if (!persona.has_value()) {
    return Page(410, "This link has been used", "A sign-in link works once. A new one has been printed in its place.");
  }
  RenewLink(*persona);
  const std::string secret = sessions_.Put(*persona, now + kIssuerSessionLife, now, randomness_);
  if (secret.empty()) return Page(503, "Too many sign-ins", "Try again later.");
  HttpResponse response = Redirect(absl::StrCat(gateway_address_.Origin(), "/auth/login"));
  // Lax: the gateway sends the browser here, and on a name of its own that is another site.
  const CookieTerms terms = {.name = kSessionCookie, .path = "/", .secure = false, .same_site = SameSite::kLax,
                             .life = kIssuerSessionLife};
  response.headers.emplace_back("Set-Cookie", SetCookie(terms, secret));
  return response;
}

HttpResponse DemoIssuer::Authorize(const HttpRequest& request) {
  const absl::StatusOr<Form> query = Form::Parse(request.Query());
  // Until client and address are known to be right, nothing may be sent there.
  if (!open_ || !query.ok() || query->Get("client_id") != options_.client_id ||
      query->Get("redirect_uri") != RedirectUri()) {
    return Page(400, "Not a sign-in", "The request does not come from the demonstration's gateway.");
  }
  Form answer;
  answer.Add("state", query->Get("state"));
  answer.Add("iss", options_.name);
  const std::optional<size_t> persona = SignedInAt(request);
  const std::vector<std::string> scopes = absl::StrSplit(query->Get("scope"), ' ');
  const bool has_openid = std::find(scopes.begin(), scopes.end(), "openid") != scopes.end();
  if (query->Get("response_type") != "code") {
    answer.Add("error", "unsupported_response_type");
  } else if (!has_openid) {
    answer.Add("error", "invalid_scope");
  } else if (query->Get("code_challenge_method") != "S256" || query->Get("code_challenge").size() != 43) {
    answer.Add("error", "invalid_request");
  } else if (!persona.has_value()) {
    return Page(200, "Nobody is signed in here",
                "Open one of the one-time links that the demonstration printed: each signs in one made-up person.");
  } else {
    const absl::Time now = clock_.Now();
    const std::string code = grants_.Put({.persona = *persona,
                                          .code_challenge = query->Get("code_challenge"),
                                          .nonce = query->Get("nonce")},
                                         now + kCodeLife, now, randomness_);
    if (code.empty()) {
      answer.Add("error", "temporarily_unavailable");
    } else {
      answer.Add("code", code);
    }
  }
  return Redirect(absl::StrCat(RedirectUri(), "?", answer.ToString()));
}

HttpResponse DemoIssuer::Token(const HttpRequest& request) {
  if (request.method != "POST") return {.status = 405, .headers = {{"Allow", "POST"}}, .body = ""};
  absl::StatusOr<Form> form = Form::Parse(request.body);
  if (!absl::StartsWith(request.Header("content-type"), "application/x-www-form-urlencoded") || !form.ok()) {
    return TokenError(400, "invalid_request");
  }
  const std::string grant_type = form->Get("grant_type");
  if (grant_type == "authorization_code") return ExchangeCode(*form);
  if (grant_type != "client_credentials") return TokenError(400, "unsupported_grant_type");
  const auto [client_id, client_secret] = ClientOf(request, *form);
  Form client;
  client.Add("client_id", client_id);
  client.Add("client_secret", client_secret);
  return TokenForSecret(client);
}

HttpResponse DemoIssuer::ExchangeCode(const Form& form) {
  const absl::Time now = clock_.Now();
  // Taken first, so that a code is good for one try, right or wrong (RFC 6749, 4.1.2).
  const std::optional<Grant> grant = grants_.Take(form.Get("code"), now);
  const std::string verifier = form.Get("code_verifier");
  if (!grant.has_value() || form.Get("client_id") != options_.client_id ||
      form.Get("redirect_uri") != RedirectUri() || !gateway::IsCodeVerifier(verifier) ||
      !gateway::SameSecret(gateway::CodeChallenge(verifier), grant->code_challenge)) {
    return TokenError(400, "invalid_grant");
  }
  const Persona& persona = personas_[grant->persona];
  const absl::StatusOr<std::string> access_token = AccessToken(persona, now);
  const absl::StatusOr<std::string> id_token = IdToken(persona, grant->nonce, now);
  if (!access_token.ok() || !id_token.ok()) return TokenError(500, "server_error");
  return Json(200, TokenReply(*access_token, *id_token));
}

HttpResponse DemoIssuer::TokenForSecret(const Form& form) {
  const Persona* found = nullptr;
  for (const Persona& persona : personas_) {
    if (persona.subject == form.Get("client_id")) found = &persona;
  }
  if (found == nullptr || !gateway::SameSecret(form.Get("client_secret"), found->secret.Reveal())) {
    return TokenError(401, "invalid_client");
  }
  const absl::StatusOr<std::string> access_token = AccessToken(*found, clock_.Now());
  if (!access_token.ok()) return TokenError(500, "server_error");
  return Json(200, TokenReply(*access_token, ""));
}

absl::StatusOr<std::string> DemoIssuer::AccessToken(const Persona& persona, absl::Time now) {
  return key_.Sign(absl::StrCat(
      "{\"iss\":", JsonQuote(options_.name), ",\"sub\":", JsonQuote(persona.subject), ",\"aud\":",
      JsonQuote(options_.audience), ",\"iat\":", absl::ToUnixSeconds(now), ",\"exp\":",
      absl::ToUnixSeconds(now + kTokenLife), ",\"jti\":", JsonQuote(gateway::NewSecret(randomness_)), "}"));
}

absl::StatusOr<std::string> DemoIssuer::IdToken(const Persona& persona, const std::string& nonce, absl::Time now) {
  return key_.Sign(absl::StrCat(
      "{\"iss\":", JsonQuote(options_.name), ",\"sub\":", JsonQuote(persona.subject), ",\"aud\":",
      JsonQuote(options_.client_id), ",\"iat\":", absl::ToUnixSeconds(now), ",\"exp\":",
      absl::ToUnixSeconds(now + kTokenLife), ",\"jti\":", JsonQuote(gateway::NewSecret(randomness_)),
      ",\"nonce\":", JsonQuote(nonce), ",\"name\":", JsonQuote(persona.name), "}"));
}

}  // namespace safehaven::cli
