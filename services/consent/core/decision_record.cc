#include "services/consent/core/decision_record.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/merkle/sha256.h"
#include "services/consent/core/entry_text.h"

namespace safehaven::consent {
namespace {

std::string DocumentsOf(const ReliedOn& relied_on) {
  return absl::StrJoin(relied_on, ";", [](std::string* out, const Document* document) {
    absl::StrAppend(out, document->key, "@", document->version);
  });
}

std::string VerdictLine(const GateVerdict& verdict) {
  std::string line = absl::StrCat("gate:", EnumText<Gate>::Of(verdict.gate), "=",
                                  EnumText<Verdict>::Of(verdict.verdict), " ", verdict.reason.text());
  if (!verdict.warning.empty()) absl::StrAppend(&line, " warning=", verdict.warning.text());
  if (verdict.last_day.has_value()) absl::StrAppend(&line, " until=", verdict.last_day->ToString());
  if (!verdict.relied_on.empty()) absl::StrAppend(&line, " on=", DocumentsOf(verdict.relied_on));
  return absl::StrCat(line, "\n");
}

std::string ParticularsLines(const Particulars& particulars) {
  std::string lines;
  if (!particulars.onward_to.empty()) absl::StrAppend(&lines, "onward_to=", particulars.onward_to, "\n");
  if (particulars.reidentifies) absl::StrAppend(&lines, "reidentifies=true\n");
  if (particulars.contacts_people) absl::StrAppend(&lines, "contacts_people=true\n");
  if (particulars.opt_out_check_day.has_value()) {
    absl::StrAppend(&lines, "opt_out_check=", particulars.opt_out_check_day->ToString(), "\n");
  }
  return lines;
}

}  // namespace

std::string Sha256Hex(absl::string_view text) { return ToHex(Sha256(text)); }

std::string RegisterDigest(std::span<const RegisterEvent> events) {
  std::string text;
  for (const RegisterEvent& event : events) {
    absl::StrAppend(&text, event.index, "\n", event.key, "\n",
                    event.entry.has_value() ? SerialiseEntry(*event.entry) : "-", "\n");
  }
  return ToBytes(Sha256(text));
}

std::string CanonicalDecision(const DecisionRecord& record) {
  const Evaluation& evaluation = *record.evaluation;
  std::string text = absl::StrCat(
      "safehaven-decision/1\nevaluator=", kEvaluatorVersion, "\nday=", evaluation.day.ToString(),
      "\nknown_size=", record.known_size, "\nregister=", absl::BytesToHexString(record.register_digest),
      "\norganisation=", record.caller->organisation, "\nrole=", record.caller->role,
      "\nenvironment=", record.caller->environment,
      "\nquestion=", absl::BytesToHexString(QuestionDigest(*record.question)), "\n");
  absl::StrAppend(&text, ParticularsLines(*record.particulars),
                  "effect=", EnumText<Effect>::Of(evaluation.effect), "\n");
  if (evaluation.last_day.has_value()) absl::StrAppend(&text, "until=", evaluation.last_day->ToString(), "\n");
  for (const GateVerdict& verdict : evaluation.verdicts) absl::StrAppend(&text, VerdictLine(verdict));
  for (const Obligation& obligation : evaluation.obligations) absl::StrAppend(&text, "obligation=", obligation.kind, "\n");
  if (!record.treatments_digest.empty()) {
    absl::StrAppend(&text, "treatments=", absl::BytesToHexString(record.treatments_digest), "\n");
  }
  return text;
}

}  // namespace safehaven::consent
