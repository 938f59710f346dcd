// consent's messages to and from its domain types: the one place. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_RPC_CONVERT_H_
#define SAFEHAVEN_SERVICES_CONSENT_RPC_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "libs/warrant/caller.h"
#include "safehaven/consent/v1/consent_service.pb.h"
#include "safehaven/type/v1/evidence.pb.h"
#include "services/consent/core/decide.h"
#include "services/consent/core/identify.h"
#include "services/consent/core/plan.h"

namespace safehaven::consent {

// Version of the rules by which a decision can be evaluated again. Rises with every
// change of a gate's outcome.
inline constexpr char kEvaluator[] = "gates/3";

CallerEvidence EvidenceFromProto(const type::v1::Evidence& evidence);

v1::Decision DecisionToProto(const Evaluation& evaluation, const Question& question, const Caller& caller);
v1::HistoricalDecision HistoricalToProto(const HistoricalDecision& decision, const Question& question);
v1::RegisterChange ChangeToProto(const PlannedChange& change);
v1::Entitlement EntitlementToProto(const Approval& approval, CivilDay day);

// "permitted", "required", "refused" or "needs_more": as logged.
std::string EffectText(Effect effect);

// One line a gate for the log: "window PASS WINDOW_OPEN approvals/...@12".
std::string VerdictLine(const GateVerdict& verdict);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_RPC_CONVERT_H_
