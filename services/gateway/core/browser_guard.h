// What a request must show before a session cookie counts as its sender's will. A
// browser sends the cookie along with whatever any page makes it ask; SameSite=Strict
// stops most of that, and these checks stop the rest without trusting it. Pure
// functions; thread-safe.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_CORE_BROWSER_GUARD_H_
#define SAFEHAVEN_SERVICES_GATEWAY_CORE_BROWSER_GUARD_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace safehaven::gateway {

// Where the gateway is, as a browser says it.
struct OwnOrigin {
  std::string origin;  // "https://gateway.example": scheme, host, port if not the scheme's own
  std::string host;    // "gateway.example": the same as a Host header
};

// The headers that count; "" for what is missing or stands twice.
struct BrowserHeaders {
  std::string host;
  std::string origin;
  std::string fetch_site;  // Sec-Fetch-Site
};

// Was the request sent to us by our own name? Otherwise a page elsewhere could point its
// own name at us (DNS rebinding). INVALID_ARGUMENT with reason HOST_UNKNOWN.
absl::Status CheckHost(const BrowserHeaders& headers, const OwnOrigin& own);

// Was a request that changes or reads something under a session sent by our own page?
// Origin must be there and be ours; Sec-Fetch-Site, where the browser has it, must agree.
// PERMISSION_DENIED with reason ORIGIN_FOREIGN.
absl::Status CheckSameOrigin(const BrowserHeaders& headers, const OwnOrigin& own);

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_CORE_BROWSER_GUARD_H_
