// The matter that the gates judge: one question by one caller on one day, on one
// register, with the facts that several gates need looked up once and alike.
//
// What each operation means to the gates:
//   collect    A source hands in one flow (`subject`). The provider of the flow is the
//              controller; only its own program or people may do it; what may come in
//              is bounded by `identifiability_in`.
//   link       A crosswalk is made for one authority (`subject`, the approval itself)
//              over the named data sets; for the commissioner, by its data engineers.
//   cost       A provider (`subject`) has its own care costed from its own records; no
//              data pass from one body to another, so no sharing agreement is needed.
//   aggregate  A protected table about the commissioner's people.
//   records    Rows about the commissioner's people.
// aggregate and records are "answers": data leave, so places, roles, holdings and
// `identifiability_out` count.
//
// Pure; single-threaded use; everything borrowed outlives the matter.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_MATTER_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_MATTER_H_

#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "libs/warrant/caller.h"
#include "libs/warrant/question.h"
#include "services/consent/core/compiled_entries.h"
#include "services/consent/core/holding.h"
#include "services/consent/core/holding_index.h"
#include "services/consent/core/snapshot.h"
#include "services/consent/core/verdict.h"

namespace safehaven::consent {

// What a question asks beyond an answer. Only questions on files can say it: the system
// itself passes nothing on, re-identifies nobody and writes to nobody.
struct Particulars {
  std::string onward_to;         // ODS code: the data would go on to this body (a sublicence)
  bool reidentifies = false;     // somebody would be identified from the answer
  bool contacts_people = false;  // the people would be written to or called
  // When the list of objectors was checked against the national service for this
  // release; absent where objections are followed as they come.
  std::optional<CivilDay> opt_out_check_day;
  friend bool operator==(const Particulars&, const Particulars&) = default;
};

// A data set of the question, as catalogue, register and approval know it.
struct AskedDataset {
  const std::string* name = nullptr;
  std::optional<DatasetNumber> number;           // absent: nothing on the register names it
  absl::string_view source;                      // empty: nobody knows the data set
  const Versioned<Dataset>* declared = nullptr;  // by the register, beyond the catalogue
  // The approved flow that covers it for the matter's purpose on its day: of several, the
  // one that allows linkage, then the first; each must be enough by itself.
  const CoveredDataset* covered = nullptr;
};

// A source of the question's data sets.
struct AskedSource {
  absl::string_view name;
  SourceNumber number = 0;
};

// How objections are honoured in records of one source: as the approval's policy says,
// or, where it has none for the source on the day, by removing the record for every kind
// of objection there is: what is unknown excludes.
// Of several policies each speaks for the sets that it names.
struct SourceRule {
  absl::string_view source;
  absl::InlinedVector<const CompiledPolicy*, 2> policies;  // none: the approval has none
  const HonouredSets* honoured = nullptr;                  // never null
};

// Somebody to whom an answer is disclosed, and the domain that is.
struct Recipient {
  absl::string_view organisation;
  std::string domain;                                       // DisclosureDomainOf()
  const Versioned<DisclosureDomain>* registered = nullptr;  // nullptr: the organisation alone
};

struct Matter {
  const RegisterSnapshot* snapshot = nullptr;
  const Question* question = nullptr;  // normalised
  const Caller* caller = nullptr;
  CivilDay day;
  std::span<const Holding> holdings;
  const HoldingIndex* holding_index = nullptr;  // of the first of `holdings`; nullptr: of none
  Particulars particulars;

  // Looked up or worked out by MakeMatter(); texts are of the question, the caller or the
  // register.
  const Versioned<Approval>* approval = nullptr;      // nullptr: no such approval
  const CompiledApproval* compiled = nullptr;         // of `approval`
  const Versioned<Flow>* collected = nullptr;         // kCollect: the flow of `subject`
  absl::string_view controller;                       // for whom data are processed; empty if that is not clear
  const CompiledOrganisation* own = nullptr;          // of the caller's organisation, if anything is known of it
  const CompiledOrganisation* controlling = nullptr;  // of `controller`, likewise
  absl::InlinedVector<AskedDataset, 4> datasets;      // those of the question, in its order
  absl::InlinedVector<AskedSource, 4> sources;        // theirs, in order of name, without repeats
  // Registered supplies that the question may read: flows of its data sets that the
  // approval covers, whose activity meets the question's, under an agreement that is in
  // force, was made for this approval and names the controller. In order of id.
  absl::InlinedVector<Supply, 8> supplies;
  absl::InlinedVector<SourceRule, 4> source_rules;  // one a source; none without an approval
  std::vector<std::shared_ptr<const HonouredSets>> joined;  // what `source_rules` rest on
  absl::InlinedVector<Recipient, 2> recipients;     // of an answer under an approval

  bool IsAnswer() const {
    return question->operation == Operation::kAggregate || question->operation == Operation::kRecords;
  }
  Period activity() const { return {question->first_day, question->last_day}; }
};

Matter MakeMatter(const RegisterSnapshot& snapshot, const Question& question, const Caller& caller, CivilDay day,
                  std::span<const Holding> holdings);

// Is the flow handed in because the law compels it, so that no agreement is needed?
bool IsSuppliedByLaw(const Matter& matter, const Flow& flow);

// Is the caller one of those whom the approval obliges? Where it names nobody, everybody
// who takes part is.
bool IsAddressed(const Matter& matter);

// Does `organisation` take part as one of `participants` on the day? nullptr if not, or if
// nothing is known of it.
const CompiledParticipant* FindParticipant(std::span<const CompiledParticipant> participants,
                                           const CompiledOrganisation* organisation, CivilDay day);
const Participant* FindParticipant(const std::vector<Participant>& participants, absl::string_view organisation,
                                   CivilDay day);

// Sources of the question's data sets, sorted, without repeats, as far as the catalogue
// knows them. Matter::sources has those that a register declares too.
std::vector<std::string> SourcesOf(const Question& question);

// The objections to honour in records of each source of the question, in order of
// source: Matter::source_rules as a warrant carries them.
std::vector<ObjectionRule> ObjectionRulesOf(const Matter& matter);

// The rule for records of the data set's source; nullptr if there is none.
const SourceRule* RuleOf(const Matter& matter, const AskedDataset& dataset);

// The domain to which an answer to `organisation` is disclosed on the day: the
// registered one, or else the organisation alone ("organisation:ZC1").
std::string DisclosureDomainOf(const RegisterSnapshot& snapshot, absl::string_view organisation, CivilDay day);

// What the domains would hold if the question were answered; empty unless it is one
// that answers.
std::vector<Holding> HoldingsOf(const Matter& matter);

// Verdicts. `remedy` is a whole sentence.
using Documents = std::initializer_list<const Document*>;
GateVerdict Pass(Gate gate, ReasonCode reason, Documents relied_on);
GateVerdict Fail(Gate gate, ReasonCode reason, Documents relied_on, std::string remedy);
GateVerdict NeedsMore(Gate gate, ReasonCode reason, Documents relied_on, std::string remedy);

// What the gates that judge by the approval say where there is none.
GateVerdict FailUnknownApproval(Gate gate, const Matter& matter);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_MATTER_H_
