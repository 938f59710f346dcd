// What belongs to one approval, one organisation or one data set, joined when a snapshot
// is made, so that a decision need not look for it.
//
// Nothing here decides anything: it narrows where the rules look, and holds for no day
// in particular. Everything pointed at belongs to the snapshot. Immutable; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_COMPILED_ENTRIES_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_COMPILED_ENTRIES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/consent/core/document.h"
#include "services/consent/core/entry.h"
#include "services/consent/core/holding.h"

namespace safehaven::consent {

// Numbers that a snapshot gives to names, so that a name is compared once a question.
using DatasetNumber = uint32_t;
using SourceNumber = uint32_t;
inline constexpr SourceNumber kEverySource = 0;  // "*"

// A data set that the catalogue, the register or any of its entries names.
struct CompiledDataset {
  DatasetNumber number = 0;
  SourceNumber source_number = kEverySource;     // of a known source, never that
  std::string source;                            // empty: named, but nobody knows it
  const Versioned<Dataset>* declared = nullptr;  // beyond the catalogue
};

// Purposes as bits; none: for all purposes.
class PurposeSet {
 public:
  PurposeSet() = default;
  explicit PurposeSet(const std::vector<Purpose>& purposes) {
    for (const Purpose purpose : purposes) bits_ |= Bit(purpose);
  }
  bool IsForAll() const { return bits_ == 0; }
  bool IsFor(Purpose purpose) const { return IsForAll() || (bits_ & Bit(purpose)) != 0; }

 private:
  static uint64_t Bit(Purpose purpose) { return uint64_t{1} << static_cast<unsigned>(purpose); }
  uint64_t bits_ = 0;
};

// A security status with what ranks it.
struct CompiledStatus {
  Period period;
  SecurityLevel level = SecurityLevel::kStandardsNotMet;
  SecurityEvidence evidence = SecurityEvidence::kSelfAssessed;
  bool has_plan = false;  // an approved improvement plan
  const Versioned<SecurityStatus>* entry = nullptr;
};

// A controller's pair with what decides first whether it is the one.
struct CompiledBasis {
  Purpose purpose = Purpose::kUnspecified;
  Period period;
  bool has_article_9 = false;
  std::vector<SourceNumber> sources;
  const Versioned<DataProtectionBasis>* entry = nullptr;
};

// A disclosure domain of which an organisation is, in a period.
struct CompiledDomain {
  Period period;
  std::string name;
  const Versioned<DisclosureDomain>* entry = nullptr;
};

// Whatever the register says of one ODS code. Lists in order of key.
struct CompiledOrganisation {
  std::string code;
  const Versioned<Organisation>* entry = nullptr;  // nullptr: it is named, but not registered
  std::vector<CompiledStatus> security;
  std::vector<CompiledBasis> bases;
  std::vector<CompiledDomain> domains;
  // Bodies that it followed, directly or through others: what they held it may have taken
  // over. In no order.
  std::vector<std::string> predecessors;
};

// One data set of one approved flow.
struct CoveredDataset {
  DatasetNumber dataset = 0;
  bool linkage_allowed = false;
  bool all_items = false;     // the flow lets out "*"
  bool for_answers = false;   // it lets out anything
  bool has_dependencies = false;  // on other approvals
  Identifiability identifiability_in = Identifiability::kUnspecified;
  Identifiability identifiability_out = Identifiability::kUnspecified;
  PurposeSet purposes;
  Period period;
  const ApprovedFlow* flow = nullptr;
};

// A registered flow that may be read, and by which agreement.
struct Supply {
  const Versioned<Flow>* flow = nullptr;
  const Versioned<Agreement>* agreement = nullptr;  // nullptr: the law compels the supply
  Period activity;                                  // of the flow
  Period in_force;                                  // of the agreement
  DatasetNumber dataset = 0;
  uint32_t rank = 0;  // of the flow among all, in order of id
};

// A supply whose agreement was made for the approval, names the flow's data set and
// provider, and gives it to `controller`.
struct CompiledSupply {
  Supply supply;
  const CompiledOrganisation* controller = nullptr;
};

// Sets of people whose objections are honoured together, in one mode.
struct HonouredSets {
  std::vector<std::string> names;  // written out, sorted, without repeats
  ObjectionMode mode = ObjectionMode::kRemoveRecord;
  std::string manner;    // MannerOf() as it would be held (holding.h)
  bool type1 = false;    // is it one of `names`?
  bool type2 = false;
  bool national = false;

  bool IsIgnored() const { return mode == ObjectionMode::kIgnore || names.empty(); }
};

// A policy on objections, with what decides first whether it is the one.
struct CompiledPolicy {
  SourceNumber source = kEverySource;
  std::optional<int> check_age_days_max;
  PurposeSet purposes;
  Period period;
  const DissentPolicy* policy = nullptr;
  std::vector<std::string> named;  // the sets it names, written out
  // What is honoured by it alone. A waiver that names sets waives no other.
  HonouredSets sets;
  HonouredSets sets_before;  // the same before the national opt-out began

  bool Waives() const { return policy->mode == ObjectionMode::kIgnore; }
};

// Where an approval stands from a day on, as its documents say.
struct DatedLifecycle {
  CivilDay first_day;
  Lifecycle life;
};

// A controller, member or processor.
struct CompiledParticipant {
  const CompiledOrganisation* organisation = nullptr;  // never null
  Period period;
  const Participant* participant = nullptr;
};

struct CompiledApproval {
  const Versioned<Approval>* entry = nullptr;
  bool history_breaks = false;
  // In order of day, up to the first event that the state machine refuses.
  std::vector<DatedLifecycle> lives;
  std::vector<CompiledParticipant> controllers;
  std::vector<CompiledParticipant> members;
  std::vector<CompiledParticipant> processors;
  std::vector<CoveredDataset> covered;   // in the order of Approval::flows
  std::vector<CompiledPolicy> dissent;   // in the order of Approval::dissent
  std::vector<CompiledSupply> supplies;  // in order of the flows' ids
  // Every kind of objection that could bear on it: from the day on which the national
  // opt-out began, and before.
  HonouredSets every_objection;
  HonouredSets every_objection_before;

  // As the functions of those names in approval.h.
  absl::StatusOr<Lifecycle> DocumentedLifecycleOn(CivilDay day) const;
  absl::StatusOr<Lifecycle> LifecycleOn(CivilDay day) const;
};

// "programme" is the approval's own, "programme:<reference>" another's: as the names of
// sets are written, with the normalised reference.
std::string ExpandObjectionSet(const std::string& set, const Approval& approval);

// Sets of the given names, in any order.
HonouredSets SetsOf(std::vector<std::string> names, ObjectionMode mode);

// What several policies for one source, purpose and day come to, in any order: each speaks
// for the sets that it names; of two that name one set the stricter counts; and where one
// waives by name, everything in `every` that nobody waived is honoured. At least one.
HonouredSets JoinPolicies(std::span<const CompiledPolicy* const> policies, const HonouredSets& every);

// The approval's life and every kind of objection to it.
void CompileTerms(const Approval& approval, CompiledApproval& compiled);

// Does the agreement name the flow's data set and provider?
bool CoversSupply(const Agreement& agreement, const Flow& flow);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_COMPILED_ENTRIES_H_
