// An approval: a legal basis with everything that bounds it. Section 251 support,
// a direction, a dissemination under section 261 and a provider's standing basis for
// costing are all of this shape.
//
// The letter is the authority and the public register an index (legal basis 1.6), so
// an entry names its letter. Support permits, but lifts only the duty of confidence:
// agreement, data protection pair and security are entries of their own.
// Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_APPROVAL_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_APPROVAL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/consent/core/approval_parts.h"
#include "services/consent/core/scope_parts.h"

namespace safehaven::consent {

struct Approval {
  Reference reference;
  std::string title;
  LegalBasis legal_basis = LegalBasis::kUnspecified;
  std::vector<std::string> provisions;   // statutory limbs: "s261(2)(b)(ii)"
  std::vector<int> schedule_paragraphs;  // 1 to 6, of the 2002 Regulations
  bool is_research = false;
  EthicsOpinion ethics;

  std::string applicant;
  std::string information;      // description of the information (regulation 6)
  std::string holder_authority;      // regulation 2: the lawful holder's own authority
  std::string public_interest_test;  // overriding public interest: where the test is recorded
  std::string why_not_consent;  // section 251(4): why no other way is practicable
  Justification justification = Justification::kUnspecified;
  std::vector<Participant> controllers;
  bool joint_controllers = false;  // each may act for the people of all
  std::vector<Participant> processors;
  std::vector<Participant> members;                 // a national support covers a dated list
  std::vector<std::string> recipient_environments;  // kinds; empty: any place
  std::vector<std::string> roles;                   // that may ask under it
  std::vector<Addressee> addressees;  // of what compels; none: everybody who takes part
  bool reidentification_allowed = false;

  std::vector<MedicalPurpose> medical_purposes;
  std::vector<Purpose> purposes;
  std::vector<ApprovedFlow> flows;
  std::vector<DissentPolicy> dissent;
  std::vector<ConsentPolicy> consent;
  std::vector<Condition> conditions;
  std::vector<Reference> depends_on;  // must be in force for this one to be
  std::vector<Reference> supersedes;

  std::vector<HistoryEvent> history;  // in order of day
  Period period;                      // legal effect
  std::vector<AssertedEnd> asserted_ends;
  std::optional<CivilDay> next_review;
  bool lapses_without_review = false;  // only where the letter says so
  std::string letter;                  // of the decision: name or digest
  std::string source_url;
  std::string release_series = "1";  // another series has other pseudonyms

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("reference", self.reference);
    visit.Required("title", self.title);
    visit.Required("legal_basis", self.legal_basis);
    visit.Optional("provisions", self.provisions);
    visit.Optional("schedule_paragraphs", self.schedule_paragraphs);
    visit.Optional("is_research", self.is_research);
    visit.Optional("ethics", self.ethics);
    visit.Optional("applicant", self.applicant);
    visit.Optional("information", self.information);
    visit.Optional("holder_authority", self.holder_authority);
    visit.Optional("public_interest_test", self.public_interest_test);
    visit.Optional("why_not_consent", self.why_not_consent);
    visit.Optional("justification", self.justification);
    visit.Required("controllers", self.controllers);
    visit.Optional("joint_controllers", self.joint_controllers);
    visit.Optional("processors", self.processors);
    visit.Optional("members", self.members);
    visit.Optional("recipient_environments", self.recipient_environments);
    visit.Required("roles", self.roles);
    visit.Optional("addressees", self.addressees);
    visit.Optional("reidentification_allowed", self.reidentification_allowed);
    visit.Optional("medical_purposes", self.medical_purposes);
    visit.Required("purposes", self.purposes);
    visit.Required("flows", self.flows);
    visit.Optional("dissent", self.dissent);
    visit.Optional("consent", self.consent);
    visit.Optional("conditions", self.conditions);
    visit.Optional("depends_on", self.depends_on);
    visit.Optional("supersedes", self.supersedes);
    visit.Required("history", self.history);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
    visit.Optional("asserted_ends", self.asserted_ends);
    visit.Optional("next_review", self.next_review);
    visit.Optional("lapses_without_review", self.lapses_without_review);
    visit.Optional("letter", self.letter);
    visit.Optional("source_url", self.source_url);
    visit.Optional("release_series", self.release_series);
  }
  friend bool operator==(const Approval&, const Approval&) = default;
};

// The most events in one history; more is refused by ValidateEntry().
inline constexpr size_t kHistoryMax = 256;

// The approval's life on `day`: its events up to that day, then what follows from
// dates alone (review due from four weeks before its date, review date passed, a
// condition open after its day, the end). Fails as Next() does.
absl::StatusOr<Lifecycle> LifecycleOn(const Approval& approval, CivilDay day);

// As LifecycleOn() but without what follows from dates: what the documents say.
absl::StatusOr<Lifecycle> DocumentedLifecycleOn(const Approval& approval, CivilDay day);

// What follows on `day` from dates alone for an approval that stands as `documented`.
absl::StatusOr<Lifecycle> WithDates(const Lifecycle& documented, const Approval& approval, CivilDay day);

// The earliest end that somebody states and nobody has settled, or nullptr.
const AssertedEnd* EarliestUnsettledEnd(const Approval& approval);

// Could `actor` decide on this approval on `day`? The Health Research Authority on
// research (it took over in April 2013, and alone decides since the Care Act 2014
// s117); the Secretary of State on everything else, and on research before 2015.
bool MayDecide(const Approval& approval, Actor actor, CivilDay day);

// Sources that may be linked under the approval on `day`; empty if none may. For
// regulation 5 that needs Schedule paragraph 4 too. The approval is the linkage
// authority, and its crosswalk covers exactly these sources.
std::vector<std::string> LinkableSources(const Approval& approval, CivilDay day);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_APPROVAL_H_
