// A decision in plain English, for people; and as stable lines, for files.
//
// Prose is for reading and may change; programs read effect, verdicts and reasons.
// Neither form names a person. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_EXPLAIN_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_EXPLAIN_H_

#include <string>
#include <vector>

#include "services/consent/core/decide.h"

namespace safehaven::consent {

// Several paragraphs: what was asked, the answer, each gate with the document it
// relied on, what follows, and what would make a refused question lawful.
std::string Explain(const Evaluation& evaluation, const Question& question);

// "aggregate for commissioning planning under CAG 9-01(a)/2025, aggregate suppressed, of
// acute/apc, 2025-04-01 to 2026-03-31, people of ZC1".
std::string QuestionInOneLine(const Question& question);

// What would have to change, one sentence a gate that does not pass, without repeats;
// empty for a permitted question.
std::vector<std::string> Remedies(const Evaluation& evaluation);

// Effect, then one line a gate ("window PASS WINDOW_OPEN warning=REVIEW_OVERDUE
// relied_on=approvals/...") and one an obligation. Without versions and prose, so that
// the same law gives the same lines whatever order the register was written in.
std::string DecisionLines(const Evaluation& evaluation);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_EXPLAIN_H_
