// May this organisation, by this person or program, in this place, do it?
//
// Permission turns on organisation, role and place (legal basis 2.2): the organisation
// takes part in the approval on the day, as controller, as a member of a national
// support, or as a processor acting for its controller; the people asked about are
// the controller's own; a controlled environment for finance is a registered place,
// not a word. A body that was replaced is refused with a pointer to its successor,
// which inherits nothing without an act of its own (legal basis 7, item 9).
#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/consent/core/gates/gates.h"

namespace safehaven::consent {
namespace {

constexpr Gate kGate = Gate::kRecipient;

// Roles that may run each operation which is not an answer. Roles that may ask for
// answers are named by the approval.
constexpr std::array<absl::string_view, 2> kCollectRoles = {"source_program", "data_engineer"};
// Engineers link; the two officers keep protected identities and pseudonyms in linkage, which
// lets them do nothing else. A program links by its own role alone, so that linkage can tell
// a program's warrant from a person's by the role.
constexpr std::array<absl::string_view, 3> kLinkRolesOfPeople = {"data_engineer", "caldicott_guardian",
                                                                 "information_governance"};
constexpr absl::string_view kLinkRoleOfPrograms = "csu_tool";
constexpr std::array<absl::string_view, 3> kCostRoles = {"costing_accountant", "source_program", "data_engineer"};

template <typename List>
bool Contains(const List& list, absl::string_view wanted) {
  return std::any_of(list.begin(), list.end(), [wanted](absl::string_view one) { return one == wanted; });
}

bool RoleAllowed(const Matter& matter) {
  const std::string& role = matter.caller->role;
  switch (matter.question->operation) {
    case Operation::kCollect:
      return Contains(kCollectRoles, role);
    case Operation::kLink:
      return matter.caller->is_program ? role == kLinkRoleOfPrograms : Contains(kLinkRolesOfPeople, role);
    case Operation::kCost:
      return Contains(kCostRoles, role);
    default:
      return Contains(matter.approval->value.roles, role);
  }
}

GateVerdict FailEnded(const Versioned<Organisation>& organisation) {
  const Organisation& body = organisation.value;
  const std::string successors =
      body.successors.empty()
          ? "no successor is registered."
          : absl::StrCat("ask as ", absl::StrJoin(body.successors, " or "),
                         ", its successor, once the approval names it; nothing is inherited without an act.");
  return Fail(kGate, body.successors.empty() ? ReasonCode("ORGANISATION_ENDED") : ReasonCode("ORGANISATION_SUCCEEDED"),
              {&organisation},
              absl::StrCat(body.code, " ended on ", body.period.last_day->ToString(), ": ", successors));
}

// How the caller's organisation takes part, as a pass with an end, or the refusal.
GateVerdict JudgeParticipation(const Matter& matter) {
  const Versioned<Approval>& approval = *matter.approval;
  const std::string& own = matter.caller->organisation;
  const absl::string_view controller = matter.controller;
  const auto takes_part = [&](const CompiledOrganisation* organisation) -> const CompiledParticipant* {
    const CompiledParticipant* found = FindParticipant(matter.compiled->controllers, organisation, matter.day);
    return found != nullptr ? found : FindParticipant(matter.compiled->members, organisation, matter.day);
  };
  const CompiledParticipant* as_controller = takes_part(matter.own);
  const CompiledParticipant* as_processor = FindParticipant(matter.compiled->processors, matter.own, matter.day);
  if (as_controller == nullptr && as_processor == nullptr) {
    return Fail(kGate, "RECIPIENT_NOT_NAMED", {&approval},
                absl::StrCat("Have ", own, " named in ", approval.value.reference.printed(),
                             " by an approved amendment, or ask under an approval of its own."));
  }
  const CompiledParticipant* of_controller = takes_part(matter.controlling);
  if (of_controller == nullptr) {
    return Fail(kGate, "CONTROLLER_NOT_NAMED", {&approval},
                absl::StrCat("Ask about the people of a controller of ", approval.value.reference.printed(), "; '",
                             controller, "' is none."));
  }
  if (as_controller != nullptr && own != controller && !approval.value.joint_controllers && as_processor == nullptr) {
    return Fail(kGate, "POPULATION_OF_ANOTHER", {&approval},
                absl::StrCat("Ask about the people of ", own, " only; those of ", controller, " are not its own."));
  }
  const bool as_servant = as_controller == nullptr || own != controller;
  if (as_servant && as_processor != nullptr) {
    const std::vector<std::string>& served = as_processor->participant->acts_for;
    if (!served.empty() && !Contains(served, controller)) {
      return Fail(kGate, "PROCESSOR_OF_ANOTHER", {&approval},
                  absl::StrCat(own, " may act only for its controllers: ", absl::StrJoin(served, ", "), "."));
    }
  }
  const CompiledParticipant* participation = as_controller != nullptr ? as_controller : as_processor;
  const ReasonCode as = as_controller != nullptr ? ReasonCode("CONTROLLER") : ReasonCode("PROCESSOR_OF_CONTROLLER");
  GateVerdict verdict = Pass(kGate, as, {&approval});
  verdict.last_day = EarlierEnd(of_controller->period.last_day, participation->period.last_day);
  return verdict;
}

// A source hands in its own flow, a provider costs its own care.
GateVerdict JudgeOwnData(const Matter& matter) {
  if (matter.controller.empty()) {
    return Fail(kGate, "FLOW_UNKNOWN", {}, "Register the flow, with its provider, first.");
  }
  if (matter.caller->organisation != matter.controller) {
    return Fail(kGate, "NOT_THE_SOURCE", {},
                absl::StrCat("Only ", matter.controller, " may do this with its own data."));
  }
  if (Compels(matter.approval->value.legal_basis) && !IsAddressed(matter)) {
    return Fail(kGate, "NOT_ADDRESSED", {matter.approval},
                absl::StrCat(matter.approval->value.reference.printed(), " is not addressed to ",
                             matter.caller->organisation, "; rely on a basis that is."));
  }
  return Pass(kGate, "OWN_DATA", {matter.approval});
}

// Whether the answer goes to the right kind of place. Identifiable items are sealed
// to a place's key, so without a place there is nobody to seal them to.
GateVerdict JudgeEnvironment(const Matter& matter, GateVerdict verdict) {
  const Versioned<Approval>& approval = *matter.approval;
  const std::vector<std::string>& kinds = approval.value.recipient_environments;
  const bool sealed = matter.question->identifiability > Identifiability::kPseudonymised;
  if (matter.caller->environment.empty()) {
    if (kinds.empty() && !sealed) return verdict;
    return Fail(
        kGate, "ENVIRONMENT_REQUIRED", {&approval},
        absl::StrCat("Ask from inside ", kinds.empty() ? "a registered environment" : absl::StrJoin(kinds, " or "),
                     " and prove it with the environment's key."));
  }
  const Versioned<Environment>* environment = matter.snapshot->FindEnvironment(matter.caller->environment);
  if (environment == nullptr || !environment->value.period.Contains(matter.day)) {
    return Fail(kGate, "ENVIRONMENT_NOT_REGISTERED", {&approval},
                "Register the environment with its keys, or renew it.");
  }
  if (environment->value.organisation != matter.caller->organisation) {
    return Fail(kGate, "ENVIRONMENT_OF_ANOTHER", {environment},
                "Ask from an environment of your own organisation.");
  }
  if (!kinds.empty() && !Contains(kinds, environment->value.kind)) {
    return Fail(kGate, "ENVIRONMENT_OF_WRONG_KIND", {&approval, environment},
                absl::StrCat("Ask from inside ", absl::StrJoin(kinds, " or "), "."));
  }
  verdict.RelyOn(*environment);
  verdict.last_day = EarlierEnd(verdict.last_day, environment->value.period.last_day);
  return verdict;
}

}  // namespace

absl::StatusOr<GateVerdict> RecipientGate(const Matter& matter) {
  if (matter.approval == nullptr) return FailUnknownApproval(kGate, matter);
  const Versioned<Organisation>* organisation = matter.own == nullptr ? nullptr : matter.own->entry;
  if (organisation == nullptr || !organisation->value.period.HasBegun(matter.day)) {
    return Fail(kGate, "ORGANISATION_UNKNOWN", {}, "Register the asking organisation.");
  }
  if (organisation->value.period.HasEnded(matter.day)) return FailEnded(*organisation);
  if (!matter.controller.empty() && matter.controller != matter.caller->organisation) {
    const Versioned<Organisation>* controller = matter.controlling == nullptr ? nullptr : matter.controlling->entry;
    if (controller != nullptr && controller->value.period.HasEnded(matter.day)) return FailEnded(*controller);
  }

  const bool own = matter.question->operation == Operation::kCollect || matter.question->operation == Operation::kCost;
  GateVerdict verdict = own ? JudgeOwnData(matter) : JudgeParticipation(matter);
  if (verdict.verdict != Verdict::kPass) return verdict;
  if (!RoleAllowed(matter)) {
    return Fail(kGate, "ROLE_NOT_ALLOWED", {matter.approval},
                absl::StrCat("The role '", matter.caller->role, "' may not do this; ask somebody whose role may."));
  }
  verdict.RelyOn(*organisation);
  verdict.last_day = EarlierEnd(verdict.last_day, organisation->value.period.last_day);
  return matter.IsAnswer() ? JudgeEnvironment(matter, std::move(verdict)) : verdict;
}

}  // namespace safehaven::consent
