// A second evaluator, written apart from the gates: it knows one kind of question (a
// table of one data set under regulation 5 by a controller about its own people) and
// decides it by walking the list of entries, one plain condition after the other. It
// shares no code with the gates but the entries themselves. For small worlds.
#ifndef SAFEHAVEN_TESTS_PROPERTY_SERVICES_CONSENT_CORE_BRUTE_FORCE_H_
#define SAFEHAVEN_TESTS_PROPERTY_SERVICES_CONSENT_CORE_BRUTE_FORCE_H_

#include <string>
#include <vector>

#include "services/consent/core/decide.h"

namespace safehaven::consent {

// What the law of these worlds says.
Effect BruteForceEffect(const std::vector<Entry>& entries, const Question& question, const Caller& caller,
                        CivilDay day);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_TESTS_PROPERTY_SERVICES_CONSENT_CORE_BRUTE_FORCE_H_
