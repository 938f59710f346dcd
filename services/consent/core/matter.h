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
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libs/warrant/caller.h"
#include "libs/warrant/question.h"
#include "services/consent/core/holding.h"
#include "services/consent/core/holding_index.h"
#include "services/consent/core/snapshot.h"
#include "services/consent/core/verdict.h"

namespace safehaven::consent {

struct CompiledApproval;

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

struct Matter {
  const RegisterSnapshot* snapshot = nullptr;
  const Question* question = nullptr;  // normalised
  const Caller* caller = nullptr;
  CivilDay day;
  std::span<const Holding> holdings;
  const HoldingIndex* holding_index = nullptr;  // of the first of `holdings`; nullptr: of none
  Particulars particulars;

  // Looked up or worked out by MakeMatter().
  const Versioned<Approval>* approval = nullptr;  // nullptr: no such approval
  const CompiledApproval* compiled = nullptr;     // of `approval`
  const Versioned<Flow>* collected = nullptr;     // kCollect: the flow of `subject`
  std::string controller;                         // for whom data are processed; empty if that is not clear
  std::vector<const Versioned<Flow>*> usable_flows;  // UsableFlows()
  std::vector<ObjectionRule> objection_rules;        // ObjectionRulesOf()
  std::vector<Holding> added_holdings;               // HoldingsOf()

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

// The approved flow that covers `dataset` for the matter's purpose on its day, or
// nullptr. Of several, the one that allows linkage, then the first; each must be enough
// by itself. The matter's approval is not nullptr.
const ApprovedFlow* CoveringFlow(const Matter& matter, absl::string_view dataset);

// Registered supplies that the question may read: flows of its data sets that the
// approval covers, whose activity meets the question's, under an agreement that is in
// force, was made for this approval and names the controller. In order of id.
const std::vector<const Versioned<Flow>*>& UsableFlows(const Matter& matter);

// Does `organisation` take part as one of `participants` on the day? nullptr if not.
const Participant* FindParticipant(const std::vector<Participant>& participants, absl::string_view organisation,
                                   CivilDay day);

// Sources of the question's data sets, sorted, without repeats; those of the catalogue,
// and with a register those that it declares too.
std::vector<std::string> SourcesOf(const Question& question);
std::vector<std::string> SourcesOf(const Matter& matter);

// The approval's policy on objections in records of `source` for the matter's purpose on
// its day: one for the source before one for all sources, one for the purpose before one
// for all purposes; nullptr if there is none. The matter's approval is not nullptr.
const DissentPolicy* FindDissentPolicy(const Matter& matter, absl::string_view source);

// The objections to honour in records of each source of the question, in order of
// source. Where the approval has no policy for a source on the day, every known kind
// of objection removes the record: what is unknown excludes.
const std::vector<ObjectionRule>& ObjectionRulesOf(const Matter& matter);

// The domain to which an answer to `organisation` is disclosed on the day: the
// registered one, or else the organisation alone ("organisation:ZC1").
std::string DisclosureDomainOf(const RegisterSnapshot& snapshot, absl::string_view organisation, CivilDay day);

// What the domain would hold if the question were answered; empty unless it is one
// that answers.
const std::vector<Holding>& HoldingsOf(const Matter& matter);

// A document among the arguments of a verdict: it can be moved out of the list, which a
// list of documents themselves does not allow.
struct RelianceArgument {
  RelianceArgument(Reliance reliance) : value(std::move(reliance)) {}
  mutable Reliance value;
};
using RelianceArguments = std::initializer_list<RelianceArgument>;

// Verdicts. `remedy` is a whole sentence.
GateVerdict Pass(Gate gate, absl::string_view reason, RelianceArguments relied_on);
GateVerdict Fail(Gate gate, absl::string_view reason, RelianceArguments relied_on, std::string remedy);
GateVerdict NeedsMore(Gate gate, absl::string_view reason, RelianceArguments relied_on, std::string remedy);

// Every gate that judges by the approval fails alike without it.
GateVerdict FailUnknownApproval(Gate gate, const Matter& matter);

template <typename T>
Reliance RelyOn(const Versioned<T>& entry) {
  return Reliance{entry.key, entry.version};
}

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_MATTER_H_
