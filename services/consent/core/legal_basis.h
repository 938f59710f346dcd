// The kinds of legal basis under which person data may be used (legal basis 4.1),
// and what follows from the kind alone: whether it permits or compels, and whether
// it is decided by way of the Confidentiality Advisory Group.
//
// Constant data; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_LEGAL_BASIS_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_LEGAL_BASIS_H_

#include <array>

#include "services/consent/core/names.h"

namespace safehaven::consent {

enum class LegalBasis {
  kUnspecified,
  kSection251Regulation2,    // COPI Regulations 2002, regulation 2 (cancer)
  kSection251Regulation3,    // regulation 3 (communicable disease, public health)
  kRegulation3Notice,        // regulation 3(4): a notice that compels
  kSection251Regulation5,    // regulation 5: most approvals by way of CAG
  kDirectionSection254,      // Health and Social Care Act 2012 s254, s259: compels supply
  kDisseminationSection261,  // Health and Social Care Act 2012 s261
  kDirectCare,               // implied consent
  kExplicitConsent,
  kOverridingPublicInterest,
  kCourtOrder,               // or another statute that compels
  kStandingProviderCosting,  // a provider costs its own care from its own records
  kOtherStatute,             // a statute that permits disclosure and compels nobody
};
inline constexpr std::array<absl::string_view, 13> kLegalBasisNames = {"unspecified",
                                                                       "section_251_regulation_2",
                                                                       "section_251_regulation_3",
                                                                       "regulation_3_notice",
                                                                       "section_251_regulation_5",
                                                                       "direction_section_254",
                                                                       "dissemination_section_261",
                                                                       "direct_care",
                                                                       "explicit_consent",
                                                                       "overriding_public_interest",
                                                                       "court_order",
                                                                       "standing_provider_costing",
                                                                       "other_statute"};
template <>
struct EnumText<LegalBasis> : EnumTable<LegalBasis, kLegalBasisNames> {};

// Does the basis oblige the holder to act, rather than allow it to?
constexpr bool Compels(LegalBasis basis) {
  return basis == LegalBasis::kRegulation3Notice || basis == LegalBasis::kDirectionSection254 ||
         basis == LegalBasis::kCourtOrder;
}

// Is it support under the Health Service (Control of Patient Information) Regulations
// 2002, so that regulation 6 (register) and regulation 7 (safeguards) apply?
constexpr bool IsSection251(LegalBasis basis) {
  return basis == LegalBasis::kSection251Regulation2 || basis == LegalBasis::kSection251Regulation3 ||
         basis == LegalBasis::kRegulation3Notice || basis == LegalBasis::kSection251Regulation5;
}

// Does the national data opt-out bear on uses under the basis (operational policy
// guidance; legal basis 3.2 and 4.1)? Not on care, consent, public health, what the law
// requires, an overriding public interest, or a disclosure that a statute itself
// provides for. That it does not at collection under section 254 is recalled.
constexpr bool NationalOptOutBears(LegalBasis basis) {
  switch (basis) {
    case LegalBasis::kSection251Regulation3:
    case LegalBasis::kRegulation3Notice:
    case LegalBasis::kDirectionSection254:
    case LegalBasis::kDirectCare:
    case LegalBasis::kExplicitConsent:
    case LegalBasis::kOverridingPublicInterest:
    case LegalBasis::kCourtOrder:
      return false;
    default:
      return true;
  }
}

// Is it decided on an application that CAG advises on (regulations 2 and 5)? Other
// instruments are simply made.
constexpr bool IsDecidedOnApplication(LegalBasis basis) {
  return basis == LegalBasis::kSection251Regulation2 || basis == LegalBasis::kSection251Regulation5;
}

// The Schedule to the Regulations, paragraphs 1 to 6 ("classes of support").
inline constexpr int kScheduleLessIdentifiable = 1;
inline constexpr int kScheduleLocation = 2;
inline constexpr int kScheduleContact = 3;
inline constexpr int kScheduleLinkage = 4;
inline constexpr int kScheduleAudit = 5;
inline constexpr int kScheduleAccess = 6;
inline constexpr int kScheduleParagraphMax = 6;

// Section 251(12) of the National Health Service Act 2006, as amended.
enum class MedicalPurpose {
  kPreventativeMedicine,
  kMedicalDiagnosis,
  kMedicalResearch,
  kCareAndTreatment,
  kManagementOfServices,  // of health services and, since, adult social care
};
inline constexpr std::array<absl::string_view, 5> kMedicalPurposeNames = {
    "preventative_medicine", "medical_diagnosis", "medical_research", "care_and_treatment", "management_of_services"};
template <>
struct EnumText<MedicalPurpose> : EnumTable<MedicalPurpose, kMedicalPurposeNames> {};

// Section 251(1): one of the two is needed beside a medical purpose.
enum class Justification { kUnspecified, kImprovingPatientCare, kPublicInterest };
inline constexpr std::array<absl::string_view, 3> kJustificationNames = {"unspecified", "improving_patient_care",
                                                                         "public_interest"};
template <>
struct EnumText<Justification> : EnumTable<Justification, kJustificationNames> {};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_LEGAL_BASIS_H_
