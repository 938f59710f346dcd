// What decisions would otherwise look up entry by entry, joined once when a snapshot is
// made (compiled_entries.h), and found by the text that questions and tokens name it
// with. It narrows where the rules look, and a decision is the same with it and without.
//
// It shares the entries with the snapshot, so whatever points at them lives as long as
// one of the two. Immutable; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_COMPILED_REGISTER_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_COMPILED_REGISTER_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/consent/core/compiled_entries.h"
#include "services/consent/core/snapshot.h"

namespace safehaven::consent {

class CompiledRegister {
 public:
  // Of the empty register: what the catalogue has, and nothing else.
  static const std::shared_ptr<const CompiledRegister>& Empty();

  // Of a snapshot whose tables and own indexes are complete.
  explicit CompiledRegister(const RegisterSnapshot& snapshot);

  CompiledRegister(const CompiledRegister&) = delete;
  CompiledRegister& operator=(const CompiledRegister&) = delete;

  // Each is nullptr if there is none. A data set that nothing names is none.
  const CompiledApproval* Find(const Versioned<Approval>* approval) const;
  const CompiledDataset* FindDataset(absl::string_view name) const;
  const CompiledOrganisation* FindOrganisation(absl::string_view code) const;
  const Versioned<DisclosureDomain>* FindDomain(absl::string_view name) const;

  // The approval that is printed or normalised like `text`, as FindApproval() finds it;
  // nullptr also where only another spelling of it is known.
  const CompiledApproval* FindByText(absl::string_view text) const;

  // Decisions in whatever period that accept overlaps in a disclosure domain, in order
  // of key.
  std::span<const Versioned<WaiverDecision>* const> WaiversOf(absl::string_view domain) const;

 private:
  CompiledRegister();

  // Each gives a number, or a place, to what is named for the first time.
  DatasetNumber NumberOf(const std::string& dataset);
  SourceNumber SourceNumberOf(const std::string& source);
  CompiledOrganisation& OrganisationOf(const std::string& code);

  void ShareEntries(const RegisterSnapshot& snapshot);
  void AddDatasets(const RegisterSnapshot& snapshot);
  void AddOrganisations(const RegisterSnapshot& snapshot);
  void AddPredecessors(const RegisterSnapshot& snapshot);
  void AddApprovals(const RegisterSnapshot& snapshot);
  CompiledApproval Compile(const Versioned<Approval>& approval);
  std::vector<CompiledParticipant> ParticipantsOf(const std::vector<Participant>& participants);
  void JoinSupplies(const RegisterSnapshot& snapshot);

  std::vector<std::shared_ptr<const void>> entries_;
  absl::flat_hash_map<std::string, CompiledDataset> datasets_;
  absl::flat_hash_map<std::string, SourceNumber> sources_;
  // Nodes, because approvals point at organisations and texts at approvals.
  absl::node_hash_map<std::string, CompiledOrganisation> organisations_;
  absl::node_hash_map<const Versioned<Approval>*, CompiledApproval> approvals_;
  absl::flat_hash_map<std::string, const CompiledApproval*> by_text_;
  absl::flat_hash_map<std::string, const Versioned<DisclosureDomain>*> domains_;
  absl::flat_hash_map<std::string, std::vector<const Versioned<WaiverDecision>*>> waivers_;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_COMPILED_REGISTER_H_
