// Do the entries of a register fit together? Every body, issuer, agreement and
// approval that an entry names has to be there, no two approvals may go by one
// reference, and nobody may be in two roles or two disclosure domains on one day,
// because then a decision would have to choose. Asked before a change is taken in.
//
// FAILED_PRECONDITION with metadata "entry" and "field", and a reason:
// REGISTER_REFERENCE_UNKNOWN or REGISTER_ENTRY_CONFLICT. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_SNAPSHOT_CHECK_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_SNAPSHOT_CHECK_H_

#include "absl/status/status.h"
#include "services/consent/core/snapshot.h"

namespace safehaven::consent {

absl::Status CheckReferences(const RegisterSnapshot& snapshot);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_SNAPSHOT_CHECK_H_
