#include "services/consent/core/flips.h"

#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/warrant/question.h"
#include "services/consent/core/callers.h"

namespace safehaven::consent {
namespace {

// Not a gate: who asks has to be somebody before any of them is asked.
constexpr char kCallerGate[] = "caller";

std::string Says(const GateVerdict& verdict) {
  return absl::StrCat(EnumText<Verdict>::Of(verdict.verdict), " ", verdict.reason.text());
}

bool Permits(Effect effect) { return effect == Effect::kPermitted || effect == Effect::kRequired; }

// What one register says to a question.
struct Judged {
  Effect effect = Effect::kRefused;
  std::string gate, reason;  // the first that does not pass
};

Judged Judge(const RegisterSnapshot& snapshot, const LoggedQuestion& asked, CivilDay day,
             std::span<const Holding> holdings, const HoldingIndex* index) {
  absl::StatusOr<Caller> caller = CallerOfSubject(snapshot, asked.subject, day);
  if (!caller.ok()) return {.gate = kCallerGate, .reason = ReasonOf(caller.status())};
  caller->environment = asked.environment;
  const Evaluation evaluation =
      EvaluateAsOf(snapshot, asked.question, *caller, day, holdings, Particulars{}, index).evaluation;
  Judged judged = {.effect = evaluation.effect};
  for (const GateVerdict& verdict : evaluation.verdicts) {
    if (verdict.verdict == Verdict::kPass) continue;
    judged.gate = std::string(EnumText<Gate>::Of(verdict.gate));
    judged.reason = std::string(verdict.reason.text());
    break;
  }
  return judged;
}

}  // namespace

std::vector<VerdictChange> VerdictChanges(const Evaluation& before, const Evaluation& after) {
  std::vector<VerdictChange> changes;
  for (size_t i = 0; i < kGateCount; ++i) {
    std::string was = Says(before.verdicts[i]);
    std::string is = Says(after.verdicts[i]);
    if (was != is) changes.push_back({before.verdicts[i].gate, std::move(was), std::move(is)});
  }
  return changes;
}

std::vector<QuestionFlip> FlipsOf(const RegisterSnapshot& before, const RegisterSnapshot& after,
                                  std::span<const LoggedQuestion> asked, CivilDay day,
                                  std::span<const Holding> holdings, const HoldingIndex* index) {
  using Key = std::tuple<std::string, std::string, std::string, std::string, int, int, std::string, std::string>;
  std::map<Key, QuestionFlip> flips;
  for (const LoggedQuestion& one : asked) {
    const Judged was = Judge(before, one, day, holdings, index);
    const Judged is = Judge(after, one, day, holdings, index);
    if (Permits(was.effect) == Permits(is.effect)) continue;
    const Judged& stopped = Permits(was.effect) ? is : was;
    QuestionFlip& flip = flips[{CanonicalQuestion(one.question), one.organisation, one.role, one.environment,
                                static_cast<int>(was.effect), static_cast<int>(is.effect), stopped.gate, stopped.reason}];
    if (flip.asker_count++ > 0) continue;
    flip.question = one.question;
    std::tie(flip.organisation, flip.role, flip.environment) = std::tie(one.organisation, one.role, one.environment);
    std::tie(flip.before, flip.after) = std::tie(was.effect, is.effect);
    std::tie(flip.gate, flip.reason) = std::tie(stopped.gate, stopped.reason);
  }
  std::vector<QuestionFlip> list;
  for (auto& [key, flip] : flips) list.push_back(std::move(flip));
  return list;
}

}  // namespace safehaven::consent
