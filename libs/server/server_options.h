// Everything that the runtime of a service is told: addresses, keys, limits. All
// services have the same, with the same flags (libs/server/flags.h). Values only.
#ifndef SAFEHAVEN_LIBS_SERVER_SERVER_OPTIONS_H_
#define SAFEHAVEN_LIBS_SERVER_SERVER_OPTIONS_H_

#include <cstddef>
#include <string>

#include "absl/time/time.h"
#include "libs/transport/tls_files.h"

namespace safehaven {

// How clients connect to the gRPC port.
enum class TransportMode {
  kMutualTls,  // both sides show a certificate: between services
  kServerTls,  // only the server does: for callers who bring other evidence
  kInsecure,   // no TLS; loopback only, and only methods for anyone can be called
};

struct ServerOptions {
  std::string program;       // own SPIFFE path, "consent"; must be the certificate's
  std::string trust_domain;  // "demo.safehaven.invalid"; must be the certificate's

  // host:port; port 0 asks the kernel for a free one.
  std::string listen = "127.0.0.1:0";
  std::string health_listen = "127.0.0.1:0";   // plaintext, only grpc.health.v1
  std::string metrics_listen = "127.0.0.1:0";  // plaintext, only /metrics
  // Where to write the real ports as JSON {"grpc":1,"health":2,"metrics":3}, if not
  // empty. It appears whole (renamed into place), once all three ports answer.
  std::string port_file;

  TransportMode transport = TransportMode::kMutualTls;
  TlsFiles tls;

  // Handlers that run at once, and calls that may be in work in all. A handler may wait
  // for a group commit, so there are more threads than processors.
  size_t worker_threads = 32;
  size_t streams_max = 16;
  size_t in_flight_max = 256;
  size_t message_bytes_max = 16 << 20;
  size_t memory_bytes_max = size_t{1} << 30;  // gRPC's buffers, all connections together
  // A connection is asked to end after this, so that clients meet new certificates and
  // new replicas.
  absl::Duration connection_age_max = absl::Hours(1);

  // Between "not serving" and refusing calls, for load balancers to notice.
  absl::Duration drain_delay = absl::ZeroDuration();
  // How long running calls may take to end; then they are cancelled.
  absl::Duration drain_time_max = absl::Seconds(20);
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_SERVER_OPTIONS_H_
