// Days from which kinds of objection hold (legal basis 3.1). Constant data.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_OPT_OUT_DATES_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_OPT_OUT_DATES_H_

#include "libs/base/civil_day.h"

namespace safehaven::consent {

// January 2014: practices began to record type 1 and type 2 objections.
inline constexpr CivilDay kPracticeObjectionsBegan(16'071);

// 25 May 2018: the national data opt-out replaced the type 2 objection.
inline constexpr CivilDay kNationalOptOutBegan(17'676);

// 11 October 2018: type 2 objections recorded up to this day were converted.
inline constexpr CivilDay kTypeTwoConverted(17'815);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_OPT_OUT_DATES_H_
