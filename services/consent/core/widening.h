// Does a change of the register widen access, and has it the signatures it needs?
//
// What widens access (a new approval, a longer date, a waiver, a key) needs two
// people of different roles; what only narrows it takes one and is immediate. A
// change counts as narrowing only if that can be seen from the entry's two versions;
// in doubt it widens. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_WIDENING_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_WIDENING_H_

#include <array>
#include <optional>

#include "absl/status/status.h"
#include "services/consent/core/entry.h"
#include "services/consent/core/snapshot.h"

namespace safehaven::consent {

enum class Widening { kUnchanged, kNarrows, kWidens };
inline constexpr std::array<absl::string_view, 3> kWideningNames = {"unchanged", "narrows", "widens"};
template <>
struct EnumText<Widening> : EnumTable<Widening, kWideningNames> {};

// From `before` (absent: the entry is new) to `after` (absent: it is taken off).
Widening Classify(const std::optional<Entry>& before, const std::optional<Entry>& after);

// Roles whose holders may sign a change of the register.
inline constexpr std::array<absl::string_view, 2> kRegisterRoles = {"information_governance", "caldicott_guardian"};

// PERMISSION_DENIED with reason PROPOSER_ROLE_REFUSED, APPROVER_ROLE_REFUSED,
// APPROVER_MISSING, APPROVER_IS_PROPOSER, APPROVER_OF_SAME_ROLE or SIGNATORY_IS_PROGRAM, if
// a change of this kind may not be made on these signatures.
absl::Status CheckSignatures(Widening widening, const Signatory& proposer, const std::optional<Signatory>& approver);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_WIDENING_H_
