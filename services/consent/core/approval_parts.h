// Parts of an approval: who takes part, what flows, how objections are honoured,
// what conditions stand, what happened. Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_APPROVAL_PARTS_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_APPROVAL_PARTS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/consent/core/legal_basis.h"
#include "services/consent/core/lifecycle.h"
#include "services/consent/core/names.h"
#include "services/consent/core/period.h"
#include "services/consent/core/reference.h"

namespace safehaven::consent {

// A controller, processor or member, for as long as it is one.
struct Participant {
  std::string organisation;           // ODS code
  std::string name;                   // regulation 6 wants controllers' names ...
  std::string address;                // ... and addresses
  std::vector<std::string> acts_for;  // processors: their controllers; empty means all of them
  Period period;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("organisation", self.organisation);
    visit.Optional("name", self.name);
    visit.Optional("address", self.address);
    visit.Optional("acts_for", self.acts_for);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
  }
  friend bool operator==(const Participant&, const Participant&) = default;
};

// What an approval lets flow from one source. `period` is on which days the flow is
// approved, not which days' activity it holds.
struct ApprovedFlow {
  std::string source;
  std::vector<std::string> datasets;  // of the catalogue
  // Measures, dimensions and columns that answers may hold; "*" for all that carry no
  // legal restriction; empty for none (the data may be linked but not answered from).
  std::vector<std::string> items;
  std::vector<Restriction> restrictions;                                // legally restricted categories it names
  Identifiability identifiability_in = Identifiability::kUnspecified;   // as collected and linked
  Identifiability identifiability_out = Identifiability::kUnspecified;  // the most that may leave
  bool linkage_allowed = false;
  // Another approval under which the data reach this one: when it ends, so does the input.
  std::vector<Reference> depends_on;
  Period period;
  std::vector<Purpose> purposes;  // for which it flows; empty: all of the approval's
  // The volume that was foreseen; absent: not stated. Looked at afterwards (drift).
  std::optional<int> releases_per_month_max;
  std::optional<int> records_per_release_max;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("source", self.source);
    visit.Required("datasets", self.datasets);
    visit.Required("items", self.items);
    visit.Optional("restrictions", self.restrictions);
    visit.Required("identifiability_in", self.identifiability_in);
    visit.Required("identifiability_out", self.identifiability_out);
    visit.Optional("linkage_allowed", self.linkage_allowed);
    visit.Optional("purposes", self.purposes);
    visit.Optional("depends_on", self.depends_on);
    visit.Optional("releases_per_month_max", self.releases_per_month_max);
    visit.Optional("records_per_release_max", self.records_per_release_max);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
  }
  friend bool operator==(const ApprovedFlow&, const ApprovedFlow&) = default;
};

// How objections are honoured in records of one source, in a period. Where no policy
// speaks, every known kind of objection removes the record (gates/dissent.cc).
struct DissentPolicy {
  std::string source;             // "*" for every source without a policy of its own
  std::vector<std::string> sets;  // "type1", "type2", "national", "programme" (this approval's
                                  // own) or "programme:<reference>" (another's)
  ObjectionMode mode = ObjectionMode::kRemoveRecord;
  std::string exemption_evidence;  // for "ignore": the document that the discloser has seen
  Period period;
  std::vector<Purpose> purposes;  // for which it holds; empty: all of the approval's
  // The oldest check against the national service on which a release may rest; absent
  // where objections are followed as they come.
  std::optional<int> check_age_days_max;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("source", self.source);
    visit.Required("sets", self.sets);
    visit.Required("mode", self.mode);
    visit.Optional("exemption_evidence", self.exemption_evidence);
    visit.Optional("purposes", self.purposes);
    visit.Optional("check_age_days_max", self.check_age_days_max);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
  }
  friend bool operator==(const DissentPolicy&, const DissentPolicy&) = default;
};

enum class ConditionStatus { kOpen, kMet, kBreached };
inline constexpr std::array<absl::string_view, 3> kConditionStatusNames = {"open", "met", "breached"};
template <>
struct EnumText<ConditionStatus> : EnumTable<ConditionStatus, kConditionStatusNames> {};

struct Condition {
  std::string id;
  std::string text;
  std::string owner;
  std::optional<CivilDay> due_day;  // may be met on this day still
  ConditionStatus status = ConditionStatus::kOpen;
  std::string evidence;
  bool suspends = false;              // a breach stops the support
  std::optional<CivilDay> first_day;  // stands from this day; absent: as long as the approval
  std::optional<CivilDay> met_day;    // when it was met; before that it was open

  bool Stands(CivilDay day) const { return !first_day.has_value() || *first_day <= day; }

  ConditionStatus StatusOn(CivilDay day) const {
    const bool not_yet = status == ConditionStatus::kMet && met_day.has_value() && day < *met_day;
    return not_yet ? ConditionStatus::kOpen : status;
  }

  // Broken on `day`: said so, or open after its day.
  bool IsBroken(CivilDay day) const {
    if (!Stands(day)) return false;
    return status == ConditionStatus::kBreached ||
           (StatusOn(day) == ConditionStatus::kOpen && due_day.has_value() && *due_day < day);
  }

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("id", self.id);
    visit.Required("text", self.text);
    visit.Optional("owner", self.owner);
    visit.Optional("from", self.first_day);
    visit.Optional("due", self.due_day);
    visit.Required("status", self.status);
    visit.Optional("evidence", self.evidence);
    visit.Optional("met_on", self.met_day);
    visit.Optional("suspends", self.suspends);
  }
  friend bool operator==(const Condition&, const Condition&) = default;
};

// The opinion of a research ethics committee.
struct EthicsOpinion {
  std::string reference;
  std::optional<CivilDay> day;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("reference", self.reference);
    visit.Required("day", self.day);
  }
  friend bool operator==(const EthicsOpinion&, const EthicsOpinion&) = default;
};

// Something that happened to an approval.
struct HistoryEvent {
  ApprovalEvent event = ApprovalEvent::kSubmitted;
  CivilDay day;
  Actor actor = Actor::kApplicant;
  std::string outcome;                // of advice, in the advisory group's own words
  std::string document;               // letter or minutes
  std::vector<std::string> recusals;  // members who left for the item, by office

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("event", self.event);
    visit.Required("day", self.day);
    visit.Required("actor", self.actor);
    visit.Optional("outcome", self.outcome);
    visit.Optional("document", self.document);
    visit.Optional("recusals", self.recusals);
  }
  friend bool operator==(const HistoryEvent&, const HistoryEvent&) = default;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_APPROVAL_PARTS_H_
