// Random registers, questions and callers around the sample register: near enough to
// what is permitted that a fair share of questions passes every gate.
#ifndef SAFEHAVEN_TESTS_PROPERTY_SERVICES_CONSENT_CORE_RANDOM_WORLD_H_
#define SAFEHAVEN_TESTS_PROPERTY_SERVICES_CONSENT_CORE_RANDOM_WORLD_H_

#include <random>
#include <vector>

#include "tests/support/consent_world.h"

namespace safehaven::consent {

using Prng = std::mt19937_64;

inline size_t Below(Prng& prng, size_t bound) { return static_cast<size_t>(prng() % bound); }
inline bool OneIn(Prng& prng, size_t count) { return Below(prng, count) == 0; }

// The sample register with some entries changed, in dates, lists and flags.
std::vector<Entry> RandomRegister(Prng& prng);

struct Case {
  Question question;  // normalised
  Caller caller;
  CivilDay day;
  std::vector<Holding> holdings;
};

// One of the demonstration's questions, changed here and there.
Case RandomCase(Prng& prng);

inline Evaluation EvaluateCase(const RegisterSnapshot& snapshot, const Case& one) {
  return EvaluateAsOf(snapshot, one.question, one.caller, one.day, one.holdings).evaluation;
}

inline bool IsPermitted(const Evaluation& evaluation) {
  return evaluation.effect == Effect::kPermitted || evaluation.effect == Effect::kRequired;
}

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_TESTS_PROPERTY_SERVICES_CONSENT_CORE_RANDOM_WORLD_H_
