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

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libs/warrant/caller.h"
#include "libs/warrant/question.h"
#include "services/consent/core/holding.h"
#include "services/consent/core/snapshot.h"
#include "services/consent/core/verdict.h"

namespace safehaven::consent {

struct Matter {
  const RegisterSnapshot* snapshot = nullptr;
  const Question* question = nullptr;  // normalised
  const Caller* caller = nullptr;
  CivilDay day;
  std::span<const Holding> holdings;

  // Looked up by MakeMatter().
  const Versioned<Approval>* approval = nullptr;  // nullptr: no such approval
  const Versioned<Flow>* collected = nullptr;     // kCollect: the flow of `subject`
  std::string controller;                         // for whom data are processed; empty if that is not clear

  bool IsAnswer() const {
    return question->operation == Operation::kAggregate || question->operation == Operation::kRecords;
  }
  Period activity() const { return {question->first_day, question->last_day}; }
};

Matter MakeMatter(const RegisterSnapshot& snapshot, const Question& question, const Caller& caller, CivilDay day,
                  std::span<const Holding> holdings);

// The approved flow that covers `dataset` on the day, or nullptr. Of several, the one
// that allows linkage, then the first; each must be enough by itself.
const ApprovedFlow* CoveringFlow(const Approval& approval, absl::string_view dataset, CivilDay day);

// Registered supplies that the question may read: flows of its data sets that the
// approval covers, whose activity meets the question's, under an agreement that is in
// force, was made for this approval and names the controller. In order of id.
std::vector<const Versioned<Flow>*> UsableFlows(const Matter& matter);

// Does `organisation` take part as one of `participants` on the day? nullptr if not.
const Participant* FindParticipant(const std::vector<Participant>& participants, absl::string_view organisation,
                                   CivilDay day);

// Sources of the question's data sets, sorted, without repeats.
std::vector<std::string> SourcesOf(const Question& question);

// The approval's policy on objections in records of `source` on the day, its own
// before the one for all sources; nullptr if it has neither.
const DissentPolicy* FindDissentPolicy(const Approval& approval, absl::string_view source, CivilDay day);

// The objections to honour in records of each source of the question, in order of
// source. Where the approval has no policy for a source on the day, every known kind
// of objection removes the record: what is unknown excludes.
std::vector<ObjectionRule> ObjectionRulesOf(const Matter& matter);

// The domain to which an answer to `organisation` is disclosed on the day: the
// registered one, or else the organisation alone ("organisation:ZC1").
std::string DisclosureDomainOf(const RegisterSnapshot& snapshot, absl::string_view organisation, CivilDay day);

// What the domain would hold if the question were answered; empty unless it is one
// that answers.
std::vector<Holding> HoldingsOf(const Matter& matter);

// Verdicts. `remedy` is a whole sentence.
GateVerdict Pass(Gate gate, absl::string_view reason, std::vector<Reliance> relied_on);
GateVerdict Fail(Gate gate, absl::string_view reason, std::vector<Reliance> relied_on, std::string remedy);
GateVerdict NeedsMore(Gate gate, absl::string_view reason, std::vector<Reliance> relied_on, std::string remedy);

// Every gate that judges by the approval fails alike without it.
GateVerdict FailUnknownApproval(Gate gate, const Matter& matter);

template <typename T>
Reliance RelyOn(const Versioned<T>& entry) {
  return Reliance{entry.key, entry.version};
}

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_MATTER_H_
