// Canonical codes as the Connect protocol writes them over HTTP (Connect protocol
// reference, "Error codes": each code has one name and one HTTP status). Pure
// functions; thread-safe.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_CORE_CONNECT_CODES_H_
#define SAFEHAVEN_SERVICES_GATEWAY_CORE_CONNECT_CODES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace safehaven::gateway {

// "permission_denied". A code that is none of ours is "unknown".
absl::string_view ConnectCode(absl::StatusCode code);

// 403 for kPermissionDenied; 200 for kOk.
int HttpStatusOf(absl::StatusCode code);

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_CORE_CONNECT_CODES_H_
