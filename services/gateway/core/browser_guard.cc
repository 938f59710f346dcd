#include "services/gateway/core/browser_guard.h"

#include "absl/strings/match.h"
#include "libs/base/status.h"

namespace safehaven::gateway {

absl::Status CheckHost(const BrowserHeaders& headers, const OwnOrigin& own) {
  if (!headers.host.empty() && absl::EqualsIgnoreCase(headers.host, own.host)) return absl::OkStatus();
  return InvalidArgument("HOST_UNKNOWN", "this gateway answers to its own name only");
}

absl::Status CheckSameOrigin(const BrowserHeaders& headers, const OwnOrigin& own) {
  const bool site_agrees = headers.fetch_site.empty() || headers.fetch_site == "same-origin";
  if (!headers.origin.empty() && headers.origin == own.origin && site_agrees) return absl::OkStatus();
  return PermissionDenied("ORIGIN_FOREIGN", "a request under a session must come from the gateway's own page");
}

}  // namespace safehaven::gateway
