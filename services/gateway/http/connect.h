// The Connect protocol's unary form, as far as a browser and curl need it: POST
// /safehaven.gateway.v1.GatewayService/Method with a JSON request, answered by a JSON
// response or a JSON error (Connect protocol reference, "Unary-Request"). Only JSON, no
// compression, no GET: the gRPC port is there for the rest.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_HTTP_CONNECT_H_
#define SAFEHAVEN_SERVICES_GATEWAY_HTTP_CONNECT_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/http/message.h"
#include "services/gateway/rpc/gateway_handlers.h"

namespace safehaven::gateway {

inline constexpr char kConnectPrefix[] = "/safehaven.gateway.v1.GatewayService/";

// Thread-safe.
class ConnectEndpoint {
 public:
  // Reads the methods' policies. `handlers` must outlive the endpoint. FAILED_PRECONDITION
  // as TermsOf().
  static absl::StatusOr<ConnectEndpoint> Make(GatewayHandlers& handlers);

  // Is this path one of the methods?
  bool Has(absl::string_view path) const { return methods_.find(path) != methods_.end(); }

  // Checks what the request's headers say before anybody's session is looked at:
  // INVALID_ARGUMENT with reason CONTENT_TYPE_UNKNOWN, PROTOCOL_VERSION_UNKNOWN or
  // TIMEOUT_INVALID, UNIMPLEMENTED with reason CONTENT_ENCODING_UNKNOWN.
  absl::Status CheckHeaders(const HttpRequest& request) const;

  // Calls the method; blocks. The caller's time limit is cut to the method's longest.
  // Headers have been checked. An OK status holds the JSON of the response.
  absl::StatusOr<std::string> Serve(const HttpRequest& request, Sensitive<std::string> token, absl::Time now) const;

 private:
  using Method = std::function<absl::StatusOr<std::string>(const Asker& asker, const std::string& json)>;
  struct Entry {
    Method method;
    absl::Duration deadline_max;
  };

  std::map<std::string, Entry, std::less<>> methods_;  // by path
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_HTTP_CONNECT_H_
