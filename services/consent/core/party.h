// Who there is: organisations, their people and programs, the places in which data
// may be received, who vouches for people, and how securely an organisation works.
//
// Everything is dated, so that a decision of any day finds what held on that day.
// Values only; thread-safe. Fields of each as files write them:
// docs/formats-register.md.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_PARTY_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_PARTY_H_

#include <array>
#include <string>
#include <vector>

#include "services/consent/core/names.h"
#include "services/consent/core/period.h"

namespace safehaven::consent {

enum class OrganisationKind {
  kCommissioner,
  kAcuteTrust,
  kAmbulanceTrust,
  kMentalHealthTrust,
  kCommunityTrust,
  kCouncil,
  kGeneralPractice,
  kCommissioningSupportUnit,
  kNationalBody,
  kOther,
};
inline constexpr std::array<absl::string_view, 10> kOrganisationKindNames = {
    "commissioner",    "acute_trust", "ambulance_trust",  "mental_health_trust",
    "community_trust", "council",     "general_practice", "commissioning_support_unit",
    "national_body",   "other"};
template <>
struct EnumText<OrganisationKind> : EnumTable<OrganisationKind, kOrganisationKindNames> {};

enum class Country { kEngland, kWales, kScotland, kNorthernIreland };
inline constexpr std::array<absl::string_view, 4> kCountryNames = {"england", "wales", "scotland", "northern_ireland"};
template <>
struct EnumText<Country> : EnumTable<Country, kCountryNames> {};

struct Organisation {
  std::string code;  // ODS code
  std::string name;
  OrganisationKind kind = OrganisationKind::kOther;
  Period period;
  // Bodies that took over, by ODS code: one when it was renamed or merged, several
  // when it was divided. A successor inherits nothing without an act of its own.
  std::vector<std::string> successors;
  // Where its patients live, if not England: the 2002 Regulations extend to England
  // and Wales only.
  Country country = Country::kEngland;
  std::string system_supplier;  // of a practice's clinical system: some notices name it

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("code", self.code);
    visit.Required("name", self.name);
    visit.Required("kind", self.kind);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
    visit.Optional("successors", self.successors);
    visit.Optional("country", self.country);
    visit.Optional("system_supplier", self.system_supplier);
  }
  friend bool operator==(const Organisation&, const Organisation&) = default;
};

// A person works in a role for an organisation. The register says so, not the token.
struct Member {
  std::string issuer;        // who vouches for the subject: url of an Issuer
  std::string subject;       // the issuer's name for the person
  std::string organisation;  // ODS code
  std::string role;          // "analyst", "invoice_validator", ...
  Period period;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("issuer", self.issuer);
    visit.Required("subject", self.subject);
    visit.Required("organisation", self.organisation);
    visit.Required("role", self.role);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
  }
  friend bool operator==(const Member&, const Member&) = default;
};

// 32 bytes of a public key; 64 hexadecimal digits in files.
struct PublicKey {
  std::string bytes;
  friend bool operator==(const PublicKey&, const PublicKey&) = default;
};

struct Program {
  std::string spiffe_id;     // "spiffe://trust-domain/path"
  std::string organisation;  // ODS code
  std::string role;          // "source_program", "csu_tool", ...
  PublicKey public_key;      // Ed25519: verifies the program's requests
  Period period;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("spiffe_id", self.spiffe_id);
    visit.Required("organisation", self.organisation);
    visit.Required("role", self.role);
    visit.Required("public_key", self.public_key);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
  }
  friend bool operator==(const Program&, const Program&) = default;
};

// A place in which answers are received. Some approvals turn on the place
// ("controlled_environment_for_finance"), and a place is a registered key.
struct Environment {
  std::string id;
  std::string organisation;  // ODS code
  std::string kind;          // "controlled_environment_for_finance", ...
  std::string title;
  PublicKey signing_key;  // Ed25519: proves that a request comes from inside
  PublicKey sealing_key;  // X25519: identifiable items are sealed to it
  Period period;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("id", self.id);
    visit.Required("organisation", self.organisation);
    visit.Required("kind", self.kind);
    visit.Optional("title", self.title);
    visit.Required("signing_key", self.signing_key);
    visit.Required("sealing_key", self.sealing_key);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
  }
  friend bool operator==(const Environment&, const Environment&) = default;
};

struct Issuer {
  std::string url;
  std::string audience;  // the only "aud" that its tokens may have here
  std::string jwks;      // its public keys, pinned, as JSON text
  bool demo = false;     // of the demonstration; refused by a production server
  Period period;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("url", self.url);
    visit.Required("audience", self.audience);
    visit.Required("jwks", self.jwks);
    visit.Optional("demo", self.demo);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
  }
  friend bool operator==(const Issuer&, const Issuer&) = default;
};

// Levels of the Data Security and Protection Toolkit.
enum class SecurityLevel { kStandardsNotMet, kApproachingStandards, kStandardsMet, kStandardsExceeded };
inline constexpr std::array<absl::string_view, 4> kSecurityLevelNames = {"standards_not_met", "approaching_standards",
                                                                         "standards_met", "standards_exceeded"};
template <>
struct EnumText<SecurityLevel> : EnumTable<SecurityLevel, kSecurityLevelNames> {};

// Who says so. A self-assessment is not evidence where confidential patient
// information is processed (HRA, "Update: DSPT assurances for England").
enum class SecurityEvidence { kSelfAssessed, kReviewed };
inline constexpr std::array<absl::string_view, 2> kSecurityEvidenceNames = {"self_assessed", "reviewed"};
template <>
struct EnumText<SecurityEvidence> : EnumTable<SecurityEvidence, kSecurityEvidenceNames> {};

struct SecurityStatus {
  std::string organisation;  // ODS code
  std::string year;          // "2025-26", the toolkit's year
  SecurityLevel level = SecurityLevel::kStandardsNotMet;
  SecurityEvidence evidence = SecurityEvidence::kSelfAssessed;
  Period period;  // on which days it may be relied on
  // Document of an improvement plan that was approved and written into the agreement:
  // then approaching the standards will do (DARS security standard; legal basis 4.5).
  std::string improvement_plan;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("organisation", self.organisation);
    visit.Required("year", self.year);
    visit.Required("level", self.level);
    visit.Required("evidence", self.evidence);
    visit.Optional("improvement_plan", self.improvement_plan);
    visit.Required("from", self.period.first_day);
    visit.Required("to", self.period.last_day);
  }
  friend bool operator==(const SecurityStatus&, const SecurityStatus&) = default;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_PARTY_H_
