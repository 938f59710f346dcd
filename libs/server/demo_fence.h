// The fence around the demo profile, as far as a server's addresses and names go: it
// listens on loopback only and has the reserved trust domain; production has neither
// that domain nor its keys. Pure.
#ifndef SAFEHAVEN_LIBS_SERVER_DEMO_FENCE_H_
#define SAFEHAVEN_LIBS_SERVER_DEMO_FENCE_H_

#include "absl/status/status.h"
#include "libs/server/server_options.h"

namespace safehaven {

inline constexpr char kDemoTrustDomainName[] = "demo.safehaven.invalid";

// FAILED_PRECONDITION with reason DEMO_NOT_LOOPBACK, NOT_A_DEMO_NAME or DEMO_NAME_REFUSED.
absl::Status CheckDemoFence(bool demo, const ServerOptions& options);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_DEMO_FENCE_H_
