#include "services/gateway/http/connect.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/util/json_util.h"
#include "libs/base/status.h"
#include "libs/transport/method_terms.h"

namespace safehaven::gateway {
namespace {

constexpr char kService[] = "safehaven.gateway.v1.GatewayService";
constexpr size_t kTimeoutDigitsMax = 10;  // of the protocol

// The caller's time limit; nothing if it gave none.
absl::StatusOr<std::optional<absl::Duration>> ReadTimeout(const HttpRequest& request) {
  const std::string text = request.Header("connect-timeout-ms");
  if (text.empty()) return std::optional<absl::Duration>();
  int64_t milliseconds = 0;
  const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || text.size() > kTimeoutDigitsMax || !absl::SimpleAtoi(text, &milliseconds)) {
    return InvalidArgument("TIMEOUT_INVALID", "connect-timeout-ms must be up to ten digits");
  }
  return std::optional<absl::Duration>(absl::Milliseconds(milliseconds));
}

// A field that we do not know is a wish that we cannot keep, so it is refused. What was
// sent is not repeated: it may hold what should not have been sent at all.
template <typename Request>
absl::StatusOr<Request> ReadRequest(const std::string& json) {
  Request request;
  google::protobuf::util::JsonParseOptions strict;
  strict.ignore_unknown_fields = false;
  if (!google::protobuf::util::JsonStringToMessage(json, &request, strict).ok()) {
    return InvalidArgument("FIELD_INVALID",
                           absl::StrCat("the body is not the JSON of a ", Request::descriptor()->name()));
  }
  return request;
}

template <typename Request, typename Response>
auto Bind(GatewayHandlers& handlers,
          absl::StatusOr<Response> (GatewayHandlers::*handler)(const Asker&, const Request&)) {
  return [&handlers, handler](const Asker& asker, const std::string& json) -> absl::StatusOr<std::string> {
    SH_ASSIGN_OR_RETURN(const Request request, ReadRequest<Request>(json));
    SH_ASSIGN_OR_RETURN(const Response response, (handlers.*handler)(asker, request));
    std::string text;
    if (!google::protobuf::util::MessageToJsonString(response, &text).ok()) {
      return Internal("RESPONSE_UNPRINTABLE", "the response could not be written as JSON");
    }
    return text;
  };
}

}  // namespace

absl::StatusOr<ConnectEndpoint> ConnectEndpoint::Make(GatewayHandlers& handlers) {
  const std::map<std::string, Method> bound = {
      {"Query", Bind(handlers, &GatewayHandlers::Query)},
      {"Preview", Bind(handlers, &GatewayHandlers::Preview)},
      {"GetEntitlements", Bind(handlers, &GatewayHandlers::GetEntitlements)},
      {"Explain", Bind(handlers, &GatewayHandlers::Explain)},
      {"WhatIf", Bind(handlers, &GatewayHandlers::WhatIf)},
      {"NearestLawful", Bind(handlers, &GatewayHandlers::NearestLawful)},
  };
  ConnectEndpoint endpoint;
  for (const auto& [name, method] : bound) {
    SH_ASSIGN_OR_RETURN(const auto* descriptor, FindMethod(kService, name));
    SH_ASSIGN_OR_RETURN(const MethodTerms terms, TermsOf(*descriptor));
    endpoint.methods_[terms.Path()] = {.method = method, .deadline_max = terms.deadline_max};
  }
  return endpoint;
}

absl::Status ConnectEndpoint::CheckHeaders(const HttpRequest& request) const {
  const std::string content_type = request.Header("content-type");
  const std::vector<std::string> parts = absl::StrSplit(content_type, absl::MaxSplits(';', 1));
  // Also keeps plain forms out, which any page could send here without asking first.
  if (parts[0] != "application/json") {
    return InvalidArgument("CONTENT_TYPE_UNKNOWN", "content-type must be application/json");
  }
  const std::string encoding = request.Header("content-encoding");
  if (!encoding.empty() && encoding != "identity") {
    return Failure(absl::StatusCode::kUnimplemented, "CONTENT_ENCODING_UNKNOWN", "send the body uncompressed");
  }
  const std::string version = request.Header("connect-protocol-version");
  if (!version.empty() && version != "1") {
    return InvalidArgument("PROTOCOL_VERSION_UNKNOWN", "connect-protocol-version must be 1");
  }
  return ReadTimeout(request).status();
}

absl::StatusOr<std::string> ConnectEndpoint::Serve(const HttpRequest& request, Sensitive<std::string> token,
                                                   absl::Time now) const {
  const auto found = methods_.find(request.Path());
  if (found == methods_.end()) {
    return Failure(absl::StatusCode::kUnimplemented, "METHOD_UNKNOWN", "there is no such method");
  }
  SH_ASSIGN_OR_RETURN(const std::optional<absl::Duration> timeout, ReadTimeout(request));
  const Entry& entry = found->second;
  const absl::Duration allowed = std::min(timeout.value_or(entry.deadline_max), entry.deadline_max);
  return entry.method({.token = std::move(token), .deadline = now + allowed}, request.body);
}

}  // namespace safehaven::gateway
