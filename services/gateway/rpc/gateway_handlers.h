// What the gateway does, whichever door the question came through: the caller's own
// evidence to consent, the warrant to costing, the two answers put together. It decides
// nothing and keeps nothing; a warrant lives only as long as the call.
//
// Anything missing or contradictory is a failure, never an answer with a hole in it.
// Thread-safe.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_RPC_GATEWAY_HANDLERS_H_
#define SAFEHAVEN_SERVICES_GATEWAY_RPC_GATEWAY_HANDLERS_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/base/sensitive.h"
#include "safehaven/gateway/v1/gateway_service.pb.h"
#include "services/gateway/core/rate_limit.h"
#include "services/gateway/rpc/backends.h"

namespace safehaven::gateway {

// Who asks, and how long there is.
struct Asker {
  Sensitive<std::string> token;  // the caller's own; only consent verifies it
  absl::Time deadline;
};

// The token as evidence for consent, as it came.
type::v1::Evidence EvidenceOf(const Asker& asker);

// The token of an authorization header ("Bearer ..."). UNAUTHENTICATED with reason
// IDENTITY_MISSING if there is none or it is longer than any token may be.
absl::StatusOr<Sensitive<std::string>> BearerToken(absl::string_view authorization);

class GatewayHandlers {
 public:
  // `backends` and `clock` must outlive the handlers.
  GatewayHandlers(const RateLimits& limits, Backends& backends, const Clock& clock)
      : backends_(backends), clock_(clock), limiter_(limits) {}

  // All six: RESOURCE_EXHAUSTED with reason RATE_LIMITED and RetryInfo if the caller
  // asks too often; INVALID_ARGUMENT with reason FIELD_INVALID; otherwise what consent
  // and costing fail with, and INTERNAL if what they say makes no sense.

  // A refusal is an answer. A warrant that costing calls superseded is asked for once
  // more, unless the question carries a signature that is good for one use.
  absl::StatusOr<v1::QueryResponse> Query(const Asker& asker, const v1::QueryRequest& request);
  absl::StatusOr<v1::PreviewResponse> Preview(const Asker& asker, const v1::PreviewRequest& request);
  absl::StatusOr<v1::GetEntitlementsResponse> GetEntitlements(const Asker& asker,
                                                              const v1::GetEntitlementsRequest& request);
  absl::StatusOr<v1::ExplainResponse> Explain(const Asker& asker, const v1::ExplainRequest& request);
  absl::StatusOr<v1::WhatIfResponse> WhatIf(const Asker& asker, const v1::WhatIfRequest& request);
  absl::StatusOr<v1::NearestLawfulResponse> NearestLawful(const Asker& asker, const v1::NearestLawfulRequest& request);

 private:
  absl::Status Admit(const Asker& asker) ABSL_LOCKS_EXCLUDED(mutex_);
  // Decides and, if that permits, answers.
  absl::StatusOr<v1::QueryResponse> Ask(const Asker& asker, const v1::QueryRequest& request);
  absl::StatusOr<v1::QueryResponse> AskOnce(const Asker& asker, const v1::QueryRequest& request);

  Backends& backends_;
  const Clock& clock_;
  absl::Mutex mutex_;
  RateLimiter limiter_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_RPC_GATEWAY_HANDLERS_H_
