// Is a register entry well formed by itself? Dates that contradict each other, codes
// that cannot be, a history that could not have happened and particulars that the
// law wants and that are missing refuse it. What needs other entries is checked by
// CheckReferences() (snapshot_check.h).
//
// Every failure is INVALID_ARGUMENT with metadata "entry" (its key) and "field" (as
// in files: "flows[1].to"). Reasons: REGISTER_VALUE_INVALID, REGISTER_DATES_CONTRADICT,
// REGULATION_6_INCOMPLETE, LIFECYCLE_TRANSITION_REFUSED, LIFECYCLE_NOTHING_PENDING,
// LIFECYCLE_ACTOR_REFUSED, ETHICS_OPINION_MISSING. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_VALIDATE_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_VALIDATE_H_

#include "absl/status/status.h"
#include "services/consent/core/entry.h"

namespace safehaven::consent {

absl::Status ValidateEntry(const Entry& entry);

// Regulation 6 of the 2002 Regulations: the particulars without which support may not
// stand on the register. REGULATION_6_INCOMPLETE names the first that is missing.
// OK for bases to which the Regulations do not apply.
absl::Status CheckRegulation6(const Approval& approval);

// Is the history one that the table of lifecycle.h allows, in order of day, each event
// by an actor who may cause it, and no research in force before an ethics opinion?
absl::Status CheckHistory(const Approval& approval);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_VALIDATE_H_
