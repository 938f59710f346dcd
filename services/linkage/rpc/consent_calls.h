// consent's calls over gRPC, as the parts that follow it take them.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_CONSENT_CALLS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_CONSENT_CALLS_H_

#include "libs/client/client.h"
#include "libs/follow/consent_follower.h"
#include "services/linkage/rpc/consent_link.h"

namespace safehaven::linkage {

// `consent` and `stopping` outlive the functions; `stopping` ends calls in flight.
ConsentCalls MakeConsentCalls(Client& consent, Cancellation& stopping);
ReadObjections MakeReadObjections(Client& consent, Cancellation& stopping);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_CONSENT_CALLS_H_
