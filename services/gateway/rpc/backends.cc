#include "services/gateway/rpc/backends.h"

#include <algorithm>

namespace safehaven::gateway {
namespace {

constexpr char kConsent[] = "safehaven.consent.v1.ConsentService";
constexpr char kCosting[] = "safehaven.costing.v1.CostingService";

class GrpcBackends : public Backends {
 public:
  GrpcBackends(Client& consent, Client& costing, const Clock& clock)
      : consent_(consent), costing_(costing), clock_(clock) {}

  absl::StatusOr<consent::v1::DecideResponse> Decide(const consent::v1::DecideRequest& request,
                                                     absl::Time deadline) override {
    return consent_.CallUnary<consent::v1::DecideResponse>(kConsent, "Decide", request, Until(deadline));
  }
  absl::StatusOr<consent::v1::EvaluateResponse> Evaluate(const consent::v1::EvaluateRequest& request,
                                                         absl::Time deadline) override {
    return consent_.CallUnary<consent::v1::EvaluateResponse>(kConsent, "Evaluate", request, Until(deadline));
  }
  absl::StatusOr<consent::v1::WhatIfResponse> WhatIf(const consent::v1::WhatIfRequest& request,
                                                     absl::Time deadline) override {
    return consent_.CallUnary<consent::v1::WhatIfResponse>(kConsent, "WhatIf", request, Until(deadline));
  }
  absl::StatusOr<consent::v1::NearestLawfulResponse> NearestLawful(const consent::v1::NearestLawfulRequest& request,
                                                                   absl::Time deadline) override {
    return consent_.CallUnary<consent::v1::NearestLawfulResponse>(kConsent, "NearestLawful", request, Until(deadline));
  }
  absl::StatusOr<consent::v1::ListEntitlementsResponse> ListEntitlements(
      const consent::v1::ListEntitlementsRequest& request, absl::Time deadline) override {
    return consent_.CallUnary<consent::v1::ListEntitlementsResponse>(kConsent, "ListEntitlements", request,
                                                                     Until(deadline));
  }
  absl::StatusOr<costing::v1::AnswerResponse> Answer(const costing::v1::AnswerRequest& request,
                                                     absl::Time deadline) override {
    return costing_.CallUnary<costing::v1::AnswerResponse>(kCosting, "Answer", request, Until(deadline));
  }

 private:
  // Evidence travels in the messages; the gateway's own identity is its certificate.
  CallOptions Until(absl::Time deadline) const {
    CallOptions options;
    options.timeout = std::max(absl::ZeroDuration(), deadline - clock_.Now());
    return options;
  }

  Client& consent_;
  Client& costing_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<Backends> MakeGrpcBackends(Client& consent, Client& costing, const Clock& clock) {
  return std::make_unique<GrpcBackends>(consent, costing, clock);
}

}  // namespace safehaven::gateway
