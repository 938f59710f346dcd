#include <algorithm>

#include "libs/base/status.h"
#include "libs/warrant/wire.h"
#include "services/consent/core/callers.h"
#include "services/consent/core/flips.h"
#include "services/consent/core/nearest.h"
#include "services/consent/core/widening.h"
#include "services/consent/rpc/convert.h"
#include "services/consent/rpc/proposal.h"
#include "services/consent/rpc/suppose.h"

namespace safehaven::consent {
namespace {

bool KeepsTheRegister(const Caller& caller) {
  return std::find(kRegisterRoles.begin(), kRegisterRoles.end(), caller.role) != kRegisterRoles.end();
}

Evaluation EvaluateIn(const View& view, const RegisterSnapshot& snapshot, const Asked& asked) {
  return EvaluateAsOf(snapshot, asked.question, asked.caller, asked.day, *view.holdings, asked.particulars,
                      view.holding_index.get())
      .evaluation;
}

}  // namespace

absl::Status SupposeHandlers::SetEnvironment(const View& view, const std::string& environment, Caller& caller) const {
  if (environment.empty()) return absl::OkStatus();
  const CivilDay today = CivilDay::InLondon(world_.clock.Now());
  SH_RETURN_IF_ERROR(EnvironmentSigningKey(*view.snapshot, environment, today));
  if (view.snapshot->FindEnvironment(environment)->value.organisation != caller.organisation) {
    return PermissionDenied("ENVIRONMENT_NOT_REGISTERED", "the environment is another organisation's");
  }
  caller.environment = environment;
  return absl::OkStatus();
}

absl::StatusOr<Caller> SupposeHandlers::CallerOf(const View& view, Caller own,
                                                 const v1::SupposedCaller& supposed) const {
  if (!supposed.organisation().empty()) {
    if (!KeepsTheRegister(own)) {
      return PermissionDenied("ROLE_REFUSED", "only information governance officers suppose that others ask");
    }
    own.organisation = supposed.organisation();
    own.role = supposed.role();
  }
  SH_RETURN_IF_ERROR(SetEnvironment(view, supposed.environment(), own));
  return own;
}

v1::HistoricalDecision SupposeHandlers::Evaluated(const View& view, const RegisterSnapshot& snapshot,
                                                  const Question& question, const Evaluation& evaluation) const {
  v1::HistoricalDecision decision =
      HistoricalToProto(HistoricalDecision{.evaluation = evaluation, .known_size = snapshot.size()}, question);
  decision.mutable_known()->set_incarnation(world_.store.log().revision().incarnation);
  // Of a register that is only supposed nothing was known: no revision is its.
  if (&snapshot != view.snapshot.get()) decision.clear_known();
  return decision;
}

absl::StatusOr<v1::WhatIfResponse> SupposeHandlers::WhatIf(const Call&, const v1::WhatIfRequest& request) {
  const View view = world_.store.state().view();
  SH_ASSIGN_OR_RETURN(Caller own, Identify(world_, view, request.evidence(), ReadingOf(request)));
  if (!request.then().files().empty() && !KeepsTheRegister(own)) {
    return PermissionDenied("ROLE_REFUSED", "only who keeps the register supposes another one");
  }
  Asked now = {.question = {}, .particulars = {}, .caller = {}, .day = CivilDay::InLondon(world_.clock.Now())};
  SH_ASSIGN_OR_RETURN(now.caller, CallerOf(view, std::move(own), request.caller()));
  SH_ASSIGN_OR_RETURN(now.question, QuestionFromProto(request.question()));
  Asked then = now;
  if (request.then().has_question()) {
    SH_ASSIGN_OR_RETURN(then.question, QuestionFromProto(request.then().question()));
  }
  if (request.then().has_day()) {
    SH_ASSIGN_OR_RETURN(then.day, DateFromProto(request.then().day(), "then.day"));
  }
  SH_RETURN_IF_ERROR(SetEnvironment(view, request.then().environment(), then.caller));
  std::optional<Proposal> proposal;
  if (!request.then().files().empty()) {
    SH_ASSIGN_OR_RETURN(proposal, Propose(view, request.then().files(), world_.profile));
  }
  const RegisterSnapshot& after = proposal.has_value() ? proposal->after : *view.snapshot;
  const Evaluation is = EvaluateIn(view, *view.snapshot, now);
  const Evaluation would_be = EvaluateIn(view, after, then);
  v1::WhatIfResponse response;
  *response.mutable_now() = Evaluated(view, *view.snapshot, now.question, is);
  *response.mutable_then() = Evaluated(view, after, then.question, would_be);
  for (const VerdictChange& change : VerdictChanges(is, would_be)) {
    v1::VerdictChange* wire = response.add_changes();
    wire->set_gate(std::string(EnumText<Gate>::Of(change.gate)));
    wire->set_now(change.before);
    wire->set_then(change.after);
  }
  if (proposal.has_value()) {
    for (const PlannedChange& change : proposal->changes) *response.add_register_changes() = ChangeToProto(change);
  }
  return response;
}

absl::StatusOr<v1::NearestLawfulResponse> SupposeHandlers::NearestLawful(const Call&,
                                                                        const v1::NearestLawfulRequest& request) {
  const View view = world_.store.state().view();
  SH_ASSIGN_OR_RETURN(Caller own, Identify(world_, view, request.evidence(), ReadingOf(request)));
  const CivilDay today = CivilDay::InLondon(world_.clock.Now());
  Asked asked = {.question = {}, .particulars = {}, .caller = {}, .day = today};
  SH_ASSIGN_OR_RETURN(asked.caller, CallerOf(view, std::move(own), request.caller()));
  SH_ASSIGN_OR_RETURN(asked.question, QuestionFromProto(request.question()));
  const std::optional<consent::NearestLawful> nearest = FindNearestLawful(
      *view.snapshot, asked, *view.holdings, {.first_day = today, .index = view.holding_index.get()});
  v1::NearestLawfulResponse response;
  if (!nearest.has_value()) return response;
  response.set_found(true);
  response.mutable_changes()->Assign(nearest->changes.begin(), nearest->changes.end());
  *response.mutable_question() = QuestionToProto(nearest->asked.question);
  response.set_environment(nearest->asked.caller.environment);
  *response.mutable_decision() = Evaluated(view, *view.snapshot, nearest->asked.question, nearest->evaluation);
  return response;
}

}  // namespace safehaven::consent
