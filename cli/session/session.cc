#include "cli/session/session.h"

#include <simdjson.h>

#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cli/keys/demo_keys.h"
#include "libs/base/status.h"
#include "libs/http/client.h"
#include "libs/http/url.h"

namespace safehaven::cli {
namespace {

constexpr size_t kKeyFileBytesMax = 64 * 1024;
// A token is fetched anew this long before it expires.
constexpr absl::Duration kTokenMargin = absl::Minutes(1);

absl::Status TokenUnavailable(absl::string_view person, absl::string_view why) {
  return Failure(absl::StatusCode::kUnauthenticated, "TOKEN_UNAVAILABLE",
                 absl::StrCat("no token for ", person, ": ", why,
                              "; set SAFEHAVEN_TOKEN to one of your issuer, or name a persona of the demo with --as"));
}

// The text of `field` in a JSON object.
absl::StatusOr<std::string> JsonText(const std::string& json, absl::string_view field) {
  simdjson::dom::parser parser;
  std::string_view text;
  if (parser.parse(json)[std::string_view(field.data(), field.size())].get(text) != simdjson::SUCCESS) {
    return InvalidArgument("JSON_MALFORMED", absl::StrCat("no text '", field, "'"));
  }
  return std::string(text);
}

// The secret of a persona in the demo issuer's file: a list of {subject, secret, ...}.
absl::StatusOr<std::string> PersonaSecret(const std::string& json, absl::string_view person) {
  simdjson::dom::parser parser;
  simdjson::dom::array personas;
  if (parser.parse(json).get(personas) != simdjson::SUCCESS) return TokenUnavailable(person, "the personas file is damaged");
  for (const simdjson::dom::element persona : personas) {
    std::string_view subject, secret;
    if (persona["subject"].get(subject) == simdjson::SUCCESS && persona["secret"].get(secret) == simdjson::SUCCESS &&
        subject == std::string_view(person.data(), person.size())) {
      return std::string(secret);
    }
  }
  return TokenUnavailable(person, "not a persona of the demo");
}

}  // namespace

Session::Session(Context context, const Clock& clock, Randomness& randomness)
    : context_(std::move(context)), clock_(clock), randomness_(randomness) {}

absl::StatusOr<std::string> Session::KeyFile(absl::string_view name) const {
  return ReadFile(absl::StrCat(context_.keys, "/", name), kKeyFileBytesMax);
}

absl::StatusOr<Client*> Session::Connect(absl::string_view program, absl::string_view service) {
  std::unique_ptr<Client>& client = clients_[{std::string(program), std::string(service)}];
  if (client != nullptr) return client.get();
  const std::map<absl::string_view, const std::string*> addresses = {{"consent", &context_.consent},
                                                                     {"linkage", &context_.linkage},
                                                                     {"costing", &context_.costing},
                                                                     {"gateway", &context_.gateway}};
  const auto address = addresses.find(service);
  if (address == addresses.end() || address->second->empty()) {
    return InvalidArgument("CONTEXT_INVALID", absl::StrCat("the context has no address of ", service));
  }
  // The gateway's door asks for no certificate: people bring tokens.
  const bool anonymous = service == "gateway";
  TlsFiles tls = DemoTlsFiles(context_.keys, program);
  if (anonymous) tls.certificate = tls.key = "";
  ChannelOptions options = {.address = *address->second,
                            .server = {.trust_domain = context_.trust_domain, .path = std::string(service)},
                            .tls = std::move(tls)};
  SH_ASSIGN_OR_RETURN(client, Client::Make(options, {.clock = clock_, .sleeper = sleeper_, .jitter = randomness_}));
  return client.get();
}

absl::StatusOr<std::string> Session::FetchToken(absl::string_view person) {
  if (person.empty()) {
    return Failure(absl::StatusCode::kUnauthenticated, "TOKEN_UNAVAILABLE",
                   "who asks? name a persona of the demo with --as, or set SAFEHAVEN_TOKEN to a token of your issuer");
  }
  if (context_.issuer.empty() || context_.personas.empty()) return TokenUnavailable(person, "the context has no issuer");
  SH_ASSIGN_OR_RETURN(const std::string personas, ReadFile(context_.personas, 1 << 20));
  SH_ASSIGN_OR_RETURN(const std::string secret, PersonaSecret(personas, person));
  Form form;
  form.Add("grant_type", "client_credentials");
  form.Add("client_id", person);
  form.Add("client_secret", secret);
  SH_ASSIGN_OR_RETURN(Url url, Url::Parse(absl::StrCat(context_.issuer, "/token")));
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<HttpClient> http, MakeHttpClient({}));
  SH_ASSIGN_OR_RETURN(const HttpResponse response,
                      http->Fetch({.method = "POST",
                                   .url = url,
                                   .headers = {{"content-type", "application/x-www-form-urlencoded"}},
                                   .body = form.ToString()}));
  if (response.status != 200) return TokenUnavailable(person, absl::StrCat("the issuer answered ", response.status));
  return JsonText(response.body, "access_token");
}

