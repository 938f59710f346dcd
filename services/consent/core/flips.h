// What a change does to decisions: which verdicts differ between two evaluations of a
// question, and which of the questions that were asked lately would flip on another
// register.
//
// Everything here is evaluated, nothing decided. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_FLIPS_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_FLIPS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "services/consent/core/decide.h"

namespace safehaven::consent {

struct VerdictChange {
  Gate gate = Gate::kConfidence;
  std::string before;  // "PASS WINDOW_OPEN"
  std::string after;   // "FAIL WINDOW_CLOSED"
};

// Gates that say something else, in their order. What they relied on does not count.
std::vector<VerdictChange> VerdictChanges(const Evaluation& before, const Evaluation& after);

// A question as the log keeps it.
struct LoggedQuestion {
  Question question;
  std::string subject;  // as Caller.subject
  std::string organisation, role, environment;  // as derived then
};

// A question whose answer turns from refused to permitted or back; NEEDS_MORE permits
// nothing.
struct QuestionFlip {
  Question question;
  std::string organisation, role, environment;  // of who asked, as logged
  Effect before = Effect::kRefused;
  Effect after = Effect::kRefused;
  // The first gate that does not pass where nothing is permitted, or "caller" with the
  // reason of callers.h; its reason.
  std::string gate;
  std::string reason;
  uint64_t asker_count = 0;  // subjects
};

// The questions of `asked` (each once a subject and environment) that flip from `before` to
// `after`, on `day`. Who asks is taken from each register anew: a role that changes or ends
// flips what was asked with it. `index` is of the first of `holdings`, or nullptr. In
// order of question, organisation, role and environment.
std::vector<QuestionFlip> FlipsOf(const RegisterSnapshot& before, const RegisterSnapshot& after,
                                  std::span<const LoggedQuestion> asked, CivilDay day,
                                  std::span<const Holding> holdings, const HoldingIndex* index);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_FLIPS_H_
