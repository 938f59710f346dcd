// Parts of an approval that bound its reach: who is obliged by it, what consent means
// under it, and what is said of its end. Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_SCOPE_PARTS_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_SCOPE_PARTS_H_

#include <optional>
#include <string>
#include <vector>

#include "services/consent/core/names.h"
#include "services/consent/core/party.h"
#include "services/consent/core/period.h"

namespace safehaven::consent {

// An end date that somebody states. Conflicting dates circulate (legal basis 2.1), and
// which of them holds is not ours to guess: from the day after the earliest that is not
// settled, the window is in dispute.
struct AssertedEnd {
  CivilDay last_day;
  std::string source;
  std::string settled_by;  // document that settled the matter: then kept for the record only

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("to", self.last_day);
    visit.Required("source", self.source);
    visit.Optional("settled_by", self.settled_by);
  }
  friend bool operator==(const AssertedEnd&, const AssertedEnd&) = default;
};

// Whom a notice or direction is addressed to: all that is filled must fit.
struct Addressee {
  std::string organisation;  // ODS code; empty: by kind
  std::optional<OrganisationKind> kind;
  std::string system_supplier;

  // Is `body` such a one? An addressee with nothing filled is nobody.
  bool Fits(const Organisation& body) const {
    if (organisation.empty() && !kind.has_value() && system_supplier.empty()) return false;
    return (organisation.empty() || organisation == body.code) && (!kind.has_value() || *kind == body.kind) &&
           (system_supplier.empty() || system_supplier == body.system_supplier);
  }

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Optional("organisation", self.organisation);
    visit.Optional("kind", self.kind);
    visit.Optional("system_supplier", self.system_supplier);
  }
  friend bool operator==(const Addressee&, const Addressee&) = default;
};

// What happens to a person's records.
enum class Treatment { kRemoveRecord, kStripIdentifiers, kInclude };
inline constexpr std::array<absl::string_view, 3> kTreatmentNames = {"remove_record", "strip_identifiers", "include"};
template <>
struct EnumText<Treatment> : EnumTable<Treatment, kTreatmentNames> {};

// Where records of one source depend on each person's own consent. Unknown consent
// excludes unless the approval says otherwise.
struct ConsentPolicy {
  std::string source;  // "*" for every source without a policy of its own
  Treatment given = Treatment::kInclude;
  Treatment refused = Treatment::kRemoveRecord;  // refused or withdrawn
  Treatment unknown = Treatment::kRemoveRecord;
  Period period;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("source", self.source);
    visit.Required("given", self.given);
    visit.Optional("refused", self.refused);
    visit.Optional("unknown", self.unknown);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
  }
  friend bool operator==(const ConsentPolicy&, const ConsentPolicy&) = default;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_SCOPE_PARTS_H_
