// The approvals of the sample register.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/sample_register/texts.h"

namespace safehaven::sample {
namespace {

std::string Fill(absl::string_view text) { return absl::StrReplaceAll(text, {{"$FROM", kFrom}, {"$TO", kTo}}); }

// An application that was advised on and decided, conditions open.
constexpr absl::string_view kHistory = R"(    history:
      - {event: submitted, day: 2024-12-02, actor: applicant}
      - {event: validated, day: 2024-12-09, actor: advice_team}
      - {event: full_review_began, day: 2024-12-16, actor: advice_team}
      - {event: advised, day: 2025-02-13, actor: advisory_group, outcome: conditionally supported, document: minutes of 13 February 2025}
      - {event: decided_conditional, day: 2025-03-10, actor: secretary_of_state, document: final outcome letter}
)";

}  // namespace

std::string PioneerText() {
  return Fill(
      absl::StrCat(R"(# The pioneer's section 251 support: six sources, linked; aggregates and pseudonymised records.
# Objections are honoured: type 1, national, and the pioneer's own.
format: safehaven-register/1
approvals:
  - reference: CAG 9-01(a)/2025
    title: Seahaven integration pioneer
    legal_basis: section_251_regulation_5
    schedule_paragraphs: [1, 4, 5, 6]
    applicant: Seahaven Clinical Commissioning Group
    information: >-
      Registers of general practice, hospital, ambulance, mental health, community and adult
      social care records of people registered in Seahaven, with NHS number, name, birth date
      and postcode for linkage only.
    why_not_consent: >-
      A consented sample would leave out those who use most services, and the sources share no
      common pseudonym; reviewed every year.
    justification: improving_patient_care
    medical_purposes: [management_of_services]
    purposes: [commissioning_planning]
    controllers:
      - {organisation: ZC1, name: Seahaven Clinical Commissioning Group, address: 'Harbour House, Seahaven', from: $FROM, to: $TO}
    processors:
      - {organisation: ZS1, name: Estuary Commissioning Support Unit, acts_for: [ZC1], from: $FROM, to: $TO}
    roles: [analyst]
    flows:
      - {source: gp, datasets: [gp/register], items: ['*'], identifiability_in: identifiable, identifiability_out: pseudonymised, linkage_allowed: true, from: $FROM, to: $TO}
      - {source: acute, datasets: [acute/apc, acute/op, acute/ec], items: ['*'], identifiability_in: identifiable, identifiability_out: pseudonymised, linkage_allowed: true, from: $FROM, to: $TO}
      - {source: ambulance, datasets: [ambulance/incidents], items: ['*'], identifiability_in: identifiable, identifiability_out: pseudonymised, linkage_allowed: true, from: $FROM, to: $TO}
      - {source: mental_health, datasets: [mental_health/contacts], items: ['*'], identifiability_in: identifiable, identifiability_out: pseudonymised, linkage_allowed: true, from: $FROM, to: $TO}
      - {source: community, datasets: [community/contacts], items: ['*'], identifiability_in: identifiable, identifiability_out: pseudonymised, linkage_allowed: true, from: $FROM, to: $TO}
      - {source: social_care, datasets: [social_care/services], items: ['*'], identifiability_in: identifiable, identifiability_out: pseudonymised, linkage_allowed: true, from: $FROM, to: $TO}
    dissent:
      - {source: '*', sets: [type1, national, programme], mode: remove_record, from: $FROM}
    conditions:
      - {id: leaflet, text: 'Tell patients, with a leaflet and a poster, how to object.', owner: ZC1, due: 2025-06-30, status: met, evidence: leaflet of 12 May 2025}
      - {id: annual-report, text: Send an annual review report, owner: ZC1, due: 2030-02-28, status: open}
)",
                   kHistory, R"(    from: $FROM
    to: $TO
    next_review: 2030-03-10
    letter: final outcome letter of 10 March 2025
)"));
}

std::string RiskStratificationText() {
  return Fill(
      absl::StrCat(R"(# Risk stratification: practice and hospital data, not social care. It honours the pioneer's
# objections beside its own: were they left out here, the two views that Seahaven holds would
# differ by exactly the people who objected to the pioneer.
format: safehaven-register/1
approvals:
  - reference: CAG 9-02(a)/2025
    title: Risk stratification for Seahaven
    legal_basis: section_251_regulation_5
    schedule_paragraphs: [1, 4, 5, 6]
    applicant: Seahaven Clinical Commissioning Group
    information: Registers of general practice and hospital records of people registered in Seahaven.
    why_not_consent: Those at risk are not known before the work is done.
    justification: improving_patient_care
    medical_purposes: [preventative_medicine, management_of_services]
    purposes: [risk_stratification_planning]
    controllers:
      - {organisation: ZC1, name: Seahaven Clinical Commissioning Group, address: 'Harbour House, Seahaven', from: $FROM, to: $TO}
    processors:
      - {organisation: ZS1, name: Estuary Commissioning Support Unit, acts_for: [ZC1], from: $FROM, to: $TO}
    roles: [risk_analyst]
    flows:
      - {source: gp, datasets: [gp/register], items: ['*'], identifiability_in: identifiable, identifiability_out: pseudonymised, linkage_allowed: true, from: $FROM, to: $TO}
      - {source: acute, datasets: [acute/apc, acute/op, acute/ec], items: ['*'], identifiability_in: identifiable, identifiability_out: pseudonymised, linkage_allowed: true, from: $FROM, to: $TO}
    dissent:
      - {source: '*', sets: [type1, national, 'programme:CAG 9-01(a)/2025'], mode: remove_record, from: $FROM}
)",
                   kHistory, R"(    from: $FROM
    to: $TO
    next_review: 2030-03-10
    letter: final outcome letter of 10 March 2025
)"));
}

