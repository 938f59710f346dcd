// The canonical text of a decision: what the log keeps of it, and what a past decision is
// evaluated again against, byte for byte.
//
// It holds the evaluator's version, what was known, who asked (organisation, role and
// place, never the person), the question's digest, the effect, all verdicts with the
// documents and versions relied on, and what follows. Prose is not part of it: words may
// improve, decisions may not change. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_DECISION_RECORD_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_DECISION_RECORD_H_

#include <span>
#include <string>

#include "libs/warrant/caller.h"
#include "libs/warrant/question.h"
#include "services/consent/core/decide.h"
#include "services/consent/core/people.h"

namespace safehaven::consent {

// Changes whenever the same inputs could give other verdicts, so that a record says which
// rules made it.
inline constexpr int kEvaluatorVersion = 3;

struct DecisionRecord {
  const Question* question = nullptr;
  const Particulars* particulars = nullptr;
  const Caller* caller = nullptr;
  const Evaluation* evaluation = nullptr;
  uint64_t known_size = 0;        // events of the register that were known
  std::string register_digest;    // 32 bytes, RegisterDigest() of those
  std::string treatments_digest;  // 32 bytes over how people are treated; empty if nobody was asked about
};

// One "key=value" line a fact, first line the format's name and version.
std::string CanonicalDecision(const DecisionRecord& record);

// SHA-256 over the canonical texts of the events in order of index.
std::string RegisterDigest(std::span<const RegisterEvent> events);

// SHA-256, 64 lower-case hexadecimal digits.
std::string Sha256Hex(absl::string_view text);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_DECISION_RECORD_H_
