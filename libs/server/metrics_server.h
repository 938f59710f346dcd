// The metrics port: /metrics in Prometheus' text form, in plaintext, and nothing else.
#ifndef SAFEHAVEN_LIBS_SERVER_METRICS_SERVER_H_
#define SAFEHAVEN_LIBS_SERVER_METRICS_SERVER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "prometheus/collectable.h"
#include "prometheus/exposer.h"

namespace safehaven {

// Thread-compatible; scrapes come on threads of its own.
class MetricsServer {
 public:
  // FAILED_PRECONDITION with reason ADDRESS_UNUSABLE if `listen` cannot be opened.
  static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(const std::string& listen);
  // After this nothing is collected any more.
  ~MetricsServer();

  // Shows what `collectable` collects, from now on.
  void Show(std::shared_ptr<prometheus::Collectable> collectable);

  int port() const { return port_; }

 private:
  MetricsServer(std::unique_ptr<prometheus::Exposer> exposer, int port)
      : exposer_(std::move(exposer)), port_(port) {}

  // The exposer holds them weakly; shared as it demands.
  std::vector<std::shared_ptr<prometheus::Collectable>> collectables_;
  std::unique_ptr<prometheus::Exposer> exposer_;
  const int port_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_METRICS_SERVER_H_
