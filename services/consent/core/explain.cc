#include "services/consent/core/explain.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace safehaven::consent {
namespace {

// What each gate asks, in the order of Gate.
constexpr std::array<absl::string_view, kGateCount> kGateQuestions = {
    "Is the duty of confidence met or lifted?",
    "Does a statute reach this use?",
    "Does the controller have its UK GDPR basis?",
    "Is there an agreement for the data?",
    "Is everybody's security assured?",
    "May this organisation, role and place do it?",
    "Is the purpose approved?",
    "Are the data sets and items approved?",
    "Is the answer no more identifiable than allowed?",
    "May the sources be linked?",
    "Are objections honoured?",
    "Is the approval's window open?",
    "Are its conditions kept?",
};

absl::string_view EffectSentence(Effect effect) {
  switch (effect) {
    case Effect::kPermitted:
      return "This may be done.";
    case Effect::kRequired:
      return "This must be done: the legal basis obliges the holder of the data.";
    case Effect::kRefused:
      return "This is refused.";
    case Effect::kNeedsMore:
      return "This cannot be done yet: nothing forbids it, but something is still missing.";
  }
  return "This is refused.";
}

// "WINDOW_OPEN" -> "window open".
std::string Words(absl::string_view reason) {
  std::string words(reason);
  for (char& character : words) character = character == '_' ? ' ' : absl::ascii_tolower(character);
  return words;
}

std::string DocumentsOf(const ReliedOn& relied_on) {
  return absl::StrJoin(relied_on, ", ", [](std::string* out, const Document* document) {
    absl::StrAppend(out, document->key, " (version ", document->version, ")");
  });
}

}  // namespace

std::string QuestionInOneLine(const Question& question) {
  std::string text =
      absl::StrCat(Name(question.operation), " for ", Words(Name(question.purpose)), " under ", question.approval, ", ",
                   Words(Name(question.identifiability)), ", of ", absl::StrJoin(question.datasets, ", "), ", ",
                   question.first_day.ToString(), " to ", question.last_day.ToString());
  if (!question.commissioner.empty()) absl::StrAppend(&text, ", people of ", question.commissioner);
  return text;
}

std::string Explain(const Evaluation& evaluation, const Question& question) {
  std::string text = absl::StrCat("Asked: ", QuestionInOneLine(question), ".\n", EffectSentence(evaluation.effect), " Judged for ",
                                  evaluation.day.ToString(), ".\n\n");
  for (size_t i = 0; i < kGateCount; ++i) {
    const GateVerdict& verdict = evaluation.verdicts[i];
    const absl::string_view answer = verdict.verdict == Verdict::kPass   ? "Yes"
                                     : verdict.verdict == Verdict::kFail ? "No"
                                                                         : "Not yet known";
    absl::StrAppend(&text, kGateQuestions[i], " ", answer, ": ", Words(verdict.reason.text()));
    if (!verdict.relied_on.empty()) absl::StrAppend(&text, ", by ", DocumentsOf(verdict.relied_on));
    if (!verdict.warning.empty()) absl::StrAppend(&text, "; note: ", Words(verdict.warning.text()));
    absl::StrAppend(&text, ".\n");
  }
  if (!evaluation.obligations.empty()) absl::StrAppend(&text, "\nWhat follows:\n");
  for (const Obligation& obligation : evaluation.obligations) absl::StrAppend(&text, "- ", obligation.text, "\n");
  const std::vector<std::string> remedies = Remedies(evaluation);
  if (!remedies.empty()) absl::StrAppend(&text, "\nWhat would make it lawful (all of these):\n");
  for (const std::string& remedy : remedies) absl::StrAppend(&text, "- ", remedy, "\n");
  return text;
}

std::vector<std::string> Remedies(const Evaluation& evaluation) {
  std::vector<std::string> remedies;
  for (const GateVerdict& verdict : evaluation.verdicts) {
    if (verdict.verdict == Verdict::kPass || verdict.remedy.empty()) continue;
    if (std::find(remedies.begin(), remedies.end(), verdict.remedy) == remedies.end())
      remedies.push_back(verdict.remedy);
  }
  return remedies;
}

std::string DecisionLines(const Evaluation& evaluation) {
  std::string lines =
      absl::StrCat("effect ", EnumText<Effect>::Of(evaluation.effect), "\n", "day ", evaluation.day.ToString(), "\n");
  for (const GateVerdict& verdict : evaluation.verdicts) {
    absl::StrAppend(&lines, EnumText<Gate>::Of(verdict.gate), " ", EnumText<Verdict>::Of(verdict.verdict), " ",
                    verdict.reason.text());
    if (!verdict.warning.empty()) absl::StrAppend(&lines, " warning=", verdict.warning.text());
    if (!verdict.relied_on.empty()) {
      absl::StrAppend(
          &lines, " relied_on=", absl::StrJoin(verdict.relied_on, ",", [](std::string* out, const Document* document) {
            absl::StrAppend(out, absl::StrReplaceAll(document->key, {{" ", "_"}}));
          }));
    }
    absl::StrAppend(&lines, "\n");
  }
  for (const Obligation& obligation : evaluation.obligations) {
    absl::StrAppend(&lines, "obligation ", obligation.kind, " ", obligation.text, "\n");
  }
  return lines;
}

}  // namespace safehaven::consent
