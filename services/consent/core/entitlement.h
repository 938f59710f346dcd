// Could this caller rely on this approval at all today? For lists of what somebody may
// ask; whether a question is permitted, only the gates say. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_ENTITLEMENT_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_ENTITLEMENT_H_

#include "libs/warrant/caller.h"
#include "services/consent/core/approval.h"

namespace safehaven::consent {

// Is the caller's organisation a controller, processor or member on `day`, its role one
// of the approval's, and the approval within its dates?
bool MayRelyOn(const Approval& approval, const Caller& caller, CivilDay day);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_ENTITLEMENT_H_
