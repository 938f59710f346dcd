#include "services/consent/core/snapshot_check.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/consent/core/known_data.h"

namespace safehaven::consent {
namespace {

absl::Status Wrong(absl::string_view reason, absl::string_view entry, absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kFailedPrecondition, reason, absl::StrCat(entry, ": ", field, ": ", why),
                 {{"entry", std::string(entry)}, {"field", std::string(field)}});
}

// Checks of one entry's references; stops at the first fault.
class Checker {
 public:
  explicit Checker(const RegisterSnapshot& snapshot) : snapshot_(snapshot) {}

  template <typename T>
  void Enter(const Versioned<T>& entry) {
    entry_ = entry.key;
    Check(entry.value);
  }
  const absl::Status& status() const { return status_; }

 private:
  void Unknown(absl::string_view field, absl::string_view kind, absl::string_view name) {
    if (!status_.ok()) return;
    status_ = Wrong("REGISTER_REFERENCE_UNKNOWN", entry_, field,
                    absl::StrCat("names the ", kind, " '", name, "', which is not in the register"));
  }
  void Conflict(absl::string_view field, absl::string_view why) {
    if (status_.ok()) status_ = Wrong("REGISTER_ENTRY_CONFLICT", entry_, field, why);
  }

  void NeedOrganisation(absl::string_view field, const std::string& code) {
    if (snapshot_.FindOrganisation(code) == nullptr) Unknown(field, "organisation", code);
  }
  void NeedOrganisations(absl::string_view field, const std::vector<std::string>& codes) {
    for (size_t i = 0; i < codes.size(); ++i) NeedOrganisation(absl::StrCat(field, "[", i, "]"), codes[i]);
  }
  void NeedApprovals(absl::string_view field, const std::vector<Reference>& references) {
    for (size_t i = 0; i < references.size(); ++i) {
      if (snapshot_.FindApproval(references[i]) == nullptr) {
        Unknown(absl::StrCat(field, "[", i, "]"), "approval", references[i].printed());
      }
    }
  }
  // The source of a data set of the catalogue or of the register.
  void NeedDataset(const std::string& field, const std::string& dataset, const std::string& source) {
    const std::string known = KnownSource(snapshot_, dataset);
    if (known.empty()) return Unknown(field, "data set", dataset);
    if (!source.empty() && known != source) Conflict(field, absl::StrCat("is not of the source ", source));
  }
  void NeedDatasets(absl::string_view field, const std::vector<std::string>& datasets, const std::string& source) {
    for (size_t i = 0; i < datasets.size(); ++i) NeedDataset(absl::StrCat(field, "[", i, "]"), datasets[i], source);
  }
  void NeedItems(const std::string& field, const ApprovedFlow& flow) {
    for (size_t i = 0; i < flow.items.size(); ++i) {
      const std::string& item = flow.items[i];
      const bool known = item == "*" || std::any_of(flow.datasets.begin(), flow.datasets.end(), [&](const auto& one) {
                           return IsKnownItem(snapshot_, one, item);
                         });
      if (!known) Unknown(absl::StrCat(field, "[", i, "]"), "item", item);
    }
  }
  void NeedParticipants(absl::string_view field, const std::vector<Participant>& participants) {
    for (size_t i = 0; i < participants.size(); ++i) {
      const std::string prefix = absl::StrCat(field, "[", i, "].");
      NeedOrganisation(absl::StrCat(prefix, "organisation"), participants[i].organisation);
      NeedOrganisations(absl::StrCat(prefix, "acts_for"), participants[i].acts_for);
    }
  }

  void Check(const Organisation& organisation) { NeedOrganisations("successors", organisation.successors); }

  void Check(const Member& member) {
    NeedOrganisation("organisation", member.organisation);
    if (snapshot_.FindIssuer(member.issuer) == nullptr) Unknown("issuer", "issuer", member.issuer);
    for (const Versioned<Member>* other : snapshot_.MembersOf(member.issuer, member.subject)) {
      if (other->key != entry_ && other->value.period.Overlaps(member.period)) {
        Conflict("from", "the person has another organisation or role on the same days");
      }
    }
  }

