// The two services that the gateway composes, as it calls them.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_RPC_BACKENDS_H_
#define SAFEHAVEN_SERVICES_GATEWAY_RPC_BACKENDS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/environment.h"
#include "libs/client/client.h"
#include "safehaven/consent/v1/consent_service.pb.h"
#include "safehaven/costing/v1/costing_service.pb.h"

namespace safehaven::gateway {

// Thread-safe. Each call blocks until there is an answer or `deadline`; failures keep
// their code and reason.
class Backends {
 public:
  virtual ~Backends() = default;
  virtual absl::StatusOr<consent::v1::DecideResponse> Decide(const consent::v1::DecideRequest& request,
                                                             absl::Time deadline) = 0;
  virtual absl::StatusOr<consent::v1::EvaluateResponse> Evaluate(const consent::v1::EvaluateRequest& request,
                                                                 absl::Time deadline) = 0;
  virtual absl::StatusOr<consent::v1::WhatIfResponse> WhatIf(const consent::v1::WhatIfRequest& request,
                                                             absl::Time deadline) = 0;
  virtual absl::StatusOr<consent::v1::NearestLawfulResponse> NearestLawful(
      const consent::v1::NearestLawfulRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<consent::v1::ListEntitlementsResponse> ListEntitlements(
      const consent::v1::ListEntitlementsRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<costing::v1::AnswerResponse> Answer(const costing::v1::AnswerRequest& request,
                                                             absl::Time deadline) = 0;
};

// The real ones, over gRPC. The clients and the clock must outlive it.
std::unique_ptr<Backends> MakeGrpcBackends(Client& consent, Client& costing, const Clock& clock);

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_RPC_BACKENDS_H_
