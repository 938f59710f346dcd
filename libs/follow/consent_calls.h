// The two calls of a ConsentFollower, over gRPC, each made with `options`. `consent` and
// what `options` points to outlive what is returned.
#ifndef SAFEHAVEN_LIBS_FOLLOW_CONSENT_CALLS_H_
#define SAFEHAVEN_LIBS_FOLLOW_CONSENT_CALLS_H_

#include "libs/client/client.h"
#include "libs/follow/consent_follower.h"

namespace safehaven {

ConsentCalls MakeConsentCalls(Client& consent, const CallOptions& options = {});

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_FOLLOW_CONSENT_CALLS_H_
