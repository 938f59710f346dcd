// The register at one moment, immutable: what every decision is made on.
//
// The register is a sequence of events, each the new version of one entry or its
// removal, with who proposed and who approved it. A snapshot is the latest version
// of every entry up to some event, so what was known then can always be asked again;
// nothing is overwritten. Which days an entry holds for is in the entry; when the
// register came to know it is in the event.
//
// Values; a snapshot never changes after it is made, so it may be shared between
// threads freely. Copies share the entries.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_SNAPSHOT_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_SNAPSHOT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/consent/core/document.h"
#include "services/consent/core/entry.h"

namespace safehaven::consent {

// Who proposed or approved a change: as consent derived them from evidence.
struct Signatory {
  std::string subject;  // as Caller.subject
  std::string role;
  friend bool operator==(const Signatory&, const Signatory&) = default;
};

struct RegisterEvent {
  uint64_t index = 0;  // of its leaf in consent's log; rises from event to event
  absl::Time recorded_time;
  std::string key;             // of the entry (KeyOf)
  std::optional<Entry> entry;  // the new version; absent: the entry is taken off
  Signatory proposer;
  std::optional<Signatory> approver;
};

class CompiledRegister;

class RegisterSnapshot {
 public:
  // The empty register, on which everything is refused.
  RegisterSnapshot();

  // `events` in order of index. O(n log n).
  static RegisterSnapshot Of(std::span<const RegisterEvent> events);

  // This snapshot and then `events`.
  RegisterSnapshot With(std::span<const RegisterEvent> events) const;

  // One more than the index of the last event; 0 for the empty register.
  uint64_t size() const { return size_; }

  // Each is nullptr if there is none. Pointers live as long as this snapshot.
  const Versioned<Organisation>* FindOrganisation(absl::string_view code) const;
  const Versioned<Program>* FindProgram(absl::string_view spiffe_id) const;
  const Versioned<Environment>* FindEnvironment(absl::string_view id) const;
  const Versioned<Issuer>* FindIssuer(absl::string_view url) const;
  const Versioned<Agreement>* FindAgreement(absl::string_view reference) const;
  const Versioned<Flow>* FindFlow(absl::string_view id) const;
  // A data set that the register declares beyond the catalogue.
  const Versioned<Dataset>* FindDeclaredDataset(absl::string_view id) const;
  // The approval that `reference` names, in any printed form, whole or by a part.
  const Versioned<Approval>* FindApproval(const Reference& reference) const;
  const Versioned<Approval>* FindApproval(absl::string_view printed) const;
  // Approvals that go by one key of a reference; more than one is a conflict.
  std::span<const Versioned<Approval>* const> ApprovalsOf(absl::string_view reference_key) const;

  // In order of key; empty if there are none.
  std::span<const Versioned<Member>* const> MembersOf(absl::string_view issuer, absl::string_view subject) const;
  std::span<const Versioned<Flow>* const> FlowsOf(absl::string_view dataset) const;
  std::span<const Versioned<DisclosureDomain>* const> DomainsOf(absl::string_view organisation) const;

  // What of this is looked up in every decision, joined (compiled_register.h). Never
  // null. It keeps the entries alive, for what points at them and outlives the snapshot.
  const std::shared_ptr<const CompiledRegister>& compiled() const { return compiled_; }

  // Every entry of one kind, in order of key.
  template <typename T>
  const std::map<std::string, std::shared_ptr<const Versioned<T>>>& All() const {
    return std::get<Table<T>>(tables_).by_key;
  }

  // Every entry by key; for lists, differences and checks.
  std::map<std::string, Entry> Entries() const;

  // The entry of `key` in its latest version, or nothing.
  std::optional<Entry> Find(absl::string_view key) const;

 private:
  template <typename T>
  struct Table {
    std::map<std::string, std::shared_ptr<const Versioned<T>>> by_key;
  };
  template <typename T>
  using Index = absl::flat_hash_map<std::string, std::vector<const Versioned<T>*>>;

  void Apply(const RegisterEvent& event);
  void BuildIndexes();

  std::tuple<Table<Organisation>, Table<Member>, Table<Program>, Table<Environment>, Table<Issuer>,
             Table<SecurityStatus>, Table<Approval>, Table<Agreement>, Table<DataProtectionBasis>, Table<Flow>,
             Table<DisclosureDomain>, Table<WaiverDecision>, Table<Dataset>>
      tables_;
  Index<Organisation> organisations_;
  Index<Member> members_;  // by issuer and subject
  Index<Program> programs_;
  Index<Environment> environments_;
  Index<Issuer> issuers_;
  Index<Agreement> agreements_;
  Index<Flow> flows_by_id_;
  Index<Dataset> datasets_;
  Index<Approval> approvals_;  // by every key of the reference
  Index<Flow> flows_by_dataset_;
  Index<DisclosureDomain> domains_;
  // Shared by copies, as the entries are.
  std::shared_ptr<const CompiledRegister> compiled_;
  uint64_t size_ = 0;
};

// The register as it was known when it had `size` events' indices behind it: events
// with an index below `size`.
RegisterSnapshot SnapshotAsKnown(std::span<const RegisterEvent> events, uint64_t size);

// The register as it was known at `time`: events recorded at or before it.
RegisterSnapshot SnapshotAsKnownAt(std::span<const RegisterEvent> events, absl::Time time);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_SNAPSHOT_H_