std::string InvoiceValidationText() {
  return Fill(
      absl::StrCat(R"(# Invoice validation: is the patient on the invoice ours, and was the activity done? Hospital
# records with NHS number, only inside a controlled environment for finance. The practice
# register serves to find the commissioner's own people and is never answered from. Objections
# do not apply: without the objectors' records invoices stay unmatched and fraud unseen.
format: safehaven-register/1
approvals:
  - reference: CAG 9-03(a)/2025
    title: Invoice validation for Seahaven
    legal_basis: section_251_regulation_5
    schedule_paragraphs: [4, 5, 6]
    applicant: Seahaven Clinical Commissioning Group
    information: Hospital records with NHS number, and registration with a practice.
    why_not_consent: A payment cannot depend on the consent of the person who was treated.
    justification: public_interest
    medical_purposes: [management_of_services]
    purposes: [invoice_validation]
    controllers:
      - {organisation: ZC1, name: Seahaven Clinical Commissioning Group, address: 'Harbour House, Seahaven', from: $FROM, to: $TO}
    processors:
      - {organisation: ZS1, name: Estuary Commissioning Support Unit, acts_for: [ZC1], from: $FROM, to: $TO}
    recipient_environments: [controlled_environment_for_finance]
    roles: [invoice_validator]
    flows:
      - {source: acute, datasets: [acute/apc, acute/op, acute/ec], items: [nhs_number, point_of_delivery, currency, start_date, end_date, cost, dataset, sector], identifiability_in: identifiable, identifiability_out: identifiable, linkage_allowed: true, from: $FROM, to: $TO}
      - {source: gp, datasets: [gp/register], items: [], identifiability_in: identifiable, identifiability_out: aggregate_suppressed, linkage_allowed: true, from: $FROM, to: $TO}
    dissent:
      - {source: '*', sets: [], mode: ignore, exemption_evidence: decision letter of 10 March 2025 that objections do not apply to invoice validation, from: $FROM}
)",
                   kHistory, R"(    from: $FROM
    to: $TO
    next_review: 2030-03-10
    letter: final outcome letter of 10 March 2025
)"));
}

std::string DisseminationText() {
  return Fill(R"(# Pseudonymised commissioning data under section 261. The data are not confidential patient
# information, so objections are not applied to them: lawful by itself, and yet refused to who
# already holds the pioneer's view of the same days, because the difference names objectors.
format: safehaven-register/1
approvals:
  - reference: DARS-NIC-900001-A1B2C
    title: Pseudonymised commissioning data for Seahaven
    legal_basis: dissemination_section_261
    provisions: ['s261(1)', 's261(2)(b)(ii)']
    information: Pseudonymised hospital records of people registered in Seahaven.
    purposes: [commissioning_planning]
    controllers:
      - {organisation: ZC1, name: Seahaven Clinical Commissioning Group, address: 'Harbour House, Seahaven', from: $FROM, to: $TO}
    processors:
      - {organisation: ZS1, name: Estuary Commissioning Support Unit, acts_for: [ZC1], from: $FROM, to: $TO}
    roles: [analyst]
    flows:
      - {source: acute, datasets: [acute/apc, acute/op, acute/ec], items: ['*'], identifiability_in: identifiable, identifiability_out: pseudonymised, linkage_allowed: true, from: $FROM, to: $TO}
      - {source: gp, datasets: [gp/register], items: [], identifiability_in: identifiable, identifiability_out: aggregate_suppressed, linkage_allowed: true, from: $FROM, to: $TO}
    dissent:
      - {source: '*', sets: [], mode: ignore, exemption_evidence: the data flow is not identifiable, from: $FROM}
    history:
      - {event: made, day: 2025-03-17, actor: national_body, document: data sharing agreement}
    from: $FROM
    to: $TO
    letter: data sharing agreement DARS-NIC-900001-A1B2C
)");
}

std::string StandingCostingText() {
  std::string text =
      "# Each provider costs the care it gave, from its own records, for itself and for the\n"
      "# national collection. Nothing passes to another body by that, and objections never change\n"
      "# a costing run: they are honoured in what is answered from it.\n"
      "format: safehaven-register/1\n"
      "approvals:\n";
  constexpr absl::string_view kDatasets[][2] = {{"acute", "acute/apc, acute/op, acute/ec"},
                                                {"ambulance", "ambulance/incidents"},
                                                {"mental_health", "mental_health/contacts"},
                                                {"community", "community/contacts"},
                                                {"social_care", "social_care/services"}};
  for (const auto& [source, datasets] : kDatasets) {
    absl::string_view provider;
    for (const SampleSource& known : kSampleSources) {
      if (known.source == source) provider = known.provider;
    }
    absl::StrAppend(&text,
                    absl::StrReplaceAll(Fill(R"(  - reference: STANDING/$PROVIDER/costing
    title: Patient-level costing of $PROVIDER's own care
    legal_basis: standing_provider_costing
    purposes: [patient_level_costing]
    controllers:
      - {organisation: $PROVIDER, from: $FROM}
    roles: [costing_accountant]
    flows:
      - {source: $SOURCE, datasets: [$DATASETS], items: [], identifiability_in: identifiable, identifiability_out: aggregate_suppressed, from: $FROM}
    dissent:
      - {source: '*', sets: [], mode: ignore, exemption_evidence: own records used by the body that made them; nothing is disclosed, from: $FROM}
    history:
      - {event: made, day: 2025-03-17, actor: data_controller, document: record of processing}
    from: $FROM
)"),
                                        {{"$PROVIDER", provider}, {"$SOURCE", source}, {"$DATASETS", datasets}}));
  }
  return text;
}

}  // namespace safehaven::sample
