// The health port: grpc.health.v1 and nothing else, in plaintext, because Kubernetes
// probes speak no TLS. Three names are known: "" and "readiness" follow the service's
// readiness, "liveness" is serving as long as the process answers.
#ifndef SAFEHAVEN_LIBS_SERVER_HEALTH_H_
#define SAFEHAVEN_LIBS_SERVER_HEALTH_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace safehaven {

// Thread-safe.
class HealthServer {
 public:
  // FAILED_PRECONDITION with reason ADDRESS_UNUSABLE if `listen` cannot be opened.
  static absl::StatusOr<std::unique_ptr<HealthServer>> Start(const std::string& listen);
  ~HealthServer();

  void SetReady(bool ready);
  int port() const;

 private:
  struct State;
  explicit HealthServer(std::unique_ptr<State> state);

  const std::unique_ptr<State> state_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_HEALTH_H_
