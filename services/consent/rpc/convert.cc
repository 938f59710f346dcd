#include "services/consent/rpc/convert.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/warrant/wire.h"
#include "services/consent/core/explain.h"

namespace safehaven::consent {
namespace {

SignedRequest RequestFromProto(const type::v1::SignedRequest& wire) {
  return {.signer = wire.signer(),
          .signed_unix_ms = wire.signed_unix_ms(),
          .nonce = wire.nonce(),
          .signature = wire.signature()};
}

v1::Effect EffectToProto(Effect effect) {
  switch (effect) {
    case Effect::kPermitted: return v1::EFFECT_PERMITTED;
    case Effect::kRequired: return v1::EFFECT_REQUIRED;
    case Effect::kRefused: return v1::EFFECT_REFUSED;
    case Effect::kNeedsMore: return v1::EFFECT_NEEDS_MORE;
  }
  return v1::EFFECT_REFUSED;
}

v1::GateOutcome OutcomeToProto(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass: return v1::GATE_OUTCOME_PASS;
    case Verdict::kFail: return v1::GATE_OUTCOME_FAIL;
    case Verdict::kNeedsMore: return v1::GATE_OUTCOME_NEEDS_MORE;
  }
  return v1::GATE_OUTCOME_FAIL;
}

// An objection of a set as people call it.
std::string ObjectionWords(const std::string& set) {
  if (set == "type1") return "a type 1 objection";
  if (set == "type2") return "a type 2 objection";
  if (set == "national") return "a national data opt-out";
  if (set == "programme") return "an objection to this programme";
  return absl::StrCat("an objection to ", absl::StripPrefix(set, "programme:"));
}

// What becomes of records of people who objected, in one sentence.
std::string DissentSentence(const DissentPolicy& policy) {
  const std::string records = policy.source == "*" ? "" : absl::StrCat(absl::StrReplaceAll(policy.source, {{"_", " "}}), " records");
  if (policy.mode == ObjectionMode::kIgnore || policy.sets.empty()) {
    return absl::StrCat("Objections are not applied", records.empty() ? "" : " to ", records, ".");
  }
  std::string people;
  for (size_t i = 0; i < policy.sets.size(); ++i) {
    absl::StrAppend(&people, i == 0 ? "" : i + 1 == policy.sets.size() ? " or " : ", ", ObjectionWords(policy.sets[i]));
  }
  const bool strip = policy.mode == ObjectionMode::kStripIdentifiers;
  return absl::StrCat("People with ", people, strip ? " are not named" : " are left out",
                      records.empty() ? "" : strip ? " in " : " of ", records, ".");
}

template <typename Message>
void AddVerdicts(const Evaluation& evaluation, Message& message) {
  for (const GateVerdict& verdict : evaluation.verdicts) {
    v1::GateVerdict* out = message.add_verdicts();
    out->set_gate(std::string(EnumText<Gate>::Of(verdict.gate)));
    out->set_outcome(OutcomeToProto(verdict.verdict));
    out->set_reason(std::string(verdict.reason.text()));
    if (!verdict.relied_on.empty()) {
      out->set_document(verdict.relied_on.front()->key);
      out->set_version(verdict.relied_on.front()->version);
    }
    // A field that is set to nothing is allocated all the same, thirteen times a decision.
    if (!verdict.warning.empty()) out->set_warning(std::string(verdict.warning.text()));
    if (!verdict.remedy.empty()) out->set_remedy(verdict.remedy);
  }
}

template <typename Message>
void AddExplanation(const Evaluation& evaluation, const Question& question, Message& message) {
  const std::string text = Explain(evaluation, question);
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    message.add_explanation(std::string(line));
  }
}

}  // namespace

CallerEvidence EvidenceFromProto(const type::v1::Evidence& wire) {
  CallerEvidence evidence = {.token = wire.token()};
  if (wire.has_program()) evidence.program = RequestFromProto(wire.program());
  if (wire.has_environment()) evidence.environment = RequestFromProto(wire.environment());
  return evidence;
}

v1::Decision DecisionToProto(const Evaluation& evaluation, const Question& question, const Caller& caller) {
  v1::Decision decision;
  decision.set_effect(EffectToProto(evaluation.effect));
  AddVerdicts(evaluation, decision);
  for (const Obligation& obligation : evaluation.obligations) decision.add_obligations(obligation.text);
  decision.set_approval(question.approval);
  decision.set_organisation(caller.organisation);
  decision.set_role(caller.role);
  if (!caller.environment.empty()) decision.set_environment(caller.environment);
  AddExplanation(evaluation, question, decision);
  return decision;
}

v1::HistoricalDecision HistoricalToProto(const HistoricalDecision& historical, const Question& question) {
  v1::HistoricalDecision decision;
  decision.set_effect(EffectToProto(historical.evaluation.effect));
  AddVerdicts(historical.evaluation, decision);
  *decision.mutable_day() = DateToProto(historical.evaluation.day);
  decision.mutable_known()->set_size(historical.known_size);
  AddExplanation(historical.evaluation, question, decision);
  return decision;
}

v1::RegisterChange ChangeToProto(const PlannedChange& change) {
  v1::RegisterChange wire;
  wire.set_entry(change.key);
  wire.set_action(std::string(EnumText<PlanAction>::Of(change.action)));
  wire.set_widens(change.widening == Widening::kWidens);
  wire.set_description(absl::StrJoin(change.lines, "\n"));
  return wire;
}

v1::Entitlement EntitlementToProto(const Approval& approval, CivilDay day) {
  v1::Entitlement wire;
  wire.set_approval(approval.reference.printed());
  wire.set_title(approval.title);
  for (const Purpose purpose : approval.purposes) wire.add_purposes(std::string(Name(purpose)));
  std::set<std::string> datasets;
  Identifiability most = Identifiability::kUnspecified;
  for (const ApprovedFlow& flow : approval.flows) {
    datasets.insert(flow.datasets.begin(), flow.datasets.end());
    most = std::max(most, flow.identifiability_out);
    if (flow.linkage_allowed) wire.set_linkage_allowed(true);
  }
  wire.mutable_datasets()->Assign(datasets.begin(), datasets.end());
  wire.set_identifiability(std::string(Name(most)));
  *wire.mutable_valid_from() = DateToProto(approval.period.first_day);
  if (approval.period.last_day.has_value()) *wire.mutable_valid_to() = DateToProto(*approval.period.last_day);
  for (const std::string& kind : approval.recipient_environments) {
    wire.add_conditions(absl::StrCat("Answers only inside a registered environment: ",
                                     absl::StrReplaceAll(kind, {{"_", " "}}), "."));
  }
  for (const DissentPolicy& policy : approval.dissent) {
    if (policy.period.Contains(day)) wire.add_conditions(DissentSentence(policy));
  }
  return wire;
}

std::string EffectText(Effect effect) { return absl::AsciiStrToLower(EnumText<Effect>::Of(effect)); }

std::string VerdictLine(const GateVerdict& verdict) {
  std::string line = absl::StrCat(EnumText<Gate>::Of(verdict.gate), " ", EnumText<Verdict>::Of(verdict.verdict), " ",
                                  verdict.reason.text());
  for (const Document* document : verdict.relied_on) absl::StrAppend(&line, " ", document->key, "@", document->version);
  return line;
}

}  // namespace safehaven::consent
