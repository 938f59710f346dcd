// Which questions of consent's log another register would flip. Reads the log and the
// clock's time it is given; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_RPC_REGISTER_FLIPS_H_
#define SAFEHAVEN_SERVICES_CONSENT_RPC_REGISTER_FLIPS_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "safehaven/consent/v1/register.pb.h"
#include "services/consent/core/snapshot.h"
#include "services/consent/store/consent_store.h"

namespace safehaven::consent {

// How far back questions are looked for, how many distinct ones, and through how many
// leaves of the log.
inline constexpr int kFlipDays = 90;
inline constexpr size_t kFlipQuestionsMax = 2'000;
inline constexpr uint64_t kFlipLeavesMax = 200'000;

// The questions that were decided lately, judged on the day of `now` on the register in
// `view` and on `after`. DATA_LOSS with reason LEAF_CORRUPT; DEADLINE_EXCEEDED.
absl::StatusOr<v1::QuestionFlips> FlipsOfLog(ConsentStore& store, const View& view, const RegisterSnapshot& after,
                                             absl::Time now, absl::Time deadline);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_RPC_REGISTER_FLIPS_H_
