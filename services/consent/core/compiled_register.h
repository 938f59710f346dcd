// What decisions would otherwise look up entry by entry, joined once when a snapshot is
// made: which supplies each approval can reach, how its policies on objections read with
// references written out, and approvals by the text that questions name them with.
//
// Nothing here decides anything. It narrows where the rules look, and every rule still
// judges by the entries themselves; so a decision is the same with it and without.
// Immutable; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_COMPILED_REGISTER_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_COMPILED_REGISTER_H_

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/consent/core/snapshot.h"

namespace safehaven::consent {

// One approval with what belongs to it.
struct CompiledApproval {
  // By data set: flows under an agreement that was made for the approval, as the
  // register has them, whatever the day and the controller.
  std::vector<std::pair<std::string, std::vector<const Versioned<Flow>*>>> supplies;
  // For each policy of Approval::dissent: its sets with "programme" written out, sorted,
  // without repeats.
  std::vector<std::vector<std::string>> dissent_sets;

  std::span<const Versioned<Flow>* const> SuppliesOf(absl::string_view dataset) const;
};

class CompiledRegister {
 public:
  // Of a snapshot whose tables and own indexes are complete. It holds pointers to the
  // entries, which the snapshot and its copies share.
  explicit CompiledRegister(const RegisterSnapshot& snapshot);

  // Null for an approval that is not of the snapshot.
  const CompiledApproval* Find(const Versioned<Approval>* approval) const;

  // Of a disclosure domain: its entry, or null; and decisions in whatever period that
  // accept overlaps in it, in order of key.
  const Versioned<DisclosureDomain>* FindDomain(absl::string_view name) const;
  std::span<const Versioned<WaiverDecision>* const> WaiversOf(absl::string_view domain) const;

  // The approval that is printed or normalised like `text`, as FindApproval() finds it;
  // null also where only another spelling of it is known.
  const Versioned<Approval>* FindByText(absl::string_view text) const;

 private:
  void JoinSupplies(const RegisterSnapshot& snapshot);

  absl::flat_hash_map<const Versioned<Approval>*, CompiledApproval> approvals_;
  absl::flat_hash_map<std::string, const Versioned<Approval>*> by_text_;
  absl::flat_hash_map<std::string, const Versioned<DisclosureDomain>*> domains_;
  absl::flat_hash_map<std::string, std::vector<const Versioned<WaiverDecision>*>> waivers_;
};

// "programme" is the approval's own, "programme:<reference>" another's: as the names of
// sets are written, with the normalised reference.
std::string ExpandObjectionSet(const std::string& set, const Approval& approval);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_COMPILED_REGISTER_H_
