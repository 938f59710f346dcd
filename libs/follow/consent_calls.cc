#include "libs/follow/consent_calls.h"

#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "libs/warrant/wire.h"
#include "safehaven/consent/v1/consent_service.pb.h"
#include "safehaven/log/v1/log_service.pb.h"

namespace safehaven {

ConsentCalls MakeConsentCalls(Client& consent, const CallOptions& options) {
  ConsentCalls calls;
  calls.watch = [&consent, options](const Revision& have, const Revision& applied) -> absl::StatusOr<ConsentNews> {
    consent::v1::WatchRequest request;
    *request.mutable_have() = RevisionToProto(have);
    *request.mutable_applied() = RevisionToProto(applied);
    SH_ASSIGN_OR_RETURN(const auto response, consent.CallUnary<consent::v1::WatchResponse>(
                                                 "safehaven.consent.v1.ConsentService", "Watch", request, options));
    ConsentNews news = {.heartbeat = response.heartbeat(), .checkpoint = response.checkpoint(), .consistency = {}};
    SH_ASSIGN_OR_RETURN(news.consistency, DigestsFromBytes(response.consistency()));
    return news;
  };
  calls.prove = [&consent, options](uint64_t first, uint64_t second) -> absl::StatusOr<std::vector<Digest>> {
    log::v1::ProveConsistencyRequest request;
    request.set_first_size(first);
    request.set_second_size(second);
    SH_ASSIGN_OR_RETURN(const auto response, consent.CallUnary<log::v1::ProveConsistencyResponse>(
                                                 "safehaven.log.v1.LogService", "ProveConsistency", request, options));
    return DigestsFromBytes(response.proof());
  };
  calls.cosigned = [&consent, options]() -> absl::StatusOr<std::vector<std::string>> {
    SH_ASSIGN_OR_RETURN(const auto response, consent.CallUnary<log::v1::GetCosignedResponse>(
                                                 "safehaven.log.v1.LogService", "GetCosigned",
                                                 log::v1::GetCosignedRequest(), options));
    return std::vector<std::string>(response.checkpoints().begin(), response.checkpoints().end());
  };
  return calls;
}

}  // namespace safehaven
