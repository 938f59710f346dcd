// What stands beside an approval before data may flow: agreements, data protection
// pairs, the flows themselves, who pools what they see, and dated decisions that
// accept an overlap. Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_SUPPLY_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_SUPPLY_H_

#include <optional>
#include <string>
#include <vector>

#include "services/consent/core/names.h"
#include "services/consent/core/period.h"
#include "services/consent/core/reference.h"

namespace safehaven::consent {

// A data sharing agreement, with the fields of the public release registers (legal
// basis 4.5). Fields that no gate reads are kept for people and for conformance.
struct Agreement {
  std::string reference;
  std::string title;
  std::vector<std::string> providers;    // disclosing bodies, by ODS code
  std::vector<std::string> controllers;  // receiving controllers, by ODS code
  std::vector<std::string> processors;
  std::vector<Reference> approvals;  // legal bases it was made for
  std::vector<std::string> datasets;
  Identifiability data_type = Identifiability::kUnspecified;  // the most it lets pass
  bool sensitive = true;
  bool opt_outs_honoured = true;
  std::string opt_out_reason;
  std::string access_method;
  bool sublicensing_allowed = false;
  std::string objectives;
  Period period;
  std::vector<std::string> sublicence_datasets;  // which may go on; empty: all of them

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("reference", self.reference);
    visit.Required("title", self.title);
    visit.Required("providers", self.providers);
    visit.Required("controllers", self.controllers);
    visit.Optional("processors", self.processors);
    visit.Required("approvals", self.approvals);
    visit.Required("datasets", self.datasets);
    visit.Required("data_type", self.data_type);
    visit.Required("sensitive", self.sensitive);
    visit.Required("opt_outs_honoured", self.opt_outs_honoured);
    visit.Optional("opt_out_reason", self.opt_out_reason);
    visit.Optional("access_method", self.access_method);
    visit.Optional("sublicensing_allowed", self.sublicensing_allowed);
    visit.Optional("sublicence_datasets", self.sublicence_datasets);
    visit.Optional("objectives", self.objectives);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
  }
  friend bool operator==(const Agreement&, const Agreement&) = default;
};

// The UK GDPR pair on which one controller relies for one purpose and some sources.
// Two controllers may rely on different pairs for the same purpose.
struct DataProtectionBasis {
  std::string controller;  // ODS code
  Purpose purpose = Purpose::kUnspecified;
  std::vector<std::string> sources;  // "*" for all
  std::string article_6;             // "6(1)(e)"
  std::string article_9;             // "9(2)(h)"; both halves, for all of this is health data
  Period period;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("controller", self.controller);
    visit.Required("purpose", self.purpose);
    visit.Required("sources", self.sources);
    visit.Required("article_6", self.article_6);
    visit.Optional("article_9", self.article_9);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
  }
  friend bool operator==(const DataProtectionBasis&, const DataProtectionBasis&) = default;
};

// An item of a declared data set.
struct DeclaredItem {
  std::string id;
  Identifiability identifiability_min = Identifiability::kPseudonymised;  // the least form it may stand in
  Restriction restriction = Restriction::kNone;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("id", self.id);
    visit.Optional("identifiability_min", self.identifiability_min);
    visit.Optional("restriction", self.restriction);
  }
  friend bool operator==(const DeclaredItem&, const DeclaredItem&) = default;
};

// A data set that the register knows beyond the catalogue, so that approvals of data
// which this system does not hold can be kept and judged. No service answers from it.
struct Dataset {
  std::string id;  // "sus/apc"
  std::string source;
  std::string title;
  bool social_care = false;
  std::vector<DeclaredItem> items;  // beside the catalogue's

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("id", self.id);
    visit.Required("source", self.source);
    visit.Required("title", self.title);
    visit.Optional("social_care", self.social_care);
    visit.Optional("items", self.items);
  }
  friend bool operator==(const Dataset&, const Dataset&) = default;
};

// One supply of one data set by one provider, under an agreement. Segments of data
// carry its id, so that it is known what has to go when the basis ends.
struct Flow {
  std::string id;  // "acute-apc-2025"
  std::string source;
  std::string dataset;    // of the catalogue: "acute/apc"
  std::string provider;   // ODS code
  std::string agreement;  // reference; empty where only the law compels the supply
  Period activity;        // days whose activity it holds

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("id", self.id);
    visit.Required("source", self.source);
    visit.Required("dataset", self.dataset);
    visit.Required("provider", self.provider);
    visit.Optional("agreement", self.agreement);
    visit.Required("activity_from", self.activity.first_day);
    visit.Required("activity_to", self.activity.last_day);
  }
  friend bool operator==(const Flow&, const Flow&) = default;
};

// Organisations that pool what they see: to disclose to one is to disclose to all.
struct DisclosureDomain {
  std::string name;
  std::vector<std::string> organisations;  // ODS codes
  Period period;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("name", self.name);
    visit.Required("organisations", self.organisations);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
  }
  friend bool operator==(const DisclosureDomain&, const DisclosureDomain&) = default;
};

// A dated decision that one domain may hold overlapping data under the two named
// approvals although objections are honoured differently in them.
struct WaiverDecision {
  std::string reference;
  std::string domain;                 // name of the disclosure domain
  std::vector<Reference> approvals;   // both sides (one, if both are the same approval)
  std::vector<std::string> datasets;  // for which it holds; "*" for all
  std::string decided_by;
  std::optional<CivilDay> decision_day;
  std::string reason;
  Period period;

  template <typename Self, typename Visitor>
  static void Describe(Self& self, Visitor& visit) {
    visit.Required("reference", self.reference);
    visit.Required("domain", self.domain);
    visit.Required("approvals", self.approvals);
    visit.Required("datasets", self.datasets);
    visit.Required("decided_by", self.decided_by);
    visit.Required("decision_day", self.decision_day);
    visit.Required("reason", self.reason);
    visit.Required("from", self.period.first_day);
    visit.Optional("to", self.period.last_day);
  }
  friend bool operator==(const WaiverDecision&, const WaiverDecision&) = default;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_SUPPLY_H_
