// The two calls of a ConsentFollower, over gRPC. `consent` outlives what is returned.
#ifndef SAFEHAVEN_LIBS_FOLLOW_CONSENT_CALLS_H_
#define SAFEHAVEN_LIBS_FOLLOW_CONSENT_CALLS_H_

#include "libs/client/client.h"
#include "libs/follow/consent_follower.h"

namespace safehaven {

ConsentCalls MakeConsentCalls(Client& consent);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_FOLLOW_CONSENT_CALLS_H_
