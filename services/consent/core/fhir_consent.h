// FHIR R4 Consent: the subset that says whether one person objects, or consents to one
// programme (legal basis 5). A statutory approval cannot be said in it, so nothing of the
// register is. What the subset does not know refuses the resource: to read half of a
// restriction would lift the other half. Pure; thread-safe; messages hold no number.
//
//   status            active (else the resource is refused)
//   patient           identifier with system https://fhir.nhs.uk/Id/nhs-number
//   category          coding of system https://safehaven.invalid/fhir/objection-kind:
//                     type1, type2, national, programme; or consent
//   provision.type    deny: an objection; permit: consent
//   provision.period  from (effective or given) to (withdrawn)
//   provision.purpose coding of system https://safehaven.invalid/fhir/approval: the programme
//   dateTime          when it was received
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_FHIR_CONSENT_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_FHIR_CONSENT_H_

#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/consent/core/people.h"

namespace safehaven::consent {

inline constexpr size_t kFhirBytesMax = 1u << 20;

using PersonChoice = std::variant<Objection, ConsentRecord>;

// INVALID_ARGUMENT with reason FHIR_MALFORMED (not such a resource), FHIR_UNSUPPORTED (a
// part that is not of the subset) or one of NhsNumber::Parse().
absl::StatusOr<PersonChoice> ParseFhirConsent(absl::string_view json);

// One line of JSON, which ParseFhirConsent() reads back to the same choice, but for the
// days on which an objection was put into effect. A refusal of consent is a deny of the
// programme.
std::string FormatFhirConsent(const PersonChoice& choice);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_FHIR_CONSENT_H_
