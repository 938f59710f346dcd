#include "cli/law/answer.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/law/json.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "services/consent/core/decision_record.h"
#include "services/consent/core/explain.h"

namespace safehaven::cli {
namespace {

using consent::Effect;
using consent::EnumText;
using consent::Evaluation;
using consent::GateVerdict;
using consent::SourceTreatment;
using consent::Treatment;

bool MayHappen(const Evaluation& evaluation) {
  return evaluation.effect == Effect::kPermitted || evaluation.effect == Effect::kRequired;
}

// Of a question that may not be answered nobody's records leave.
std::vector<TreatedPerson> Treat(const LawWorld& world, const consent::Matter& matter, const Answer& answer) {
  std::vector<TreatedPerson> treated;
  for (const NhsNumber& person : answer.question.people) {
    TreatedPerson one{person, TreatmentOf(matter, world.people, person, world.known_day)};
    if (!MayHappen(answer.evaluation)) {
      for (SourceTreatment& source : one.sources) source = {source.source, Treatment::kRemoveRecord, "NOT_PERMITTED"};
    }
    treated.push_back(std::move(one));
  }
  return treated;
}

std::string TreatmentsDigest(const std::vector<TreatedPerson>& people) {
  if (people.empty()) return "";
  std::string text;
  for (const TreatedPerson& one : people) {
    for (const SourceTreatment& source : one.sources) {
      absl::StrAppend(&text, one.person.value(), " ", source.source, " ", EnumText<Treatment>::Of(source.treatment),
                      " ", source.reason, "\n");
    }
  }
  return ToBytes(Sha256(text));
}

std::string GateJson(const GateVerdict& verdict) {
  std::vector<std::string> documents;
  for (const consent::Document* document : verdict.relied_on) {
    documents.push_back(JsonObject()
                            .Text("document", document->key)
                            .Number("version", static_cast<int64_t>(document->version))
                            .OnOneLine());
  }
  JsonObject object;
  object.Text("gate", EnumText<consent::Gate>::Of(verdict.gate))
      .Text("verdict", EnumText<consent::Verdict>::Of(verdict.verdict))
      .Text("reason", verdict.reason.text());
  if (!verdict.warning.empty()) object.Text("warning", verdict.warning.text());
  if (!verdict.remedy.empty()) object.Text("remedy", verdict.remedy);
  if (verdict.last_day.has_value()) object.Day("until", verdict.last_day);
  return object.Raw("relied_on", JsonList(documents)).OnOneLine();
}

std::string ApprovalJson(const LawWorld& world, const Answer& answer) {
  const auto* approval = world.snapshot.FindApproval(answer.question.question.approval);
  if (approval == nullptr) return "null";
  const auto life = LifecycleOn(approval->value, answer.evaluation.day);
  return JsonObject()
      .Text("reference", approval->value.reference.printed())
      .Text("title", approval->value.title)
      .Text("legal_basis", EnumText<consent::LegalBasis>::Of(approval->value.legal_basis))
      .Text("force", Compels(approval->value.legal_basis) ? "compels" : "permits")
      .Text("state", life.ok() ? EnumText<consent::ApprovalState>::Of(life->state) : "unknown")
      .Day("from", approval->value.period.first_day)
      .Day("to", approval->value.period.last_day)
      .Day("next_review", approval->value.next_review)
      .Text("document", approval->key)
      .Number("version", static_cast<int64_t>(approval->version))
      .OnOneLine();
}

std::string PeopleJson(const std::vector<TreatedPerson>& people) {
  std::vector<std::string> list;
  for (const TreatedPerson& one : people) {
    std::vector<std::string> sources;
    for (const SourceTreatment& source : one.sources) {
      sources.push_back(JsonObject()
                            .Text("source", source.source)
                            .Text("treatment", EnumText<Treatment>::Of(source.treatment))
                            .Text("reason", source.reason)
                            .OnOneLine());
    }
    list.push_back(
        JsonObject().Text("person", one.person.ToDigits()).Raw("sources", JsonList(sources)).OnOneLine());
  }
  return JsonListOnLines(list);
}

std::string ObjectionsJson(const std::vector<ObjectionRule>& rules) {
  std::vector<std::string> list;
  for (const ObjectionRule& rule : rules) {
    list.push_back(JsonObject()
                       .Text("source", rule.source)
                       .Raw("sets", JsonTexts(rule.sets))
                       .Text("mode", Name(rule.mode))
                       .OnOneLine());
  }
  return JsonList(list);
}

}  // namespace

Answer JudgeQuestion(const LawWorld& world, const consent::QuestionFile& question, std::string text, CivilDay day) {
  Answer answer;
  answer.question = question;
  answer.question_text = std::move(text);
  const auto caller = ResolveCaller(world.snapshot, question.caller, day);
  if (caller.ok()) {
    answer.caller = *caller;
  } else {
    answer.caller_fault = ReasonOf(caller.status());
    answer.caller.environment = question.caller.environment;
  }
  std::vector<consent::Holding> holdings = question.holdings;
  for (consent::Holding& held : HoldingsOf(world.snapshot, world.releases, day)) holdings.push_back(std::move(held));
  answer.evaluation =
      EvaluateAsOf(world.snapshot, question.question, answer.caller, day, holdings, question.particulars).evaluation;
  consent::Matter matter = MakeMatter(world.snapshot, answer.question.question, answer.caller, day, holdings);
  matter.particulars = question.particulars;
  answer.objections = ObjectionRulesOf(matter);
  answer.people = Treat(world, matter, answer);
  answer.known_size = world.events.size();
  answer.known_digest = consent::RegisterDigest(world.events);
  answer.record = consent::CanonicalDecision({&answer.question.question, &answer.question.particulars, &answer.caller,
                                     &answer.evaluation, answer.known_size, answer.known_digest,
                                     TreatmentsDigest(answer.people)});
  return answer;
}

absl::StatusOr<Answer> Judge(const LawWorld& world, absl::string_view file, absl::string_view text, CivilDay day) {
  SH_ASSIGN_OR_RETURN(const consent::QuestionFile question, consent::ParseQuestionFile(file, text));
  return JudgeQuestion(world, question, std::string(text), day);
}

std::string AnswerJson(const LawWorld& world, const Answer& answer) {
  const Evaluation& evaluation = answer.evaluation;
  std::vector<std::string> gates;
  for (const GateVerdict& verdict : evaluation.verdicts) gates.push_back(GateJson(verdict));
  std::vector<std::string> obligations;
  for (const consent::Obligation& one : evaluation.obligations) {
    obligations.push_back(JsonObject().Text("kind", one.kind).Text("text", one.text).OnOneLine());
  }
  JsonObject object;
  object.Text("format", "safehaven-answer/1")
      .Text("effect", EnumText<Effect>::Of(evaluation.effect))
      .Day("day", evaluation.day)
      .Day("until", evaluation.last_day)
      .Raw("approval", ApprovalJson(world, answer))
      .Raw("caller", JsonObject()
                         .Text("organisation", answer.caller.organisation)
                         .Text("role", answer.caller.role)
                         .Text("environment", answer.caller.environment)
                         .Text("fault", answer.caller_fault)
                         .OnOneLine())
      .Raw("gates", JsonListOnLines(gates))
      .Raw("obligations", JsonListOnLines(obligations))
      .Raw("objections", ObjectionsJson(answer.objections))
      .Raw("people", PeopleJson(answer.people))
      .Raw("remedies", JsonTexts(Remedies(evaluation)))
      .Text("explanation", Explain(evaluation, answer.question.question))
      .Raw("known", JsonObject()
                        .Number("size", static_cast<int64_t>(answer.known_size))
                        .Text("sha256", absl::BytesToHexString(answer.known_digest))
                        .OnOneLine())
      .Raw("log_entry", JsonObject()
                            .Text("kind", MayHappen(evaluation) ? "permit" : "refusal")
                            .Text("text", answer.record)
                            .Text("sha256", consent::Sha256Hex(answer.record))
                            .OnOneLine())
      .Text("question_text", answer.question_text);
  return object.OnLines();
}

std::string AnswerText(const Answer& answer) {
  std::string text = Explain(answer.evaluation, answer.question.question);
  if (!answer.caller_fault.empty()) absl::StrAppend(&text, "\nThe caller: ", answer.caller_fault, ".\n");
  if (!answer.people.empty()) absl::StrAppend(&text, "\nPeople:\n");
  for (size_t i = 0; i < answer.people.size(); ++i) {
    for (const SourceTreatment& source : answer.people[i].sources) {
      absl::StrAppend(&text, "- person ", i + 1, ", ", source.source, ": ", EnumText<Treatment>::Of(source.treatment),
                      " (", source.reason, ")\n");
    }
  }
  return text;
}

int ExitCodeOf(const Evaluation& evaluation) {
  if (MayHappen(evaluation)) return kExitPermitted;
  return evaluation.effect == Effect::kNeedsMore ? kExitNeedsMore : kExitRefused;
}

std::string FailureJson(const absl::Status& status) {
  JsonObject object;
  object.Text("format", "safehaven-error/1")
      .Text("code", absl::StatusCodeToString(status.code()))
      .Text("reason", ReasonOf(status))
      .Text("message", status.message());
  for (const auto& [name, value] : MetadataOf(status)) object.Text(name, value);
  return object.OnLines();
}

}  // namespace safehaven::cli
