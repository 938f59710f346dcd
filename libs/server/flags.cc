#include "libs/server/flags.h"

#include "libs/base/status.h"
#include "libs/transport/spiffe_id.h"

namespace safehaven {
namespace {

constexpr size_t kThreadsMax = 1024;
constexpr size_t kInFlightMax = 1 << 16;
constexpr double kSecondsMax = 3600;

absl::Status Invalid(const char* flag, const char* message) {
  return Failure(absl::StatusCode::kInvalidArgument, "FLAG_INVALID", message, {{"flag", flag}});
}

bool InRange(double seconds) { return seconds >= 0 && seconds <= kSecondsMax; }

bool IsThreadCount(size_t count) { return count >= 1 && count <= kThreadsMax; }

}  // namespace

std::vector<TextFlag> TextFlagsOf(ServerFlags& flags) {
  ServerOptions& options = flags.options;
  return {
      {"--trust-domain", "SPIFFE trust domain, the certificate's own", &options.trust_domain},
      {"--listen", "gRPC host:port; port 0 takes a free one", &options.listen},
      {"--health-listen", "plaintext host:port for health checks", &options.health_listen},
      {"--metrics-listen", "plaintext host:port for Prometheus", &options.metrics_listen},
      {"--port-file", "file to write the real ports to, as JSON", &options.port_file},
      {"--tls-certificate", "own certificate, PEM", &options.tls.certificate},
      {"--tls-key", "its private key, PEM", &options.tls.key},
      {"--tls-authorities", "authorities trusted for clients, PEM", &options.tls.authorities},
  };
}

std::vector<CountFlag> CountFlagsOf(ServerFlags& flags) {
  ServerOptions& options = flags.options;
  return {
      {"--worker-threads", "handlers that run at once", &options.worker_threads},
      {"--streams-max", "streams open at once", &options.streams_max},
      {"--in-flight-max", "calls in work at once; more are refused", &options.in_flight_max},
  };
}

std::vector<SecondsFlag> SecondsFlagsOf(ServerFlags& flags) {
  return {
      {"--drain-delay-seconds", "from not serving to refusing calls", &flags.drain_delay_seconds},
      {"--drain-seconds-max", "for running calls to end", &flags.drain_seconds_max},
  };
}

std::vector<SwitchFlag> SwitchFlagsOf(ServerFlags& flags) {
  return {
      {"--insecure", "no TLS; on loopback only", &flags.insecure},
      {"--no-client-certificates", "TLS without client certificates", &flags.no_client_certificates},
  };
}

absl::StatusOr<ServerOptions> OptionsOf(const ServerFlags& flags) {
  ServerOptions options = flags.options;
  if (!IsTrustDomain(options.trust_domain)) {
    return Invalid("--trust-domain", "a trust domain is required, in lower case");
  }
  if (flags.insecure && flags.no_client_certificates) {
    return Invalid("--insecure", "it excludes --no-client-certificates");
  }
  if (!IsThreadCount(options.worker_threads)) return Invalid("--worker-threads", "1 to 1024");
  if (!IsThreadCount(options.streams_max)) return Invalid("--streams-max", "1 to 1024");
  if (options.in_flight_max < 1 || options.in_flight_max > kInFlightMax) {
    return Invalid("--in-flight-max", "1 to 65536");
  }
  if (!InRange(flags.drain_delay_seconds)) return Invalid("--drain-delay-seconds", "0 to 3600");
  if (!InRange(flags.drain_seconds_max)) return Invalid("--drain-seconds-max", "0 to 3600");
  options.drain_delay = absl::Seconds(flags.drain_delay_seconds);
  options.drain_time_max = absl::Seconds(flags.drain_seconds_max);
  options.transport = flags.insecure                 ? TransportMode::kInsecure
                      : flags.no_client_certificates ? TransportMode::kServerTls
                                                     : TransportMode::kMutualTls;
  return options;
}

}  // namespace safehaven
