#include "services/consent/core/decide.h"

#include <openssl/sha.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "libs/base/status.h"

namespace safehaven::consent {
namespace {

constexpr size_t kThumbprintBytes = 32;
constexpr size_t kWarrantIdDigits = 32;

std::string Sha256(absl::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

// The first moment after `day` in London.
absl::Time EndInLondon(CivilDay day) {
  const CivilDay next = day.AddDays(1);
  const absl::Time utc = absl::FromCivil(absl::CivilDay(next.year(), next.month(), next.day()), absl::UTCTimeZone());
  // In summer London's midnight is an hour before that of UTC.
  return CivilDay::InLondon(utc - absl::Hours(1)) == next ? utc - absl::Hours(1) : utc;
}

std::optional<CivilDay> EarliestEnd(std::span<const GateVerdict, kGateCount> verdicts) {
  std::optional<CivilDay> end;
  for (const GateVerdict& verdict : verdicts) end = EarlierEnd(end, verdict.last_day);
  return end;
}

void AddObjections(const Matter& matter, std::vector<Obligation>& obligations) {
  for (const SourceRule& rule : matter.source_rules) {
    const HonouredSets& honoured = *rule.honoured;
    if (honoured.IsIgnored()) {
      obligations.push_back({"OBJECTIONS_NOT_APPLIED", absl::StrCat("Objections are not applied to records of ",
                                                                    rule.source, ", on the evidence registered.")});
      continue;
    }
    // Without the objectors' records invoices stay unmatched; how many, is to be known.
    if (matter.question->purpose == Purpose::kInvoiceValidation) {
      obligations.push_back({"REPORT_UNMATCHED", absl::StrCat("Report how many records of ", rule.source,
                                                              " objections left unmatched, as a protected number.")});
    }
    const bool strip = honoured.mode == ObjectionMode::kStripIdentifiers;
    obligations.push_back({strip ? "STRIP_OBJECTORS" : "REMOVE_OBJECTORS",
                           absl::StrCat(strip ? "Strip the identifiers of" : "Leave out", " everybody in ",
                                        absl::StrJoin(honoured.names, ", "), " from records of ", rule.source, ".")});
  }
}

std::vector<Obligation> ObligationsOf(const Matter& matter, std::span<const GateVerdict, kGateCount> verdicts) {
  std::vector<Obligation> obligations;
  AddObjections(matter, obligations);
  if (matter.question->operation == Operation::kAggregate) {
    obligations.push_back({"SUPPRESS_SMALL_NUMBERS", "Suppress small numbers and round before anything leaves."});
  }
  if (matter.question->operation == Operation::kRecords) {
    const bool sealed = matter.question->identifiability > Identifiability::kPseudonymised;
    obligations.push_back(sealed
                              ? Obligation{"SEAL_TO_ENVIRONMENT", "Seal identifiable items to the environment's key."}
                              : Obligation{"PSEUDONYMISE", "Replace identifiers by pseudonyms of this approval only."});
    if (matter.approval->value.period.last_day.has_value()) {
      obligations.push_back({"DELETE_AFTER", absl::StrCat("Delete the records when the approval ends, on ",
                                                          matter.approval->value.period.last_day->ToString(),
                                                          ", unless another basis then holds.")});
    }
  }
  for (const Condition& condition : matter.approval->value.conditions) {
    if (!condition.Stands(matter.day) || condition.StatusOn(matter.day) != ConditionStatus::kOpen) continue;
    const std::string due =
        condition.due_day.has_value() ? absl::StrCat(" by ", condition.due_day->ToString()) : std::string();
    obligations.push_back(
        {"MEET_CONDITION", absl::StrCat("Meet the condition '", condition.id, "'", due, ": ", condition.text)});
  }
  for (const GateVerdict& verdict : verdicts) {
    if (verdict.warning == "REVIEW_OVERDUE") {
      obligations.push_back({"COMPLETE_REVIEW", "Complete the annual review, whose date has passed."});
    }
  }
  return obligations;
}

// When a basis ends, what was held under it alone has to go (COPI notice transition;
// legal basis, feature 16).
std::vector<Obligation> ObligationsOfRefusal(const Matter& matter,
                                             std::span<const GateVerdict, kGateCount> verdicts) {
  if (verdicts[static_cast<size_t>(Gate::kWindow)].reason != "WINDOW_CLOSED") return {};
  return {{"DELETE_OR_MOVE_BASIS", absl::StrCat("Delete what is held under ",
                                                matter.approval->value.reference.printed(),
                                                " alone, or register the other basis on which it is kept.")}};
}

Evaluation Evaluate(const Matter& matter) {
  Evaluation evaluation;
  evaluation.documents = matter.snapshot->compiled();
  evaluation.day = matter.day;
  evaluation.verdicts = RunGates(matter, kGates);
  const bool compels =
      matter.approval != nullptr && Compels(matter.approval->value.legal_basis) && IsAddressed(matter);
  evaluation.effect = EffectOf(evaluation.verdicts, compels);
  evaluation.last_day = EarliestEnd(evaluation.verdicts);
  if (evaluation.effect == Effect::kPermitted || evaluation.effect == Effect::kRequired) {
    evaluation.obligations = ObligationsOf(matter, evaluation.verdicts);
  } else {
    evaluation.obligations = ObligationsOfRefusal(matter, evaluation.verdicts);
  }
  return evaluation;
}

std::vector<Reliance> EverythingReliedOn(const Evaluation& evaluation) {
  std::vector<const Document*> documents;
  for (const GateVerdict& verdict : evaluation.verdicts) {
    documents.insert(documents.end(), verdict.relied_on.begin(), verdict.relied_on.end());
  }
  std::sort(documents.begin(), documents.end());
  documents.erase(std::unique(documents.begin(), documents.end()), documents.end());
  std::sort(documents.begin(), documents.end(), [](const Document* a, const Document* b) { return a->key < b->key; });
  std::vector<Reliance> all;
  for (const Document* document : documents) all.push_back({document->key, document->version});
  return all;
}

// The bounds of a permitted matter: each is taken from the register or the question,
// so that the warrant cannot cover more than was asked and approved.
Warrant BoundsOf(const Matter& matter, const Evaluation& evaluation, const DecisionContext& context) {
  const Question& question = *matter.question;
  const Approval& approval = matter.approval->value;
  const Caller& caller = *matter.caller;
  Warrant warrant;
  warrant.question_digest = context.question_digest.empty() ? QuestionDigest(question) : context.question_digest;
  warrant.operation = question.operation;
  warrant.purpose = question.purpose;
  warrant.identifiability = question.identifiability;
  warrant.organisation = caller.organisation;
  warrant.role = caller.role;
  warrant.caller_digest = Sha256(caller.subject);
  warrant.approval = approval.reference.printed();
  warrant.relied_on = EverythingReliedOn(evaluation);
  warrant.disclosure_domain = DisclosureDomainOf(*matter.snapshot, matter.controller, matter.day);
  for (const Supply& supply : matter.supplies) warrant.flows.push_back(supply.flow->value.id);
  warrant.objections = ObjectionRulesOf(matter);
  warrant.disclosure = context.disclosure;
  warrant.register_revision = context.register_revision;
  warrant.objection_revision = context.objection_revision;
  warrant.issue_time = context.now;
  if (matter.IsAnswer() || question.operation == Operation::kLink) {
    warrant.population = {question.commissioner, question.list_day};
    if (!LinkableSources(approval, matter.day).empty()) warrant.crosswalk = approval.reference.normalised();
  }
  if (question.operation == Operation::kRecords) {
    warrant.pseudonym_domain =
        absl::StrCat(approval.reference.normalised(), "|", matter.controller, "|", approval.release_series);
  }
  if (matter.IsAnswer() && !caller.environment.empty()) {
    warrant.environment = caller.environment;
    const Versioned<Environment>* environment = matter.snapshot->FindEnvironment(caller.environment);
    if (question.identifiability > Identifiability::kPseudonymised) {
      warrant.environment_key = environment->value.sealing_key.bytes;
    }
  }
  return warrant;
}

bool AudienceCarriesOut(absl::string_view audience, Operation operation) {
  switch (operation) {
    case Operation::kCollect:
      return audience == "linkage" || audience == "costing";  // each takes its own half
    case Operation::kLink:
      return audience == "linkage";
    case Operation::kRecords:
      return audience == "costing" || audience == "linkage";  // which gives the pseudonyms
    case Operation::kCost:
    case Operation::kAggregate:
      return audience == "costing";
    case Operation::kUnspecified:
      return false;
  }
  return false;
}

absl::Status CheckBinding(const WarrantBinding& binding, Operation operation) {
  const bool id_is_hex =
      binding.id.size() == kWarrantIdDigits && binding.id.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!id_is_hex) return InvalidArgument("WARRANT_BINDING_INVALID", "the id is not 32 lower-case hexadecimal digits");
  if (binding.presenter_thumbprint.size() != kThumbprintBytes) {
    return InvalidArgument("WARRANT_BINDING_INVALID", "the presenter's thumbprint is not 32 bytes");
  }
  if (!AudienceCarriesOut(binding.audience, operation)) {
    return InvalidArgument("WARRANT_BINDING_INVALID",
                           absl::StrCat("'", binding.audience, "' does not carry out ", Name(operation)));
  }
  if (binding.life <= absl::ZeroDuration() || binding.life > kWarrantLifeMax) {
    return InvalidArgument("WARRANT_BINDING_INVALID", "the life is not more than 0 and at most the longest");
  }
  return absl::OkStatus();
}

}  // namespace

Grant::Grant(Warrant bounds, std::optional<CivilDay> last_day, std::vector<Holding> holdings)
    : bounds_(std::move(bounds)), last_day_(last_day), holdings_(std::move(holdings)) {}

std::array<GateVerdict, kGateCount> RunGates(const Matter& matter, std::span<const GateFunction, kGateCount> gates) {
  std::array<GateVerdict, kGateCount> verdicts;
  for (size_t i = 0; i < kGateCount; ++i) {
    const Gate gate = static_cast<Gate>(i);
    absl::StatusOr<GateVerdict> verdict = gates[i](matter);
    if (verdict.ok() && verdict->gate == gate) {
      verdicts[i] = *std::move(verdict);
      continue;
    }
    verdicts[i] = Fail(gate, "GATE_BROKEN", {},
                       absl::StrCat("The rule could not be applied",
                                    verdict.ok() ? "." : absl::StrCat(": ", verdict.status().message(), ".")));
  }
  return verdicts;
}

Effect EffectOf(std::span<const GateVerdict, kGateCount> verdicts, bool compels) {
  bool needs_more = false;
  for (const GateVerdict& verdict : verdicts) {
    if (verdict.verdict == Verdict::kFail) return Effect::kRefused;
    needs_more = needs_more || verdict.verdict != Verdict::kPass;
  }
  if (needs_more) return Effect::kNeedsMore;
  return compels ? Effect::kRequired : Effect::kPermitted;
}

LiveDecision Decide(const RegisterSnapshot& snapshot, const Question& question, const Caller& caller,
                    const DecisionContext& context) {
  Matter matter = MakeMatter(snapshot, question, caller, CivilDay::InLondon(context.now), context.holdings);
  matter.holding_index = context.holding_index;
  LiveDecision decision;
  decision.evaluation = Evaluate(matter);
  const Effect effect = decision.evaluation.effect;
  if (effect == Effect::kPermitted || effect == Effect::kRequired) {
    decision.grant =
        Grant(BoundsOf(matter, decision.evaluation, context), decision.evaluation.last_day, HoldingsOf(matter));
  }
  return decision;
}

HistoricalDecision EvaluateAsOf(const RegisterSnapshot& snapshot, const Question& question, const Caller& caller,
                                CivilDay day, std::span<const Holding> holdings) {
  return HistoricalDecision{Evaluate(MakeMatter(snapshot, question, caller, day, holdings)), snapshot.size()};
}

HistoricalDecision EvaluateAsOf(const RegisterSnapshot& snapshot, const Question& question, const Caller& caller,
                                CivilDay day, std::span<const Holding> holdings, const Particulars& particulars) {
  return EvaluateAsOf(snapshot, question, caller, day, holdings, particulars, nullptr);
}

HistoricalDecision EvaluateAsOf(const RegisterSnapshot& snapshot, const Question& question, const Caller& caller,
                                CivilDay day, std::span<const Holding> holdings, const Particulars& particulars,
                                const HoldingIndex* index) {
  Matter matter = MakeMatter(snapshot, question, caller, day, holdings);
  matter.holding_index = index;
  matter.particulars = particulars;
  return HistoricalDecision{Evaluate(matter), snapshot.size()};
}

absl::StatusOr<Warrant> MakeWarrant(const Grant& grant, const WarrantBinding& binding) {
  SH_RETURN_IF_ERROR(CheckBinding(binding, grant.bounds_.operation));
  Warrant warrant = grant.bounds_;
  warrant.id = binding.id;
  warrant.presenter_thumbprint = binding.presenter_thumbprint;
  warrant.audience = binding.audience;
  warrant.expire_time = warrant.issue_time + binding.life;
  if (grant.last_day_.has_value()) warrant.expire_time = std::min(warrant.expire_time, EndInLondon(*grant.last_day_));
  return warrant;
}

}  // namespace safehaven::consent
