// Is there a statutory gateway for this kind of use?
//
// Regulation 5 of the 2002 Regulations works through the Schedule's six paragraphs:
// 1 less identifiable, 2 location (research only), 3 contact, 4 more than one source,
// 5 audit and analysis, 6 access. Which paragraph a use needs is our reading of them
// (legal basis 1.2, marked as inference there); paragraph 4 is the linkage gate's.
// Section 251(6) of the NHS Act 2006 (recalled, not sourced): not for deciding the
// care of particular people. Section 261 of the 2012 Act: only for the provision of
// health or adult social care or the promotion of health, and under a stated limb.
#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "services/consent/core/gates/gates.h"

namespace safehaven::consent {
namespace {

constexpr Gate kGate = Gate::kStatute;

// By paragraph of the Schedule; there is none of number 0.
constexpr std::array<ReasonCode, 7> kParagraphMissing = {
    ReasonCode(),
    ReasonCode("SCHEDULE_PARAGRAPH_1_MISSING"),
    ReasonCode("SCHEDULE_PARAGRAPH_2_MISSING"),
    ReasonCode("SCHEDULE_PARAGRAPH_3_MISSING"),
    ReasonCode("SCHEDULE_PARAGRAPH_4_MISSING"),
    ReasonCode("SCHEDULE_PARAGRAPH_5_MISSING"),
    ReasonCode("SCHEDULE_PARAGRAPH_6_MISSING"),
};

bool Has(const std::vector<int>& paragraphs, int paragraph) {
  return std::find(paragraphs.begin(), paragraphs.end(), paragraph) != paragraphs.end();
}

// The paragraph that the use needs and the approval lacks; 0 if none.
int MissingParagraph(const Matter& matter) {
  const std::vector<int>& paragraphs = matter.approval->value.schedule_paragraphs;
  const Question& question = *matter.question;
  if (question.operation == Operation::kAggregate && !Has(paragraphs, kScheduleAudit)) return kScheduleAudit;
  if (question.operation != Operation::kRecords) return 0;
  if (matter.particulars.contacts_people && !Has(paragraphs, kScheduleContact)) return kScheduleContact;
  if (!Has(paragraphs, kScheduleAccess)) return kScheduleAccess;
  const bool made_less_identifiable = question.identifiability <= Identifiability::kWeaklyPseudonymised;
  if (made_less_identifiable && !Has(paragraphs, kScheduleLessIdentifiable)) return kScheduleLessIdentifiable;
  return 0;
}

absl::StatusOr<GateVerdict> JudgeRegulation5(const Matter& matter) {
  const Versioned<Approval>& approval = *matter.approval;
  if (approval.value.medical_purposes.empty() || approval.value.justification == Justification::kUnspecified) {
    return Fail(kGate, "MEDICAL_PURPOSE_MISSING", {&approval},
                "Register the medical purpose and the justification that the decision letter names (section 251(1)).");
  }
  const int missing = MissingParagraph(matter);
  if (missing != 0) {
    return Fail(kGate, kParagraphMissing[static_cast<size_t>(missing)], {&approval},
                absl::StrCat("Ask for an amendment that adds paragraph ", missing,
                             " of the Schedule to the 2002 Regulations to ", approval.value.reference.printed(), "."));
  }
  return Pass(kGate, "REGULATION_5_REACHES", {&approval});
}

GateVerdict JudgeSection261(const Matter& matter) {
  const Versioned<Approval>& approval = *matter.approval;
  if (approval.value.provisions.empty()) {
    return Fail(kGate, "STATUTORY_LIMB_MISSING", {&approval},
                "Register which limb of section 261 the dissemination relies on.");
  }
  return Pass(kGate, "SECTION_261_REACHES", {&approval});
}

// Do those whose data are processed live where the 2002 Regulations extend? England and
// Wales only (legal basis 1.1).
bool IsWithinExtent(const Matter& matter) {
  for (const CompiledOrganisation* body : {matter.controlling, matter.own}) {
    if (body != nullptr && body->entry != nullptr && body->entry->value.country > Country::kWales) return false;
  }
  return true;
}

// Writing to people is a use of its own; outside regulation 5 only their care or their
// own consent covers it.
bool MayContact(LegalBasis basis) {
  return basis == LegalBasis::kSection251Regulation5 || basis == LegalBasis::kDirectCare ||
         basis == LegalBasis::kExplicitConsent;
}

}  // namespace

absl::StatusOr<GateVerdict> StatuteGate(const Matter& matter) {
  if (matter.approval == nullptr) return FailUnknownApproval(kGate, matter);
  const Versioned<Approval>& approval = *matter.approval;
  const LegalBasis basis = approval.value.legal_basis;
  if (IsSection251(basis) && matter.question->purpose == Purpose::kDirectCare) {
    return Fail(kGate, "SECTION_251_NOT_FOR_DIRECT_CARE", {&approval},
                "Section 251 cannot be used to decide the care of particular people; rely on the care relationship.");
  }
  if (IsSection251(basis) && !IsWithinExtent(matter)) {
    return Fail(kGate, "OUTSIDE_EXTENT", {&approval},
                "The 2002 Regulations extend to England and Wales only; find another route for other patients.");
  }
  if (matter.particulars.contacts_people && !MayContact(basis)) {
    return Fail(kGate, "CONTACT_NOT_COVERED", {&approval},
                "Leave out contact with the people, or obtain support that names it.");
  }
  switch (basis) {
    case LegalBasis::kSection251Regulation5:
      return JudgeRegulation5(matter);
    case LegalBasis::kDisseminationSection261:
      return JudgeSection261(matter);
    case LegalBasis::kSection251Regulation2:
      if (approval.value.holder_authority.empty()) {
        return NeedsMore(kGate, "HOLDER_AUTHORITY_MISSING", {&approval},
                         "Register the lawful holder's own authority, which regulation 2 wants beside approval.");
      }
      return Pass(kGate, "REGULATIONS_REACH", {&approval});
    case LegalBasis::kSection251Regulation3:
      return Pass(kGate, "REGULATIONS_REACH", {&approval});
    case LegalBasis::kOtherStatute:
      if (approval.value.provisions.empty()) {
        return Fail(kGate, "STATUTORY_LIMB_MISSING", {&approval},
                    "Register the provision that permits the disclosure.");
      }
      return Pass(kGate, "STATUTE_PERMITS", {&approval});
    case LegalBasis::kRegulation3Notice:
    case LegalBasis::kDirectionSection254:
    case LegalBasis::kCourtOrder:
      return Pass(kGate, "STATUTE_REQUIRES", {&approval});
    case LegalBasis::kStandingProviderCosting:
      return Pass(kGate, "OWN_FUNCTION", {&approval});
    case LegalBasis::kDirectCare:
    case LegalBasis::kExplicitConsent:
    case LegalBasis::kOverridingPublicInterest:
      return Pass(kGate, "NO_STATUTE_NEEDED", {&approval});
    case LegalBasis::kUnspecified:
      break;
  }
  return Fail(kGate, "BASIS_UNSPECIFIED", {&approval}, "Register the legal basis of the approval.");
}

}  // namespace safehaven::consent