absl::StatusOr<std::string> Session::Token(absl::string_view person) {
  if (const char* token = std::getenv("SAFEHAVEN_TOKEN")) return std::string(token);
  KeptToken& kept = tokens_[std::string(person)];
  if (clock_.Now() >= kept.use_until) {
    SH_ASSIGN_OR_RETURN(kept.token, FetchToken(person));
    // Issuers say "expires_in"; ten minutes is the demo's, and a stale one is refused
    // with a reason of its own.
    kept.use_until = clock_.Now() + absl::Minutes(10) - kTokenMargin;
  }
  return kept.token;
}

absl::StatusOr<type::v1::Evidence> Session::PersonEvidence(absl::string_view person) {
  type::v1::Evidence evidence;
  SH_ASSIGN_OR_RETURN(*evidence.mutable_token(), Token(person));
  return evidence;
}

absl::StatusOr<type::v1::SignedRequest> Session::Sign(SignerKind kind, absl::string_view signer,
                                                      absl::string_view key_file, const Question& question) {
  SH_ASSIGN_OR_RETURN(const std::string pem, KeyFile(key_file));
  SH_ASSIGN_OR_RETURN(const Ed25519PrivateKey key, Ed25519PrivateKey::FromPem(pem));
  const SignedRequest request = SignRequest(kind, QuestionDigest(question),
                                            {.signer = std::string(signer),
                                             .signed_unix_ms = absl::ToUnixMillis(clock_.Now()),
                                             .nonce = randomness_.Bytes(16),
                                             .signature = ""},
                                            key);
  type::v1::SignedRequest wire;
  wire.set_signer(request.signer);
  wire.set_signed_unix_ms(request.signed_unix_ms);
  wire.set_nonce(request.nonce);
  wire.set_signature(request.signature);
  return wire;
}

absl::StatusOr<type::v1::Evidence> Session::ProgramEvidence(absl::string_view program, const Question& question) {
  type::v1::Evidence evidence;
  SH_ASSIGN_OR_RETURN(*evidence.mutable_program(),
                      Sign(SignerKind::kProgram, absl::StrCat("spiffe://", context_.trust_domain, "/", program),
                           absl::StrCat("request/", FileNameOf(program), ".key"), question));
  return evidence;
}

absl::StatusOr<type::v1::SignedRequest> Session::EnvironmentProof(absl::string_view environment,
                                                                  const Question& question) {
  return Sign(SignerKind::kEnvironment, environment, absl::StrCat("environment/", environment, ".signing.key"), question);
}

std::string NewUuid(Randomness& randomness) {
  std::string bytes = randomness.Bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = absl::BytesToHexString(bytes);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-", hex.substr(16, 4), "-",
                      hex.substr(20));
}

}  // namespace safehaven::cli