  void Check(const Program& program) { NeedOrganisation("organisation", program.organisation); }
  void Check(const Environment& environment) { NeedOrganisation("organisation", environment.organisation); }
  void Check(const Issuer&) {}
  void Check(const SecurityStatus& security) { NeedOrganisation("organisation", security.organisation); }

  void Check(const Approval& approval) {
    NeedParticipants("controllers", approval.controllers);
    NeedParticipants("processors", approval.processors);
    NeedParticipants("members", approval.members);
    NeedApprovals("depends_on", approval.depends_on);
    for (size_t i = 0; i < approval.flows.size(); ++i) {
      const std::string prefix = absl::StrCat("flows[", i, "].");
      NeedDatasets(absl::StrCat(prefix, "datasets"), approval.flows[i].datasets, approval.flows[i].source);
      NeedItems(absl::StrCat(prefix, "items"), approval.flows[i]);
      NeedApprovals(absl::StrCat("flows[", i, "].depends_on"), approval.flows[i].depends_on);
    }
    for (const std::string& part : approval.reference.keys()) {
      for (const Versioned<Approval>* other : snapshot_.ApprovalsOf(part)) {
        if (other->key != entry_) Conflict("reference", absl::StrCat("is also a reference of ", other->key));
      }
    }
  }

  void Check(const Agreement& agreement) {
    NeedOrganisations("providers", agreement.providers);
    NeedOrganisations("controllers", agreement.controllers);
    NeedOrganisations("processors", agreement.processors);
    NeedApprovals("approvals", agreement.approvals);
    NeedDatasets("datasets", agreement.datasets, "");
    NeedDatasets("sublicence_datasets", agreement.sublicence_datasets, "");
  }

  void Check(const DataProtectionBasis& basis) { NeedOrganisation("controller", basis.controller); }

  void Check(const Flow& flow) {
    NeedOrganisation("provider", flow.provider);
    NeedDataset("dataset", flow.dataset, flow.source);
    if (!flow.agreement.empty() && snapshot_.FindAgreement(flow.agreement) == nullptr) Unknown("agreement", "agreement", flow.agreement);
  }

  void Check(const Dataset&) {}

  void Check(const DisclosureDomain& domain) {
    NeedOrganisations("organisations", domain.organisations);
    for (const std::string& organisation : domain.organisations) {
      for (const Versioned<DisclosureDomain>* other : snapshot_.DomainsOf(organisation)) {
        if (other->key != entry_ && other->value.period.Overlaps(domain.period)) {
          Conflict("organisations", absl::StrCat(organisation, " is in two domains on the same days"));
        }
      }
    }
  }

  void Check(const WaiverDecision& decision) {
    NeedApprovals("approvals", decision.approvals);
    if (!snapshot_.All<DisclosureDomain>().contains(absl::StrCat(KindName<DisclosureDomain>(), "/", decision.domain))) {
      Unknown("domain", "disclosure domain", decision.domain);
    }
  }

  const RegisterSnapshot& snapshot_;
  std::string entry_;
  absl::Status status_;
};

template <typename T>
absl::Status CheckAll(const RegisterSnapshot& snapshot) {
  Checker checker(snapshot);
  for (const auto& [key, entry] : snapshot.All<T>()) {
    checker.Enter(*entry);
    if (!checker.status().ok()) return checker.status();
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckReferences(const RegisterSnapshot& snapshot) {
  SH_RETURN_IF_ERROR(CheckAll<Organisation>(snapshot));
  SH_RETURN_IF_ERROR(CheckAll<Member>(snapshot));
  SH_RETURN_IF_ERROR(CheckAll<Program>(snapshot));
  SH_RETURN_IF_ERROR(CheckAll<Environment>(snapshot));
  SH_RETURN_IF_ERROR(CheckAll<SecurityStatus>(snapshot));
  SH_RETURN_IF_ERROR(CheckAll<Approval>(snapshot));
  SH_RETURN_IF_ERROR(CheckAll<Agreement>(snapshot));
  SH_RETURN_IF_ERROR(CheckAll<DataProtectionBasis>(snapshot));
  SH_RETURN_IF_ERROR(CheckAll<Flow>(snapshot));
  SH_RETURN_IF_ERROR(CheckAll<DisclosureDomain>(snapshot));
  return CheckAll<WaiverDecision>(snapshot);
}

}  // namespace safehaven::consent
