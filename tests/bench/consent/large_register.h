// A register as large as a country's: the sample region, many times over, each region
// with a commissioner, approvals, agreements, flows and waivers of its own. Made of
// values, not of files, so that it takes a second. Made up throughout.
#ifndef SAFEHAVEN_TESTS_BENCH_CONSENT_LARGE_REGISTER_H_
#define SAFEHAVEN_TESTS_BENCH_CONSENT_LARGE_REGISTER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "libs/warrant/caller.h"
#include "libs/warrant/question.h"
#include "services/consent/core/decide.h"
#include "services/consent/core/holding.h"
#include "services/consent/core/snapshot.h"

namespace safehaven::consent {

// Approvals that each region has: pioneer, risk stratification, invoice validation and
// dissemination.
inline constexpr int kApprovalsPerRegion = 4;

// The entries of `regions` regions beside the sample's own.
std::vector<Entry> LargeRegister(int regions);

// What each region's commissioner holds already: answers from its pioneer.
std::vector<Holding> LargeHoldings(int regions);

// A question with who asks it, and whether the register permits it.
struct Asked {
  Question question;
  Caller caller;
  bool permitted = false;
};

// `count` questions of regions drawn by `seed`: three in four are permitted, the others
// are refused for one of several reasons.
std::vector<Asked> RandomQuestions(int regions, size_t count, uint64_t seed);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_TESTS_BENCH_CONSENT_LARGE_REGISTER_H_
