// The gateway's handlers as a gRPC service. The token is the call's "authorization"
// metadata.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_RPC_SERVICE_H_
#define SAFEHAVEN_SERVICES_GATEWAY_RPC_SERVICE_H_

#include "libs/server/method_registry.h"
#include "services/gateway/rpc/gateway_handlers.h"

namespace safehaven::gateway {

// Registers all methods of GatewayService. `handlers` must outlive the server.
void RegisterGateway(MethodRegistry& registry, GatewayHandlers& handlers);

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_RPC_SERVICE_H_
