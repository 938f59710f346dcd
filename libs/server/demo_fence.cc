#include "libs/server/demo_fence.h"

#include "libs/base/status.h"

namespace safehaven {

absl::Status CheckDemoFence(bool demo, const ServerOptions& options) {
  const bool demo_name = options.trust_domain == kDemoTrustDomainName;
  if (!demo) {
    if (demo_name) return FailedPrecondition("DEMO_NAME_REFUSED", "production refuses the demo's trust domain");
    return absl::OkStatus();
  }
  if (!demo_name) return FailedPrecondition("NOT_A_DEMO_NAME", "the demo profile takes the reserved trust domain only");
  if (!IsLoopback(options.listen) || !IsLoopback(options.health_listen) || !IsLoopback(options.metrics_listen)) {
    return FailedPrecondition("DEMO_NOT_LOOPBACK", "the demo profile listens on loopback only");
  }
  return absl::OkStatus();
}

}  // namespace safehaven
