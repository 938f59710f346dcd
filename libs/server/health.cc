#include "libs/server/health.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "libs/base/status.h"

namespace safehaven {

struct HealthServer::State {
  // Answers UNIMPLEMENTED to all else. gRPC 1.51 does not build a server whose only
  // service is its own health service; this one makes it poll.
  grpc::CallbackGenericService nothing_else;
  std::unique_ptr<grpc::Server> server;
  int port = 0;
};

HealthServer::HealthServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

absl::StatusOr<std::unique_ptr<HealthServer>> HealthServer::Start(const std::string& listen) {
  // A switch of the whole process; the service's own server turns it off for itself.
  grpc::EnableDefaultHealthCheckService(true);
  auto state = std::make_unique<State>();
  grpc::ServerBuilder builder;
  // Without this a second process could share the port and answer for us.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.RegisterCallbackGenericService(&state->nothing_else);
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &state->port);
  state->server = builder.BuildAndStart();
  if (state->server == nullptr || state->port == 0) {
    return FailedPrecondition("ADDRESS_UNUSABLE",
                              absl::StrCat("cannot listen for health checks on ", listen));
  }
  state->server->GetHealthCheckService()->SetServingStatus("liveness", true);
  auto health = std::unique_ptr<HealthServer>(new HealthServer(std::move(state)));
  health->SetReady(false);
  return health;
}

HealthServer::~HealthServer() {
  // A watcher's stream has no end of its own: it is cut.
  state_->server->Shutdown(std::chrono::system_clock::now());
}

void HealthServer::SetReady(bool ready) {
  grpc::HealthCheckServiceInterface* const service = state_->server->GetHealthCheckService();
  service->SetServingStatus("", ready);
  service->SetServingStatus("readiness", ready);
}

int HealthServer::port() const { return state_->port; }

}  // namespace safehaven
