#include "services/gateway/oidc/issuer.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "services/gateway/oidc/claims.h"

namespace safehaven::gateway {
namespace {

bool IsReservedName(absl::string_view host) {
  return host == kReservedDomain || absl::EndsWith(host, absl::StrCat(".", kReservedDomain));
}

absl::Status Fenced(absl::string_view message) { return FailedPrecondition("DEMO_FENCE", message); }

absl::Status MetadataInvalid(absl::string_view message) {
  return Unavailable("ISSUER_METADATA_INVALID", message);
}

// Where to look for an issuer: at its name, or in the demo at its address.
const std::string& BaseOf(const IssuerOptions& options) {
  return options.address.empty() ? options.issuer : options.address;
}

absl::Status CheckDemoIssuer(const Url& issuer, const IssuerOptions& options) {
  if (!IsReservedName(issuer.host)) {
    return Fenced("in the demo profile the issuer's name must be under demo.safehaven.invalid");
  }
  SH_ASSIGN_OR_RETURN(const Url address, Url::Parse(options.address));
  if (!address.IsLoopback()) return Fenced("in the demo profile the issuer must be on loopback");
  return absl::OkStatus();
}

// One endpoint of the document.
absl::StatusOr<Url> ReadEndpoint(const JsonObject& document, const char* name, const IssuerOptions& options) {
  const absl::StatusOr<Url> url = Url::Parse(document.Text(name));
  if (!url.ok()) return MetadataInvalid(absl::StrCat("the issuer's ", name, " is missing or no URL"));
  if (options.demo) {
    SH_ASSIGN_OR_RETURN(const Url address, Url::Parse(options.address));
    if (url->Origin() != address.Origin()) {
      return MetadataInvalid(absl::StrCat("the demo issuer's ", name, " must be at its own address"));
    }
  } else if (!url->secure) {
    return MetadataInvalid(absl::StrCat("the issuer's ", name, " must be https"));
  }
  return *url;
}

}  // namespace

absl::Status CheckIssuer(const IssuerOptions& options) {
  SH_ASSIGN_OR_RETURN(const Url issuer, Url::Parse(options.issuer));
  if (options.client_id.empty() || options.audience.empty()) {
    return InvalidArgument("ISSUER_CLIENT_MISSING", "give the client id and the audience to ask the issuer for");
  }
  if (options.demo) return CheckDemoIssuer(issuer, options);
  if (IsReservedName(issuer.host)) return Fenced("only the demo profile may use an issuer of the demo");
  if (!options.address.empty()) return Fenced("only the demo profile may look for an issuer beside its name");
  if (!issuer.secure) return FailedPrecondition("ISSUER_NOT_SECURE", "the issuer must be an https address");
  return absl::OkStatus();
}

absl::StatusOr<IssuerMetadata> ReadMetadata(const std::string& document, const IssuerOptions& options) {
  const absl::StatusOr<JsonObject> json = JsonObject::Parse(document);
  if (!json.ok()) return MetadataInvalid("the issuer's discovery document is not a JSON object");
  // A document of another issuer would send our people's codes there (RFC 9207).
  if (json->Text("issuer") != options.issuer) return MetadataInvalid("the discovery document is another issuer's");
  IssuerMetadata metadata;
  SH_ASSIGN_OR_RETURN(const Url authorization, ReadEndpoint(*json, "authorization_endpoint", options));
  metadata.authorization_endpoint = authorization.ToString();
  SH_ASSIGN_OR_RETURN(metadata.token_endpoint, ReadEndpoint(*json, "token_endpoint", options));
  SH_ASSIGN_OR_RETURN(metadata.jwks_uri, ReadEndpoint(*json, "jwks_uri", options));
  return metadata;
}

absl::StatusOr<IssuerMetadata> IssuerDirectory::Metadata() {
  IssuerMetadata known;
  absl::Time known_time;
  {
    absl::MutexLock lock(&mutex_);
    known = metadata_;
    known_time = metadata_time_;
  }
  const absl::Time now = clock_.Now();
  if (now - known_time < kMetadataAgeMax) return known;
  SH_ASSIGN_OR_RETURN(const Url base, Url::Parse(BaseOf(options_)));
  Url url = base;
  url.target = absl::StrCat(absl::StripSuffix(base.target, "/"), "/.well-known/openid-configuration");
  const absl::StatusOr<std::string> document = FetchDocument(url);
  if (!document.ok()) {
    if (known_time != absl::InfinitePast()) return known;
    return document.status();
  }
  SH_ASSIGN_OR_RETURN(IssuerMetadata fresh, ReadMetadata(*document, options_));
  absl::MutexLock lock(&mutex_);
  metadata_ = fresh;
  metadata_time_ = now;
  return fresh;
}

absl::StatusOr<std::string> IssuerDirectory::Keys() {
  {
    absl::MutexLock lock(&mutex_);
    if (clock_.Now() - keys_time_ < kKeysAgeMax) return keys_;
  }
  return FetchKeys();
}

absl::StatusOr<std::string> IssuerDirectory::KeysAfterUnknown() {
  {
    absl::MutexLock lock(&mutex_);
    if (clock_.Now() - keys_attempt_time_ < kKeysPause) return keys_;
  }
  return FetchKeys();
}

absl::StatusOr<std::string> IssuerDirectory::FetchKeys() {
  {
    absl::MutexLock lock(&mutex_);
    keys_attempt_time_ = clock_.Now();
  }
  SH_ASSIGN_OR_RETURN(const IssuerMetadata metadata, Metadata());
  SH_ASSIGN_OR_RETURN(std::string keys, FetchDocument(metadata.jwks_uri));
  absl::MutexLock lock(&mutex_);
  keys_ = keys;
  keys_time_ = clock_.Now();
  return keys;
}

absl::StatusOr<std::string> IssuerDirectory::FetchDocument(const Url& url) {
  const absl::StatusOr<HttpResponse> response =
      client_.Fetch({.method = "GET", .url = url, .headers = {{"accept", "application/json"}}, .body = ""});
  if (!response.ok()) {
    return Unavailable("ISSUER_UNREACHABLE", absl::StrCat("the issuer: ", response.status().message()));
  }
  if (response->status != 200) {
    return Unavailable("ISSUER_UNREACHABLE", absl::StrCat("the issuer answered with HTTP ", response->status));
  }
  return response->body;
}

}  // namespace safehaven::gateway
