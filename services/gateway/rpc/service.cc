#include "services/gateway/rpc/service.h"

#include "libs/base/status.h"

namespace safehaven::gateway {
namespace {

constexpr char kService[] = "safehaven.gateway.v1.GatewayService";

template <typename Request, typename Response>
void Register(MethodRegistry& registry, const char* method, GatewayHandlers& handlers,
              absl::StatusOr<Response> (GatewayHandlers::*handler)(const Asker&, const Request&)) {
  registry.Unary<Request, Response>(
      kService, method, [&handlers, handler](const Call& call, const Request& request) -> absl::StatusOr<Response> {
        SH_ASSIGN_OR_RETURN(Sensitive<std::string> token, BearerToken(call.authorization().Reveal()));
        return (handlers.*handler)({.token = std::move(token), .deadline = call.deadline()}, request);
      });
}

}  // namespace

void RegisterGateway(MethodRegistry& registry, GatewayHandlers& handlers) {
  Register(registry, "Query", handlers, &GatewayHandlers::Query);
  Register(registry, "Preview", handlers, &GatewayHandlers::Preview);
  Register(registry, "GetEntitlements", handlers, &GatewayHandlers::GetEntitlements);
  Register(registry, "Explain", handlers, &GatewayHandlers::Explain);
  Register(registry, "WhatIf", handlers, &GatewayHandlers::WhatIf);
  Register(registry, "NearestLawful", handlers, &GatewayHandlers::NearestLawful);
}

}  // namespace safehaven::gateway
