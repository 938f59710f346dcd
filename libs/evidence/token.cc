#include <cjose/cjose.h>
#include <jansson.h>

#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "libs/evidence/evidence.h"

namespace safehaven {
namespace {

struct JsonDelete {
  void operator()(json_t* json) const { json_decref(json); }
};
struct JwsDelete {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
struct JwkDelete {
  void operator()(cjose_jwk_t* jwk) const { cjose_jwk_release(jwk); }
};
using Json = std::unique_ptr<json_t, JsonDelete>;
using Jws = std::unique_ptr<cjose_jws_t, JwsDelete>;
using Jwk = std::unique_ptr<cjose_jwk_t, JwkDelete>;

// Never "none", never a shared secret (RFC 8725, 3.1 and 3.2).
constexpr std::array<absl::string_view, 3> kAlgorithms = {"ES256", "PS256", "RS256"};

absl::Status Refused(absl::string_view reason, absl::string_view message) {
  return Failure(absl::StatusCode::kUnauthenticated, reason, message);
}

absl::Status Malformed() { return Refused("EVIDENCE_TOKEN_MALFORMED", "the token is not a signed JWT"); }

Json Parse(absl::string_view text) {
  json_error_t error;
  return Json(json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, &error));
}

std::string TextOf(const json_t* object, const char* key) {
  const json_t* value = json_object_get(object, key);
  return json_is_string(value) ? json_string_value(value) : "";
}

// The key named `kid` of the set, if it fixes the algorithm `alg` and may verify.
Jwk FindKey(const std::string& jwks, const std::string& kid, const std::string& alg) {
  const Json set = Parse(jwks);
  const json_t* keys = json_object_get(set.get(), "keys");
  for (size_t i = 0; i < json_array_size(keys); ++i) {
    json_t* key = json_array_get(keys, i);
    if (TextOf(key, "kid") != kid || TextOf(key, "alg") != alg) continue;
    cjose_err error;
    return Jwk(cjose_jwk_import_json(reinterpret_cast<cjose_header_t*>(key), &error));
  }
  return nullptr;
}

std::string HeaderText(cjose_jws_t* jws, const char* name) {
  cjose_err error;
  const char* value = cjose_header_get(cjose_jws_get_protected(jws), name, &error);
  return value == nullptr ? "" : value;
}

// The payload's claims without trust in them: to find the issuer whose keys to try.
Json Claims(cjose_jws_t* jws) {
  cjose_err error;
  uint8_t* bytes = nullptr;
  size_t size = 0;
  if (!cjose_jws_get_plaintext(jws, &bytes, &size, &error)) return nullptr;
  Json claims = Parse(absl::string_view(reinterpret_cast<const char*>(bytes), size));
  return json_is_object(claims.get()) ? std::move(claims) : nullptr;
}

bool HasAudience(const json_t* claims, const std::string& audience) {
  const json_t* value = json_object_get(claims, "aud");
  if (json_is_string(value)) return audience == json_string_value(value);
  for (size_t i = 0; i < json_array_size(value); ++i) {
    const json_t* entry = json_array_get(value, i);
    if (json_is_string(entry) && audience == json_string_value(entry)) return true;
  }
  return false;
}

absl::StatusOr<TokenSubject> CheckClaims(const json_t* claims, const TrustedIssuer& issuer, absl::Time now) {
  if (!HasAudience(claims, issuer.audience)) {
    return Refused("EVIDENCE_AUDIENCE", "the token is for somebody else");
  }
  const json_t* expire = json_object_get(claims, "exp");
  const json_t* issued = json_object_get(claims, "iat");
  if (!json_is_integer(expire) || !json_is_integer(issued)) return Malformed();
  const absl::Time expire_time = absl::FromUnixSeconds(json_integer_value(expire));
  const absl::Time issue_time = absl::FromUnixSeconds(json_integer_value(issued));
  if (issue_time > now + kClockSkewMax) {
    return Refused("EVIDENCE_NOT_YET", "the token was issued in our future: compare the clocks");
  }
  if (expire_time <= now || now - issue_time > kTokenLifeMax + kClockSkewMax) {
    return Refused("EVIDENCE_EXPIRED", "the token has expired: sign in again");
  }
  const json_t* not_before = json_object_get(claims, "nbf");
  if (not_before != nullptr &&
      (!json_is_integer(not_before) ||
       absl::FromUnixSeconds(json_integer_value(not_before)) > now + kClockSkewMax)) {
    return Refused("EVIDENCE_NOT_YET", "the token is not valid yet");
  }
  TokenSubject subject = {.issuer = issuer.url,
                          .subject = TextOf(claims, "sub"),
                          .expire_time = std::min(expire_time, issue_time + kTokenLifeMax + kClockSkewMax)};
  if (subject.subject.empty()) return Malformed();
  return subject;
}

}  // namespace

absl::StatusOr<TokenSubject> VerifyToken(absl::string_view token, std::span<const TrustedIssuer> issuers,
                                         absl::Time now) {
  if (token.size() > kTokenBytesMax) return Malformed();
  cjose_err error;
  const Jws jws(cjose_jws_import(token.data(), token.size(), &error));
  if (jws == nullptr) return Malformed();
  const Json claims = Claims(jws.get());
  if (claims == nullptr) return Malformed();
  const std::string issuer_url = TextOf(claims.get(), "iss");
  for (const TrustedIssuer& issuer : issuers) {
    if (issuer.url != issuer_url) continue;
    const std::string alg = HeaderText(jws.get(), CJOSE_HDR_ALG);
    bool allowed = false;
    for (const absl::string_view name : kAlgorithms) allowed = allowed || name == alg;
    if (!allowed) return Refused("EVIDENCE_SIGNATURE", "the token's algorithm is not allowed");
    const Jwk key = FindKey(issuer.jwks, HeaderText(jws.get(), CJOSE_HDR_KID), alg);
    if (key == nullptr) return Refused("EVIDENCE_KEY_UNKNOWN", "the register has no such key of the issuer");
    if (!cjose_jws_verify(jws.get(), key.get(), &error)) {
      return Refused("EVIDENCE_SIGNATURE", "the token's signature does not hold");
    }
    return CheckClaims(claims.get(), issuer, now);
  }
  return Refused("EVIDENCE_ISSUER_UNKNOWN", "the register does not name the token's issuer");
}

}  // namespace safehaven
