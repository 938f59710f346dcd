// WhatIf and NearestLawful: what would be, if something were otherwise. Everything here is
// evaluated; nothing is decided, logged or could become a warrant. Thread-safe;
// everything borrowed outlives the handlers.
#ifndef SAFEHAVEN_SERVICES_CONSENT_RPC_SUPPOSE_H_
#define SAFEHAVEN_SERVICES_CONSENT_RPC_SUPPOSE_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/consent/rpc/handlers.h"

namespace safehaven::consent {

class SupposeHandlers {
 public:
  explicit SupposeHandlers(ConsentWorld& world) : world_(world) {}

  absl::StatusOr<v1::WhatIfResponse> WhatIf(const Call& call, const v1::WhatIfRequest& request);
  absl::StatusOr<v1::NearestLawfulResponse> NearestLawful(const Call& call, const v1::NearestLawfulRequest& request);

 private:
  // `own` as `supposed` has it. PERMISSION_DENIED with reason ROLE_REFUSED if it names an
  // organisation and `own` does not keep the register, or as WithEnvironment().
  absl::StatusOr<Caller> CallerOf(const View& view, Caller own, const v1::SupposedCaller& supposed) const;
  // PERMISSION_DENIED with reason ENVIRONMENT_NOT_REGISTERED unless the register of today
  // has it for the caller's organisation.
  absl::Status SetEnvironment(const View& view, const std::string& environment, Caller& caller) const;
  v1::HistoricalDecision Evaluated(const View& view, const RegisterSnapshot& snapshot, const Question& question,
                                   const Evaluation& evaluation) const;

  ConsentWorld& world_;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_RPC_SUPPOSE_H_
