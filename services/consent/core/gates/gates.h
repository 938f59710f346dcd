// The thirteen gates. Each judges one independent test of the law on one matter and
// knows nothing of the others; all must pass.
//
// A gate is pure. A failure it returns (not a verdict) means that the gate broke,
// and whoever runs it turns that into a refusal (decide.cc): an error never permits.
// The rule that a gate enforces, with its source, stands at the head of its file.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_GATES_GATES_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_GATES_GATES_H_

#include <array>

#include "absl/status/statusor.h"
#include "services/consent/core/matter.h"

namespace safehaven::consent {

absl::StatusOr<GateVerdict> ConfidenceGate(const Matter& matter);
absl::StatusOr<GateVerdict> StatuteGate(const Matter& matter);
absl::StatusOr<GateVerdict> DataProtectionGate(const Matter& matter);
absl::StatusOr<GateVerdict> AgreementGate(const Matter& matter);
absl::StatusOr<GateVerdict> SecurityGate(const Matter& matter);
absl::StatusOr<GateVerdict> RecipientGate(const Matter& matter);
absl::StatusOr<GateVerdict> PurposeGate(const Matter& matter);
absl::StatusOr<GateVerdict> ItemsGate(const Matter& matter);
absl::StatusOr<GateVerdict> IdentifiabilityGate(const Matter& matter);
absl::StatusOr<GateVerdict> LinkageGate(const Matter& matter);
absl::StatusOr<GateVerdict> DissentGate(const Matter& matter);
absl::StatusOr<GateVerdict> WindowGate(const Matter& matter);
absl::StatusOr<GateVerdict> ConditionsGate(const Matter& matter);

using GateFunction = absl::StatusOr<GateVerdict> (*)(const Matter&);

// In the order of the enumeration.
inline constexpr std::array<GateFunction, kGateCount> kGates = {
    ConfidenceGate, StatuteGate,         DataProtectionGate, AgreementGate, SecurityGate, RecipientGate, PurposeGate,
    ItemsGate,      IdentifiabilityGate, LinkageGate,        DissentGate,   WindowGate,   ConditionsGate};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_GATES_GATES_H_
