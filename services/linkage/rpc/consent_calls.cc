#include "services/linkage/rpc/consent_calls.h"

#include <algorithm>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "libs/warrant/wire.h"
#include "safehaven/log/v1/log_service.pb.h"

namespace safehaven::linkage {
namespace {

constexpr char kConsentService[] = "safehaven.consent.v1.ConsentService";
constexpr char kLogService[] = "safehaven.log.v1.LogService";
constexpr absl::Duration kCallTimeout = absl::Seconds(5);

CallOptions Options(Cancellation& stopping) {
  CallOptions options;
  options.timeout = kCallTimeout;
  options.cancellation = &stopping;
  return options;
}

template <typename Hashes>
absl::StatusOr<std::vector<Digest>> DigestsOf(const Hashes& hashes) {
  std::vector<Digest> digests;
  for (const std::string& hash : hashes) {
    if (hash.size() != kDigestBytes) return InvalidArgument("PROOF_MALFORMED", "a hash of a proof has another length");
    Digest& digest = digests.emplace_back();
    std::copy(hash.begin(), hash.end(), digest.begin());
  }
  return digests;
}

}  // namespace

ConsentCalls MakeConsentCalls(Client& consent, Cancellation& stopping) {
  ConsentCalls calls;
  calls.watch = [&consent, &stopping](const Revision& have, const Revision& applied) -> absl::StatusOr<ConsentNews> {
    consent::v1::WatchRequest request;
    *request.mutable_have() = RevisionToProto(have);
    *request.mutable_applied() = RevisionToProto(applied);
    SH_ASSIGN_OR_RETURN(const consent::v1::WatchResponse response,
                        consent.CallUnary<consent::v1::WatchResponse>(kConsentService, "Watch", request,
                                                                      Options(stopping)));
    SH_ASSIGN_OR_RETURN(std::vector<Digest> consistency, DigestsOf(response.consistency()));
    return ConsentNews{.heartbeat = response.heartbeat(),
                       .checkpoint = response.checkpoint(),
                       .consistency = std::move(consistency)};
  };
  calls.prove = [&consent, &stopping](uint64_t first, uint64_t second) -> absl::StatusOr<std::vector<Digest>> {
    log::v1::ProveConsistencyRequest request;
    request.set_first_size(first);
    request.set_second_size(second);
    SH_ASSIGN_OR_RETURN(const log::v1::ProveConsistencyResponse response,
                        consent.CallUnary<log::v1::ProveConsistencyResponse>(kLogService, "ProveConsistency", request,
                                                                             Options(stopping)));
    return DigestsOf(response.proof());
  };
  return calls;
}

ReadObjections MakeReadObjections(Client& consent, Cancellation& stopping) {
  return [&consent, &stopping](uint64_t after_size) {
    consent::v1::ReadObjectionsRequest request;
    request.set_after_size(after_size);
    return consent.CallUnary<consent::v1::ReadObjectionsResponse>(kConsentService, "ReadObjections", request,
                                                                  Options(stopping));
  };
}

}  // namespace safehaven::linkage
