// What was released: to whom, when, under which approval, with which objections honoured.
//
// For looking back: which releases a late objection should have stopped, which were made
// outside what was approved, and what a disclosure domain holds already. A release names
// no person. Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_RELEASE_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_RELEASE_H_

#include <optional>
#include <string>
#include <vector>

#include "services/consent/core/holding.h"
#include "services/consent/core/names.h"
#include "services/consent/core/people.h"

namespace safehaven::consent {

struct Release {
  std::string id;
  CivilDay day;              // on which it left
  Reference approval;        // under which
  std::string organisation;  // ODS code of who received it
  std::string commissioner;  // ODS code whose people; empty: the organisation's
  std::string role;          // of who asked; empty: not known
  std::string environment;   // in which it was received; empty: not known
  Purpose purpose = Purpose::kUnspecified;
  Operation operation = Operation::kRecords;
  Identifiability identifiability = Identifiability::kUnspecified;
  std::vector<std::string> datasets;
  std::vector<std::string> items;
  CivilDay first_day;  // activity from ...
  CivilDay last_day;   // ... to, inclusive
  std::vector<std::string> sets;  // objections honoured in it, as policies name them
  ObjectionMode mode = ObjectionMode::kRemoveRecord;
  std::optional<int> record_count;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("id", self.id);
    visit.Required("day", self.day);
    visit.Required("approval", self.approval);
    visit.Required("organisation", self.organisation);
    visit.Optional("commissioner", self.commissioner);
    visit.Optional("role", self.role);
    visit.Optional("environment", self.environment);
    visit.Required("purpose", self.purpose);
    visit.Required("operation", self.operation);
    visit.Required("identifiability", self.identifiability);
    visit.Required("datasets", self.datasets);
    visit.Optional("items", self.items);
    visit.Required("first_day", self.first_day);
    visit.Required("last_day", self.last_day);
    visit.Required("sets", self.sets);
    visit.Required("mode", self.mode);
    visit.Optional("record_count", self.record_count);
  }
  friend bool operator==(const Release&, const Release&) = default;
};

// Names of the sets that it honoured, written out ("programme" is the approval's own, as in
// policies), sorted.
std::vector<std::string> SetsHonouredIn(const Release& release);

// The release as the question that it answered. Parts that are not known are those that
// the approval would accept, so that only what is known is judged.
Question QuestionOf(const RegisterSnapshot& snapshot, const Release& release);
Caller CallerOf(const RegisterSnapshot& snapshot, const Release& release);

// What disclosure domains hold by releases made on or before `day`.
std::vector<Holding> HoldingsOf(const RegisterSnapshot& snapshot, std::span<const Release> releases, CivilDay day);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_RELEASE_H_
