// Reading small JSON objects of an issuer: its documents and the claims of its tokens.
// Only members that are texts are of interest here. Pure functions; thread-safe.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_OIDC_CLAIMS_H_
#define SAFEHAVEN_SERVICES_GATEWAY_OIDC_CLAIMS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven::gateway {

inline constexpr size_t kJsonBytesMax = 64 * 1024;

class JsonObject {
 public:
  // INVALID_ARGUMENT with reason JSON_MALFORMED unless `text` is one JSON object of at
  // most kJsonBytesMax bytes. A member that stands twice means one thing to us and
  // another to somebody else, so that is malformed too.
  static absl::StatusOr<JsonObject> Parse(absl::string_view text);

  // The member `name` if it is a text, else "".
  std::string Text(absl::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> members_;  // "" for what is no text
};

// The claims of a token in JWS compact form. It does not verify anything: only for
// tokens that libs/evidence has verified. INVALID_ARGUMENT with reason JSON_MALFORMED.
absl::StatusOr<JsonObject> ClaimsOfVerified(absl::string_view token);

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_OIDC_CLAIMS_H_
