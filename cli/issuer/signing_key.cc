#include "cli/issuer/signing_key.h"

#include <cjose/cjose.h>
#include <jansson.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"

namespace safehaven::cli {
namespace {

struct JsonDelete {
  void operator()(json_t* json) const { json_decref(json); }
};
struct HeaderDelete {
  void operator()(cjose_header_t* header) const { cjose_header_release(header); }
};
struct JwsDelete {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};

std::string KeyJson(const cjose_jwk_t* key, bool with_private) {
  cjose_err error;
  char* text = cjose_jwk_to_json(key, with_private, &error);
  if (text == nullptr) return "";
  std::string json = text;
  std::free(text);
  return json;
}

}  // namespace

struct SigningKey::Handle {
  cjose_jwk_t* key = nullptr;
  ~Handle() { cjose_jwk_release(key); }
};

SigningKey::SigningKey(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

absl::StatusOr<SigningKey> SigningKey::Generate() {
  cjose_err error;
  auto handle = std::make_unique<Handle>();
  handle->key = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error);
  if (handle->key == nullptr) return Internal("KEY_NOT_MADE", "the signing key could not be made");
  return Adopt(std::move(handle), "KEY_NOT_MADE");
}

absl::StatusOr<SigningKey> SigningKey::FromPrivateJson(const std::string& json) {
  cjose_err error;
  auto handle = std::make_unique<Handle>();
  handle->key = cjose_jwk_import(json.data(), json.size(), &error);
  if (handle->key == nullptr || cjose_jwk_get_kty(handle->key, &error) != CJOSE_JWK_KTY_EC) {
    return InvalidArgument("KEY_MALFORMED", "the signing key's file holds no key on P-256");
  }
  return Adopt(std::move(handle), "KEY_MALFORMED");
}

absl::StatusOr<SigningKey> SigningKey::Adopt(std::unique_ptr<Handle> handle, absl::string_view reason) {
  SigningKey made(std::move(handle));
  json_error_t json_error;
  const std::unique_ptr<json_t, JsonDelete> json(
      json_loads(KeyJson(made.handle_->key, false).c_str(), 0, &json_error));
  const char* x = json_string_value(json_object_get(json.get(), "x"));
  const char* y = json_string_value(json_object_get(json.get(), "y"));
  const char* curve = json_string_value(json_object_get(json.get(), "crv"));
  if (x == nullptr || y == nullptr || curve == nullptr || absl::string_view(curve) != "P-256") {
    return InvalidArgument(reason, "the signing key is not on P-256");
  }
  // The members in this order, without spaces, are what RFC 7638 hashes.
  const std::string canonical = absl::StrCat("{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"", x, "\",\"y\":\"", y, "\"}");
  made.kid_ = absl::WebSafeBase64Escape(ToBytes(Sha256(canonical)));
  made.jwks_ = absl::StrCat("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"ES256\",\"use\":\"sig\",\"kid\":\"",
                            made.kid_, "\",\"x\":\"", x, "\",\"y\":\"", y, "\"}]}");
  return made;
}

std::string SigningKey::PrivateJson() const { return KeyJson(handle_->key, true); }

absl::StatusOr<std::string> SigningKey::Sign(absl::string_view claims) const {
  cjose_err error;
  const std::unique_ptr<cjose_header_t, HeaderDelete> header(cjose_header_new(&error));
  const bool prepared = header != nullptr &&
                        cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256, &error) &&
                        cjose_header_set(header.get(), CJOSE_HDR_KID, kid_.c_str(), &error) &&
                        cjose_header_set(header.get(), "typ", "JWT", &error);
  const std::unique_ptr<cjose_jws_t, JwsDelete> jws(
      prepared ? cjose_jws_sign(handle_->key, header.get(), reinterpret_cast<const uint8_t*>(claims.data()),
                                claims.size(), &error)
               : nullptr);
  const char* token = nullptr;
  if (jws == nullptr || !cjose_jws_export(jws.get(), &token, &error)) {
    return Internal("TOKEN_NOT_MADE", "the token could not be signed");
  }
  return std::string(token);
}

}  // namespace safehaven::cli
