#include "libs/server/server.h"

#include <cstdio>
#include <fstream>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "grpc/support/log.h"
#include "grpcpp/ext/health_check_service_server_builder_option.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "libs/base/status.h"
#include "libs/server/build_info.h"
#include "libs/server/dispatcher.h"
#include "libs/server/health.h"
#include "libs/server/log_line.h"
#include "libs/server/metrics_server.h"
#include "libs/server/process_metrics.h"
#include "libs/server/termination.h"
#include "libs/transport/tls.h"

namespace safehaven {
namespace {

// Streams may run long; a connection's last calls get this much after its age is up.
constexpr absl::Duration kConnectionGrace = absl::Hours(1);
// Clients may ask this often whether we are there (libs/client/channel.cc).
constexpr int kPingIntervalMsMin = 10000;

// FAILED_PRECONDITION unless the keys are there and are this program's own.
absl::Status CheckTransport(const ServerOptions& options, absl::Time now) {
  if (options.transport == TransportMode::kInsecure) {
    if (IsLoopback(options.listen)) return absl::OkStatus();
    return FailedPrecondition("INSECURE_NOT_LOOPBACK",
                              "without TLS a service listens on loopback only");
  }
  const bool mutual = options.transport == TransportMode::kMutualTls;
  SH_ASSIGN_OR_RETURN(const Certificate certificate, ReadTlsFiles(options.tls, mutual, now));
  if (certificate.id.path != options.program ||
      certificate.id.trust_domain != options.trust_domain) {
    return FailedPrecondition("IDENTITY_MISMATCH",
                              absl::StrCat("the certificate is for ", certificate.id.ToString()));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CredentialsOf(
    const ServerOptions& options) {
  if (options.transport == TransportMode::kInsecure) return grpc::InsecureServerCredentials();
  return ServerTls(options.tls, options.transport == TransportMode::kMutualTls);
}

// Renamed into place, so that a reader never sees half of it.
absl::Status WritePortFile(const std::string& path, const Ports& ports) {
  const std::string partial = absl::StrCat(path, ".partial");
  {
    std::ofstream file(partial, std::ios::trunc);
    file << "{\"grpc\":" << ports.grpc << ",\"health\":" << ports.health
         << ",\"metrics\":" << ports.metrics << "}\n";
    if (!file.flush()) {
      return FailedPrecondition("PORT_FILE_UNWRITABLE", absl::StrCat("cannot write ", partial));
    }
  }
  if (std::rename(partial.c_str(), path.c_str()) != 0) {
    return FailedPrecondition("PORT_FILE_UNWRITABLE", absl::StrCat("cannot write ", path));
  }
  return absl::OkStatus();
}

// gRPC's own complaints (a failed handshake, say) as lines like all others.
void LogForGrpc(gpr_log_func_args* args) {
  const Severity severity =
      args->severity == GPR_LOG_SEVERITY_ERROR ? Severity::kWarning : Severity::kInfo;
  LogLine(severity, "grpc", {{"message", args->message}});
}

void Configure(grpc::ServerBuilder& builder, const ServerOptions& options) {
  // No health service on this port: it has one of its own.
  builder.SetOption(std::make_unique<grpc::HealthCheckServiceServerBuilderOption>(nullptr));
  // Without this a second process could share the port and take our calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                             static_cast<int>(absl::ToInt64Milliseconds(options.connection_age_max)));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             static_cast<int>(absl::ToInt64Milliseconds(kConnectionGrace)));
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kPingIntervalMsMin);
  builder.SetMaxReceiveMessageSize(static_cast<int>(options.message_bytes_max));
  builder.SetResourceQuota(grpc::ResourceQuota(options.program).Resize(options.memory_bytes_max));
}

PoolMetrics::Pool LoadOf(const char* name, const WorkerPool& pool) {
  return {name, [&pool] {
            return PoolMetrics::Load{static_cast<double>(pool.queued()), static_cast<double>(pool.busy())};
          }};
}

}  // namespace

struct Server::State {
  State(const ServerOptions& the_options, const Clock& the_clock, Randomness& the_randomness)
      : options(the_options), clock(the_clock), randomness(the_randomness) {}

  void OnReadinessChange(const Readiness::Conditions& conditions);

