// What every answer of the edge has, and the few kinds there are. An answer is never
// stored by a browser or a proxy, never framed, and its pages run no script but ours.
// Pure functions; thread-safe.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_HTTP_REPLIES_H_
#define SAFEHAVEN_SERVICES_GATEWAY_HTTP_REPLIES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/http/message.h"

namespace safehaven::gateway {

// Adds the security headers; `secure` also asks browsers to stay on TLS.
void AddSecurityHeaders(HttpResponse& response, bool secure);

// A failure as Connect writes it: its HTTP status and {"code", "message", "details"}.
// Details are the status's typed payloads, with the reason readable in "debug".
// RetryInfo also becomes Retry-After.
HttpResponse ConnectError(const absl::Status& status);

// A failure for a person who looks at a page.
HttpResponse ErrorPage(const absl::Status& status);

HttpResponse JsonReply(std::string body);

// Sends the browser on. Not for targets from outside.
HttpResponse Redirect(const std::string& location);

// An empty answer with `status`.
HttpResponse EmptyReply(int status);

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_HTTP_REPLIES_H_