  const ServerOptions options;
  const Clock& clock;
  Randomness& randomness;
  Ports ports;
  bool drained = false;
  ServerMetrics metrics;
  std::unique_ptr<HealthServer> health;
  std::unique_ptr<Readiness> readiness;
  // The server's calls use the dispatcher, so it goes after the server.
  std::unique_ptr<Dispatcher> dispatcher;
  std::unique_ptr<grpc::Server> server;
  // First to go: its threads read everything above.
  std::unique_ptr<MetricsServer> metrics_server;
};

void Server::State::OnReadinessChange(const Readiness::Conditions& conditions) {
  bool ready = true;
  std::string reasons;
  for (const auto& [name, condition] : conditions) {
    metrics.Dependency(name).Set(condition.met ? 1 : 0);
    if (condition.met) continue;
    ready = false;
    absl::StrAppend(&reasons, reasons.empty() ? "" : " ", name, "=", condition.reason);
  }
  metrics.ready().Set(ready ? 1 : 0);
  health->SetReady(ready);
  LogLine(Severity::kInfo, "readiness", {{"ready", ready}, {"reasons", reasons}});
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      const Clock& clock, Randomness& randomness) {
  SH_RETURN_IF_ERROR(CheckTransport(options, clock.Now()));
  InstallTerminationHandlers();
  // Debian's Abseil is built with its search for deadlocks, which keeps a graph of all
  // mutexes under one lock: 5 % of a call. Tests run with it, and thread sanitizer.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  gpr_set_log_function(LogForGrpc);
  auto state = std::make_unique<State>(options, clock, randomness);
  SH_ASSIGN_OR_RETURN(state->health, HealthServer::Start(options.health_listen));
  SH_ASSIGN_OR_RETURN(state->metrics_server, MetricsServer::Start(options.metrics_listen));
  state->ports.health = state->health->port();
  state->ports.metrics = state->metrics_server->port();
  state->metrics_server->Show(state->metrics.shared_registry());
  state->metrics_server->Show(std::make_shared<ProcessMetrics>());
  if (options.transport != TransportMode::kInsecure) {
    state->metrics_server->Show(
        std::make_shared<CertificateMetrics>("server", options.tls.certificate));
  }
  state->readiness = std::make_unique<Readiness>(
      [raw = state.get()](const Readiness::Conditions& conditions) {
        raw->OnReadinessChange(conditions);
      });
  state->readiness->Require("serving");
  LogLine(Severity::kInfo, "starting",
          {{"program", options.program},
           {"version", BuildVersion()},
           {"revision", BuildRevision()}});
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::~Server() { Drain(); }

absl::Status Server::Serve(MethodRegistry registry) {
  State& state = *state_;
  const ServerOptions& options = state.options;
  SH_RETURN_IF_ERROR(registry.Check());
  for (const auto& [path, method] : registry.methods()) {
    if (options.transport != TransportMode::kMutualTls && !method.terms.ForAnyone()) {
      return FailedPrecondition(
          "METHOD_UNREACHABLE",
          absl::StrCat(path, " needs a certificate that this port never asks for"));
    }
  }
  SH_ASSIGN_OR_RETURN(const auto credentials, CredentialsOf(options));
  state.dispatcher = std::make_unique<Dispatcher>(
      options, registry, absl::BytesToHexString(state.randomness.Bytes(8)), state.metrics,
      state.clock);
  state.metrics_server->Show(std::make_shared<PoolMetrics>(std::vector<PoolMetrics::Pool>{
      LoadOf("workers", state.dispatcher->workers()), LoadOf("streams", state.dispatcher->streams())}));

  grpc::ServerBuilder builder;
  Configure(builder, options);
  builder.RegisterCallbackGenericService(state.dispatcher.get());
  builder.AddListeningPort(options.listen, credentials, &state.ports.grpc);
  state.server = builder.BuildAndStart();
  if (state.server == nullptr || state.ports.grpc == 0) {
    state.server.reset();
    return FailedPrecondition("ADDRESS_UNUSABLE", absl::StrCat("cannot listen on ", options.listen));
  }
  if (!options.port_file.empty()) {
    const absl::Status written = WritePortFile(options.port_file, state.ports);
    if (!written.ok()) {
      // The caller will destroy what handlers use: no call may run by then.
      Drain();
      return written;
    }
  }
  LogLine(Severity::kInfo, "listening",
          {{"grpc", state.ports.grpc},
           {"health", state.ports.health},
           {"metrics", state.ports.metrics}});
  state.readiness->Met("serving");
  return absl::OkStatus();
}

absl::Status Server::RunUntilTerminated(const std::vector<Closer>& closers) {
  WaitForTermination();
  Drain();
  absl::Status first_failure;
  for (const Closer& closer : closers) {
    const absl::Status closed = closer.close();
    LogLine(closed.ok() ? Severity::kInfo : Severity::kError, "closed",
            {{"what", closer.name}, {"status", closed}});
    if (first_failure.ok()) first_failure = closed;
  }
  LogLine(Severity::kInfo, "stopped", {{"program", state_->options.program}});
  return first_failure;
}

void Server::Drain() {
  State& state = *state_;
  if (state.drained) return;
  state.drained = true;
  state.readiness->NotMet("serving", "DRAINING");
  if (state.server == nullptr) return;
  LogLine(Severity::kInfo, "draining", {{"delay", state.options.drain_delay}});
  absl::SleepFor(state.options.drain_delay);
  state.server->Shutdown(absl::ToChronoTime(absl::Now() + state.options.drain_time_max));
  state.server->Wait();
}

Readiness& Server::readiness() { return *state_->readiness; }

ServerMetrics& Server::metrics() { return state_->metrics; }

void Server::Show(std::shared_ptr<prometheus::Collectable> collectable) {
  state_->metrics_server->Show(std::move(collectable));
}

Ports Server::ports() const { return state_->ports; }

}  // namespace safehaven
